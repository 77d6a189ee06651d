/** A crew: takes jobs while it has hands free, and does them side by side, so that a slow one holds up nobody. */

import { createBell } from './bell.js';

export interface Crew<Job> {
  /** There may be jobs to take. */
  ring(): void;
  /** Resolves when it does nothing and nobody has rung. */
  quiet(): Promise<void>;
  /** Takes nothing new; resolves when all is done, or after `grace` milliseconds with the jobs that are not. */
  close(grace: number): Promise<Job[]>;
}

export interface CrewOptions<Job> {
  /** Jobs at the same time. */
  hands: number;
  /** Takes up to `max` jobs. */
  take(max: number): Promise<Job[]>;
  work(job: Job): Promise<void>;
  report(error: unknown): void;
}

/**
 * Makes a crew.
 *
 * @example
 * const crew = createCrew({ hands: 10, take: max => claim(max), work: job => run(job), report: console.error });
 * crew.ring();
 * await crew.quiet();
 */
export function createCrew<Job>({ hands, take, work, report }: CrewOptions<Job>): Crew<Job> {
  const atWork = new Map<Job, Promise<void>>();
  /** As much was there as could be taken: there may be more. */
  let more = false;

  const bell = createBell(async () => {
    const free = hands - atWork.size;
    const jobs = free > 0 ? await take(free) : [];
    for (const job of jobs) atWork.set(job, begin(job));
    more = jobs.length >= free;
    // Hands may have become free while we took.
    if (more && atWork.size < hands) bell.ring();
  }, report);

  async function begin(job: Job): Promise<void> {
    await work(job).catch(report);
    atWork.delete(job);
    if (more) bell.ring();
  }

  async function quiet() {
    for (;;) {
      await bell.quiet();
      if (atWork.size === 0) return;
      await Promise.all(atWork.values());
    }
  }

  return {
    ring: bell.ring,
    quiet,
    async close(grace) {
      await bell.close();
      await within(grace, Promise.all(atWork.values()));
      return [...atWork.keys()];
    },
  };
}

/** Waits for the work, but not for ever. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise(resolve => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
