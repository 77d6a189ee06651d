/** Terminate (BPMN 2.0.2, 13.5.3): ends the enclosing process or sub-process, whatever is still under way in it. */

import type { Trigger } from '../core/language.js';

export const terminate: Trigger = {
  *throw(cx) {
    cx.terminate();
    return false;
  },
};
