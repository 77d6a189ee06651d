/** Start event (BPMN 2.0.2, 13.5.1): what it was triggered by has happened, so the token goes on at once. */

import type { Behaviour } from '../core/language.js';

export const startEvent: Behaviour = {
  *enter(cx) {
    if (cx.caught) cx.set(cx.caught);
    if (cx.node.initiator && cx.command.by) cx.set({ [cx.node.initiator]: cx.command.by });
    cx.leave();
  },
};
