/** Workers inside this process: a function per topic, on the same path of locks and answers as those outside. */

import { hostname } from 'node:os';
import type { Variables } from '../core/types.js';
import { isLate } from './attempts.js';
import { createCrew } from './crew.js';
import { BpmnError, LockLost } from './errors.js';
import type { Work, WorkJob } from './work.js';

export interface HandledJob extends WorkJob {
  /** Keeps the lock for another `lock` milliseconds (default: as at first). For work that takes long. */
  heartbeat(lock?: number): Promise<void>;
  /** Aborted when the process is to stop and cannot wait any longer. */
  signal: AbortSignal;
}

/** Does the work; what it returns are variables. Throws BpmnError for what the model catches; all else is a failed attempt. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler without result returns nothing at all
export type Handler = (job: HandledJob) => Promise<Variables | void> | Variables | void;

export interface HandlerOptions {
  /** Jobs at the same time; default 10. */
  concurrency?: number;
  /** Milliseconds that a job is locked; default 60,000. */
  lock?: number;
  /** Names of the variables that it needs; default: all. */
  variables?: string[];
  /** Tenants that it works for; default: every one. */
  tenants?: string[];
  /** Name in the locks; default: host and process id. */
  name?: string;
}

export interface RunningHandler {
  topic: string;
  /** Its name in the locks. */
  worker: string;
  /** Jobs that it has taken so far. */
  taken(): number;
  ring(): void;
  /** Resolves when it has nothing to do. */
  quiet(): Promise<void>;
  /** Takes nothing new; resolves when what it does is done, or after `grace` milliseconds with the locks given back. */
  close(grace: number): Promise<void>;
}

/** Starts a handler. */
export function startHandler(
  work: Work,
  report: (error: unknown) => void,
  topic: string,
  handler: Handler,
  { concurrency = 10, lock = 60_000, variables, tenants, name = `${hostname()}:${process.pid}` }: HandlerOptions = {},
): RunningHandler {
  const stop = new AbortController();
  let taken = 0;
  const crew = createCrew<WorkJob>({
    hands: concurrency,
    async take(max) {
      const jobs = await work.fetch({ worker: name, topics: [{ topic, lock, variables }], max, tenants });
      taken += jobs.length;
      return jobs;
    },
    work: carryOut,
    report: error => !isOver(error) && !stop.signal.aborted && report(error),
  });

  async function carryOut(job: WorkJob): Promise<void> {
    const held = { id: job.id, worker: name };
    const heartbeat = async (length = lock) => void (await work.extendLock({ ...held, lock: length }));
    try {
      const result = await handler({ ...job, heartbeat, signal: stop.signal });
      await work.complete({ ...held, variables: result ?? {} });
    } catch (error) {
      if (isOver(error)) return;
      if (error instanceof BpmnError) await work.bpmnError({ ...held, ...partsOf(error) });
      else await work.fail({ ...held, message: error instanceof Error ? error.message : String(error) });
    }
  }

  return {
    topic,
    worker: name,
    taken: () => taken,
    ring: crew.ring,
    quiet: crew.quiet,
    async close(grace) {
      const unfinished = await crew.close(grace);
      const givenBack = unfinished.map(({ id }) => work.unlock({ id, worker: name }).catch(() => undefined));
      await Promise.all(givenBack);
      stop.abort();
    },
  };
}

/** The job was answered or taken over by somebody else: there is nothing left to say about it. */
const isOver = (error: unknown) => isLate(error) || error instanceof LockLost;

const partsOf = ({ code, message, variables }: BpmnError) => ({ code, message, variables });
