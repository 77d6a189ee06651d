/** Intermediate catch event (BPMN 2.0.2, 13.5.2): waits for its trigger. */

import type { Behaviour } from '../core/language.js';

export const intermediateCatchEvent: Behaviour = {
  *enter(cx) {
    if (!cx.caught && cx.trigger?.listen) return yield* cx.trigger.listen(cx);
    if (cx.caught) cx.set(cx.caught);
    cx.leave();
  },
};
