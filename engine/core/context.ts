/** What an element sees and says: the Context over the running step. */

import { BadCommand, Failure } from './errors.js';
import type { Context, Need } from './language.js';
import { evaluate, evaluateOn, readVariable, setVariables, visibleVariables } from './scope.js';
import { caughtVariables, clear, dropWaits, findCatcher } from './scopes.js';
import { chunkKey } from './state.js';
import { enter } from './tokens.js';
import type { Activation, EffectBody, Expression, Move, Node, Thrown, Variables, Wait, WaitRow } from './types.js';
import { activationOf, nextId, nodeOf, place, record, send, type World } from './world.js';

/** Makes the context of one activation; `node` is another one where it listens on the activation's behalf. */
export function contextOf(world: World, id: number, options: { node?: Node; caught?: Variables } = {}): Context {
  const activation = (): Activation => {
    const found = activationOf(world, id);
    if (!found) throw new BadCommand(`activation ${id} of instance ${world.state.instance.id} is over`);
    return found;
  };
  const node = options.node ?? nodeOf(world, activation());
  const failure = (type: string, message: string) => new Failure(type, `${place(node)}: ${message}`, node.index);

  return {
    definition: world.definition,
    node,
    get activation() {
      return activation();
    },
    get instance() {
      return world.state.instance;
    },
    command: world.command,
    limits: world.limits,
    caught: options.caught,
    trigger: node.event && world.vocabulary.triggers[node.event.type],

    evaluate: value => evaluate(world, activation(), value, node),
    evaluateOn: (value, variables) => evaluateOn(world, activation(), value, variables, node),
    *text(value) {
      if (!value) return undefined;
      const result = yield* evaluate(world, activation(), value, node);
      if (result === null) return undefined;
      return typeof result === 'object' ? JSON.stringify(result) : String(result);
    },
    *holds(condition: Expression) {
      const result = yield* evaluate(world, activation(), condition, node);
      if (typeof result === 'boolean') return result;
      throw failure(
        'expression',
        `${condition.source} (line ${condition.line}) is ${JSON.stringify(result)}; a condition must be true or false`,
      );
    },
    *time(kind, value, after = world.command.at) {
      const text = yield* evaluate(world, activation(), value, node);
      try {
        return world.vocabulary.calendar.next(kind, String(text), after);
      } catch (error) {
        throw failure('expression', `${value.source} (line ${value.line}) is no ${kind}: ${(error as Error).message}`);
      }
    },
    *ask(need: Need) {
      const answer = yield need;
      if ('failure' in answer) throw failure(need.need, answer.failure);
      return answer;
    },
    failure,

    variable: name => readVariable(world, activation(), name),
    variables: () => visibleVariables(world, activation()),
    set: (variables, local) => {
      if (Object.keys(variables).length > 0) setVariables(world, activation(), variables, local);
    },
    setOutside: variables => {
      if (Object.keys(variables).length > 0)
        setVariables(world, activationOf(world, activation().parent) ?? activation(), variables);
    },

    on: other => contextOf(world, id, { node: other }),
    wait(wait, row: WaitRow = {}) {
      const opened: Wait = { id: nextId(world, activation()), activation: id, node: node.index, ...wait };
      record(world, { type: 'waiting', wait: opened, row });
      world.size += 500 + JSON.stringify(row).length;
      return opened;
    },
    leave: (flows, caught) => then({ do: 'leave', activation: id, flows, caught }),
    moveTo: target => then({ do: 'leave', activation: id, to: target }),
    open(nodes, caught) {
      for (const target of nodes) enter(world, target, id, { fresh: true, caught });
    },
    openItem(item, variables, chunk) {
      const key = chunk === undefined ? undefined : chunkKey(activation(), chunk);
      enter(world, activation().node, id, { fresh: true, item, variables, chunk: key });
    },
    clear: () => clear(world, activation()),
    throw(thrown: Thrown) {
      const catcher = findCatcher(world, activation(), thrown);
      if (catcher) {
        then({
          do: 'fire',
          activation: catcher.host.id,
          node: catcher.node.index,
          variables: caughtVariables(catcher.node, thrown),
        });
        return true;
      }
      return throwToCaller(world, thrown);
    },
    terminate() {
      const scope = activationOf(world, activation().parent)!;
      clear(world, scope);
      then({ do: 'childLeft', activation: scope.id });
    },
    send: (effect: EffectBody) => send(world, effect),
    then,
    looped: (loop, result) => record(world, { type: 'looped', activation: id, loop, ...(result && { result }) }),
  };

  function then(move: Move): void {
    world.produced.push(move);
  }
}

/** An error ends a called process and goes on in its caller; an escalation leaves it running. */
function throwToCaller(world: World, thrown: Thrown): boolean {
  const { parent } = world.state.instance;
  if (!parent) return false;
  if (thrown.type === 'error') end(world, 'failed', { thrown });
  else send(world, { do: 'answerParent', ...parent, variables: {}, thrown });
  return true;
}

/** Ends the instance, and tells its caller. */
export function end(
  world: World,
  state: 'completed' | 'cancelled' | 'failed',
  more: { thrown?: Thrown; reason?: string } = {},
): void {
  const process = activationOf(world, 1)!;
  const variables = process.variables ?? {};
  clear(world, process);
  dropWaits(world, process);
  world.stack = [];
  world.produced = [];
  record(world, { type: 'left', activation: 1, tokens: 0, ...(state !== 'completed' && { cancelled: true }) });
  record(world, { type: 'ended', state, by: world.command.by, ...(more.reason && { reason: more.reason }) });
  const { parent } = world.state.instance;
  if (parent && state !== 'cancelled') send(world, { do: 'answerParent', ...parent, variables, thrown: more.thrown });
}
