/** The moves of a token: taking a flow, entering, beginning, leaving, resuming, firing. Each is done whole or not at all. */

import { holdsNow, lookInto } from './conditions.js';
import { contextOf, end } from './context.js';
import { conclude, prepare, runListeners } from './course.js';
import type { Context, Steps } from './language.js';
import { takeLeave } from './leave-taking.js';
import { priorityOf } from './priority.js';
import { attachedNodes, dropWaits, interrupt } from './scopes.js';
import { behaviourOf, enter, join } from './tokens.js';
import type { Move, Thrown } from './types.js';
import { activationOf, nodeOf, record, type World } from './world.js';

type Moves = { [K in Move['do']]: (world: World, move: Extract<Move, { do: K }>) => Steps };

const moves: Moves = {
  *take(world, { flow: index, scope, caught }) {
    const flow = world.definition.flows[index]!;
    yield* runListeners(world, activationOf(world, scope)!, flow.listeners, 'take');
    const target = world.definition.nodes[flow.to]!;
    const behaviour = behaviourOf(world, target.type);
    record(world, { type: 'taken', flow: index, scope, ...(behaviour.join && { waits: true }) });
    if (!behaviour.join) return void enter(world, flow.to, scope, { caught });
    if (!behaviour.joinsAtRest || target.incoming.length === 1) join(world, activationOf(world, scope)!, flow.to);
  },

  *join(world, { node, scope }) {
    join(world, activationOf(world, scope)!, node);
  },

  *begin(world, move) {
    const activation = activationOf(world, move.activation)!;
    const node = nodeOf(world, activation);
    const cx = contextOf(world, activation.id, { caught: move.caught });
    const isItem = activation.item !== undefined;
    if (node.asyncBefore && !isItem && !move.opened && activation.phase === undefined) {
      return yield* waitForContinuation(world, cx, 'before', move);
    }
    const loops = node.loop !== undefined && !isItem;
    if (!loops) yield* prepare(cx);
    for (const attached of attachedNodes(world, activation)) yield* listen(cx.on(attached));
    if (move.opened) return;
    const behaviour = behaviourOf(world, loops ? 'multiInstance' : node.type);
    if (behaviour.enter) yield* behaviour.enter(cx);
    else cx.leave();
  },

  *again(world, { activation: id }) {
    const cx = contextOf(world, id);
    yield* behaviourOf(world, cx.node.type).enter!(cx);
  },

  *leave(world, move) {
    const activation = activationOf(world, move.activation)!;
    // An event sub-process has begun since the last token came to its end: the scope goes on.
    if (activation.live > 0) return;
    const node = nodeOf(world, activation);
    const isItem = activation.item !== undefined;
    const cx = contextOf(world, activation.id);
    if (activation.phase !== 'after') {
      if (!node.loop || isItem) yield* conclude(cx);
      dropWaits(world, activationOf(world, activation.id)!);
      if (node.asyncAfter && !isItem) return yield* waitForContinuation(world, cx, 'after', move);
    }
    if (isItem) yield* leaveItem(world, cx);
    else if (activation.parent === 0) end(world, 'completed');
    else if (move.to !== undefined) {
      record(world, { type: 'left', activation: activation.id, tokens: 1 });
      enter(world, move.to, activation.parent);
    } else yield* leaveBy(world, cx, move);
  },

  *resume(world, { activation: id, wait, variables }) {
    const activation = activationOf(world, id)!;
    if (wait.kind === 'async') {
      if (activation.phase === 'before') record(world, { type: 'phased', activation: id, phase: 'active' });
      world.produced.push(activation.next!);
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
    if (cx.throw(thrown) || isToldByChild(world, cx, thrown)) return;
    if (!world.definition.traits?.endsUncaught) throw uncaught(cx, thrown);
    if (thrown.type === 'error') endUncaught(world, cx, thrown);
  },

  *fire(world, { activation: id, node: index, variables, wait }) {
    const host = activationOf(world, id);
    if (!host) return;
    const node = world.definition.nodes[index]!;
    const inside = node.parent === host.node;
    const scope = inside ? id : host.parent;
    if (node.interrupting !== false) {
      yield* takeLeave(world, host, inside);
      interrupt(world, activationOf(world, id)!, node);
      return void enter(world, index, scope, { fresh: inside, caught: variables });
    }
    enter(world, index, scope, { fresh: true, caught: variables });
    const cx = contextOf(world, id, { node });
    if (wait && cx.trigger?.again) yield* cx.trigger.again(cx, wait);
  },

  *look(world, { activation: id, wait: waitId }) {
    const wait = world.state.instance.waits[waitId];
    if (!wait || !(yield* holdsNow(world, wait))) return;
    record(world, { type: 'answered', wait: wait.id });
    world.produced.push({ do: 'resume', activation: id, wait, variables: {} });
  },

  *lookInto(world, { chunk, names }) {
    lookInto(world, chunk, names);
  },
};

/** Does one move. */
export function perform(world: World, move: Move): Steps {
  return (moves[move.do] as (world: World, move: Move) => Steps)(world, move);
}

function* listen(cx: Context): Steps {
  if (cx.trigger?.listen) yield* cx.trigger.listen(cx);
}

/** One item of a multi-instance is done: its body hears of it. */
function* leaveItem(world: World, cx: Context): Steps {
  const { activation, node } = cx;
  const result = node.loop?.outputElement ? yield* cx.evaluate(node.loop.outputElement) : undefined;
  record(world, { type: 'left', activation: activation.id, tokens: 0 });
  world.produced.push({ do: 'childLeft', activation: activation.parent, item: activation.item, result });
}

function* leaveBy(world: World, cx: Context, { flows, caught }: Extract<Move, { do: 'leave' }>): Steps {
  const { id, parent } = cx.activation;
  const chosen = flows ?? (yield* outgoing(cx));
  record(world, { type: 'left', activation: id, tokens: chosen.length });
  for (const flow of chosen) world.produced.push({ do: 'take', flow, scope: parent, ...(caught && { caught }) });
  if (chosen.length === 0) world.produced.push({ do: 'childLeft', activation: parent });
}

/** An asynchronous continuation: a job that only goes on (`asyncBefore`, `asyncAfter`). */
function* waitForContinuation(world: World, cx: Context, phase: 'before' | 'after', next: Move): Steps {
  record(world, { type: 'phased', activation: cx.activation.id, phase, next });
  const priority = yield* priorityOf(cx, cx.node.jobPriority);
  const retryCycle = yield* cx.text(cx.node.retryCycle);
  cx.wait({ kind: 'async', due: cx.command.at }, { phase, priority, retryCycle });
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

/** An escalation of a called process that nobody catches is no trouble: the call goes on (BPMN 2.0.2, 10.5.7). */
function isToldByChild(world: World, { activation }: Context, { type }: Thrown): boolean {
  return type === 'escalation' && (activation.waits ?? []).some(id => world.state.instance.waits[id]!.kind === 'child');
}

/** Camunda 7 (ENGINE-13033): what leaves this way cannot be mapped. */
function endUncaught({ command }: World, cx: Context, { code = '' }: Thrown): void {
  if (cx.node.outputs && cx.definition.traits?.endsUncaught && command.onFailure === 'refuse')
    throw cx.failure('uncaught-error', `ENGINE-13033 Propagation of bpmn error ${code} failed: it has output mappings`);
  cx.leave([]);
}

function uncaught(cx: Context, thrown: Thrown): Error {
  const what = `${thrown.type} ${thrown.code ? `'${thrown.code}'` : 'without code'}${thrown.message ? ` (${thrown.message})` : ''}`;
  return cx.failure(
    `uncaught-${thrown.type}`,
    `${what} is caught by no boundary event or event sub-process around it; add one, or cancel the instance`,
  );
}
