/** Workers inside this process: a function per topic, on the same path of locks and answers as those outside. */

import { hostname } from 'node:os';
import type { Variables } from '../core/types.js';
import { isLate } from './attempts.js';
import { createBell } from './bell.js';
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
  ring(): void;
  /** Resolves when it has nothing to do. */
  quiet(): Promise<void>;
  /** Takes nothing new; resolves when what it does is done, or after `grace` milliseconds with the locks given back. */
  close(grace?: number): Promise<void>;
}

/** Starts a handler. */
export function startHandler(
  work: Work,
  report: (error: unknown) => void,
  topic: string,
  handler: Handler,
  { concurrency = 10, lock = 60_000, variables, tenants, name = `${hostname()}:${process.pid}` }: HandlerOptions = {},
): RunningHandler {
  const running = new Map<WorkJob, Promise<void>>();
  const stop = new AbortController();

  const bell = createBell(async () => {
    const max = concurrency - running.size;
    if (max <= 0) return;
    const jobs = await work.fetch({ worker: name, topics: [{ topic, lock, variables }], max, tenants });
    for (const job of jobs) {
      const run = carryOut(job)
        .catch(error => !isOver(error) && report(error))
        .then(() => {
          running.delete(job);
          // A place is free, and there may be more.
          bell.ring();
        });
      running.set(job, run);
    }
  }, report);

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
    ring: bell.ring,
    async quiet() {
      do {
        await bell.quiet();
        await Promise.all(running.values());
      } while (running.size > 0);
      await bell.quiet();
    },
    async close(grace = 10_000) {
      await bell.close();
      await within(grace, Promise.all(running.values()));
      stop.abort();
      await Promise.all([...running.keys()].map(({ id }) => work.unlock({ id, worker: name }).catch(() => undefined)));
    },
  };
}

/** The job was answered or taken over by somebody else: there is nothing left to say about it. */
const isOver = (error: unknown) => isLate(error) || error instanceof LockLost;

const partsOf = ({ code, message, variables }: BpmnError) => ({ code, message, variables });

/** Waits for the work, but not for ever. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise(resolve => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
