/** Event-based gateway (BPMN 2.0.2, 13.4.4): listens for all the events behind it; the first one decides. Not supported: `instantiate`. */

import type { Behaviour } from '../core/language.js';

export const eventBasedGateway: Behaviour = {
  *enter(cx) {
    for (const flow of cx.node.outgoing) {
      const target = cx.on(cx.definition.nodes[cx.definition.flows[flow]!.to]!);
      if (target.trigger?.listen) yield* target.trigger.listen(target);
    }
  },
  *resume(cx, variables, wait) {
    const chosen = cx.node.outgoing.filter(flow => cx.definition.flows[flow]!.to === wait.node);
    cx.leave(chosen, variables);
  },
};
