/** Conditional events (BPMN 2.0.2, 10.5.5): a condition is looked at when it begins to listen and when variables change. */

import { contextOf } from './context.js';
import { Failure, ThrownInScript } from './errors.js';
import { factsOf } from './facts.js';
import type { Steps } from './language.js';
import { outwards } from './scope.js';
import { unloadedChunks } from './scopes.js';
import type { Activation, Wait } from './types.js';
import { activationOf, type World } from './world.js';

/** Queues a look at every condition that the events since `from` concern, behind all that moves now. */
export function watch(world: World, from: number): void {
  if (!factsOf(world).hasConditions) return;
  for (const event of world.events.slice(from)) {
    // One that listens again waits for the next change.
    if (event.type === 'waiting' && event.wait.kind === 'condition' && !event.wait.name) queueLook(world, event.wait);
    else if (event.type === 'set') changed(world, event.activation, Object.keys(event.variables));
    else if (event.type === 'unset') changed(world, event.activation, event.names);
  }
}

function changed(world: World, scope: number, names: string[]): void {
  lookFor(world, names, activation => [...outwards(world, activation)].some(({ id }) => id === scope));
}

/** Looks at the conditions in one chunk that is loaded now. */
export function lookInto(world: World, chunk: string, names: string[]): void {
  lookFor(world, names, activation => activation.chunk === chunk);
}

/** Queues a look at every condition on these variables, at activations that are concerned. */
function lookFor(world: World, names: string[], isConcerned: (activation: Activation) => boolean): void {
  for (const wait of Object.values(world.state.instance.waits)) {
    if (wait.kind !== 'condition' || !isConcerned(activationOf(world, wait.activation)!)) continue;
    const wanted = world.definition.nodes[wait.node]!.event?.variableNames;
    if (!wanted || wanted.some(name => names.includes(name))) queueLook(world, wait);
  }
  const { loopsWithConditions } = factsOf(world);
  if (loopsWithConditions.size === 0) return;
  for (const body of Object.values(world.state.instance.activations)) {
    if (!loopsWithConditions.has(body.node) || !isConcerned(body)) continue;
    for (const chunk of unloadedChunks(world, body))
      world.stack.unshift({ do: 'lookInto', activation: body.id, chunk, names });
  }
}

function queueLook(world: World, { id, activation }: Wait): void {
  const isQueued = world.stack.some(move => move.do === 'look' && move.wait === id);
  if (!isQueued) world.stack.unshift({ do: 'look', activation, wait: id });
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
