/** Error (BPMN 2.0.2, 10.5.7): ends what it leaves; caught by the innermost boundary event or event sub-process around it. */

import type { Trigger } from '../core/language.js';
import { payload } from './message.js';

export const error: Trigger = {
  *throw(cx) {
    const { code, message } = cx.node.event!;
    const thrown = { type: 'error' as const, code, message: yield* cx.text(message), variables: yield* payload(cx) };
    cx.queue({ do: 'throw', activation: cx.activation.id, thrown });
    return false;
  },
};
