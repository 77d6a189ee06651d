/** Boundary event (BPMN 2.0.2, 13.5.3): its activity listened for it; here it has fired, with what it caught. */

import type { Behaviour } from '../core/language.js';

export const boundaryEvent: Behaviour = {
  *enter(cx) {
    if (cx.caught) cx.set(cx.caught);
    cx.leave();
  },
};
