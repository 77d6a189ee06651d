/** The public heart: one command, from the state before to the state after. Pure, synchronous, asks by yielding. */

import { blankInstance } from './apply.js';
import { watch } from './conditions.js';
import { contextOf, end } from './context.js';
import { BadCommand, StaleCommand, SuspendedInstance } from './errors.js';
import type { Answer, Command, Need, Step, Steps, Vocabulary } from './language.js';
import { takeLeave } from './leave-taking.js';
import { follow } from './modify.js';
import { loadChunkOf, run } from './run.js';
import { removeVariable, setVariables } from './scope.js';
import { isOpen, resolveIncidents, unloadedChunks } from './scopes.js';
import { chunkOfId, loadChunk, openState, splitChunks } from './state.js';
import { behaviourOf } from './tokens.js';
import type { Activation, Definition, Instance, Node, Variables, Wait } from './types.js';
import { whole } from './whole.js';
import { activationOf, defaultLimits, type Limits, nextId, place, record, send, type World } from './world.js';

/** Runs one command: yields what it must know, returns what changed. Same input and answers, same result. */
export type StepFunction = (
  definition: Definition,
  instance: Instance | undefined,
  command: Command,
) => Generator<Need, Step, Answer>;

type Handlers = { [K in Command['do']]: (world: World, command: Extract<Command, { do: K }>) => Steps };

/**
 * Hands the core its parts.
 *
 * The step throws StaleCommand (the wait is answered, the instance over), BadCommand (it makes no sense here) and, unless
 * the command says `onFailure: 'incident'`, Failure. The instance handed in is never changed.
 *
 * @example
 * const step = createStep({ behaviours, triggers, calendar, inPlace });
 * const steps = step(definition, undefined, { do: 'start', instance: 'i1', tenant: '', variables: {}, at: 0, onFailure: 'incident' });
 * let turn = steps.next();
 * while (!turn.done) turn = steps.next(answer(turn.value));
 * turn.value.instance.state; // 'completed'
 */
export function createStep(vocabulary: Vocabulary, limits: Partial<Limits> = {}): StepFunction {
  const allLimits = { ...defaultLimits, ...limits };
  return function* step(definition, instance, command) {
    const isStart = command.do === 'start';
    if (isStart === (instance !== undefined)) {
      throw isStart
        ? new StaleCommand(`instance ${instance!.id} has been started already`)
        : new BadCommand('there is no such instance');
    }
    const before =
      instance ?? blankInstance((command as { instance: string }).instance, (command as { tenant: string }).tenant, 1);
    const world: World = {
      definition,
      vocabulary,
      limits: allLimits,
      command,
      state: openState(before),
      events: [],
      effects: [],
      stack: [...before.queue],
      produced: [],
      visits: new Map(Object.entries(before.visits)),
      nodes: 0,
      size: 0,
    };
    if (before.state !== 'running' && command.do !== 'start') refuseUnlessFit(before, command);
    if (before.queue.length > 0) record(world, { type: 'queued', moves: [] });
    if (Object.keys(before.visits).length > 0) record(world, { type: 'visited', visits: {} });
    yield* (handlers[command.do] as (world: World, command: Command) => Steps)(world, command);
    if (saysMore(before, command)) record(world, { type: 'typed', types: command.types! });
    if (!(command.do === 'set' && command.quiet)) watch(world, 0);
    if (world.state.instance.state === 'running') yield* run(world);
    else if (world.stack.length > 0) record(world, { type: 'queued', moves: world.stack });
    const chunks = splitChunks(world.state);
    return { instance: world.state.instance, events: world.events, effects: world.effects, chunks };
  };
}

/** Whether a command says of a variable what its JSON and the instance do not. */
const saysMore = ({ types: known = {} }: Instance, { types = {} }: Command) =>
  Object.entries(types).some(([name, hint]) => hint !== null || (known[name] ?? null) !== null);

/** Camunda 7 maps what a called process knows also when an error or escalation passes, caught or not. */
function* mapPassing(world: World, activation: Activation, variables: Variables): Steps {
  const cx = contextOf(world, activation.id);
  const { passed } = behaviourOf(world, cx.node.type);
  if (!passed || !world.definition.traits?.passesOutputsOfErrors) return;
  const failure = yield* whole(world, passed(cx, variables));
  if (failure && world.command.onFailure !== 'incident') throw failure;
}

/** Commands that a suspended or ended instance still takes. */
const fitWhen: Record<string, Command['do'][]> = {
  suspended: ['activate', 'cancel', 'modify', 'set', 'fail', 'report', 'retry', 'sweep', 'reschedule', 'drop'],
  completed: ['sweep'],
  cancelled: ['sweep'],
  failed: ['sweep'],
};

function refuseUnlessFit(instance: Instance, command: Command): void {
  if (fitWhen[instance.state]?.includes(command.do)) return;
  if (instance.state === 'suspended')
    throw new SuspendedInstance(`instance ${instance.id} is suspended; activate it first`);
  throw new StaleCommand(`instance ${instance.id} is ${instance.state}`);
}

const handlers: Handlers = {
  *start(world, command) {
    const process = world.definition.nodes[0]!;
    if (!command.instructions && command.startEvent === undefined && process.starts.length === 0) {
      throw new BadCommand(
        `process '${world.definition.key}' starts by an event only; it has no start event without a trigger`,
      );
    }
    const { instance } = world.state;
    record(world, {
      type: 'started',
      definition: world.definition.id,
      key: world.definition.key,
      businessKey: command.businessKey,
      by: command.by,
      parent: command.parent,
      root: command.root ?? instance.id,
      depth: command.depth ?? 0,
    });
    record(world, { type: 'entered', activation: 1, node: 0, parent: 0, variables: command.variables });
    if (command.instructions) yield* follow(world, command.instructions);
    world.stack.push({ do: 'begin', activation: 1, ...(command.instructions && { opened: true as const }) });
  },

  *resume(world, command) {
    const { wait, activation } = yield* take(world, command.wait);
    if (command.local) setVariables(world, activation, command.local, true);
    const { by, worker, variables } = command;
    record(world, { type: 'answered', wait: wait.id, by, worker, variables });
    world.stack.push({ do: 'resume', activation: wait.activation, wait, variables: command.variables });
  },

  *throw(world, command) {
    const { wait, activation } = yield* take(world, command.wait);
    if (command.thrown.variables) setVariables(world, activation, command.thrown.variables);
    if (command.called) yield* mapPassing(world, activation, command.called);
    // Who escalates goes on with the work, unless an interrupting catcher takes it away (BPMN 2.0.2, 10.5.7).
    if (command.thrown.type === 'error') {
      record(world, { type: 'answered', wait: wait.id, by: command.by, worker: command.worker });
    }
    world.stack.push({ do: 'throw', activation: wait.activation, thrown: command.thrown });
  },

  *fail(world, command) {
    const { wait, activation } = yield* find(world, command.wait);
    const { incidents } = world.state.instance;
    if (Object.values(incidents).some(incident => incident.wait === wait.id))
      throw new StaleCommand(`job ${wait.id} has an incident already`);
    const node = world.definition.nodes[wait.node]!;
    const incident = {
      id: nextId(world, activation),
      activation: activation.id,
      node: node.index,
      at: command.at,
      type: wait.kind === 'child' ? 'call' : 'job',
      message: located(node, command.message),
    };
    if (wait.kind !== 'child') return record(world, { type: 'incident', incident: { ...incident, wait: wait.id } });
    // Nobody will answer for a child that is gone: a retry calls the process once more.
    record(world, { type: 'dropped', wait: wait.id });
    record(world, { type: 'incident', incident: { ...incident, move: { do: 'again', activation: activation.id } } });
  },

  *reschedule(world, command) {
    const { wait, activation } = yield* find(world, command.wait);
    const node = world.definition.nodes[wait.node]!;
    if (wait.kind !== 'timer') throw new BadCommand(`${place(node)}: ${wait.id} is no timer`);
    const { kind, value } = node.event!.timer!;
    const { due, repeats } = yield* contextOf(world, activation.id, { node }).time(kind, value, command.after);
    record(world, { type: 'rescheduled', wait: wait.id, due, repeats });
  },

  *drop(world, command) {
    const { wait } = yield* take(world, command.wait);
    if (wait.kind !== 'timer' && wait.kind !== 'async')
      throw new BadCommand(`${place(world.definition.nodes[wait.node]!)}: ${wait.id} is no timer or continuation`);
    record(world, { type: 'dropped', wait: wait.id });
  },

  *retry(world, command) {
    yield* loadChunkOf(world, chunkOfId(command.incident));
    const incident = world.state.instance.incidents[command.incident];
    if (!incident || !isOpen(world, incident.activation))
      throw new StaleCommand(`incident ${command.incident} is resolved already`);
    record(world, { type: 'resolved', incident: incident.id, by: command.by });
    if (incident.move) world.stack.push(incident.move);
  },

  *report(world, { activation: number, wait, type, message, configuration }) {
    if (wait) yield* loadChunkOf(world, chunkOfId(wait));
    const activation = activationOf(world, number);
    if (!activation) throw new StaleCommand(`activation ${number} of instance ${world.state.instance.id} is over`);
    const { node } = activation;
    const said = { type, message, ...(configuration !== undefined && { configuration }) };
    const incident = { id: nextId(world, activation), activation: number, node, at: world.command.at, ...said };
    record(world, { type: 'incident', incident });
  },

  *continue(world) {
    if (world.stack.length === 0)
      throw new StaleCommand(`instance ${world.state.instance.id} has nothing left to go on with`);
  },

  *sweep(world, { chunks: [chunk, ...others] }) {
    const found = yield { need: 'chunk', chunk: chunk! };
    if ('chunk' in found && found.chunk) loadChunk(world.state, chunk!, found.chunk);
    const { instance } = world.state;
    for (const wait of Object.values(instance.waits)) {
      if (instance.activations[wait.activation]?.chunk !== chunk) continue;
      record(world, { type: 'dropped', wait: wait.id });
      if (wait.kind === 'child') send(world, { do: 'cancelChild', child: wait.id });
    }
    resolveIncidents(world, incident => instance.activations[incident.activation]?.chunk === chunk);
    for (const activation of Object.values(instance.activations).reverse()) {
      if (activation.chunk !== chunk) continue;
      others.unshift(...unloadedChunks(world, activation));
      record(world, { type: 'left', activation: activation.id, tokens: 0, cancelled: true });
    }
    if (others.length > 0) send(world, { do: 'sweep', chunks: others });
  },

  *cancel(world, command) {
    yield* takeLeave(world, activationOf(world, 1)!);
    end(world, 'cancelled', { reason: command.reason, withCall: command.withCall });
  },

  *modify(world, command) {
    yield* follow(world, command.instructions);
    if (activationOf(world, 1)!.live === 0) end(world, 'cancelled', { reason: command.reason });
  },

  *set(world, command) {
    if (command.wait) yield* loadChunkOf(world, chunkOfId(command.wait));
    const activation = activationOf(world, command.activation ?? 1);
    if (!activation)
      throw new StaleCommand(`activation ${command.activation} of instance ${world.state.instance.id} is over`);
    setVariables(world, activation, command.variables, command.local);
    for (const name of command.remove ?? [])
      removeVariable(world, activationOf(world, activation.id)!, name, command.local);
  },

  *suspend(world, command) {
    record(world, { type: 'suspended', by: command.by });
  },

  *activate(world, command) {
    if (world.state.instance.state !== 'suspended')
      throw new BadCommand(`instance ${world.state.instance.id} is not suspended`);
    record(world, { type: 'activated', by: command.by });
  },
};

/** The open wait of a command, with its activation. */
function* find(world: World, id: string): Steps<{ wait: Wait; activation: Activation }> {
  yield* loadChunkOf(world, chunkOfId(id));
  const wait = world.state.instance.waits[id];
  const activation = wait && activationOf(world, wait.activation);
  if (!wait || !activation || !isOpen(world, activation.id)) {
    throw new StaleCommand(`${id} is not open any more in instance ${world.state.instance.id}`);
  }
  return { wait, activation };
}

/** What an expression reports says already where it is. */
const located = (node: Node, message: string): string =>
  message.startsWith(`${place(node)}: `) ? message : `${place(node)}: ${message}`;

/** As find, and resolves the incident that its failures left. */
function* take(world: World, id: string): Steps<{ wait: Wait; activation: Activation }> {
  const found = yield* find(world, id);
  resolveIncidents(world, incident => incident.wait === id);
  return found;
}
