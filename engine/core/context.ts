/** What an element sees and says: the Context over the running step. */

import { BadCommand, Failure, shortened } from './errors.js';
import type { Answer, Context, Need, Steps } from './language.js';
import { evaluate, evaluateOn, readVariable, setVariables, visibleVariables } from './scope.js';
import { caughtVariables, clear, dropWaits, findCatcher } from './scopes.js';
import { chunkKey } from './state.js';
import { enter } from './tokens.js';
import type {
  Activation,
  EffectBody,
  Event,
  Expression,
  Instance,
  Json,
  Loop,
  Move,
  Node,
  Thrown,
  Value,
  Variables,
  Wait,
  WaitRow,
} from './types.js';
import { activationOf, nextId, nodeOf, place, record, send, type World } from './world.js';

/** Makes the context of one activation; `node` is another one where it listens on the activation's behalf. */
export function contextOf(world: World, id: number, options: { node?: Node; caught?: Variables } = {}): Context {
  const node = options.node ?? nodeOf(world, activationOf(world, id) ?? over(world, id));
  return new View(world, id, node, options.caught);
}

/** A class, because a step makes a view for every move: its methods are made once. */
class View implements Context {
  constructor(
    private readonly world: World,
    private readonly id: number,
    readonly node: Node,
    readonly caught: Variables | undefined,
  ) {}

  get definition() {
    return this.world.definition;
  }
  get activation(): Activation {
    return activationOf(this.world, this.id) ?? over(this.world, this.id);
  }
  get instance() {
    return this.world.state.instance;
  }
  get command() {
    return this.world.command;
  }
  get limits() {
    return this.world.limits;
  }
  get trigger() {
    return this.node.event && this.world.vocabulary.triggers[this.node.event.type];
  }

  evaluate(value: Value): Steps<Json> {
    return evaluate(this.world, this.activation, value, this.node);
  }
  evaluateOn(value: Value, variables: Variables): Steps<Json> {
    return evaluateOn(this.world, this.activation, value, variables, this.node);
  }
  *text(value: Expression | undefined): Steps<string | undefined> {
    if (!value) return undefined;
    const result = yield* this.evaluate(value);
    if (result === null) return undefined;
    return typeof result === 'object' ? JSON.stringify(result) : String(result);
  }
  *holds(condition: Expression): Steps<boolean> {
    const result = yield* this.evaluate(condition);
    if (typeof result === 'boolean') return result;
    throw this.failure(
      'expression',
      `${shortened(condition.source)} (line ${condition.line}) is ${JSON.stringify(result)}; a condition must be true or false`,
    );
  }
  *time(kind: TimeKind, value: Expression, after = this.world.command.at): Steps<{ due: number; repeats: number }> {
    const text = yield* this.evaluate(value);
    try {
      const next = this.world.vocabulary.calendar.next(kind, String(text), after);
      if (kind !== 'cycle') return next;
      return { ...next, due: Math.max(next.due, after + this.world.limits.interval) };
    } catch (error) {
      const reason = (error as Error).message;
      throw this.failure('expression', `${shortened(value.source)} (line ${value.line}) is no ${kind}: ${reason}`);
    }
  }
  *ask(need: Need): Steps<Answer> {
    const answer = yield need;
    if ('failure' in answer) throw this.failure(need.need, answer.failure);
    return answer;
  }
  failure(type: string, message: string): Failure {
    return new Failure(type, `${place(this.node)}: ${message}`, this.node.index);
  }

  variable(name: string) {
    return readVariable(this.world, this.activation, name);
  }
  variables() {
    return visibleVariables(this.world, this.activation);
  }
  set(variables: Variables, local?: boolean) {
    if (Object.keys(variables).length > 0) setVariables(this.world, this.activation, variables, local);
  }
  setOutside(variables: Variables) {
    if (Object.keys(variables).length === 0) return;
    const { activation } = this;
    setVariables(this.world, activationOf(this.world, activation.parent) ?? activation, variables);
  }

  on(other: Node): Context {
    return new View(this.world, this.id, other, undefined);
  }
  wait(wait: Omit<Wait, 'id' | 'activation' | 'node'>, row: WaitRow = {}): Wait {
    const { world, id, node } = this;
    const opened: Wait = { id: nextId(world, this.activation), activation: id, node: node.index, ...wait };
    record(world, { type: 'waiting', wait: opened, row });
    world.size += rowSize + (row.description?.length ?? 0);
    return opened;
  }
  leave(flows?: number[], caught?: Variables) {
    this.queue({ do: 'leave', activation: this.id, flows, caught });
  }
  moveTo(target: number) {
    this.queue({ do: 'leave', activation: this.id, to: target });
  }
  open(nodes: number[], caught?: Variables) {
    for (const target of nodes) enter(this.world, target, this.id, { fresh: true, caught });
  }
  openItem(item: number, variables: Variables, chunk?: number) {
    const { activation } = this;
    const key = chunk === undefined ? undefined : chunkKey(activation, chunk);
    enter(this.world, activation.node, this.id, { fresh: true, item, variables, chunk: key });
  }
  clear() {
    clear(this.world, this.activation);
  }
  throw(thrown: Thrown): boolean {
    const catcher = findCatcher(this.world, this.activation, thrown);
    if (!catcher) return throwToCaller(this.world, thrown);
    const { host, node } = catcher;
    this.queue({ do: 'fire', activation: host.id, node: node.index, variables: caughtVariables(node, thrown) });
    return true;
  }
  terminate() {
    const scope = activationOf(this.world, this.activation.parent)!;
    clear(this.world, scope);
    this.queue({ do: 'childLeft', activation: scope.id });
  }
  send(effect: EffectBody) {
    send(this.world, effect);
  }
  queue(move: Move) {
    this.world.produced.push(move);
  }
  looped(loop: Partial<Loop>, result?: Looped['result']) {
    record(this.world, { type: 'looped', activation: this.id, loop, ...(result && { result }) });
  }
  *results(): Steps<Json[]> {
    const { total, chunkSize, opened, results = [] } = this.activation.loop!;
    if (chunkSize === 0) return Array.from({ length: total }, (_, item) => results[item] ?? null);
    const all: Json[] = Array.from({ length: total }, () => null);
    for (let number = 0; number * chunkSize < opened; number++) {
      const brought = yield* resultsIn(this.world, chunkKey(this.activation, number));
      for (const [item, value] of Object.entries(brought)) all[Number(item)] = value;
    }
    return all;
  }
}

/** Characters of the row of a wait, roughly, for the budget of a step. */
const rowSize = 1_000;

type TimeKind = 'date' | 'duration' | 'cycle';
type Looped = Extract<Event, { type: 'looped' }>;

/** The results of a chunk; it is looked at only, not brought into the working copy. */
function* resultsIn({ state }: World, key: string): Steps<Record<string, Json>> {
  if (state.chunks.has(key)) return state.results[key] ?? {};
  const answer = yield { need: 'chunk', chunk: key };
  return ('chunk' in answer && answer.chunk?.results) || {};
}

function over(world: World, id: number): never {
  throw new BadCommand(`activation ${id} of instance ${world.state.instance.id} is over`);
}

/** An error ends a called process and goes on in its caller; an escalation leaves it running. */
function throwToCaller(world: World, thrown: Thrown): boolean {
  const { parent } = world.state.instance;
  if (!parent) return false;
  if (thrown.type === 'error') end(world, 'failed', { thrown });
  else {
    const { variables = {} } = activationOf(world, 1)!;
    send(world, { do: 'answerParent', ...parent, variables, thrown });
  }
  return true;
}

interface End {
  thrown?: Thrown;
  reason?: string;
  /** The call that it answers is cancelled with it. */
  withCall?: boolean;
}

/** Ends the instance, and tells its caller. */
export function end(world: World, state: 'completed' | 'cancelled' | 'failed', more: End = {}): void {
  const process = activationOf(world, 1)!;
  const variables = process.variables ?? {};
  clear(world, process);
  dropWaits(world, process);
  world.stack = [];
  world.produced = [];
  record(world, { type: 'left', activation: 1, tokens: 0, ...(state !== 'completed' && { cancelled: true }) });
  record(world, {
    type: 'ended',
    state,
    by: world.command.by,
    ...(more.reason && { reason: more.reason }),
    ...(state === 'cancelled' && isByCaller(world) && { byCaller: true as const }),
  });
  tellCaller(world, state, variables, more);
}

/** Only a caller cancels by way of its outbox; it has given up the call already. */
const isByCaller = ({ command }: World) => command.hops !== undefined;

function tellCaller(world: World, state: Instance['state'], variables: Variables, more: End): void {
  const { thrown, reason, withCall } = more;
  const { id, parent } = world.state.instance;
  if (!parent) return;
  if (state !== 'cancelled') send(world, { do: 'answerParent', ...parent, variables, thrown });
  else if (isByCaller(world)) return;
  else if (withCall) send(world, { do: 'answerParent', ...parent, variables: {}, cancelled: reason ?? '' });
  else {
    const failed = `the called process (instance ${id}) was cancelled${reason ? `: ${reason}` : ''}; retry calls it once more`;
    send(world, { do: 'answerParent', ...parent, variables: {}, failed });
  }
}
