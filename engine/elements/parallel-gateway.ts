/** Parallel gateway (BPMN 2.0.2, 13.4.1): waits for one token on every incoming flow, and goes on by all outgoing ones. */

import type { Behaviour } from '../core/language.js';

export const parallelGateway: Behaviour = {
  *enter(cx) {
    cx.leave(cx.node.outgoing);
  },
  join({ node, arrived }) {
    if (!node.incoming.every(flow => arrived[flow])) return undefined;
    return Object.fromEntries(node.incoming.map(flow => [flow, 1]));
  },
};
