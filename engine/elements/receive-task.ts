/**
 * Receive task (BPMN 2.0.2, 13.3.3): waits for its message; one without waits for a trigger by hand, in files of Camunda 7.
 * Not supported: `instantiate`.
 */

import type { Behaviour } from '../core/language.js';
import { intermediateCatchEvent } from './intermediate-catch-event.js';

export const receiveTask: Behaviour = {
  *enter(cx) {
    if (cx.node.event) return yield* intermediateCatchEvent.enter!(cx);
    cx.wait({ kind: 'trigger' });
  },
};
