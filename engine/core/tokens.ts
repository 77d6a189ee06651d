/** Where tokens go: onto a node, and together at a join. */

import { Failure } from './errors.js';
import type { Behaviour } from './language.js';
import type { Activation, Variables } from './types.js';
import { place, record, type World } from './world.js';

const passThrough: Behaviour = {};

export function behaviourOf(world: World, type: string): Behaviour {
  return world.vocabulary.behaviours[type] ?? passThrough;
}

interface Entry {
  /** A new token, not one that a flow brought. */
  fresh?: boolean;
  /** Payload of the event that the node would wait for. */
  caught?: Variables;
  /** What is to be inside is put there by hand. */
  opened?: true;
  item?: number;
  variables?: Variables;
  chunk?: string;
}

/** Puts a token on a node: opens its activation, which is answered, and queues its beginning. */
export function enter(world: World, index: number, scope: number, options: Entry = {}): number {
  const { fresh, caught, opened, item, variables, chunk } = options;
  if (item === undefined) countVisit(world, index, scope);
  const activation = world.state.instance.next;
  record(world, { type: 'entered', activation, node: index, parent: scope, fresh, item, variables, chunk });
  world.nodes++;
  world.produced.push({ do: 'begin', activation, ...(caught && { caught }), ...(opened && { opened }) });
  return activation;
}

function countVisit(world: World, index: number, scope: number): void {
  const key = `${scope}:${index}`;
  const visits = (world.visits.get(key) ?? 0) + 1;
  if (visits > world.limits.loop) {
    const node = world.definition.nodes[index]!;
    throw new Failure(
      'loop',
      `${place(node)} was visited ${world.limits.loop} times without waiting: the loop around it has no end`,
      index,
    );
  }
  world.visits.set(key, visits);
}

/** Lets the tokens that have arrived at a join go on, if it is time. */
export function join(world: World, scope: Activation, index: number): void {
  const flows = joinable(world, scope, index);
  if (!flows) return;
  record(world, { type: 'joined', node: index, scope: scope.id, flows });
  enter(world, index, scope.id);
}

/** Which of the tokens that have arrived go on together now; undefined: none. */
export function joinable(world: World, scope: Activation, index: number): Record<string, number> | undefined {
  const { definition } = world;
  const node = definition.nodes[index]!;
  const arrived = scope.arrived?.[index];
  if (!arrived) return undefined;
  return behaviourOf(world, node.type).join!({
    definition,
    node,
    arrived,
    tokens: () => tokensIn(world, scope, index),
  });
}

/** Nodes of a scope where other tokens are: activations, joins with arrivals, parked and queued moves. */
function* tokensIn(world: World, scope: Activation, join: number): Generator<number> {
  const { activations, incidents } = world.state.instance;
  for (const activation of Object.values(activations)) if (activation.parent === scope.id) yield activation.node;
  for (const index of Object.keys(scope.arrived ?? {})) if (Number(index) !== join) yield Number(index);
  const parked = Object.values(incidents).flatMap(incident => incident.move ?? []);
  for (const move of [...parked, ...world.stack, ...world.produced]) {
    if (move.do !== 'take' || move.scope !== scope.id) continue;
    const { from, to } = world.definition.flows[move.flow]!;
    yield to === join ? from : to;
  }
}
