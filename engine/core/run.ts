/** Runs moves until every token waits or the budget is used up. A loop, never a recursion over the model. */

import { watch } from './conditions.js';
import { Failure, ThrownInScript } from './errors.js';
import type { Steps } from './language.js';
import { perform } from './moves.js';
import { settle } from './rest.js';
import { isOver, placeOf } from './scopes.js';
import { chunksAround, loadChunk } from './state.js';
import type { Incident, Move } from './types.js';
import { whole } from './whole.js';
import { activationOf, nextId, nodeOf, place, record, send, type World } from './world.js';

const CHARACTERS_PER_ACTIVATION = 300;

/** Does all moves on the stack, and what they bring. Throws Failure where the command does not want incidents. */
export function* run(world: World): Steps {
  do {
    while (world.stack.length > 0) {
      if (world.nodes >= world.limits.nodes || world.size >= world.limits.size) return putOff(world);
      const before = world.events.length;
      const move = world.stack.pop()!;
      if (move.chunk && !isOver(world, move)) yield* loadChunkOf(world, move.chunk);
      if (!isOver(world, move)) yield* attempt(world, move);
      watch(world, before);
    }
  } while (settle(world));
}

/** Brings a chunk into the working copy, and those that lie around it. */
export function* loadChunkOf(world: World, chunk: string | undefined): Steps {
  for (const key of chunk ? chunksAround(chunk) : []) {
    if (world.state.chunks.has(key)) continue;
    const answer = yield { need: 'chunk', chunk: key };
    if (!('chunk' in answer) || !answer.chunk) continue;
    loadChunk(world.state, key, answer.chunk);
    // It is written again with the step.
    world.size += CHARACTERS_PER_ACTIVATION * Object.keys(answer.chunk.activations).length;
  }
}

/** One move; where it fails the token parks. */
function* attempt(world: World, move: Move): Steps {
  world.produced = [];
  const error = yield* whole(world, perform(world, move));
  if (error instanceof ThrownInScript) {
    world.produced.push({ do: 'throw', activation: placeOf(move), thrown: error.thrown });
  } else if (error && world.command.onFailure === 'incident') park(world, move, error);
  else if (error) throw error;
  for (let i = world.produced.length - 1; i >= 0; i--) world.stack.push(world.produced[i]!);
  world.produced = [];
}

/** Leaves the token where it is, with the move that is tried again on retry. */
function park(world: World, move: Move, failure: Failure): void {
  const id = placeOf(move);
  const activation = activationOf(world, id)!;
  const flow = move.do === 'take' ? world.definition.flows[move.flow]! : undefined;
  const incident: Incident = {
    id: nextId(world, activation),
    activation: id,
    node: failure.node ?? flow?.to ?? activation.node,
    ...(flow && { flow: flow.index }),
    at: world.command.at,
    type: failure.type,
    message: failure.message,
    move,
  };
  record(world, { type: 'incident', incident });
}

/** The budget is used up: the rest is the next command's, unless that has gone on for too long. */
function putOff(world: World): void {
  const { hops = 0, onFailure } = world.command;
  const isEndless = hops >= world.limits.hops;
  if (isEndless) {
    const move = world.stack.pop()!;
    const failure = new Failure(
      'loop',
      `${place(nodeOf(world, activationOf(world, placeOf(move))!))}: ${hops} steps in a row without an answer from outside; retry lets it go on`,
    );
    if (onFailure !== 'incident') throw failure;
    park(world, move, failure);
    if (world.stack.length === 0) return;
  }
  record(world, { type: 'queued', moves: world.stack.map(move => withChunk(world, move)) });
  const visits = [...world.visits].filter(([key]) => activationOf(world, Number(key.slice(0, key.indexOf(':')))));
  record(world, { type: 'visited', visits: Object.fromEntries(visits) });
  world.stack = [];
  if (!isEndless) send(world, { do: 'continue' });
}

function withChunk(world: World, move: Move): Move {
  const chunk = move.chunk ?? activationOf(world, placeOf(move))?.chunk;
  return chunk ? { ...move, chunk } : move;
}
