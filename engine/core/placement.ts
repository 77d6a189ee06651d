/** Where a token is put by hand: the open scope for it, and the scopes in between that are entered first. */

import { BadCommand } from './errors.js';
import type { Placement, Steps } from './language.js';
import { loadChunkOf } from './run.js';
import { chunkKey } from './state.js';
import { enter } from './tokens.js';
import type { Activation, Node } from './types.js';
import { activationOf, place, record, type World } from './world.js';

/** A node that has to be open around the token: a scope, one item of a multi-instance, or its body. */
interface Level {
  node: Node;
  isBody: boolean;
}

/**
 * Finds the innermost scope around a node that is open, enters those that are missing, and answers the activation to put
 * the token in. For an item (`isItem`) this is the body, which counts it already. Throws BadCommand where several are open.
 */
export function* openScopes(world: World, node: Node, isItem: boolean, { inside, chunk }: Placement): Steps<number> {
  yield* loadChunkOf(world, chunk);
  const levels = levelsAround(world, node, isItem);
  for (const [depth, level] of levels.entries()) {
    const open = inside === undefined ? openAt(world, level) : openAt(world, level).filter(({ id }) => id === inside);
    if (open.length > 1 || (inside === undefined && isCrowded(world, level))) throw ambiguous(node, level);
    if (open.length === 0) continue;
    let scope = open[0]!.id;
    if (level.isBody) yield* addItem(world, level.node, scope);
    for (const missing of levels.slice(0, depth).reverse()) scope = enterScope(world, missing, scope);
    return scope;
  }
  throw new BadCommand(`activation ${inside} is no open scope around ${place(node)}`);
}

/** From the inside out; the process is the last one, and always open. */
function levelsAround({ definition: { nodes } }: World, node: Node, isItem: boolean): Level[] {
  const levels: Level[] = isItem ? [{ node, isBody: true }] : [];
  for (let at = nodes[node.parent]; at; at = nodes[at.parent]) {
    levels.push({ node: at, isBody: false });
    if (at.loop) levels.push({ node: at, isBody: true });
  }
  return levels;
}

function openAt(world: World, { node, isBody }: Level): Activation[] {
  return Object.values(world.state.instance.activations).filter(
    ({ node: index, loop, item, phase }) =>
      index === node.index &&
      (isBody ? loop !== undefined : loop === undefined && (node.loop === undefined || item !== undefined)) &&
      phase !== 'before' &&
      phase !== 'after',
  );
}

/** Several items of a multi-instance may lie in chunks, where nobody has looked. */
const isCrowded = (world: World, { node, isBody }: Level): boolean =>
  !isBody && openAt(world, { node, isBody: true }).some(({ loop, live }) => loop!.chunkSize > 0 && live > 1);

function ambiguous(node: Node, { node: scope, isBody }: Level): BadCommand {
  const what = `${place(scope)}${isBody ? ' (multi-instance)' : ''}`;
  return new BadCommand(`${what} is open more than once; name the activation that ${place(node)} is to be started in`);
}

/** Room for one more item in a body that is open. */
function* addItem(world: World, node: Node, id: number): Steps {
  const { loop, live } = activationOf(world, id)!;
  const { total, opened, chunkSize } = loop!;
  if (opened < total || (node.loop!.sequential && live > 0))
    throw new BadCommand(`${place(node)} takes no further item while it has items to open; cancel it, or wait`);
  if (chunkSize > 0) yield* loadChunkOf(world, chunkKey(activationOf(world, id)!, Math.floor(opened / chunkSize)));
  record(world, { type: 'looped', activation: id, loop: { total: total + 1, opened: opened + 1 } });
}

/** Enters a scope without its start events; a body with one item to come. */
function enterScope(world: World, { node, isBody }: Level, scope: number): number {
  if (isBody) {
    const body = enter(world, node.index, scope, { fresh: true, opened: true });
    const one = {
      total: 1,
      opened: 1,
      completed: 0,
      chunkSize: 0,
      ...(node.loop!.outputCollection && { results: [] }),
    };
    record(world, { type: 'looped', activation: body, loop: one });
    return body;
  }
  if (!node.loop) return enter(world, node.index, scope, { fresh: true, opened: true });
  return enter(world, node.index, scope, { fresh: true, opened: true, ...itemOf(world, scope) });
}

/** The item of a body that was counted last: its number, variables, and the chunk that it goes to. */
export function itemOf(world: World, id: number): { item: number; variables: { loopCounter: number }; chunk?: string } {
  const body = activationOf(world, id)!;
  const { opened, chunkSize } = body.loop!;
  const item = opened - 1;
  const chunk = chunkSize > 0 ? chunkKey(body, Math.floor(item / chunkSize)) : undefined;
  const loopCounter = world.definition.traits?.countsItemsFromOne ? item + 1 : item;
  return { item, variables: { loopCounter }, ...(chunk && { chunk }) };
}
