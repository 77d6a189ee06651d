/** Agenda wakes us: few rows, one per moment at which something is due; the job documents stay the truth. */

import type { Agenda } from 'agenda';
import type { Clock } from '../contract.js';
import type { JobDocument } from '../store/documents.js';
import type { Store } from '../store/port.js';
import { createBell } from './bell.js';

/** Wakes are made for what is due within this time, milliseconds. */
export const HORIZON = 30_000;

/** Due times within one bucket share a wake, milliseconds. */
const BUCKET = 20;

/** Milliseconds between two looks for what is due within the horizon, or overdue. */
export const SWEEP_EVERY = 5_000;

/**
 * Milliseconds that agenda locks a row. Its handlers only ring, so they are done at once; and a lock is as long as a
 * dead node holds up the sweep, and agenda keeps a timer of half a lock's life for each run.
 */
const LOCK = 5_000;

/** Work that is done regularly, such as purging what is old. */
export interface Chore {
  name: string;
  /** Milliseconds. */
  every: number;
  run(): Promise<void>;
}

export interface Wakes {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Something is due then, epoch milliseconds of the clock. */
  at(due: number): void;
  /** Jobs were written by others than us: looks for them. */
  look(): void;
}

export interface WakesOptions {
  store: Store;
  clock: Clock;
  /** Called when something is due now, and every five seconds. Must not throw. */
  wake(): void;
  chores: Chore[];
  report(error: unknown): void;
}

/**
 * Makes the wakes. A wake is unique per bucket of due times and never moved nor cancelled, for agenda loses that when
 * the row is in its window; one too many finds nothing to do. What a crash swallowed, the sweep takes.
 */
export function createWakes({ store, clock, wake, chores, report }: WakesOptions): Wakes {
  /** Buckets whose wake is made or being made. */
  const made = new Set<number>();
  const sweeping = createBell(sweep, report);
  const regular = chores.map(chore => ({ chore, bell: createBell(chore.run, report) }));
  let running: { agenda: Agenda; quiet(): Promise<void> } | undefined;
  let starting: Promise<void> | undefined;
  let sweptUntil = 0;

  function at(due: number) {
    const now = clock();
    if (!running || due > now + HORIZON) return;
    if (due <= now) return wake();
    // Its end, so that everything in it is due by then.
    const bucket = Math.ceil(due / BUCKET);
    if (made.has(bucket)) return;
    made.add(bucket);
    const real = Date.now() + bucket * BUCKET - now;
    const job = running.agenda.create('wake', { bucket });
    job
      .unique({ 'data.bucket': bucket }, { insertOnly: true })
      .schedule(new Date(real))
      .save()
      .catch(error => {
        made.delete(bucket);
        report(error);
      });
  }

  /** Makes the wakes of the next horizon, and takes what is overdue. */
  async function sweep() {
    wake();
    const now = clock();
    for (const bucket of made) if (bucket * BUCKET < now) made.delete(bucket);
    const until = now + HORIZON;
    await wakesBetween(Math.max(now, sweptUntil), until);
    sweptUntil = until;
  }

  /**
   * Leaps from bucket to bucket: what is due in one is woken together, however much it is. Work is among it: it may be in its
   * pause between two attempts.
   */
  async function wakesBetween(from: number, until: number) {
    while (from < until) {
      const filter = { 'wait.state': 'open', due: { $gt: from, $lte: until } };
      const [next] = await store.find<JobDocument>('jobs', { filter, sort: { due: 1 }, limit: 1 });
      if (!next) return;
      at(next.due);
      from = Math.ceil(next.due / BUCKET) * BUCKET;
    }
  }

  async function begin(): Promise<void> {
    // Not needed before the first answer is out, and slow to load.
    const [{ Agenda, InMemoryNotificationChannel }, { createAgendaBackend }] = await Promise.all([
      import('agenda'),
      import('./agenda-backend.js'),
    ]);
    const backend = await createAgendaBackend(store);
    const agenda = new Agenda({
      backend,
      notificationChannel: new InMemoryNotificationChannel(),
      processEvery: 1_000,
      lockLimit: 0,
      defaultLockLimit: 0,
      removeOnComplete: true,
    });
    agenda.on('error', report);
    const define = (name: string, ring: () => void) => agenda.define(name, async () => ring(), { lockLifetime: LOCK });
    define('wake', wake);
    define('horizon', sweeping.ring);
    for (const { chore, bell } of regular) define(chore.name, bell.ring);
    await agenda.start();
    running = { agenda, quiet: backend.quiet };
    sweeping.ring();
    await agenda.every(SWEEP_EVERY, 'horizon');
    for (const { chore } of regular) await agenda.every(chore.every, chore.name, {}, { skipImmediate: true });
  }

  return {
    at,
    look() {
      sweptUntil = 0;
      if (running) sweeping.ring();
    },
    start() {
      starting ??= begin();
      return starting;
    },
    async stop() {
      await starting?.catch(() => undefined);
      starting = undefined;
      const stopping = running;
      running = undefined;
      made.clear();
      sweptUntil = 0;
      // `stop` gives back what waits in agenda's window, which `drain` does not; then what runs is waited for.
      await stopping?.agenda.stop(false);
      await stopping?.quiet();
      await Promise.all([sweeping.close(), ...regular.map(({ bell }) => bell.close())]);
    },
  };
}
