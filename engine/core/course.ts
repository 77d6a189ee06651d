/** What runs at the edges of an element: mappings and listeners. */

import type { Context, Steps } from './language.js';
import { evaluate } from './scope.js';
import type { Activation, Listener } from './types.js';
import type { World } from './world.js';

/** Input mappings, then start listeners. */
export function* prepare(cx: Context): Steps {
  for (const { target, value } of cx.command.skipMappings ? [] : (cx.node.inputs ?? []))
    cx.set({ [target]: yield* cx.evaluate(value) }, true);
  yield* runListenersOf(cx, 'start');
}

/** Output mappings into the enclosing scope, then end listeners. */
export function* conclude(cx: Context): Steps {
  for (const { target, value } of cx.command.skipMappings ? [] : (cx.node.outputs ?? []))
    cx.setOutside({ [target]: yield* cx.evaluate(value) });
  yield* runListenersOf(cx, 'end');
}

function* runListenersOf(cx: Context, event: Listener['event']): Steps {
  if (cx.command.skipListeners) return;
  for (const listener of cx.node.listeners ?? []) if (listener.event === event) yield* cx.evaluate(listener.run);
}

export function* runListeners(
  world: World,
  scope: Activation,
  listeners: Listener[] | undefined,
  event: Listener['event'],
): Steps {
  if (world.command.skipListeners) return;
  for (const listener of listeners ?? []) if (listener.event === event) yield* evaluate(world, scope, listener.run);
}
