/** Signal (BPMN 2.0.2, 10.5.5): everybody who listens hears it. */

import type { Trigger } from '../core/language.js';
import { payload, requiredName } from './message.js';

export const signal: Trigger = {
  *listen(cx) {
    cx.wait({ kind: 'signal', name: yield* requiredName(cx, cx.node.event!.name) });
  },
  *throw(cx) {
    const { name, businessKey, later } = cx.node.event!;
    const key = yield* cx.text(businessKey);
    cx.send({
      do: 'broadcast',
      name: yield* requiredName(cx, name),
      variables: yield* payload(cx),
      ...(key !== undefined && { businessKey: key }),
      ...(later && { later }),
    });
    return true;
  },
  again: cx => signal.listen!(cx),
};
