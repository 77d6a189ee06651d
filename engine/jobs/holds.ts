/** Jobs held up by their instance: while it is suspended, or while a failed job has an incident. */

import type { Clock } from '../contract.js';
import { chunkOfId } from '../core/state.js';
import type { JobDocument } from '../store/documents.js';
import type { Filter, Store, Unit } from '../store/port.js';
import { lockedStill } from './attempts.js';

export interface HoldTools {
  store: Store;
  clock: Clock;
  /** Called when a job is free again. */
  free(job: JobDocument): void;
}

/** Holds the lock of a job whose instance is suspended. */
const SUSPENDED = 'suspended instance';

/** Should the activation not be heard of (a crash right behind it), the job is tried again after this. */
const HOLD = 5 * 60_000;

/** Puts a job aside until its instance is active again. It costs no attempt. */
export async function holdBack({ store, clock }: HoldTools, job: JobDocument): Promise<void> {
  const until = clock() + HOLD;
  const set = { lockedBy: SUSPENDED, lockedUntil: until, asideUntil: until };
  await store.patch('jobs', job.id, lockedStill(job), { set, increase: { rev: 1 } });
}

/** Whether a commit may set jobs free. */
export const mayFree = ({ history }: Unit): boolean =>
  history.events.some(event => event.type === 'activated' || event.type === 'resolved');

/** Frees what a commit no longer holds up: the instance was activated, the incident of a job resolved. */
export async function freeHeld(tools: HoldTools, { instance, chunks, history }: Unit): Promise<void> {
  const open = { instance: instance.id, 'wait.state': 'open' };
  if (history.events.some(event => event.type === 'activated')) {
    await freeAll(tools, { ...open, lockedBy: SUSPENDED }, { unset: ['lockedBy', 'lockedUntil', 'asideUntil'] });
    // The commit has taken the marks of the others away.
    for (const job of await tools.store.find<JobDocument>('jobs', { filter: open })) tools.free(job);
  }
  const resolved = history.events.filter(event => event.type === 'resolved').map(event => event.incident);
  if (resolved.length === 0) return;
  const incidents = [instance, ...chunks].flatMap(part => Object.values(part.incidents));
  const still = new Set(incidents.map(incident => incident.wait));
  const where = new Set(resolved.map(chunkOfId));
  const again = { set: { retries: 1, due: tools.clock() }, unset: ['asideUntil'] };
  await freeAll(tools, { ...open, retries: 0 }, again, job => !still.has(job.id) && where.has(chunkOfId(job.id)));
}

async function freeAll(
  { store, free }: HoldTools,
  filter: Filter & Record<string, unknown>,
  change: { set?: { retries: number; due: number }; unset?: string[] },
  which: (job: JobDocument) => boolean = () => true,
): Promise<void> {
  const jobs = await store.find<JobDocument>('jobs', { filter });
  for (const job of jobs.filter(which)) {
    const changed = await store.patch<JobDocument>('jobs', job.id, filter, { ...change, increase: { rev: 1 } });
    if (changed) free(changed);
  }
}
