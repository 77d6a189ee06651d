/** Runs commands: load → step → commit, one at a time per instance, again where somebody else was faster. */

import { randomUUID } from 'node:crypto';
import type { InstanceCache } from './cache.js';
import { unitOf } from './commit.js';
import { Busy, type Clock, type Definitions, NotFound, type StartInput } from './contract.js';
import { BadCommand, SuspendedDefinition } from './core/errors.js';
import type { Command } from './core/language.js';
import type { Definition, Effect, Instance } from './core/types.js';
import { type Drive, type Made, type Origin, refusal, startCommand } from './driver.js';
import { newId } from './ids.js';
import type { Session } from './outbox.js';
import type { Queue } from './queue.js';
import type { Rehearsal } from './rehearsal.js';
import { type CommitResult, type Store, StoreUnreachable, type Unit } from './store/port.js';

export interface ExecutionTools {
  store: Store;
  clock: Clock;
  definitions: Definitions;
  cache: InstanceCache;
  queue: Queue;
  drive: Drive;
  /** Steps in memory what a step would cause. Throws Refused where that would fail. */
  rehearse(made: Made): Promise<Rehearsal>;
  /** Effects of one instance that may wait to be delivered. */
  mostEffects: number;
  /** Effects of an instance that are not known to be delivered. */
  pending(instance: string): Effect[];
  /** Those of a stored outbox that this process knows nothing of: a crash left them. */
  strange(instance: string, effects: Effect[]): Effect[];
  /** A commit is durable; `effects` are those that nobody delivers yet. */
  committed(unit: Unit, effects: Effect[], session: Session, hops: number): void;
}

export interface Execution {
  /**
   * Runs one command on one instance, behind whatever else is queued there; its effects go to the session. The commit's id
   * may be given, by which it can be found again.
   */
  command(instance: string, what: Command, session: Session, commit?: string): Promise<Instance>;
  /** Starts an instance; one that exists under the id is answered as it is. */
  begin(input: StartInput, session: Session, from?: Origin): Promise<Instance>;
  /** What the instance would be after a command; nothing is kept. Throws NotFound, and Refused where anything would fail. */
  rehearse(instance: string, what: Command): Promise<Instance>;
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
        const tried = await attempt(definition, before, what, session, commit);
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
    session: Session,
    commit: string,
  ): Promise<Attempt> {
    const made = await makeStep(definition, before, what, session);
    const standing = await definitions.standing(definition.id);
    const unit = unitOf({ commit, standing, ...made });
    const { id } = unit.instance;
    const owed = before?.outbox ?? [];
    const left = tools.strange(id, owed);
    unit.instance.outbox = [...left, ...stillOwed(tools.pending(id), owed), ...made.step.effects];
    refuseFlood(unit.instance, what);
    const result = await store.commit(unit).catch((error: unknown) => {
      if (!(error instanceof StoreUnreachable)) throw error;
      return 'unknown' as const;
    });
    if (result !== 'committed') cache.drop(id);
    return { unit, effects: [...left, ...made.step.effects], result };
  }

  /** The step that was rehearsed for it, or a new one; what a command that may be refused causes is rehearsed first. */
  async function makeStep(
    definition: Definition,
    before: Instance | undefined,
    what: Command,
    session: Session,
  ): Promise<Made> {
    const id = before?.id ?? (what.do === 'start' ? what.instance : '');
    const rehearsed = session.rehearsed?.stepOf(id, before?.version ?? 0, what);
    if (rehearsed) return rehearsed;
    const made = await tools.drive(definition, before, what);
    if (what.onFailure === 'refuse' && made.step.effects.length > 0) session.rehearsed = await tools.rehearse(made);
    return made;
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
    return (await store.count('history', { id: history.id, commit: history.commit }, 1)) > 0;
  }

  /** Starts an instance; one that exists under the id is answered as it is. */
  async function begin(input: StartInput, session: Session, from: Origin = {}): Promise<Instance> {
    const definition = input.definition
      ? await definitions.definition(input.definition)
      : await definitions.latest(required(input.key), input.tenant);
    if ((await definitions.standing(definition.id)).suspended)
      throw new SuspendedDefinition(`process '${definition.id}' is suspended; activate it before it is started`);
    const id = input.id ?? newId(clock());
    const start = startCommand(definition, id, input, from, clock());
    return queue.run(id, () => execute(id, start, session, undefined, definition));
  }

  async function rehearse(id: string, what: Command): Promise<Instance> {
    const before = await store.get<Instance>('instances', id);
    if (!before) throw new NotFound(`there is no instance ${id}`);
    const definition = await definitions.definition(before.definition);
    try {
      const made = await tools.drive(definition, before, { ...what, onFailure: 'refuse' });
      await tools.rehearse(made);
      return made.step.instance;
    } catch (error) {
      throw refusal(error, definition);
    }
  }

  return {
    command: (id, what, session, commit) => queue.run(id, () => execute(id, what, session, commit)),
    begin,
    rehearse,
  };
}

function required(key: string | undefined): string {
  if (key === undefined)
    throw new BadCommand('name the process to start: its id as `key`, or one definition as `definition`');
  return key;
}

/** What waits here to be delivered, without what another process has delivered and settled meanwhile. */
function stillOwed(pending: Effect[], owed: Effect[]): Effect[] {
  const ids = new Set(owed.map(({ id }) => id));
  return pending.filter(({ id }) => ids.has(id));
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
