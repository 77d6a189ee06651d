/** The moves of a token: taking a flow, entering, beginning, leaving, resuming, firing. Each is done whole or not at all. */

import { contextOf } from './context.js';
import { Failure } from './errors.js';
import type { Behaviour, Context, Steps } from './language.js';
import { evaluate } from './scope.js';
import { attachedNodes, cancel, clear, dropWaits } from './scopes.js';
import type { Activation, Listener, Move, Variables } from './types.js';
import { activationOf, nodeOf, place, record, type World } from './world.js';

const passThrough: Behaviour = {};

type Moves = { [K in Move['do']]: (world: World, move: Extract<Move, { do: K }>) => Steps };

const moves: Moves = {
  *take(world, { flow: index, scope, caught }) {
    const flow = world.definition.flows[index]!;
    yield* runListeners(world, activationOf(world, scope)!, flow.listeners, 'take');
    const target = world.definition.nodes[flow.to]!;
    const behaviour = behaviourOf(world, target.type);
    record(world, { type: 'taken', flow: index, scope, ...(behaviour.join && { waits: true }) });
    if (!behaviour.join) return enter(world, flow.to, scope, { caught });
    if (!behaviour.joinsAtRest || target.incoming.length === 1) join(world, activationOf(world, scope)!, flow.to);
  },

  *begin(world, { activation: id, caught }) {
    const activation = activationOf(world, id)!;
    const node = nodeOf(world, activation);
    const cx = contextOf(world, id, { caught });
    const isItem = activation.item !== undefined;
    if (node.asyncBefore && !isItem && activation.phase === undefined) {
      record(world, { type: 'phased', activation: id, phase: 'before' });
      yield* waitForContinuation(cx);
      return;
    }
    const loops = node.loop !== undefined && !isItem;
    if (!loops) yield* prepare(cx);
    for (const attached of attachedNodes(world, activation)) yield* listen(cx.on(attached));
    const behaviour = behaviourOf(world, loops ? 'multiInstance' : node.type);
    if (behaviour.enter) yield* behaviour.enter(cx);
    else cx.leave();
  },

  *leave(world, { activation: id, flows, caught }) {
    const activation = activationOf(world, id)!;
    const node = nodeOf(world, activation);
    const isItem = activation.item !== undefined;
    const cx = contextOf(world, id);
    if (activation.phase !== 'after') {
      if (!node.loop || isItem) yield* conclude(cx);
      dropWaits(world, activationOf(world, id)!);
      if (node.asyncAfter && !isItem) {
        record(world, { type: 'phased', activation: id, phase: 'after' });
        yield* waitForContinuation(cx);
        return;
      }
    }
    if (isItem) {
      const result = node.loop?.outputElement ? yield* cx.evaluate(node.loop.outputElement) : undefined;
      record(world, { type: 'left', activation: id, tokens: 0 });
      world.produced.push({ do: 'childLeft', activation: activation.parent, item: activation.item, result });
      return;
    }
    const chosen = flows ?? (yield* outgoing(cx));
    record(world, { type: 'left', activation: id, tokens: chosen.length });
    for (const flow of chosen)
      world.produced.push({ do: 'take', flow, scope: activation.parent, ...(caught && { caught }) });
    if (chosen.length === 0 && activation.parent !== 0)
      world.produced.push({ do: 'childLeft', activation: activation.parent });
  },

  *resume(world, { activation: id, wait, variables }) {
    const activation = activationOf(world, id)!;
    if (wait.kind === 'async') {
      if (activation.phase === 'after') world.produced.push({ do: 'leave', activation: id });
      else {
        record(world, { type: 'phased', activation: id, phase: 'active' });
        world.produced.push({ do: 'begin', activation: id });
      }
      return;
    }
    if (nodeOf(world, activation).attached.includes(wait.node)) {
      world.produced.push({ do: 'fire', activation: id, node: wait.node, variables, wait });
      return;
    }
    const cx = contextOf(world, id);
    const behaviour = behaviourOf(world, cx.node.type);
    if (behaviour.resume) return yield* behaviour.resume(cx, variables, wait);
    cx.set(variables, cx.node.localResults);
    cx.leave();
  },

  *childLeft(world, move) {
    const activation = activationOf(world, move.activation);
    if (!activation) return;
    const cx = contextOf(world, move.activation);
    const behaviour = behaviourOf(world, activation.loop ? 'multiInstance' : cx.node.type);
    yield* behaviour.childLeft!(cx, move);
  },

  *open(world, { activation: id }) {
    if (activationOf(world, id)) yield* behaviourOf(world, 'multiInstance').opened!(contextOf(world, id));
  },

  *throw(world, { activation: id, thrown }) {
    const cx = contextOf(world, id);
    if (!cx.throw(thrown)) throw uncaught(cx, thrown);
  },

  *fire(world, { activation: id, node: index, variables, wait }) {
    const host = activationOf(world, id);
    if (!host) return;
    const node = world.definition.nodes[index]!;
    const inside = node.parent === host.node;
    if (node.interrupting !== false) {
      clear(world, host);
      if (inside) {
        dropWaits(world, host);
        enter(world, index, id, { fresh: true, caught: variables });
      } else {
        cancel(world, activationOf(world, id)!, 1);
        enter(world, index, host.parent, { caught: variables });
      }
      return;
    }
    enter(world, index, inside ? id : host.parent, { fresh: true, caught: variables });
    const cx = contextOf(world, id, { node });
    if (wait && cx.trigger?.again) yield* cx.trigger.again(cx, wait);
  },
};

/** Does one move. */
export function perform(world: World, move: Move): Steps {
  return (moves[move.do] as (world: World, move: Move) => Steps)(world, move);
}

/** Puts a token on a node: opens its activation, and queues its beginning. */
export function enter(
  world: World,
  index: number,
  scope: number,
  options: { fresh?: boolean; caught?: Variables; item?: number; variables?: Variables; chunk?: string } = {},
): void {
  const { fresh, caught, item, variables, chunk } = options;
  if (item === undefined) countVisit(world, index, scope);
  const activation = world.state.instance.next;
  record(world, { type: 'entered', activation, node: index, parent: scope, fresh, item, variables, chunk });
  world.nodes++;
  world.produced.push({ do: 'begin', activation, ...(caught && { caught }) });
}

function countVisit(world: World, index: number, scope: number): void {
  const key = `${scope}:${index}`;
  const visits = (world.visits.get(key) ?? 0) + 1;
  if (visits > world.limits.loop) {
    const node = world.definition.nodes[index]!;
    throw new Failure(
      'loop',
      `${place(node)} was visited ${world.limits.loop} times without waiting: the loop around it has no end`,
      index,
    );
  }
  world.visits.set(key, visits);
}

/** Lets the tokens that have arrived at a join go on, if it is time. */
export function join(world: World, scope: Activation, index: number): boolean {
  const node = world.definition.nodes[index]!;
  const arrived = scope.arrived?.[index];
  if (!arrived) return false;
  const flows = behaviourOf(world, node.type).join!({
    definition: world.definition,
    node,
    arrived,
    tokens: () => tokensIn(world, scope, index),
  });
  if (!flows) return false;
  record(world, { type: 'joined', node: index, scope: scope.id, flows });
  enter(world, index, scope.id);
  return true;
}

/** Nodes of a scope where other tokens are: activations, joins with arrivals, parked and queued moves. */
function* tokensIn(world: World, scope: Activation, join: number): Generator<number> {
  const { activations, incidents } = world.state.instance;
  for (const activation of Object.values(activations)) if (activation.parent === scope.id) yield activation.node;
  for (const index of Object.keys(scope.arrived ?? {})) if (Number(index) !== join) yield Number(index);
  const parked = Object.values(incidents).flatMap(incident => incident.move ?? []);
  for (const move of [...parked, ...world.stack, ...world.produced]) {
    if (move.do === 'take' && move.scope === scope.id) yield world.definition.flows[move.flow]!.to;
  }
}

export function behaviourOf(world: World, type: string): Behaviour {
  return world.vocabulary.behaviours[type] ?? passThrough;
}

function* listen(cx: Context): Steps {
  if (cx.trigger?.listen) yield* cx.trigger.listen(cx);
}

/** Input mappings, then start listeners. */
function* prepare(cx: Context): Steps {
  for (const { target, value } of cx.node.inputs ?? []) cx.set({ [target]: yield* cx.evaluate(value) }, true);
  yield* runListenersOf(cx, 'start');
}

/** Output mappings into the enclosing scope, then end listeners. */
function* conclude(cx: Context): Steps {
  const results: Variables = {};
  for (const { target, value } of cx.node.outputs ?? []) results[target] = yield* cx.evaluate(value);
  cx.setOutside(results);
  yield* runListenersOf(cx, 'end');
}

function* runListenersOf(cx: Context, event: Listener['event']): Steps {
  for (const listener of cx.node.listeners ?? []) if (listener.event === event) yield* cx.evaluate(listener.run);
}

function* runListeners(
  world: World,
  scope: Activation,
  listeners: Listener[] | undefined,
  event: Listener['event'],
): Steps {
  for (const listener of listeners ?? []) if (listener.event === event) yield* evaluate(world, scope, listener.run);
}

/** An asynchronous continuation: a job that only goes on (`asyncBefore`, `asyncAfter`). */
function* waitForContinuation(cx: Context): Steps {
  const priority = cx.node.jobPriority ? Number(yield* cx.evaluate(cx.node.jobPriority)) : undefined;
  const retryCycle = yield* cx.text(cx.node.retryCycle);
  cx.wait({ kind: 'async', due: cx.command.at }, { priority, retryCycle });
}

/** Every flow whose condition holds or that has none; the default flow when no other is taken (BPMN 2.0.2, 13.3.2). */
function* outgoing(cx: Context): Steps<number[]> {
  const { node, definition } = cx;
  const chosen: number[] = [];
  for (const index of node.outgoing) {
    const { condition } = definition.flows[index]!;
    if (index !== node.defaultFlow && (!condition || (yield* cx.holds(condition)))) chosen.push(index);
  }
  if (chosen.length > 0 || node.outgoing.length === 0) return chosen;
  if (node.defaultFlow !== undefined) return [node.defaultFlow];
  throw cx.failure('no-flow', 'no outgoing flow has a condition that holds, and there is no default flow');
}

function uncaught(cx: Context, thrown: { type: string; code?: string; message?: string }): Error {
  const what = `${thrown.type} ${thrown.code ? `'${thrown.code}'` : 'without code'}${thrown.message ? ` (${thrown.message})` : ''}`;
  return cx.failure(
    `uncaught-${thrown.type}`,
    `${what} is caught by no boundary event or event sub-process around it; add one, or cancel the instance`,
  );
}
