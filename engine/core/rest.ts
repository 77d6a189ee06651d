/** What is looked at when no token moves any more: joins that wait for the last token, and joins that wait in vain. */

import { factsOf } from './facts.js';
import { joinable } from './tokens.js';
import type { Activation } from './types.js';
import { nextId, place, record, type World } from './world.js';

/** Answers whether something moves again. */
export function settle(world: World): boolean {
  const { hasJoins, joinsAtRest } = factsOf(world);
  if (!hasJoins) return false;
  const arrived = arrivals(world);
  for (const { scope, index } of arrived) {
    if (joinsAtRest.has(index) && !isParked(world, scope.id, index) && joinable(world, scope, index))
      world.stack.push({ do: 'join', node: index, scope: scope.id });
  }
  if (world.stack.length > 0) return true;
  for (const arrival of arrived) if (isInVain(world, arrival)) report(world, arrival);
  return false;
}

interface Arrival {
  scope: Activation;
  index: number;
  /** How many tokens wait at joins of this scope. */
  tokens: number;
}

function isParked(world: World, scope: number, index: number): boolean {
  return Object.values(world.state.instance.incidents).some(
    ({ move }) => move?.do === 'join' && move.scope === scope && move.node === index,
  );
}

/** No other token is left in the scope, so the one that is missing will never come. */
function isInVain(world: World, { scope, index, tokens }: Arrival): boolean {
  if (scope.live > tokens) return false;
  const known = Object.values(world.state.instance.incidents);
  return !known.some(incident => incident.activation === scope.id && incident.node === index);
}

function report(world: World, { scope, index }: Arrival): void {
  const message = `${place(world.definition.nodes[index]!)}: a token is missing that can never come, because no other is left in this scope; does an exclusive gateway lead here?`;
  const id = nextId(world, scope);
  const incident = { id, activation: scope.id, node: index, at: world.command.at, type: 'join', message };
  record(world, { type: 'incident', incident });
}

function arrivals(world: World): Arrival[] {
  return Object.values(world.state.instance.activations).flatMap(scope => {
    if (!scope.arrived) return [];
    const tokens = Object.values(scope.arrived).reduce(
      (total, flows) => total + Object.values(flows).reduce((sum, count) => sum + count, 0),
      0,
    );
    return Object.keys(scope.arrived).map(index => ({ scope, index: Number(index), tokens }));
  });
}
