/** Embedded sub-process and event sub-process (BPMN 2.0.2, 13.3.4 and 13.5.4): a scope that is left when it is empty. */

import type { Behaviour } from '../core/language.js';

export const subProcess: Behaviour = {
  *enter(cx) {
    cx.open(cx.node.starts, cx.caught);
  },
  *childLeft(cx) {
    if (cx.activation.live === 0) cx.leave();
  },
};
