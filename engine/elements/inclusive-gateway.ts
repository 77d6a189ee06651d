/** Inclusive gateway (BPMN 2.0.2, 13.4.3): every flow whose condition holds; joins when no further token can arrive. */

import type { Behaviour } from '../core/language.js';
import type { Definition, Node } from '../core/types.js';

export const inclusiveGateway: Behaviour = {
  joinsAtRest: true,
  /**
   * A token elsewhere holds the join up if it has a way to an incoming flow without tokens, and none to one with tokens,
   * neither through the join itself.
   */
  join({ definition, node, arrived, tokens }) {
    const comesBy = (flow: number, token: number) => nodesBefore(definition, node, flow).has(token);
    if (definition.traits?.joinsAllThatMayCome) {
      const mayCome = (token: number) => node.incoming.some(flow => comesBy(flow, token));
      return isFull(node, arrived) || ![...tokens()].some(mayCome) ? arrived : undefined;
    }
    const filled = Object.keys(arrived).map(Number);
    const empty = node.incoming.filter(flow => !arrived[flow]);
    if (empty.length > 0) {
      for (const token of tokens()) {
        const isWaitedFor = empty.some(flow => comesBy(flow, token)) && !filled.some(flow => comesBy(flow, token));
        if (isWaitedFor) return undefined;
      }
    }
    return Object.fromEntries(filled.map(flow => [flow, 1]));
  },
};

/** As many tokens as flows lead here: no more is waited for. */
const isFull = ({ incoming }: Node, arrived: Record<string, number>) =>
  Object.values(arrived).reduce((sum, count) => sum + count, 0) >= incoming.length;

const known = new WeakMap<Definition, Map<number, Set<number>>>();

/** Nodes from which a path leads to an incoming flow without passing the join; worked out once per flow. */
function nodesBefore(definition: Definition, join: Node, flow: number): Set<number> {
  const answers = known.get(definition) ?? new Map<number, Set<number>>();
  known.set(definition, answers);
  const answer = answers.get(flow) ?? searchBackwards(definition, join, flow);
  answers.set(flow, answer);
  return answer;
}

function searchBackwards({ nodes, flows }: Definition, join: Node, target: number): Set<number> {
  const found = new Set<number>();
  const open = [flows[target]!.from];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (index === join.index || found.has(index)) continue;
    found.add(index);
    const node = nodes[index]!;
    for (const flow of node.incoming) open.push(flows[flow]!.from);
    if (node.attachedTo !== undefined) open.push(node.attachedTo);
    if (node.event?.type === 'link') open.push(...linkSources(nodes, node));
  }
  return found;
}

function linkSources(nodes: Node[], target: Node): number[] {
  return nodes
    .filter(
      ({ type, event, parent }) =>
        type === 'intermediateThrowEvent' &&
        event?.type === 'link' &&
        parent === target.parent &&
        event.name?.source === target.event?.name?.source,
    )
    .map(node => node.index);
}
