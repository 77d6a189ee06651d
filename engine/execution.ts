/** Runs commands: load → step → commit, one at a time per instance, again where somebody else was faster. */

import { randomUUID } from 'node:crypto';
import type { Asker } from './answers.js';
import type { InstanceCache } from './cache.js';
import { unitOf } from './commit.js';
import { Busy, type Clock, type Definitions, NotFound, Refused, type StartInput } from './contract.js';
import { BadCommand, Failure, SuspendedDefinition } from './core/errors.js';
import type { Answer, Command, Need, Step } from './core/language.js';
import type { StepFunction } from './core/step.js';
import type { Definition, Effect, Instance, Wait } from './core/types.js';
import { newId } from './ids.js';
import type { Session } from './outbox.js';
import type { Queue } from './queue.js';
import type { HistoryDocument } from './store/documents.js';
import { type CommitResult, type Store, StoreUnreachable, type Unit } from './store/port.js';

export interface ExecutionTools {
  store: Store;
  clock: Clock;
  definitions: Definitions;
  cache: InstanceCache;
  queue: Queue;
  step: StepFunction;
  /** Effects of one instance that may wait to be delivered. */
  mostEffects: number;
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
  /**
   * Runs one command on one instance, behind whatever else is queued there; its effects go to the session. The commit's id
   * may be given, by which it can be found again.
   */
  command(instance: string, what: Command, session: Session, commit?: string): Promise<Instance>;
  /** Starts an instance; one that exists under the id is answered as it is. */
  begin(input: StartInput, session: Session, from?: Origin): Promise<Instance>;
}

/** A step that was given to the store. */
interface Attempt {
  unit: Unit;
  /** Effects that nobody delivers yet. */
  effects: Effect[];
  result: CommitResult | 'unknown';
}

/** How long a command tries against others who commit first, milliseconds. */
const PATIENCE = 5_000;

export function createExecution(tools: ExecutionTools): Execution {
  const { store, clock, definitions, cache, queue } = tools;

  /** Runs a command until it is committed or refused; `starting`: the instance is made, or answered where it exists. */
  async function execute(
    id: string,
    what: Command,
    session: Session,
    commit: string = randomUUID(),
    starting?: Definition,
  ): Promise<Instance> {
    const deadline = Date.now() + PATIENCE;
    let unsure: Attempt | undefined;
    for (let round = 0; ; round++) {
      const cached = starting || round > 0 ? undefined : cache.get(id);
      let definition = starting;
      try {
        if (unsure && (await isStored(unsure.unit))) return conclude(unsure, session, what);
        const before = cached ?? (starting && round === 0 ? undefined : await store.get<Instance>('instances', id));
        if (starting && before) return before;
        if (!starting && !before) throw new NotFound(`there is no instance ${id}`);
        definition ??= await definitions.definition(before!.definition);
        const tried = await attempt(definition, before, what, commit);
        if (tried.result === 'committed') return conclude(tried, session, what);
        if (tried.result === 'unknown') unsure = tried;
      } catch (error) {
        // What commits nothing counts only on a freshly read instance.
        cache.drop(id);
        if (cached) continue;
        if (!(error instanceof StoreUnreachable)) throw refusal(error, definition);
        if (Date.now() > deadline) throw error;
      }
      if (Date.now() > deadline) throw givenUp(id, unsure);
      await backOff(round);
    }
  }

  /** Steps and commits. */
  async function attempt(
    definition: Definition,
    before: Instance | undefined,
    what: Command,
    commit: string,
  ): Promise<Attempt> {
    const waits: Record<string, Wait> = { ...before?.waits };
    const standing = await definitions.standing(definition.id);
    const stepped = await drive(definition, before, what, waits);
    const unit = unitOf({ definition, before, step: stepped, command: what, commit, standing, waits });
    const { id } = unit.instance;
    const left = tools.strange(id, before?.outbox ?? []);
    unit.instance.outbox = [...left, ...tools.pending(id), ...stepped.effects];
    refuseFlood(unit.instance, what);
    const result = await store.commit(unit).catch((error: unknown) => {
      if (!(error instanceof StoreUnreachable)) throw error;
      return 'unknown' as const;
    });
    if (result !== 'committed') cache.drop(id);
    return { unit, effects: [...left, ...stepped.effects], result };
  }

  /** What an instance causes itself drains its outbox; those outside can wait. */
  function refuseFlood({ id, outbox }: Instance, what: Command): void {
    if (what.hops || outbox.length <= tools.mostEffects) return;
    throw new Busy(`${outbox.length} effects of instance ${id} wait to be delivered; try again when they are`);
  }

  function conclude({ unit, effects }: Attempt, session: Session, what: Command): Instance {
    cache.set(unit.instance);
    tools.committed(unit, effects, session, what.hops ?? 0);
    return unit.instance;
  }

  /** An unknown outcome is looked up by commit id, never guessed: the answer was lost, or somebody else was faster. */
  async function isStored({ instance, history }: Unit): Promise<boolean> {
    const stored = await store.get<Instance>('instances', instance.id);
    if (!stored || stored.version < instance.version) return false;
    if (stored.version === instance.version) return stored.commit === instance.commit;
    return (await store.get<HistoryDocument>('history', history.id))?.commit === history.commit;
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

  /** Starts an instance; one that exists under the id is answered as it is. */
  async function begin(input: StartInput, session: Session, from: Origin = {}): Promise<Instance> {
    const definition = input.definition
      ? await definitions.definition(input.definition)
      : await definitions.latest(required(input.key), input.tenant);
    if ((await definitions.standing(definition.id)).suspended)
      throw new SuspendedDefinition(`process '${definition.id}' is suspended; activate it before it is started`);
    const id = input.id ?? newId(clock());
    const start: Command = {
      do: 'start',
      instance: id,
      tenant: definition.tenant,
      businessKey: input.businessKey,
      variables: input.variables ?? {},
      startEvent: input.startEvent,
      types: input.types,
      instructions: input.instructions,
      skipListeners: input.skipListeners,
      skipMappings: input.skipMappings,
      by: input.by,
      at: clock(),
      onFailure: input.onFailure ?? 'incident',
      ...from,
    };
    return queue.run(id, () => execute(id, start, session, undefined, definition));
  }

  return {
    command: (id, what, session, commit) => queue.run(id, () => execute(id, what, session, commit)),
    begin,
  };
}

function required(key: string | undefined): string {
  if (key === undefined)
    throw new BadCommand('name the process to start: its id as `key`, or one definition as `definition`');
  return key;
}

/** What a failed step means to whoever sent the command. */
function refusal(error: unknown, definition: Definition | undefined): unknown {
  if (!(error instanceof Failure) || !definition) return error;
  return new Refused(
    error.message,
    error.type,
    error.node === undefined ? undefined : definition.nodes[error.node]?.id,
  );
}

function givenUp(id: string, unsure: Attempt | undefined): Error {
  return unsure
    ? new StoreUnreachable(
        `the database does not say what became of the command to instance ${id}; look before you repeat it`,
      )
    : new Busy(`instance ${id} is being changed by others; try again`);
}

/** Jittered, growing to a quarter of a second. */
function backOff(attempt: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, Math.random() * Math.min(250, 5 * 2 ** attempt)));
}
