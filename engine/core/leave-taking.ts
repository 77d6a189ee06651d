/** What is cancelled by command or interrupted takes its leave; output mappings and end listeners run where the dialect says so. */

import { contextOf } from './context.js';
import { conclude } from './course.js';
import { Failure } from './errors.js';
import type { Context, Steps } from './language.js';
import { descendants } from './scopes.js';
import { behaviourOf } from './tokens.js';
import type { Activation } from './types.js';
import { whole } from './whole.js';
import { nodeOf, type World } from './world.js';

/**
 * Concludes an activation and all that is inside, inner ones first (`insideOnly`: itself stays). A failure holds nothing up,
 * unless the command refuses it.
 */
export function* takeLeave(world: World, activation: Activation, insideOnly = false): Steps {
  const { command } = world;
  if (command.skipListeners && command.skipMappings) return;
  for (const leaving of [...(insideOnly ? [] : [activation]), ...descendants(world, activation)].reverse()) {
    if (!hasBegun(world, leaving)) continue;
    const failure = yield* whole(world, leave(world, contextOf(world, leaving.id)));
    if (failure instanceof Failure && command.onFailure !== 'incident') throw failure;
  }
}

function* leave(world: World, cx: Context): Steps {
  yield* behaviourOf(world, cx.node.type).cancelled?.(cx) ?? [];
  if (world.definition.traits?.concludesCancelled) yield* conclude(cx);
}

/** Neither the body of a multi-instance, whose items conclude, nor one at an asynchronous continuation. */
function hasBegun(world: World, activation: Activation): boolean {
  const isBody = nodeOf(world, activation).loop !== undefined && activation.item === undefined;
  return !isBody && activation.phase !== 'before' && activation.phase !== 'after';
}
