/** The engine: load → step → commit → deliver. Everything that must happen durably passes here. */

import { createAnswers, type Evaluator } from './answers.js';
import { createCache } from './cache.js';
import { createCascades } from './cascades.js';
import { startWhereTrue } from './conditions.js';
import {
  Busy,
  type Clock,
  type Committed,
  type Definitions,
  type DeploymentResult,
  type Engine,
  type News,
  type Outcome,
  type StartInput,
} from './contract.js';
import { BadCommand } from './core/errors.js';
import type { Calendar } from './core/language.js';
import { instanceOfWait } from './core/state.js';
import { createStep } from './core/step.js';
import type { Definition, Instance, Json } from './core/types.js';
import { defaultLimits, type Limits } from './core/world.js';
import { createDelivery } from './deliver.js';
import { createDriver } from './driver.js';
import { behaviours } from './elements/index.js';
import { createExecution } from './execution.js';
import { inPlace } from './expressions/index.js';
import { mayTakeKept } from './kept.js';
import { createCourier } from './messages.js';
import { newsOf } from './news.js';
import { createOutbox, createSession, type Session } from './outbox.js';
import { createQueue } from './queue.js';
import { localVariablesAt, unsettled, variablesAt } from './reads.js';
import { createRehearsals, playsOf } from './rehearsal.js';
import { reserve } from './reservations.js';
import type { Store } from './store/port.js';
import { triggers } from './triggers/index.js';
import { claimBusinessKey } from './unique.js';

export interface EngineOptions {
  store: Store;
  definitions: Definitions;
  evaluator: Evaluator;
  calendar: Calendar;
  /** Default: the machine's. */
  clock?: Clock;
  limits?: Partial<Limits>;
  /** How long an answer waits for what its command caused elsewhere, milliseconds; default 2,000. */
  patience?: number;
  /** Hears of what went wrong where nobody waits for an answer; default: the console. */
  report?(error: unknown): void;
}

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
  patience = 2_000,
  report = console.error,
}: EngineOptions): Engine {
  const cache = createCache({ clock });
  const queue = createQueue();
  const listeners = new Set<(committed: Committed) => void>();
  const deploymentListeners = new Set<(result: DeploymentResult) => void>();
  const newsListeners = new Set<(news: News) => void>();
  const errands = new Set<Promise<void>>();
  let closing = false;

  const answer = createAnswers({ store, evaluator });
  const drive = createDriver(createStep({ behaviours, triggers, calendar, inPlace }, limits), answer);
  const rehearsals = createRehearsals({ store, clock, definitions, drive, answer });
  const { command, begin, rehearse } = createExecution({
    store,
    clock,
    definitions,
    cache,
    queue,
    drive,
    rehearse: rehearsals.after,
    mostEffects: limits?.outbox ?? defaultLimits.outbox,
    pending: instance => outbox.pending(instance),
    strange: (instance, effects) => outbox.strange(instance, effects),
    committed(unit, effects, session, hops) {
      announce({ unit });
      tell({ of: 'commit', commit: newsOf(unit) });
      outbox.add(unit.instance, effects, hops >= HOPS ? createSession() : session, unit.history.at);
      if (unit.rows.some(mayTakeKept)) errand(courier.subscribed(unit, session), session);
    },
  });

  const cascades = createCascades(clock, { ...defaultLimits, ...limits });
  const courier = createCourier({
    store,
    clock,
    instance: id => store.get<Instance>('instances', id),
    standing: id => definitions.standing(id),
    async resume(wait, variables, { commit, ...how }, session) {
      const answer = { do: 'resume', wait, variables, at: clock(), onFailure: 'incident', ...how } as const;
      await command(instanceOfWait(wait), answer, session, commit);
    },
    async rehearse(receivers, said, session) {
      session.rehearsed = await rehearsals.of(await playsOf(receivers, said, { definitions, clock }));
    },
    async startByEvent({ definition, tenant, startEvent }, id, input, session) {
      await begin({ definition, tenant, startEvent, id, onFailure: 'incident', ...input }, session, {
        hops: cascades.ofEvent(definition, input.hops),
      });
    },
  });

  const outbox = createOutbox({
    clock,
    report,
    async owes(id, effect) {
      const stored = await store.get<Instance>('instances', id);
      return stored?.outbox.some(owed => owed.id === effect.id) ?? false;
    },
    deliver: createDelivery({
      clock,
      courier,
      cascades,
      command,
      begin,
      instance: id => store.get<Instance>('instances', id),
    }),
    async settle(id, version) {
      const cached = cache.get(id);
      await store.settle(id, version);
      if (cached && cache.get(id) === cached && cached.version === version) cache.set({ ...cached, outbox: [] });
    },
  });

  const tell = (news: News) => store.tell(news as unknown as Json);
  const stopHearing = store.hear(news => {
    for (const listener of newsListeners) listener(news as unknown as News);
  });

  /** A listener that fails must not undo what is committed. */
  function announce(committed: Committed): void {
    for (const listener of listeners) {
      try {
        listener(committed);
      } catch (error) {
        report(error);
      }
    }
  }

  /** Something that need not hold up the instance's queue, only the answer. */
  function errand(work: Promise<void>, session: Session): void {
    session.open++;
    const done = work.catch(report).then(() => {
      errands.delete(done);
      session.done();
    });
    errands.add(done);
  }

  /** Opens a session for a command from outside, and answers when what it caused is done. */
  async function fromOutside<T>(work: (session: Session) => Promise<T>): Promise<T> {
    if (closing) throw new Busy('the engine is shutting down; try again on another node');
    const session = createSession();
    const result = await work(session);
    await session.finished(patience);
    return result;
  }

  function newest({ key, tenant }: StartInput): Promise<Definition> {
    if (key === undefined) throw new BadCommand('name the process to start: its id as `key`');
    return definitions.latest(key, tenant);
  }

  /** As the instance is now, if what it caused has brought it further. */
  async function outcome(instance: Instance): Promise<Outcome> {
    const ended = instance.endedAt !== undefined;
    const now = ended
      ? instance
      : (cache.get(instance.id) ?? (await store.get<Instance>('instances', instance.id)) ?? instance);
    return {
      instance: now.id,
      definition: now.definition,
      state: now.state,
      ended: now.endedAt !== undefined,
      version: now.version,
      startedAt: now.startedAt,
      incidents: Object.values(now.incidents),
      ...(now.businessKey !== undefined && { businessKey: now.businessKey }),
      ...(now.startedBy !== undefined && { startedBy: now.startedBy }),
      ...(now.endedAt !== undefined && { endedAt: now.endedAt }),
    };
  }

  return {
    store,
    clock,
    async deploy(input) {
      const result = await definitions.deploy(input);
      for (const listener of deploymentListeners) listener(result);
      tell({ of: 'deployment', deployment: result.deployment.id });
      return result;
    },
    definition: id => definitions.definition(id),
    latest: (key, tenant) => definitions.latest(key, tenant),

    async start(input) {
      const reserved = input.idempotencyKey ? (await reserve(store, input, clock())).instance : undefined;
      const id = input.id ?? reserved;
      const { businessKey, unique: policy } = input;
      if (!policy || businessKey === undefined)
        return outcome(await fromOutside(session => begin(Object.assign({}, input, { id }), session)));
      const definition = await (input.definition ? definitions.definition(input.definition) : newest(input));
      const claimed = await claimBusinessKey(store, definition, { businessKey, policy, id }, clock());
      return outcome(await fromOutside(session => begin({ ...input, id: claimed }, session)));
    },
    async startWhereTrue(input) {
      const tools = { store, clock, definitions, evaluator, inPlace, begin };
      const started = await fromOutside(session => startWhereTrue(tools, input, session));
      return Promise.all(started.map(outcome));
    },
    send: async (id, what) => outcome(await fromOutside(session => command(id, what, session))),
    rehearse,
    instance: id => store.get<Instance>('instances', id),
    variablesAt: (id, activation, wait) => variablesAt(store, id, activation, wait),
    localVariablesAt: (id, activation, wait) => localVariablesAt(store, id, activation, wait),
    publishToAll: input => fromOutside(session => courier.publishToAll(input, session)),
    publish: input => fromOutside(session => courier.publish(input, session)),
    broadcast: input => fromOutside(session => courier.broadcast(input, session)),

    onCommit(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onDeploy(listener) {
      deploymentListeners.add(listener);
      return () => void deploymentListeners.delete(listener);
    },

    tell,
    onNews(listener) {
      newsListeners.add(listener);
      return () => void newsListeners.delete(listener);
    },

    async recover() {
      await store.repair();
      await courier.recover();
      for (const instance of await unsettled(store, clock())) {
        const left = outbox.strange(instance.id, instance.outbox);
        const session = createSession();
        outbox.retry(instance.id, session);
        outbox.add(instance, left, session, clock());
      }
    },
    async idle() {
      do await Promise.all([queue.idle(), outbox.idle(), ...errands]);
      while (queue.busy() || outbox.busy() || errands.size > 0);
    },
    async close() {
      closing = true;
      outbox.stop();
      await this.idle();
      stopHearing();
    },
  };
}
