/** What a failed attempt costs: one of the retries and a pause; the last one leaves an incident on the job. */

import { asideUntil } from '../aside.js';
import type { Clock, Engine } from '../contract.js';
import { NotFound } from '../contract.js';
import { StaleCommand } from '../core/errors.js';
import { readRetries } from '../expressions/retries.js';
import { logJob } from '../job-log.js';
import type { JobDocument } from '../store/documents.js';
import type { Store } from '../store/port.js';

/** Of jobs whose model names no cycle. */
export const DEFAULT_CYCLE = 'R3/PT10S';

export interface FailedAttempt {
  message: string;
  details?: string;
  /** Attempts that are left; default: one less than before. */
  retries?: number;
  /** Milliseconds until the next one; default: as the retry cycle says. */
  pause?: number;
  by?: string;
}

/**
 * Takes an attempt from a job that is locked by `job.lockedBy`, and gives its lock back.
 * Answers the job as it is now, or undefined when the lock or the wait was gone.
 */
export async function loseAttempt(
  { engine, store, clock }: { engine: Engine; store: Store; clock: Clock },
  job: JobDocument,
  { message, details, retries = job.retries - 1, pause = pauseOf(job), by }: FailedAttempt,
): Promise<JobDocument | undefined> {
  // The incident first: a crash between the two costs an attempt more, never an incident that nobody sees.
  if (retries <= 0) await silently(engine.send(job.instance, failure(job, message, clock(), by)));
  const due = clock() + (retries > 0 ? pause : 0);
  const aside = asideUntil({ kind: job.kind, retries, due }, clock());
  const changed = await store.patch<JobDocument>('jobs', job.id, lockedStill(job), {
    set: {
      retries: Math.max(retries, 0),
      retriesGiven: true,
      error: message,
      due,
      ...(aside !== undefined && { asideUntil: aside }),
      ...(details !== undefined && { errorDetails: details }),
    },
    unset: [
      ...['lockedBy', 'lockedUntil'],
      ...(aside === undefined ? ['asideUntil'] : []),
      ...(details === undefined ? ['errorDetails'] : []),
    ],
    increase: { rev: 1 },
  });
  // A failure is no commit, so that no history tells of it.
  const worker = job.lockedBy ?? by;
  if (changed) {
    await logJob(store, changed, {
      ...{ type: 'failed', at: clock(), error: message },
      ...(worker !== undefined && { worker }),
      ...(details !== undefined && { errorDetails: details }),
    });
  }
  return changed;
}

/** Guard of every change that only the holder of the lock may make. */
export const lockedStill = (job: JobDocument) => ({ 'wait.state': 'open', lockedBy: job.lockedBy ?? null });

/** A late command is a normal outcome: whoever was told before has done it. */
export async function silently(command: Promise<unknown>): Promise<void> {
  try {
    await command;
  } catch (error) {
    if (!isLate(error)) throw error;
  }
}

export const isLate = (error: unknown) => error instanceof StaleCommand || error instanceof NotFound;

const failure = (job: JobDocument, message: string, at: number, by?: string) =>
  ({ do: 'fail', wait: job.id, message, at, by, onFailure: 'incident' }) as const;

/** The pause after this attempt; the last one of a list goes for all that follow. */
function pauseOf(job: JobDocument): number {
  const { attempts, delays } = readRetries(job.retryCycle ?? DEFAULT_CYCLE);
  const failedBefore = Math.max(attempts - job.retries, 0);
  return delays[Math.min(failedBefore, delays.length - 1)]!;
}
