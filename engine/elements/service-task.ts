/** Service task, send task, business rule task (BPMN 2.0.2, 13.3.3): an expression in place, a message, or a job for a worker. */

import type { Behaviour, Context, Steps } from '../core/language.js';
import { openJob } from './work.js';

export const serviceTask: Behaviour = {
  *enter(cx) {
    const { job, script } = cx.node;
    if (script) return yield* runScript(cx, script);
    if (job) return yield* openJob(cx, job);
    if (!cx.trigger?.throw || (yield* cx.trigger.throw(cx))) cx.leave();
  },
};

/** Evaluates, keeps the result where the model wants it, and goes on. */
export function* runScript(cx: Context, { run, resultVariable }: NonNullable<Context['node']['script']>): Steps {
  const result = yield* cx.evaluate(run);
  if (resultVariable) cx.set({ [resultVariable]: result }, cx.node.localResults);
  cx.leave();
}
