/** The job service: timers and continuations when they are due, and work for workers outside and inside. */

import { randomUUID } from 'node:crypto';
import type { Clock, Engine, JobNews, Reader } from '../contract.js';
import type { Calendar } from '../core/language.js';
import { defaultLimits } from '../core/world.js';
import { calendar as utc } from '../expressions/calendar.js';
import { jobNews } from '../news.js';
import type { JobDocument, SuspensionOrder } from '../store/documents.js';
import type { Filter, Query, Store, Unit } from '../store/port.js';
import { createBell } from './bell.js';
import { createCrew } from './crew.js';
import { carryOut as carryOutJob, claimDue, nextDue, runOne } from './due.js';
import { type Handler, type HandlerOptions, type RunningHandler, startHandler } from './handlers.js';
import { freeHeld, mayFree } from './holds.js';
import { jobFor } from './lookup.js';
import { createParking, type ParkingRequest } from './parking.js';
import { collectBlobs, purgeClosedRows, purgeKeys, purgeMessages, purgeNotices } from './purge.js';
import { createRepair, type Repair } from './repair.js';
import { createSightings, type WorkerDocument } from './sightings.js';
import { createJobSuspension, type JobSuspension } from './suspension.js';
import { type Chore, createWakes, HORIZON, SWEEP_EVERY } from './wakes.js';
import { createWork, type Work, type WorkJob } from './work.js';

export { BpmnError, LockLost, TooManyParked } from './errors.js';
export type { HandledJob, Handler, HandlerOptions } from './handlers.js';
export type { ParkingRequest } from './parking.js';
export type { Named } from './repair.js';
export type { Chore } from './wakes.js';
export type { FetchRequest, Held, Topic, WorkJob } from './work.js';

export interface JobsOptions {
  engine: Engine;
  store: Store;
  clock?: Clock;
  /** Reads the cycles of timer start events; default: UTC where a text names no zone. */
  calendar?: Calendar;
  /** Work that is done regularly. */
  chores?: Chore[];
  settings?: JobsSettings;
  /** Hears of what went wrong where nobody waits for an answer; default: the console. */
  report?(error: unknown): void;
  /** Does what was put off to a date: suspends or activates. */
  carryOut?(order: SuspensionOrder): Promise<void>;
}

export interface JobsSettings {
  /** Name of this node in the leases; default: a new one. */
  node?: string;
  /** Requests that may be parked, per worker of a client and in all. */
  parkedPerClient?: number;
  parkedTotal?: number;
  /** Milliseconds that what runs gets to finish at a stop. */
  grace?: number;
  /** Milliseconds between two firings of a cycle, at least. */
  interval?: number;
}

export interface Jobs extends Omit<Work, 'fetch'>, Repair, JobSuspension {
  /** Something was written that is to run when it is due. */
  announce(job: JobDocument): void;
  /** From now on jobs run when they are due. Without it only `runDue` runs them. */
  start(): Promise<void>;
  /** Takes nothing new, answers parked requests, finishes what runs, gives locks back. */
  stop(): Promise<void>;
  /** Runs all that is due at the clock now, lets the handlers finish, and so on until there is nothing left. */
  runDue(): Promise<void>;
  /** When the next timer or continuation is due, epoch milliseconds; undefined: none waits. */
  nextDue(): Promise<number | undefined>;
  /** Work for a worker outside: locked, with its variables; `wait` milliseconds for some to turn up. */
  fetchAndLock(request: ParkingRequest): Promise<WorkJob[]>;
  /** Workers that asked for work of these topics (default: of any) within the last five minutes. */
  workers(topics?: string[]): Promise<WorkerDocument[]>;
  /** How many requests wait for work now. */
  parked(): number;
  /** A handler in this process. Answers the function that ends it. */
  worker(topic: string, handler: Handler, options?: HandlerOptions): () => Promise<void>;
  find(reader: Reader, query?: Query): Promise<JobDocument[]>;
  count(reader: Reader, filter?: Filter, max?: number): Promise<number>;
  /** Throws NotFound, also for what the reader may not see. */
  get(reader: Reader, id: string): Promise<JobDocument>;
}

/** Due jobs that run at the same time: as many as a group commit carries. */
const AT_ONCE = 500;

/** What a crash left unsettled, here or on another node, is delivered as often as this, milliseconds. */
const RECOVER_EVERY = 10_000;

/**
 * Makes the job service of an engine.
 *
 * @example
 * const jobs = createJobs({ engine, store });
 * jobs.worker('charge-card', async job => ({ receipt: await charge(job.variables.amount) }));
 * await jobs.start();
 */
export function createJobs({
  engine,
  store,
  clock = engine.clock,
  calendar = utc,
  chores = [],
  settings: {
    node = `node-${randomUUID()}`,
    parkedPerClient = 20,
    parkedTotal = 1_000,
    grace = 10_000,
    interval = defaultLimits.interval,
  } = {},
  report = console.error,
  carryOut = async () => {},
}: JobsOptions): Jobs {
  const handlers = new Set<RunningHandler>();
  const work = createWork({ engine, store, clock, free });
  const { fetch, ...answers } = work;
  const sightings = createSightings(store, clock, report);
  const parking = createParking({ work, perClient: parkedPerClient, total: parkedTotal, report });
  const recover = { name: 'recover', every: RECOVER_EVERY, run: () => engine.recover() };
  const wakes = createWakes({
    store,
    clock,
    wake,
    chores: [
      recover,
      purgeClosedRows(store, clock),
      purgeMessages(store, clock),
      purgeKeys(store, clock),
      purgeNotices(store, clock),
      collectBlobs(store),
      ...chores,
    ],
    report,
  });

  const tools = { engine, store, clock, calendar, interval, node, free, carryOut };
  /** Jobs that were taken since `runDue` asked. */
  let ran = 0;
  const due = createCrew<JobDocument>({
    hands: AT_ONCE,
    async take(max) {
      const jobs = await claimDue(tools, max);
      ran += jobs.length;
      return jobs;
    },
    work: job => runOne(tools, job),
    report,
  });

  const later = new Set<NodeJS.Timeout>();
  /** Where processes share the data, one of them looks for leases that are over; each asks again for those who wait here. */
  const round = store.shared ? setInterval(ringWorkers, SWEEP_EVERY).unref() : undefined;

  /** Commits that may have set jobs free. */
  const freed: Unit[] = [];
  const freeing = createBell(async () => {
    for (const unit of freed.splice(0)) await freeHeld(tools, unit);
  }, report);

  /** Something is due: jobs, or work whose pause is over. */
  function wake() {
    due.ring();
    ringWorkers();
  }

  function ringWorkers(topic?: string) {
    parking.ring(topic);
    for (const handler of handlers) if (topic === undefined || handler.topic === topic) handler.ring();
  }

  /** A job is new, or free again, here or in another process. */
  function announce({ kind, topic, due }: JobNews) {
    if (kind === 'work' && due <= clock()) return ringWorkers(topic);
    wakes.at(due);
    // Of all processes one is woken; those who wait for work may wait in any.
    if (kind === 'work' && store.shared && due < clock() + HORIZON) ringLater(due - clock(), topic);
  }

  function ringLater(pause: number, topic: string | undefined) {
    const timer = setTimeout(() => {
      later.delete(timer);
      ringWorkers(topic);
    }, pause);
    later.add(timer.unref());
  }

  /** A job is free again. */
  function free(job: JobDocument) {
    announce(job);
    engine.tell({ of: 'job', job: jobNews(job) });
  }

  const stopListening = engine.onCommit(({ unit }) => {
    for (const row of unit.rows) if (row.collection === 'jobs' && row.insert) announce(row.insert as JobDocument);
    if (!mayFree(unit)) return;
    freed.push(unit);
    freeing.ring();
  });
  const stopHearing = engine.onNews(news => {
    if (news.of === 'commit') for (const job of news.commit.jobs) announce(job);
    if (news.of === 'job') announce(news.job);
    if (news.of === 'deployment') wakes.look();
  });
  // Timer start events are among what was deployed.
  const stopLooking = engine.onDeploy(wakes.look);

  return {
    ...answers,
    ...createRepair({ ...tools, run: (job, how) => carryOutJob(tools, job, how) }),
    fetchAndLock(request) {
      void sightings.saw(request);
      return parking.fetch(request);
    },
    async workers(topics) {
      for (const { topic, worker } of handlers) await sightings.saw({ worker, topics: [{ topic }] });
      return sightings.seen(topics);
    },
    ...createJobSuspension({ store, clock, free }),
    announce: free,
    parked: parking.size,
    start: wakes.start,

    async stop() {
      stopListening();
      stopLooking();
      stopHearing();
      clearInterval(round);
      for (const timer of later) clearTimeout(timer);
      await wakes.stop();
      await Promise.all([
        due.close(grace),
        freeing.close(),
        parking.close(),
        ...[...handlers].map(handler => handler.close(grace)),
      ]);
    },

    async runDue() {
      const handled = () => [...handlers].reduce((sum, handler) => sum + handler.taken(), 0);
      let before: number;
      do {
        before = handled();
        for (const handler of handlers) handler.ring();
        for (const handler of handlers) await handler.quiet();
        await engine.idle();
        await freeing.quiet();
        ran = 0;
        due.ring();
        await due.quiet();
        // One handler's answer may be work for another one that was quiet already.
      } while (ran > 0 || handled() > before);
    },

    nextDue: () => nextDue({ store, clock }),

    worker(topic, handler, options) {
      const started = startHandler(work, report, topic, handler, options);
      handlers.add(started);
      started.ring();
      return async () => {
        handlers.delete(started);
        await started.close(grace);
      };
    },

    find: (reader, { filter = {}, ...query } = {}) =>
      store.find<JobDocument>('jobs', { ...query, filter: { $and: [visibleTo(reader), filter] } }),
    count: (reader, filter = {}, max) => store.count('jobs', { $and: [visibleTo(reader), filter] }, max),
    get: (reader, id) => jobFor(store, id, reader),
  };
}

const visibleTo = (reader: Reader): Filter => ({ tenant: { $in: reader.tenants } });
