/** The thread in which FEEL and JavaScript are evaluated; what goes wrong here costs the thread and nothing else. */

import { parentPort } from 'node:worker_threads';
import type { Answer } from '../core/language.js';
import type { Expression } from '../core/types.js';
import { evaluateFeel } from './feel.js';
import type { GuestScope } from './sandbox/guest.js';
import { createSandbox } from './sandbox/javascript.js';

/** One evaluation; the next one comes when it is answered. */
export interface Task {
  expression: Expression;
  /** GuestScope as JSON. */
  scope: string;
  /** Milliseconds that it may take. */
  deadline: number;
}

type Language = (expression: Expression, scope: GuestScope, deadline: number) => Answer | Promise<Answer>;

const languages: Record<string, Language> = { feel: evaluateFeel, javascript: createSandbox().run };

const port = parentPort!;
port.on('message', async ({ expression, scope, deadline }: Task) => {
  port.postMessage(await languages[expression.language]!(expression, JSON.parse(scope), deadline));
});
port.postMessage('ready');
