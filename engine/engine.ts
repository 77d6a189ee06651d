/** The engine: load → step → commit → deliver. Everything that must happen durably passes here. */

import { randomUUID } from 'node:crypto';
import { createAnswers, type Evaluator } from './answers.js';
import { createCache } from './cache.js';
import { unitOf } from './commit.js';
import {
  Busy,
  type Clock,
  type Committed,
  type DeploymentInput,
  type DeploymentResult,
  type Engine,
  NotFound,
  type Outcome,
  Refused,
  type StartInput,
} from './contract.js';
import { BadCommand, Failure } from './core/errors.js';
import type { Calendar, Command, Step, Vocabulary } from './core/language.js';
import { instanceOfWait } from './core/state.js';
import { createStep } from './core/step.js';
import type { Definition, Instance, Wait } from './core/types.js';
import type { Limits } from './core/world.js';
import { createDelivery } from './deliver.js';
import { behaviours } from './elements/index.js';
import { inPlace } from './expressions/index.js';
import { createCourier } from './messages.js';
import { createOutbox, createSession, type Session } from './outbox.js';
import { createQueue } from './queue.js';
import { variablesAt } from './reads.js';
import { reserve } from './reservations.js';
import type { CommitResult, Store, Unit } from './store/port.js';
import { triggers } from './triggers/index.js';

/** Definitions, as the engine asks for them. */
export interface Definitions {
  deploy(input: DeploymentInput): Promise<DeploymentResult>;
  definition(id: string): Promise<Definition>;
  latest(key: string, tenant?: string): Promise<Definition>;
}

export interface EngineOptions {
  store: Store;
  definitions: Definitions;
  evaluator: Evaluator;
  calendar: Calendar;
  /** Default: the machine's. */
  clock?: Clock;
  limits?: Partial<Limits>;
}

/** How long a command tries against others who commit first, milliseconds. */
const PATIENCE = 5_000;
/** How long an answer waits for what its command caused elsewhere, milliseconds. */
const DELIVERY = 2_000;
/** Effects further away than this from their command are delivered behind the answer. */
const HOPS = 64;

/**
 * Makes an engine on an open store.
 *
 * @example
 * const engine = createEngine({ store, definitions, evaluator, calendar });
 * const { instance } = await engine.start({ key: 'order', variables: { amount: 10 } });
 */
export function createEngine({
  store,
  definitions,
  evaluator,
  calendar,
  clock = Date.now,
  limits,
}: EngineOptions): Engine {
  const vocabulary: Vocabulary = { behaviours, triggers, calendar, inPlace };
  const step = createStep(vocabulary, limits);
  const answer = createAnswers({ store, evaluator });
  const cache = createCache();
  const queue = createQueue();
  const listeners = new Set<(committed: Committed) => void>();
  const errands = new Set<Promise<void>>();
  let closing = false;

  const courier = createCourier({
    store,
    clock,
    instance: id => store.get<Instance>('instances', id),
    async resume(wait, variables, by, session, hops) {
      await command(
        instanceOfWait(wait),
        { do: 'resume', wait, variables, by, hops, at: clock(), onFailure: 'incident' },
        session,
      );
    },
    async startByEvent({ definition, tenant, startEvent }, id, input, session) {
      await begin({ definition, tenant, startEvent, id, onFailure: 'incident', ...input }, session, {
        hops: input.hops,
      });
    },
  });

  const outbox = createOutbox({
    deliver: createDelivery({ clock, courier, command, begin, instance: id => store.get<Instance>('instances', id) }),
    async settle(id, version) {
      const cached = cache.get(id);
      await store.settle(id, version);
      if (cached && cache.get(id) === cached && cached.version === version) cache.set({ ...cached, outbox: [] });
    },
  });

  /** Runs one command on one instance, behind whatever else is queued there; its effects go to the session. */
  function command(id: string, what: Command, session: Session): Promise<Instance> {
    return queue.run(id, () => execute(id, what, session));
  }

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
    const carried = outbox.pending(id);
    const known = new Set(carried.map(effect => effect.id));
    const left = before?.outbox.filter(effect => !known.has(effect.id)) ?? [];
    unit.instance.outbox = [...left, ...carried, ...stepped.effects];
    const result = await commit(unit);
    if (result !== 'committed') {
      cache.drop(id);
      return undefined;
    }
    cache.set(unit.instance);
    for (const listener of listeners) listener({ unit });
    const farAway = (what.hops ?? 0) >= HOPS;
    outbox.add(id, unit.instance.version, [...left, ...stepped.effects], farAway ? createSession() : session);
    if (unit.rows.some(row => row.collection === 'subscriptions' && row.insert))
      errand(courier.subscribed(unit, session), session);
    return unit.instance;
  }

  /** Something that need not hold up the instance's queue, only the answer. */
  function errand(work: Promise<void>, session: Session): void {
    session.open++;
    const done = work
      .catch(() => {})
      .then(() => {
        errands.delete(done);
        session.done();
      });
    errands.add(done);
  }

  async function drive(
    definition: Definition,
    before: Instance | undefined,
    what: Command,
    waits: Record<string, Wait>,
  ): Promise<Step> {
    const instance = before?.id ?? (what.do === 'start' ? what.instance : '');
    const steps = step(definition, before, what);
    let turn = steps.next();
    while (!turn.done) turn = steps.next(await answer(turn.value, { definition, instance, waits }));
    return turn.value;
  }

  /** An unknown outcome is looked up by commit id, never guessed. */
  async function commit(unit: Unit): Promise<CommitResult> {
    try {
      return await store.commit(unit);
    } catch (error) {
      cache.drop(unit.instance.id);
      const stored = await store.get<Instance>('instances', unit.instance.id);
      if (stored?.commit === unit.instance.commit) return 'committed';
      if (stored && stored.version >= unit.instance.version) return 'conflict';
      throw error;
    }
  }

  /** Starts an instance; one that exists under the id is answered as it is. */
  async function begin(
    input: StartInput,
    session: Session,
    from: { parent?: { instance: string; wait: string }; root?: string; depth?: number; hops?: number } = {},
  ): Promise<Instance> {
    const definition = input.definition
      ? await definitions.definition(input.definition)
      : await definitions.latest(required(input.key), input.tenant);
    const id = input.id ?? randomUUID();
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

  /** Opens a session for a command from outside, and answers when what it caused is done. */
  async function fromOutside<T>(work: (session: Session) => Promise<T>): Promise<T> {
    if (closing) throw new Busy('the engine is shutting down; try again on another node');
    const session = createSession();
    const result = await work(session);
    await session.finished(DELIVERY);
    return result;
  }

  /** As the instance is now, if what it caused has brought it further. */
  async function outcome(instance: Instance): Promise<Outcome> {
    const now = cache.get(instance.id) ?? (await store.get<Instance>('instances', instance.id)) ?? instance;
    return {
      instance: now.id,
      definition: now.definition,
      ...(now.businessKey !== undefined && { businessKey: now.businessKey }),
      state: now.state,
      ended: now.endedAt !== undefined,
      version: now.version,
      incidents: Object.values(now.incidents),
    };
  }

  return {
    store,
    clock,
    deploy: input => definitions.deploy(input),
    definition: id => definitions.definition(id),
    latest: (key, tenant) => definitions.latest(key, tenant),

    async start(input) {
      const id = input.id ?? (input.idempotencyKey ? await reserve(store, input, clock()) : undefined);
      return outcome(await fromOutside(session => begin({ ...input, id }, session)));
    },
    send: async (id, what) => outcome(await fromOutside(session => command(id, what, session))),
    instance: id => store.get<Instance>('instances', id),
    variablesAt: (id, activation) => variablesAt(store, id, activation),
    publish: input => fromOutside(session => courier.publish(input, session)),
    broadcast: input => fromOutside(session => courier.broadcast(input, session)),

    onCommit(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    async recover() {
      const filter = { 'outbox.0.id': { $exists: true } };
      for (const instance of await store.find<Instance>('instances', { filter, limit: 1_000 })) {
        const known = new Set(outbox.pending(instance.id).map(effect => effect.id));
        const left = instance.outbox.filter(effect => !known.has(effect.id));
        const session = createSession();
        outbox.retry(instance.id, session);
        outbox.add(instance.id, instance.version, left, session);
      }
    },
    async idle() {
      do await Promise.all([queue.idle(), outbox.idle(), ...errands]);
      while (queue.busy() || errands.size > 0);
    },
    async close() {
      closing = true;
      await this.idle();
    },
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
