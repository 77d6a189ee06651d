/** Timer start events: each firing makes one instance, also when the machine dies in between. */

import type { Clock, Engine } from '../contract.js';
import type { Calendar } from '../core/language.js';
import { readRetries } from '../expressions/retries.js';
import { derivedId } from '../ids.js';
import { logJob } from '../job-log.js';
import type { JobDocument } from '../store/documents.js';
import type { Store } from '../store/port.js';
import { DEFAULT_CYCLE, lockedStill } from './attempts.js';

export interface StartTools {
  engine: Engine;
  store: Store;
  clock: Clock;
  calendar: Calendar;
  /** Milliseconds between two firings of a cycle, at least. */
  interval: number;
}

/**
 * Starts the instance of this firing and writes down the next one. Repeated after a crash, the same instance is
 * answered again. Answers the job with its next due time, or undefined after the last firing.
 */
export async function fireStart(tools: StartTools, job: JobDocument): Promise<JobDocument | undefined> {
  await tools.engine.start({
    definition: job.definition,
    tenant: job.tenant,
    startEvent: job.startEvent,
    id: instanceOf(job),
    onFailure: 'incident',
  });
  const worker = job.lockedBy === undefined ? {} : { worker: job.lockedBy };
  await logJob(tools.store, job, { type: 'succeeded', at: tools.clock(), ...worker });
  const next = nextFiring(tools, job);
  if (!next) return void (await finish(tools, job));
  const { attempts: retries } = readRetries(job.retryCycle ?? DEFAULT_CYCLE);
  const following = { ...next, retries, firing: (job.firing ?? 0) + 1 };
  await logJob(tools.store, { ...job, ...following, rev: job.rev + 1 }, { type: 'created', at: tools.clock() });
  return write(tools, job, following);
}

/** Closes a job that no instance waits for. */
export async function finish(tools: Pick<StartTools, 'store' | 'clock'>, job: JobDocument): Promise<void> {
  await write(tools, job, { wait: { v: job.wait.v + 1, state: 'answered', answeredAt: tools.clock() } });
}

function write({ store }: Pick<StartTools, 'store'>, job: JobDocument, set: Partial<JobDocument>) {
  return store.patch<JobDocument>('jobs', job.id, lockedStill(job), {
    set: set as Record<string, never>,
    unset: ['lockedBy', 'lockedUntil', 'asideUntil', 'error'],
    increase: { rev: 1 },
  });
}

/** The instance's id follows from the firing, so that the same firing never makes two. */
const instanceOf = ({ id, due }: JobDocument): string => derivedId('start', id, String(due));

/** Counted from when it was due, so that nothing drifts; firings missed while nobody ran are made up for once. */
function nextFiring(
  { calendar, clock, interval }: StartTools,
  job: JobDocument,
): { due: number; repeats: number } | undefined {
  const left = job.repeats ?? 0;
  if (left === 0 || job.cycle === undefined) return undefined;
  try {
    const regular = calendar.next('cycle', job.cycle, job.due);
    const next = regular.due > clock() ? regular : calendar.next('cycle', job.cycle, clock());
    const repeats = left > 0 ? Math.min(left - 1, next.repeats < 0 ? left : next.repeats) : left;
    return next.due > job.due ? { due: Math.max(next.due, job.due + interval), repeats } : undefined;
  } catch {
    return undefined; // A cron with a year has no date to come.
  }
}
