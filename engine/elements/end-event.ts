/** End event (BPMN 2.0.2, 13.5.3): throws what it carries; the token comes to its end. */

import type { Behaviour } from '../core/language.js';

export const endEvent: Behaviour = {
  *enter(cx) {
    if (!cx.trigger?.throw || (yield* cx.trigger.throw(cx))) cx.leave();
  },
};
