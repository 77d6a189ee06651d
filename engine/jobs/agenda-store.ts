/** Agenda's rows on the store port, for databases that agenda has no backend for. */

import { randomUUID } from 'node:crypto';
import type { JobParameters, JobRepository, RemoveJobsOptions } from 'agenda';
import { computeJobState, datefields, toJobId } from 'agenda';
import type { Json } from '../core/types.js';
import { type AgendaDocument, FORMAT } from '../store/documents.js';
import type { AgendaRows, Change, Filter, Store } from '../store/port.js';

/** More rows than this agenda never holds here. */
const ALL = 10_000;

/** What `saveJobState` writes; what is undefined is taken away. */
const STATE = [
  'lockedAt',
  'nextRunAt',
  'lastRunAt',
  'lastFinishedAt',
  'failedAt',
  'failReason',
  'failCount',
  'progress',
] as const;

/**
 * Makes a backend of agenda. It does not open or close the store. Jobs with `debounce` are refused: nothing here needs them.
 */
export function createAgendaStore(store: Store): AgendaRows {
  const change = (id: string, what: Change, guard: Filter = {}) =>
    store.patch<AgendaDocument>('agenda', id, guard, what);
  const find = (filter: Filter) => store.find<AgendaDocument>('agenda', { filter, limit: ALL });

  /** Inserts the row, or changes the one that has its id. */
  async function save(row: AgendaDocument, what: Change): Promise<AgendaDocument> {
    if (await store.insert('agenda', row)) return row;
    return (await change(row.id, what)) ?? row;
  }

  async function changeAll(options: RemoveJobsOptions, what: Change): Promise<number> {
    const rows = await find(filterOf(options));
    const changed = await Promise.all(rows.map(row => change(row.id, what)));
    return changed.filter(row => row !== undefined).length;
  }

  const repository: JobRepository = {
    async connect() {},

    async saveJob<DATA>(job: JobParameters<DATA>) {
      if (job.uniqueOpts?.debounce)
        throw new Error(`agenda job '${job.name}': debounce is not supported by this store`);
      const row = rowOf(job);
      if (job.type === 'single') {
        // A repeating job that exists keeps its rhythm: only what it does may change.
        const { id, tenant, format, nextRunAt, ...rest } = row;
        return jobOf<DATA>(await save(row, { set: rest as unknown as Record<string, Json> }));
      }
      const { id, ...rest } = row;
      const overwrite = job.uniqueOpts?.insertOnly ? {} : { set: rest as unknown as Record<string, Json> };
      return jobOf<DATA>(await save(row, overwrite));
    },

    async saveJobState(job) {
      const state = rowOf(job);
      const missing = STATE.filter(field => state[field] === undefined);
      const present = STATE.filter(field => state[field] !== undefined);
      const set = Object.fromEntries(present.map(field => [field, state[field] as Json]));
      // Agenda relies on it: a job that was removed meanwhile must not start.
      if (!(await change(state.id, { set, unset: missing }))) throw new Error(`agenda job ${state.id} is gone`);
    },

    async getNextJobToRun(name, nextScanAt, lockDeadline, now = new Date()) {
      const ready = {
        $or: [
          { name, disabled: { $ne: true }, lockedAt: null, nextRunAt: { $lte: nextScanAt.getTime() } },
          { name, disabled: { $ne: true }, lockedAt: { $lte: lockDeadline.getTime() } },
        ],
      };
      const query = { filter: ready, sort: { nextRunAt: 1 as const, priority: -1 as const }, limit: 1 };
      // Looking is cheaper than claiming, and mostly there is nothing.
      if ((await store.find('agenda', query)).length === 0) return undefined;
      const [row] = await store.claim<AgendaDocument>('agenda', query, { set: { lockedAt: now.getTime() } });
      return row && jobOf(row);
    },

    async lockJob(job) {
      const guard = { lockedAt: null, nextRunAt: job.nextRunAt?.getTime() ?? null, disabled: { $ne: true } };
      const row = await change(idOf(job), { set: { lockedAt: Date.now() } }, guard);
      return row && jobOf(row);
    },

    async unlockJob(job) {
      await change(idOf(job), { unset: ['lockedAt'] }, { nextRunAt: { $exists: true } });
    },

    async unlockJobs(ids) {
      await Promise.all(ids.map(id => change(id, { unset: ['lockedAt'] })));
    },

    async getJobById(id) {
      const row = await store.get<AgendaDocument>('agenda', id);
      return row ? jobOf(row) : null;
    },

    async queryJobs({ id, ids, name, names, data, state, search, includeDisabled = true, skip = 0, limit } = {}) {
      if (data !== undefined || search) throw new Error('agenda jobs can be queried by id, name and state only');
      const rows = await find(filterOf({ id, ids, name, names }));
      const jobs = rows
        .filter(row => includeDisabled || !row.disabled)
        .map(row => ({ ...jobOf(row), _id: toJobId(row.id), state: computeJobState(jobOf(row)) }))
        .filter(job => state === undefined || job.state === state);
      return { jobs: jobs.slice(skip, limit && skip + limit), total: jobs.length };
    },

    async getJobsOverview() {
      const { jobs } = await repository.queryJobs();
      const names = await repository.getDistinctJobNames();
      return names.map(name => {
        const own = jobs.filter(job => job.name === name);
        const inState = (state: string) => own.filter(job => job.state === state).length;
        return {
          name,
          total: own.length,
          running: inState('running'),
          scheduled: inState('scheduled'),
          queued: inState('queued'),
          completed: inState('completed'),
          failed: inState('failed'),
          repeating: inState('repeating'),
          paused: own.filter(job => job.disabled).length,
        };
      });
    },

    getDistinctJobNames: async () => [...new Set((await find({})).map(row => row.name))].sort(),
    getQueueSize: () => store.count('agenda', { nextRunAt: { $lt: Date.now() } }),
    removeJobs: async options => (isEmpty(options) ? 0 : store.remove('agenda', filterOf(options), ALL)),
    disableJobs: options => changeAll(options, { set: { disabled: true } }),
    enableJobs: options => changeAll(options, { unset: ['disabled'] }),
    purgeAllJobs: () => store.remove('agenda', {}, ALL),
  };

  return {
    backend: { name: 'weft store', repository, ownsConnection: false, async connect() {}, async disconnect() {} },
    async unlock(id, lockedAt) {
      await change(id, { unset: ['lockedAt'] }, { lockedAt: lockedAt.getTime() });
    },
  };
}

/** A repeating job is one by its name, a unique one by what makes it so: the id says it. */
function idOf<DATA>(job: JobParameters<DATA>): string {
  if (job._id) return job._id;
  if (job.type === 'single') return job.name;
  return `${job.name} ${job.unique ? JSON.stringify(job.unique) : randomUUID()}`;
}

function rowOf<DATA>(job: JobParameters<DATA>): AgendaDocument {
  const { _id, unique, uniqueOpts, ...attributes } = job;
  const fields = Object.entries(attributes)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => [name, value instanceof Date ? value.getTime() : value]);
  return { ...Object.fromEntries(fields), id: idOf(job), tenant: '', format: FORMAT } as AgendaDocument;
}

function jobOf<DATA>(row: AgendaDocument): JobParameters<DATA> {
  const { id, tenant, format, ...attributes } = row;
  const dates = new Set<string>(datefields);
  const fields = Object.entries(attributes).map(([name, value]) => [
    name,
    dates.has(name) ? new Date(value as number) : value,
  ]);
  return { nextRunAt: null, ...Object.fromEntries(fields), _id: toJobId(id) } as JobParameters<DATA>;
}

function filterOf({ id, ids, name, names, notNames, data }: RemoveJobsOptions): Filter {
  if (data !== undefined) throw new Error('agenda jobs are found by id or name, not by data');
  const parts: Filter[] = [];
  if (id !== undefined) parts.push({ id });
  if (ids?.length) parts.push({ id: { $in: [...ids] } });
  if (name !== undefined) parts.push({ name });
  if (names?.length) parts.push({ name: { $in: names } });
  if (notNames?.length) parts.push({ name: { $nin: notNames } });
  return parts.length > 0 ? { $and: parts } : {};
}

/** Agenda's rule: without a criterion nothing is removed. */
const isEmpty = (options: RemoveJobsOptions) => Object.values(options).every(value => value === undefined);
