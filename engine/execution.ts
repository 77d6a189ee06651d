/** Runs commands: load → step → commit, one at a time per instance, again where somebody else was faster. */

import { randomUUID } from 'node:crypto';
import type { Asker } from './answers.js';
import type { InstanceCache } from './cache.js';
import { unitOf } from './commit.js';
import { Busy, type Clock, type Definitions, NotFound, Refused, type StartInput } from './contract.js';
import { BadCommand, Failure } from './core/errors.js';
import type { Answer, Command, Need, Step } from './core/language.js';
import type { StepFunction } from './core/step.js';
import type { Definition, Effect, Instance, Wait } from './core/types.js';
import { newId } from './ids.js';
import type { Session } from './outbox.js';
import type { Queue } from './queue.js';
import type { HistoryDocument } from './store/documents.js';
import type { CommitResult, Store, Unit } from './store/port.js';

export interface ExecutionTools {
  store: Store;
  clock: Clock;
  definitions: Definitions;
  cache: InstanceCache;
  queue: Queue;
  step: StepFunction;
  answer(need: Need, asker: Asker): Promise<Answer>;
  /** Effects of an instance that are not known to be delivered. */
  pending(instance: string): Effect[];
  /** Those of a stored outbox that this process knows nothing of: a crash left them. */
  strange(instance: string, effects: Effect[]): Effect[];
  /** A commit is durable; `effects` are those that nobody delivers yet. */
  committed(unit: Unit, effects: Effect[], session: Session, hops: number): void;
}

/** Where a start comes from, when a process caused it. */
export interface Origin {
  parent?: { instance: string; wait: string };
  root?: string;
  depth?: number;
  hops?: number;
}

export interface Execution {
  /** Runs one command on one instance, behind whatever else is queued there; its effects go to the session. */
  command(instance: string, what: Command, session: Session): Promise<Instance>;
  /** Starts an instance; one that exists under the id is answered as it is. */
  begin(input: StartInput, session: Session, from?: Origin): Promise<Instance>;
}

/** How long a command tries against others who commit first, milliseconds. */
const PATIENCE = 5_000;

export function createExecution(tools: ExecutionTools): Execution {
  const { store, clock, definitions, cache, queue } = tools;

  async function execute(id: string, what: Command, session: Session): Promise<Instance> {
    const deadline = Date.now() + PATIENCE;
    for (let attempt = 0; ; attempt++) {
      const cached = attempt === 0 ? cache.get(id) : undefined;
      const before = cached ?? (await store.get<Instance>('instances', id));
      if (!before) throw new NotFound(`there is no instance ${id}`);
      const definition = await definitions.definition(before.definition);
      try {
        const done = await attemptCommit(definition, before, what, session);
        if (done) return done;
      } catch (error) {
        // What commits nothing counts only on a freshly read instance.
        cache.drop(id);
        if (!cached) throw refusal(error, definition);
        continue;
      }
      if (Date.now() > deadline) throw new Busy(`instance ${id} is being changed by others; try again`);
      await backOff(attempt);
    }
  }

  /** Steps and commits; undefined: another version is stored, and everything has to be looked at again. */
  async function attemptCommit(
    definition: Definition,
    before: Instance | undefined,
    what: Command,
    session: Session,
  ): Promise<Instance | undefined> {
    const waits: Record<string, Wait> = { ...before?.waits };
    const stepped = await drive(definition, before, what, waits);
    const unit = unitOf({ definition, before, step: stepped, command: what, commit: randomUUID(), waits });
    const { id } = unit.instance;
    const left = tools.strange(id, before?.outbox ?? []);
    unit.instance.outbox = [...left, ...tools.pending(id), ...stepped.effects];
    const result = await commit(unit);
    if (result !== 'committed') {
      cache.drop(id);
      return undefined;
    }
    cache.set(unit.instance);
    tools.committed(unit, [...left, ...stepped.effects], session, what.hops ?? 0);
    return unit.instance;
  }

  async function drive(
    definition: Definition,
    before: Instance | undefined,
    what: Command,
    waits: Record<string, Wait>,
  ): Promise<Step> {
    const instance = before?.id ?? (what.do === 'start' ? what.instance : '');
    const steps = tools.step(definition, before, what);
    let turn = steps.next();
    while (!turn.done) turn = steps.next(await tools.answer(turn.value, { definition, instance, waits }));
    return turn.value;
  }

  /** An unknown outcome is looked up by commit id, never guessed. */
  async function commit(unit: Unit): Promise<CommitResult> {
    try {
      return await store.commit(unit);
    } catch (error) {
      cache.drop(unit.instance.id);
      const stored = await store.get<HistoryDocument>('history', unit.history.id);
      if (!stored) throw error;
      return stored.commit === unit.history.commit ? 'committed' : 'conflict';
    }
  }

  /** Starts an instance; one that exists under the id is answered as it is. */
  async function begin(input: StartInput, session: Session, from: Origin = {}): Promise<Instance> {
    const definition = input.definition
      ? await definitions.definition(input.definition)
      : await definitions.latest(required(input.key), input.tenant);
    const id = input.id ?? newId(clock());
    const start: Command = {
      do: 'start',
      instance: id,
      tenant: definition.tenant,
      businessKey: input.businessKey,
      variables: input.variables ?? {},
      startEvent: input.startEvent,
      by: input.by,
      at: clock(),
      onFailure: input.onFailure ?? 'incident',
      ...from,
    };
    return queue.run(id, async () => {
      try {
        const started = await attemptCommit(definition, undefined, start, session);
        return started ?? (await store.get<Instance>('instances', id))!;
      } catch (error) {
        throw refusal(error, definition);
      }
    });
  }

  return {
    command: (id, what, session) => queue.run(id, () => execute(id, what, session)),
    begin,
  };
}

function required(key: string | undefined): string {
  if (key === undefined)
    throw new BadCommand('name the process to start: its id as `key`, or one definition as `definition`');
  return key;
}

/** What a failed step means to whoever sent the command. */
function refusal(error: unknown, definition: Definition): unknown {
  if (!(error instanceof Failure)) return error;
  return new Refused(
    error.message,
    error.type,
    error.node === undefined ? undefined : definition.nodes[error.node]?.id,
  );
}

/** Jittered, growing to a quarter of a second. */
function backOff(attempt: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, Math.random() * Math.min(250, 5 * 2 ** attempt)));
}
