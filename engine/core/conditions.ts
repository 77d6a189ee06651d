/** Conditional events (BPMN 2.0.2, 10.5.5): a condition is looked at when it begins to listen and when variables change. */

import { contextOf } from './context.js';
import { Failure, ThrownInScript } from './errors.js';
import { factsOf } from './facts.js';
import type { Steps } from './language.js';
import { outwards } from './scope.js';
import { unloadedChunks } from './scopes.js';
import type { Activation, Wait } from './types.js';
import { activationOf, type World } from './world.js';

/**
 * Queues a look at every condition that the events since `from` concern, in their order and before anything else moves:
 * what a completion sets fires at the task that it completes, before the token leaves (as in Camunda 7).
 */
export function watch(world: World, from: number): void {
  if (!factsOf(world).hasConditions) return;
  const above = world.stack.length;
  for (const event of world.events.slice(from)) {
    // One that listens again waits for the next change.
    if (event.type === 'waiting' && event.wait.kind === 'condition' && !event.wait.name)
      queueLook(world, event.wait, above);
    else if (event.type === 'set') changed(world, event.activation, Object.keys(event.variables), above);
    else if (event.type === 'unset') changed(world, event.activation, event.names, above);
  }
}

function changed(world: World, scope: number, names: string[], above: number): void {
  lookFor(world, names, above, activation => [...outwards(world, activation)].some(({ id }) => id === scope));
}

/** Looks at the conditions in one chunk that is loaded now. */
export function lookInto(world: World, chunk: string, names: string[]): void {
  lookFor(world, names, world.stack.length, activation => activation.chunk === chunk);
}

/** Queues a look at every condition on these variables, at activations that are concerned. */
function lookFor(world: World, names: string[], above: number, isConcerned: (activation: Activation) => boolean): void {
  for (const wait of Object.values(world.state.instance.waits)) {
    if (wait.kind !== 'condition' || !isConcerned(activationOf(world, wait.activation)!)) continue;
    const wanted = world.definition.nodes[wait.node]!.event?.variableNames;
    if (!wanted || wanted.some(name => names.includes(name))) queueLook(world, wait, above);
  }
  const { loopsWithConditions } = factsOf(world);
  if (loopsWithConditions.size === 0) return;
  for (const body of Object.values(world.state.instance.activations)) {
    if (!loopsWithConditions.has(body.node) || !isConcerned(body)) continue;
    for (const chunk of unloadedChunks(world, body))
      world.stack.splice(above, 0, { do: 'lookInto', activation: body.id, chunk, names });
  }
}

/** Puts it on the stack above that many moves; those that are queued after it come after it. */
function queueLook(world: World, { id, activation }: Wait, above: number): void {
  const isQueued = world.stack.some(move => move.do === 'look' && move.wait === id);
  if (!isQueued) world.stack.splice(above, 0, { do: 'look', activation, wait: id });
}

/** Whether the condition that is waited for holds. A variable that is not there yet is the usual state of it. */
export function* holdsNow(world: World, wait: Wait): Steps<boolean> {
  const cx = contextOf(world, wait.activation, { node: world.definition.nodes[wait.node]! });
  try {
    return yield* cx.holds(cx.node.event!.condition!);
  } catch (error) {
    if (error instanceof Failure || error instanceof ThrownInScript) return false;
    throw error;
  }
}
