/** Conditional (BPMN 2.0.2, 10.5.5): fires when its condition holds, at once or when a variable changes. */

import type { Trigger } from '../core/language.js';

export const conditional: Trigger = {
  *listen(cx) {
    cx.wait({ kind: 'condition' });
  },
  *again(cx) {
    cx.wait({ kind: 'condition', name: 'again' });
  },
};
