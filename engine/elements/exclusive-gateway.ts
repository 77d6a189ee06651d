/** Exclusive gateway (BPMN 2.0.2, 13.4.2): the first flow whose condition holds, else the default flow. Merges without waiting. */

import type { Behaviour } from '../core/language.js';

export const exclusiveGateway: Behaviour = {
  *enter(cx) {
    const { outgoing, defaultFlow } = cx.node;
    for (const index of outgoing) {
      const { condition } = cx.definition.flows[index]!;
      if (index !== defaultFlow && (!condition || (yield* cx.holds(condition)))) return cx.leave([index]);
    }
    if (outgoing.length === 0) return cx.leave();
    if (defaultFlow === undefined)
      throw cx.failure('no-flow', 'no outgoing flow has a condition that holds, and there is no default flow');
    cx.leave([defaultFlow]);
  },
};
