/** Escalation (BPMN 2.0.2, 10.5.7): told outwards; the thrower goes on unless an interrupting catcher takes its scope away. */

import type { Trigger } from '../core/language.js';
import { payload } from './message.js';

export const escalation: Trigger = {
  *throw(cx) {
    cx.throw({ type: 'escalation', code: cx.node.event!.code, variables: yield* payload(cx) });
    return true;
  },
};
