/** What is looked at when no token moves any more: conditions whose variables changed, and joins that wait for the last token. */

import { contextOf } from './context.js';
import { Failure } from './errors.js';
import type { Steps } from './language.js';
import { behaviourOf, join } from './moves.js';
import type { Definition, Wait } from './types.js';
import { activationOf, record, type World } from './world.js';

/** Answers whether something moves again. */
export function* settle(world: World): Steps<boolean> {
  yield* fireConditions(world);
  if (world.stack.length === 0) releaseJoins(world);
  return world.stack.length > 0;
}

/** Conditional events (BPMN 2.0.2, 10.5.5): a condition is looked at when it begins to listen and when variables change. */
function* fireConditions(world: World): Steps {
  if (world.changed.size === 0 && world.unseen.size === 0) return;
  const { changed, unseen } = world;
  world.changed = new Set();
  world.unseen = new Set();
  if (!hasConditions(world.definition)) return;
  for (const wait of Object.values(world.state.instance.waits)) {
    if (wait.kind !== 'condition' || !concerns(world, wait, changed, unseen)) continue;
    const cx = contextOf(world, wait.activation, { node: world.definition.nodes[wait.node]! });
    let holds = false;
    try {
      holds = yield* cx.holds(cx.node.event!.condition!);
    } catch (error) {
      // A variable that is not there yet is the usual state of a condition that waits for it.
      if (!(error instanceof Failure)) throw error;
    }
    if (!holds) continue;
    record(world, { type: 'answered', wait: wait.id });
    world.stack.push({ do: 'resume', activation: wait.activation, wait, variables: {} });
    return;
  }
}

function concerns(world: World, wait: Wait, changed: Set<string>, unseen: Set<string>): boolean {
  if (unseen.has(wait.id)) return true;
  const names = world.definition.nodes[wait.node]!.event?.variableNames;
  return names ? names.some(name => changed.has(name)) : changed.size > 0;
}

const conditional = new WeakMap<Definition, boolean>();

function hasConditions(definition: Definition): boolean {
  let found = conditional.get(definition);
  if (found === undefined) {
    found = definition.nodes.some(node => node.event?.type === 'conditional');
    conditional.set(definition, found);
  }
  return found;
}

/** Inclusive joins look again, now that it is known which tokens can still arrive. */
function releaseJoins(world: World): void {
  for (const scope of Object.values(world.state.instance.activations)) {
    for (const index of Object.keys(scope.arrived ?? {})) {
      const node = world.definition.nodes[Number(index)]!;
      if (!behaviourOf(world, node.type).joinsAtRest) continue;
      world.produced = [];
      if (join(world, activationOf(world, scope.id)!, node.index)) world.stack.push(...world.produced);
      world.produced = [];
    }
  }
}
