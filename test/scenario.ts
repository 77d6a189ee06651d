/** Drives one process through the pure step by the names a modeler sees; saves, restores and replays after every step. */

import assert from 'node:assert/strict';
import { blankInstance, fold } from '../engine/core/apply.js';
import type { Answer, Command, Need, Step } from '../engine/core/language.js';
import { isFinished } from '../engine/core/state.js';
import { createStep } from '../engine/core/step.js';
import type {
  Chunk,
  Definition,
  Effect,
  Instance,
  Node,
  RecordedEvent,
  Variables,
  Wait,
} from '../engine/core/types.js';
import type { Limits } from '../engine/core/world.js';
import { behaviours } from '../engine/elements/index.js';
import { calendar, inPlace } from '../engine/expressions/index.js';
import { triggers } from '../engine/triggers/index.js';
import { assertSound, wholeOf } from './invariants.js';

type CommandBody = Command extends infer C
  ? C extends Command
    ? Omit<C, 'at' | 'onFailure'> & { onFailure?: Command['onFailure'] }
    : never
  : never;

interface StartOptions {
  businessKey?: string;
  /** Name of the start event whose trigger fired. */
  startEvent?: string;
  by?: string;
  parent?: { instance: string; wait: string };
  depth?: number;
}

export interface Scenario {
  start(variables?: Variables, options?: StartOptions): void;
  /** Names of what the process waits at, sorted; a node that waits twice stands twice. */
  waiting(): string[];
  /** Answers the wait at a node (the first, or the one whose local variables match). */
  complete(name: string, variables?: Variables, where?: Variables): void;
  throwError(name: string, code: string, variables?: Variables): void;
  escalate(name: string, code: string, variables?: Variables): void;
  set(variables: Variables): void;
  /** Tries again what the first incident (whose message contains the text) parked. */
  retry(text?: string): void;
  /** Sends any command. */
  send(command: CommandBody): Step;
  /** Runs `continue` effects until none is left. */
  goOn(): void;
  /** Names of the nodes that were entered, in order. */
  entered(): string[];
  /** Effects that were not yet looked at. */
  effects(): Effect[];
  variables(): Variables;
  instance(): Instance;
  incidents(): string[];
  /** Whether a job has failed for good. */
  hasIncident(wait: string): boolean;
  wait(name: string, where?: Variables): Wait;
  /** All open waits, in the order in which they were opened. */
  waits(): Wait[];
  /** Local variables of the activation that waits at a node. */
  local(name: string, where?: Variables): Variables;
  events(): RecordedEvent[];
  clock: { now: number };
}

/** Answers of a test to the needs of a step. */
export type Answers = (need: Need) => Answer;

const noAnswers: Answers = need => ({ failure: `the test has no answer to ${need.need}` });

/**
 * @example
 * const process = scenario(definition);
 * process.start({ amount: 10 });
 * assert.deepEqual(process.waiting(), ['Review']);
 * process.complete('Review', { approved: true });
 */
export function scenario(
  definition: Definition,
  { answers = noAnswers, limits = {} as Partial<Limits> } = {},
): Scenario {
  const step = createStep({ behaviours, triggers, calendar, inPlace }, limits);
  freeze(definition);
  const clock = { now: Date.UTC(2026, 0, 1) };
  const history: RecordedEvent[] = [];
  const entered: string[] = [];
  const chunks = new Map<string, Chunk>();
  const promised = new Set<string>();
  let pending: Effect[] = [];
  let instance: Instance | undefined;
  let folded = blankInstance('i', '', 1);

  const nameOf = (node: Node) => node.name ?? node.id;
  const state = () => instance ?? assert.fail('the process was not started');

  function answer(need: Need): Answer {
    if (need.need === 'chunk') return { chunk: chunks.get(`${state().id}~${need.chunk}`) };
    return answers(need);
  }

  function drive(command: Command): Step {
    const steps = step(definition, instance, command);
    let turn = steps.next();
    while (!turn.done) turn = steps.next(answer(turn.value));
    return turn.value;
  }

  function send(body: CommandBody): Step {
    const command = { onFailure: 'incident', ...body, at: clock.now } as Command;
    const stepped = drive(freeze(command));
    // The same command on the same state gives the same result, also after a trip through the database.
    assert.deepEqual(strip(drive(strip(command))), strip(stepped), 'a step must be repeatable');
    instance = freeze(JSON.parse(JSON.stringify(stepped.instance)) as Instance);
    assert.deepEqual(instance, strip(stepped.instance), 'an instance must be plain JSON');
    for (const chunk of stepped.chunks) {
      if (isFinished(chunk)) chunks.delete(chunk.id);
      else chunks.set(chunk.id, freeze(JSON.parse(JSON.stringify(chunk)) as Chunk));
    }
    for (const event of stepped.events) {
      history.push({ ...event, at: clock.now });
      if (event.type === 'entered' && event.activation !== 1) entered.push(nameOf(definition.nodes[event.node]!));
    }
    const sent = stepped.events.flatMap(event => (event.type === 'sent' ? [event.effect] : []));
    assert.deepEqual(stepped.effects, sent, 'what is sent is what the history says');
    pending.push(...stepped.effects);
    for (const effect of stepped.effects) if (effect.do === 'sweep') for (const key of effect.chunks) promised.add(key);
    check(stepped.events.map(event => ({ ...event, at: clock.now })));
    return stepped;
  }

  /** The history folds to the state; the state is sound. */
  function check(events: RecordedEvent[]): void {
    folded = fold(definition, folded, events);
    const whole = {
      ...state(),
      activations: { ...state().activations },
      waits: { ...state().waits },
      incidents: { ...state().incidents },
    };
    for (const chunk of chunks.values()) {
      Object.assign(whole.activations, chunk.activations);
      Object.assign(whole.waits, chunk.waits);
      Object.assign(whole.incidents, chunk.incidents);
    }
    assert.deepEqual(strip(folded), strip(whole), 'the history must fold to the state');
    assertSound(definition, state(), wholeOf(state(), chunks.values(), promised));
  }

  const allActivations = () =>
    Object.assign(
      {},
      state().activations,
      ...[...chunks.values()].map(chunk => chunk.activations),
    ) as Instance['activations'];
  /** Without what lies in chunks that are about to be swept. */
  const whole = () => wholeOf(state(), chunks.values(), promised);
  const allIncidents = () => Object.values(whole().incidents);
  const allWaits = () => [state(), ...chunks.values()].flatMap(({ waits }) => Object.values(waits));

  function find(name: string, where: Variables = {}): Wait {
    const activations = allActivations();
    const found = allWaits().find(
      wait =>
        nameOf(definition.nodes[wait.node]!) === name &&
        Object.entries(where).every(([key, value]) => activations[wait.activation]!.variables?.[key] === value),
    );
    return found ?? assert.fail(`nothing waits at '${name}'; the process waits at ${JSON.stringify(self.waiting())}`);
  }

  const self: Scenario = {
    clock,
    send,
    start(variables = {}, { startEvent, ...options } = {}) {
      const node = startEvent ? definition.nodes.find(candidate => nameOf(candidate) === startEvent) : undefined;
      send({ do: 'start', instance: 'i', tenant: '', variables, startEvent: node?.index, ...options });
    },
    waiting: () =>
      allWaits()
        .map(wait => nameOf(definition.nodes[wait.node]!))
        .sort(),
    complete: (name, variables = {}, where) => void send({ do: 'resume', wait: find(name, where).id, variables }),
    throwError: (name, code, variables) =>
      void send({ do: 'throw', wait: find(name).id, thrown: { type: 'error', code, variables } }),
    escalate: (name, code, variables) =>
      void send({ do: 'throw', wait: find(name).id, thrown: { type: 'escalation', code, variables } }),
    set: variables => void send({ do: 'set', variables }),
    retry(text = '') {
      const incident = allIncidents().find(({ message }) => message.includes(text));
      send({ do: 'retry', incident: (incident ?? assert.fail(`no incident says '${text}'`)).id });
    },
    goOn() {
      for (;;) {
        const next = pending.findIndex(effect => effect.do === 'continue' || effect.do === 'sweep');
        if (next < 0) return;
        const [effect] = pending.splice(next, 1);
        // Another command may have done what was left.
        if (effect!.do === 'continue' && state().queue.length > 0) send({ do: 'continue', hops: effect!.hops });
        else if (effect!.do === 'sweep') send({ do: 'sweep', chunks: effect!.chunks });
      }
    },
    entered: () => entered,
    effects() {
      const seen = pending;
      pending = [];
      return seen;
    },
    variables: () => state().activations[1]?.variables ?? lastVariables(history),
    instance: state,
    incidents: () => allIncidents().map(incident => incident.message),
    hasIncident: wait => allIncidents().some(incident => incident.wait === wait),
    wait: find,
    waits: () => Object.values(whole().waits).sort((a, b) => numberOf(a) - numberOf(b)),
    local: (name, where) => allActivations()[find(name, where).activation]!.variables ?? {},
    events: () => history,
  };
  return self;
}

/** Process variables of an ended instance: what its events left. */
function lastVariables(history: RecordedEvent[]): Variables {
  const variables: Variables = {};
  for (const event of history) {
    if ((event.type === 'entered' || event.type === 'set') && event.activation === 1)
      Object.assign(variables, event.variables);
    if (event.type === 'unset' && event.activation === 1) for (const name of event.names) delete variables[name];
  }
  return variables;
}

const numberOf = (wait: Wait) => Number(/~(\d+)/.exec(wait.id)![1]);

/** As it comes back from a database. */
const strip = <T extends object>(value: T): T => JSON.parse(JSON.stringify(value));

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const child of Object.values(value)) freeze(child);
  return value;
}
