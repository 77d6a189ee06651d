/** What is cancelled by command or interrupted takes its leave where the dialect says so: output mappings and end listeners run. */

import { contextOf } from './context.js';
import { conclude } from './course.js';
import { Failure } from './errors.js';
import type { Steps } from './language.js';
import { descendants } from './scopes.js';
import type { Activation } from './types.js';
import { whole } from './whole.js';
import { nodeOf, type World } from './world.js';

/**
 * Concludes an activation and all that is inside, inner ones first (`insideOnly`: itself stays). A failure holds nothing up,
 * unless the command refuses it.
 */
export function* takeLeave(world: World, activation: Activation, insideOnly = false): Steps {
  const { definition, command } = world;
  if (!definition.traits?.concludesCancelled || (command.skipListeners && command.skipMappings)) return;
  for (const leaving of [...(insideOnly ? [] : [activation]), ...descendants(world, activation)].reverse()) {
    if (!hasBegun(world, leaving)) continue;
    const failure = yield* whole(world, conclude(contextOf(world, leaving.id)));
    if (failure instanceof Failure && command.onFailure !== 'incident') throw failure;
  }
}

/** Neither the body of a multi-instance, whose items conclude, nor one at an asynchronous continuation. */
function hasBegun(world: World, activation: Activation): boolean {
  const isBody = nodeOf(world, activation).loop !== undefined && activation.item === undefined;
  return !isBody && activation.phase !== 'before' && activation.phase !== 'after';
}
