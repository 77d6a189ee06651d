/** Whole or not at all: what a failure takes back, and a BPMN error does not. */

import { Failure, ThrownInScript } from './errors.js';
import type { Steps } from './language.js';
import { undo } from './state.js';
import type { World } from './world.js';

/**
 * Does something whole or not at all: answers the failure that took back what was done. A BPMN error that a script throws
 * is no failure: what was done before it stays, only what was to come does not.
 */
export function* whole(world: World, work: Steps): Steps<Failure | ThrownInScript | undefined> {
  const journal = world.state.journal.length;
  const events = world.events.length;
  const effects = world.effects.length;
  const { stack, produced } = world;
  world.produced = [];
  try {
    yield* work;
    world.produced = [...produced, ...world.produced];
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure) && !(error instanceof ThrownInScript)) throw error;
    world.produced = produced;
    if (error instanceof ThrownInScript) return error;
    undo(world.state, journal);
    world.events.length = events;
    world.effects.length = effects;
    world.stack = stack;
    return error;
  }
}
