/** What a command would cause in other instances, stepped in memory: a failure anywhere refuses it before any commit. */

import { type Clock, type Definitions, Refused } from './contract.js';
import { StaleCommand, SuspendedInstance } from './core/errors.js';
import type { Command } from './core/language.js';
import { instanceOfWait } from './core/state.js';
import type { Chunk, Definition, Effect, Instance } from './core/types.js';
import { answerToParent, CALLER_CANCELLED } from './deliver.js';
import { type Answering, type Drive, type Made, refusal, startCommand } from './driver.js';
import { childId } from './ids.js';
import type { Receiver, Said } from './messages.js';
import { listenersOf, startedBy } from './signals.js';
import type { Store } from './store/port.js';

/** One command to one instance. */
export interface Play {
  instance: string;
  command: Command;
  /** Of an instance that is started. */
  definition?: Definition;
}

/** The steps that were made in memory. */
export interface Rehearsal {
  /** The step of this command on this version of the instance, if it was rehearsed. */
  stepOf(instance: string, version: number, command: Command): Made | undefined;
}

export interface Rehearsals {
  /** Rehearses what a step would cause. Throws Refused where it would fail. */
  after(made: Made): Promise<Rehearsal>;
  /** Rehearses these commands in order, and what they would cause. Throws Refused. */
  of(plays: Play[]): Promise<Rehearsal>;
}

export interface RehearsalTools {
  store: Store;
  clock: Clock;
  definitions: Definitions;
  drive: Drive;
  answer: Answering;
}

/** As far as delivery would go before the answer: so many hops, so many milliseconds. */
const HOPS = 64;
const LONGEST = 2_000;

/** The data as it would be: what was stepped in memory lies over what is stored. */
interface Stage {
  made: Map<string, Made>;
  instances: Map<string, Instance>;
  /** By id; undefined: finished. */
  chunks: Map<string, Chunk | undefined>;
  effects: { sender: string; effect: Effect }[];
  /** Waits for signals that were opened, and all waits that were closed. */
  listening: Map<string, { name: string; tenant: string }>;
  closed: Set<string>;
}

type Receivers = {
  [K in Effect['do']]: (stage: Stage, sender: string, effect: Extract<Effect, { do: K }>) => AsyncIterable<Play>;
};

export function createRehearsals({ store, clock, definitions, drive, answer }: RehearsalTools): Rehearsals {
  /** Whom each effect reaches, and with what; a message is stored where it reaches nobody, so it can always be sent. */
  const receivers: Receivers = {
    async *continue(_stage, sender, { hops }) {
      yield { instance: sender, command: { do: 'continue', hops, ...context() } };
    },
    async *sweep(_stage, sender, { chunks, hops }) {
      yield { instance: sender, command: { do: 'sweep', chunks, hops, ...context() } };
    },
    async *startChild(stage, sender, { wait, definition: called, variables, businessKey, hops }) {
      const caller = await instanceOf(stage, sender);
      const definition = await definitions.definition(called);
      const from = {
        parent: { instance: sender, wait },
        root: caller?.root ?? sender,
        depth: (caller?.depth ?? 0) + 1,
        hops,
      };
      const id = childId(wait);
      yield {
        instance: id,
        definition,
        command: startCommand(definition, id, { variables, businessKey }, from, clock()),
      };
    },
    async *cancelChild(_stage, _sender, { child, hops }) {
      yield { instance: childId(child), command: { do: 'cancel', reason: CALLER_CANCELLED, hops, ...context() } };
    },
    async *answerParent(_stage, _sender, effect) {
      // A call that fails leaves an incident in the caller, whatever the command says.
      if (effect.failed === undefined) yield { instance: effect.instance, command: answerToParent(effect, clock()) };
    },
    async *publish() {},
    async *broadcast(stage, sender, { id, name, variables, businessKey, later, hops }) {
      if (later) return;
      const tenant = (await instanceOf(stage, sender))?.tenant ?? '';
      for (const [wait, opened] of stage.listening)
        if (opened.name === name && opened.tenant === tenant) yield heard(wait);
      for await (const row of listenersOf(store, { name, tenant })) {
        if (stage.closed.has(row.id)) continue;
        if (row.startEvent === undefined) yield heard(row.id);
        else {
          const definition = await definitions.definition(row.definition);
          const started = startedBy(id, row.id);
          const input = { variables, businessKey, startEvent: row.startEvent };
          yield {
            instance: started,
            definition,
            command: startCommand(definition, started, input, { hops }, clock()),
          };
        }
      }

      function heard(wait: string): Play {
        return { instance: instanceOfWait(wait), command: { do: 'resume', wait, variables, hops, ...context() } };
      }
    },
  };

  const context = () => ({ at: clock(), onFailure: 'refuse' as const });

  const instanceOf = async (stage: Stage, id: string) =>
    stage.instances.get(id) ?? (await store.get<Instance>('instances', id));

  /** Makes one step. Who would be silent when it comes to it is silent now. */
  async function perform(stage: Stage, { instance, command, definition }: Play): Promise<void> {
    const before = await instanceOf(stage, instance);
    if ((command.do === 'start') === (before !== undefined)) return;
    const of = definition ?? (await definitions.definition(before!.definition));
    if (command.do === 'start' && (await definitions.standing(of.id)).suspended)
      throw new Refused(`process '${of.id}' is suspended; activate it before it is started`, 'definition');
    try {
      keep(stage, await drive(of, before, { ...command, onFailure: 'refuse' }, answerOn(stage)));
    } catch (error) {
      if (error instanceof StaleCommand || error instanceof SuspendedInstance) return;
      throw refusal(error, of);
    }
  }

  const answerOn =
    (stage: Stage): Answering =>
    async (need, asker) => {
      const id = need.need === 'chunk' ? `${asker.instance}~${need.chunk}` : '';
      if (!stage.chunks.has(id)) return answer(need, asker);
      const chunk = stage.chunks.get(id);
      Object.assign(asker.waits, chunk?.waits);
      return { chunk };
    };

  async function rehearse(begin: (stage: Stage) => void | Promise<void>): Promise<Rehearsal> {
    const end = Date.now() + LONGEST;
    const stage = emptyStage();
    await begin(stage);
    for (let next = stage.effects.shift(); next && Date.now() < end; next = stage.effects.shift()) {
      const { sender, effect } = next;
      if (effect.hops > HOPS) continue;
      const reached = receivers[effect.do] as (stage: Stage, sender: string, effect: Effect) => AsyncIterable<Play>;
      for await (const play of reached(stage, sender, effect)) await perform(stage, play);
    }
    return { stepOf: (instance, version, command) => stage.made.get(keyOf(instance, version, command)) };
  }

  return {
    after: made => rehearse(stage => keep(stage, made)),
    of: plays =>
      rehearse(async stage => {
        for (const play of plays) await perform(stage, play);
      }),
  };
}

/** What each receiver of a message or signal would be told. */
export function playsOf(
  receivers: Receiver[],
  { businessKey, local, ...said }: Said,
  { definitions, clock }: Pick<RehearsalTools, 'definitions' | 'clock'>,
): Promise<Play[]> {
  return Promise.all(
    receivers.map(async (receiver): Promise<Play> => {
      const at = clock();
      if ('wait' in receiver) {
        const { wait } = receiver;
        const command: Command = { do: 'resume', wait, ...said, ...(local && { local }), at, onFailure: 'refuse' };
        return { instance: instanceOfWait(wait), command };
      }
      const { start, id } = receiver;
      const definition = await definitions.definition(start.definition);
      const { hops, ...who } = said;
      const variables = { ...said.variables, ...local };
      const input = { ...who, variables, businessKey, startEvent: start.startEvent };
      return { instance: id, definition, command: startCommand(definition, id, input, { hops }, at) };
    }),
  );
}

const emptyStage = (): Stage => ({
  made: new Map(),
  instances: new Map(),
  chunks: new Map(),
  effects: [],
  listening: new Map(),
  closed: new Set(),
});

const keyOf = (instance: string, version: number, command: Command) =>
  `${instance}:${version}:${command.do}:${'wait' in command ? command.wait : ''}`;

/** Lays a step over the stage. */
function keep(stage: Stage, made: Made): void {
  const { instance, chunks, events, effects } = made.step;
  const version = made.before?.version ?? 0;
  stage.made.set(keyOf(instance.id, version, made.command), made);
  stage.instances.set(instance.id, { ...instance, version: version + 1 });
  for (const chunk of chunks) stage.chunks.set(chunk.id, Object.keys(chunk.activations).length > 0 ? chunk : undefined);
  for (const event of events) {
    if (event.type === 'waiting' && event.wait.kind === 'signal')
      stage.listening.set(event.wait.id, { name: event.wait.name ?? '', tenant: instance.tenant });
    if (event.type !== 'answered' && event.type !== 'dropped') continue;
    stage.listening.delete(event.wait);
    stage.closed.add(event.wait);
  }
  stage.effects.push(...effects.map(effect => ({ sender: instance.id, effect })));
}
