/**
 * What agenda runs on: the database's own backend where it has one, else its rows on the store port. Either knows what is
 * under way, and what it has locked, so that agenda can be stopped without leaving anything behind.
 */

import { setImmediate } from 'node:timers/promises';
import type { AgendaBackend, JobParameters, JobRepository } from 'agenda';
import type { AgendaRows, Store } from '../store/port.js';
import { createAgendaStore } from './agenda-store.js';

export interface QuietBackend extends AgendaBackend {
  /** Resolves when agenda asks nothing of the database any more, and no row is locked by it. */
  quiet(): Promise<void>;
}

/** Makes the backend that `new Agenda({ backend })` asks for. It does not open or close the store. */
export const createAgendaBackend = async (store: Store): Promise<QuietBackend> =>
  quietly(store.agenda ? await store.agenda() : createAgendaStore(store));

/** What agenda calls. */
const calls = [
  'connect',
  'disableJobs',
  'enableJobs',
  'getDistinctJobNames',
  'getJobById',
  'getJobsOverview',
  'getNextJobToRun',
  'getQueueSize',
  'lockJob',
  'purgeAllJobs',
  'queryJobs',
  'removeJobs',
  'saveJob',
  'saveJobState',
  'unlockJob',
  'unlockJobs',
] as const satisfies (keyof JobRepository)[];

function quietly({ backend, unlock }: AgendaRows): QuietBackend {
  const pending = new Set<Promise<unknown>>();
  /** Row → when this node locked it last. */
  const locks = new Map<string, Date>();

  /** Calls of agenda that nobody awaits must not end the process when they fail; whoever awaits them hears of it. */
  function watch<T>(call: Promise<T>): Promise<T> {
    pending.add(call);
    const done = () => pending.delete(call);
    call.then(done, done);
    return call;
  }

  async function locked(call: Promise<JobParameters | undefined>): Promise<JobParameters | undefined> {
    const job = await call;
    if (job?._id && job.lockedAt) locks.set(String(job._id), job.lockedAt);
    return job;
  }

  const { repository } = backend;
  const watched = Object.fromEntries(
    calls.map(name => [name, (...args: unknown[]) => watch((repository[name] as Call).apply(repository, args))]),
  ) as unknown as JobRepository;

  return {
    name: backend.name,
    ownsConnection: false,
    repository: {
      ...watched,
      getNextJobToRun: (...args) => watch(locked(repository.getNextJobToRun(...args))),
      lockJob: (...args) => watch(locked(repository.lockJob(...args))),
      removeJobs(options) {
        for (const id of [options.id, ...(options.ids ?? [])]) locks.delete(String(id));
        return watch(repository.removeJobs(options));
      },
    },
    connect: () => backend.connect(),
    disconnect: () => backend.disconnect(),
    async quiet() {
      // A job that runs makes its calls one after the other, less than a turn of the loop apart.
      do {
        await Promise.allSettled(pending);
        await setImmediate();
      } while (pending.size > 0);
      // A lock that was on its way when agenda gave all others back.
      await Promise.all([...locks].map(([id, lockedAt]) => unlock(id, lockedAt)));
      locks.clear();
    },
  };
}

type Call = (...args: unknown[]) => Promise<unknown>;
