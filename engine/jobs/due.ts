/** Runs job documents whose time has come: timers, asynchronous continuations, timer start events. */

import { comeBack, inOrder } from '../aside.js';
import { Busy, type Clock, type Engine } from '../contract.js';
import { SuspendedInstance } from '../core/errors.js';
import type { Calendar, OnFailure } from '../core/language.js';
import type { JobDocument, SuspensionOrder } from '../store/documents.js';
import { type Filter, NewerFormat, type Store, StoreUnreachable } from '../store/port.js';
import { isLate, loseAttempt } from './attempts.js';
import { holdBack } from './holds.js';
import { finish, fireStart } from './starts.js';

export interface DueTools {
  engine: Engine;
  store: Store;
  clock: Clock;
  calendar: Calendar;
  /** Milliseconds between two firings of a cycle, at least. */
  interval: number;
  /** Name of this node in the leases. */
  node: string;
  /** Called when a job is free again, to run when it is due. */
  free(job: JobDocument): void;
  /** Does what was put off to a date. */
  carryOut(order: SuspensionOrder): Promise<void>;
}

/** How long a node may take over one job before another one tries it. */
const LEASE = 10_000;

/** What runs by itself; work waits for a worker. Each kind is asked for alone, in the order of its index. */
const KINDS = ['timer', 'async', 'start', 'order'] as const;

/** Open, with attempts left, and nobody's. */
const waiting = (kind: JobDocument['kind'], now: number): Filter[] => [
  { kind, 'wait.state': 'open', retries: { $gt: 0 }, suspended: { $ne: true } },
  { $or: [{ lockedUntil: null }, { lockedUntil: { $lte: now } }] },
  inOrder,
];

/** When the next job is due, epoch milliseconds; undefined: none is waiting. */
export async function nextDue({ store, clock }: Pick<DueTools, 'store' | 'clock'>): Promise<number | undefined> {
  const now = clock();
  await comeBack(store, { kind: { $in: [...KINDS] } }, now);
  const first = (kind: JobDocument['kind']) =>
    store.find<JobDocument>('jobs', { filter: { $and: waiting(kind, now) }, sort: { due: 1 }, limit: 1 });
  const jobs = (await Promise.all(KINDS.map(first))).flat();
  return jobs.length > 0 ? Math.min(...jobs.map(job => job.due)) : undefined;
}

/** Takes up to so many jobs of each kind that are due at the clock, under a lease. */
export async function claimDue({ store, clock, node }: DueTools, max: number): Promise<JobDocument[]> {
  const now = clock();
  await comeBack(store, { kind: { $in: [...KINDS] } }, now);
  const until = now + LEASE;
  const lease = { set: { lockedBy: node, lockedUntil: until, asideUntil: until }, increase: { rev: 1 } };
  const claim = (kind: JobDocument['kind']) => {
    const filter = { $and: [{ due: { $lte: now } }, ...waiting(kind, now)] };
    return store.claim<JobDocument>('jobs', { filter, sort: { due: 1 }, limit: max }, lease);
  };
  return (await Promise.all(KINDS.map(claim))).flat();
}

/** Runs one job. A wait that is gone is silence; a failure of its own costs an attempt. */
export async function runOne(tools: DueTools, job: JobDocument): Promise<void> {
  try {
    await carryOut(tools, job, { onFailure: 'retry' });
  } catch (error) {
    if (isLate(error) || isElsewhere(error)) return;
    await afterFailure(tools, job, error);
  }
}

/** It is not the job that failed: its lease ends, and whoever can takes it. */
const isElsewhere = (error: unknown) =>
  error instanceof StoreUnreachable || error instanceof Busy || error instanceof NewerFormat;

async function afterFailure(tools: DueTools, job: JobDocument, error: unknown): Promise<void> {
  if (error instanceof SuspendedInstance) return holdBack(tools, job);
  const changed = await loseAttempt(tools, job, { message: messageOf(error) });
  if (changed) tools.free(changed);
}

/** Does what a job is for. Throws what the engine throws. */
export async function carryOut(
  tools: DueTools,
  job: JobDocument,
  how: { by?: string; onFailure: OnFailure },
): Promise<void> {
  if (job.kind === 'start') {
    const next = await fireStart(tools, job);
    return next && tools.free(next);
  }
  if (job.order) {
    await tools.carryOut(job.order);
    return finish(tools, job);
  }
  const at = tools.clock();
  await tools.engine.send(job.instance, { do: 'resume', wait: job.id, variables: {}, at, ...how });
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
