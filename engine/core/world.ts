/** What a running step works on, and the few verbs that write to it. */

import { apply } from './apply.js';
import { Failure } from './errors.js';
import type { Command, Vocabulary } from './language.js';
import type { State } from './state.js';
import type { Activation, Definition, Effect, EffectBody, Event, Move, Node } from './types.js';

/** Bounds of one step and of chains of steps. */
export interface Limits {
  /** Milliseconds between two firings of a cycle, at least. */
  interval: number;
  /** Nodes entered in one step before it goes on in the next. */
  nodes: number;
  /** Characters of rows and events in one step. */
  size: number;
  /** Visits of one element, in one scope, without an answer from outside. */
  loop: number;
  /** Nesting of call activities. */
  depth: number;
  /** Persisted hops without an answer from outside. */
  hops: number;
  /** Processes that processes start far from whoever asked, of one tree or one definition, within a minute. */
  cascade: number;
  /** Effects of one instance that are not delivered yet, above which it takes no command from outside. */
  outbox: number;
  /** Items of a multi-instance that lie in one chunk document; up to this many stay in the instance. */
  chunk: number;
}

export const defaultLimits: Limits = {
  interval: 1000,
  nodes: 2000,
  size: 1_000_000,
  loop: 10_000,
  depth: 100,
  hops: 1000,
  cascade: 1000,
  outbox: 10_000,
  chunk: 250,
};

export interface World {
  definition: Definition;
  vocabulary: Vocabulary;
  limits: Limits;
  command: Command;
  state: State;
  events: Event[];
  effects: Effect[];
  /** Moves to do; the last one is next. */
  stack: Move[];
  /** What the current move has queued, in order. */
  produced: Move[];
  /** As Instance.visits, while the step runs. */
  visits: Map<string, number>;
  /** Budget used so far. */
  nodes: number;
  size: number;
}

/** Writes an event: applies it and keeps it for the history. */
export function record(world: World, event: Event): void {
  apply(world.definition, world.state, event, world.command.at);
  world.events.push(event);
}

/** Effects by which instances can call each other in a circle. */
const spreading: ReadonlySet<EffectBody['do']> = new Set(['startChild', 'publish', 'broadcast']);

/** Says something to the outside. */
export function send(world: World, body: EffectBody): void {
  const hops = (world.command.hops ?? 0) + 1;
  if (hops > world.limits.hops && spreading.has(body.do)) {
    throw new Failure(
      'loop',
      `${hops} steps in a row without an answer from outside: the processes start each other in a circle`,
    );
  }
  const effect: Effect = { id: `${world.state.instance.id}~${world.state.instance.next}`, hops, ...body };
  record(world, { type: 'sent', effect });
  world.effects.push(effect);
}

/** The next id for a wait or incident of this activation. */
export function nextId(world: World, activation: Activation): string {
  const { instance } = world.state;
  return `${instance.id}~${instance.next}${activation.chunk ? `c${activation.chunk}` : ''}`;
}

export const activationOf = (world: World, id: number): Activation | undefined => world.state.instance.activations[id];

export const nodeOf = (world: World, activation: Activation): Node => world.definition.nodes[activation.node]!;

/** A node as people find it: type, name or id, line. */
export function place(node: Node): string {
  return `${node.type} '${node.name ?? node.id}' (line ${node.line})`;
}
