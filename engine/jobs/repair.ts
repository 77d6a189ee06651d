/** What a person may change about a job of any kind: attempts, due time, a lock that nobody gives back. */

import { asideUntil, placed } from '../aside.js';
import { type Clock, type Engine, type Reader, Refused } from '../contract.js';
import { BadCommand } from '../core/errors.js';
import type { Calendar, OnFailure } from '../core/language.js';
import { chunkOfId } from '../core/state.js';
import type { Chunk, Incident } from '../core/types.js';
import { planStarts } from '../deployments/starts.js';
import { jobName } from '../job-log.js';
import { logOperation, type Operation } from '../operation-log.js';
import type { JobDocument } from '../store/documents.js';
import type { Change, Filter, Scalar, Store } from '../store/port.js';
import { cursorOf } from '../store/queries.js';
import { loseAttempt, silently } from './attempts.js';
import { JobChanged } from './errors.js';
import { answered, jobFor } from './lookup.js';

export interface RepairTools {
  engine: Engine;
  store: Store;
  clock: Clock;
  calendar: Calendar;
  /** Called when a job is free (again) from a time on. */
  free(job: JobDocument): void;
  /** Does what the job is for. */
  run(job: JobDocument, how: { by?: string; onFailure: OnFailure }): Promise<void>;
}

/** Which job, and who asks; without a reader everything is visible. */
export interface Named {
  id: string;
  reader?: Reader;
}

/** As the asker has read it; absent: however it is now. */
type Revised = Named & { rev?: number };

const PAGE = 500;

const changedMeanwhile = (id: string) => `job ${id} was changed meanwhile: read it again`;

export type Repair = ReturnType<typeof createRepair>;

/** Makes the service of repairs. All throw NotFound, and StaleCommand when the job is closed. */
export function createRepair({ engine, store, clock, calendar, free, run }: RepairTools) {
  async function change({ id, reader, rev }: Revised, what: Change): Promise<JobDocument> {
    const job = await jobFor(store, id, reader);
    if (rev !== undefined && job.wait.state === 'open' && job.rev !== rev) throw new JobChanged(changedMeanwhile(id));
    const asRead = { 'wait.state': 'open', ...(rev !== undefined && { rev }) };
    const changed = await store.patch<JobDocument>('jobs', id, asRead, { ...what, increase: { rev: 1 } });
    if (changed) return changed;
    const now = await jobFor(store, id, reader);
    throw now.wait.state === 'open' ? new JobChanged(changedMeanwhile(id)) : answered(now);
  }

  /** It may run at that time. */
  async function changeDue(named: Revised, due: number): Promise<JobDocument> {
    const { kind } = await jobFor(store, named.id, named.reader);
    return change(named, placed({ due }, asideUntil({ kind, due }, clock())));
  }

  /** The incidents that its failures left, in the instance or in the chunk that it lies in. */
  async function incidentsOf(job: JobDocument): Promise<Incident[]> {
    const chunk = chunkOfId(job.id);
    const part =
      chunk === undefined
        ? await engine.instance(job.instance)
        : await store.get<Chunk>('chunks', `${job.instance}~${chunk}`);
    return Object.values(part?.incidents ?? {}).filter(incident => incident.wait === job.id);
  }

  async function openJob({ id, reader }: Named): Promise<JobDocument> {
    const job = await jobFor(store, id, reader);
    if (job.wait.state !== 'open') throw answered(job);
    return job;
  }

  /** When the start event of a job would be due, counted from then. */
  async function startDue(job: JobDocument, after: number): Promise<number> {
    const { starts } = planStarts(await engine.definition(job.definition), calendar, after);
    const start = starts.find(({ node }) => node.index === job.startEvent);
    if (start?.kind !== 'timer') throw new BadCommand(`job ${job.id} starts by no timer any more`);
    return start.due;
  }

  const log = (job: JobDocument, by: string | undefined, told: Told) =>
    logOperation(store, { ...ofJob(job, told.type), ...told, at: clock(), by });

  /** Gives attempts: the job may run at once, and its incident is over. With 0 it stops, and an incident tells so. */
  async function giveAttempts(named: Named, retries: number, { by, told }: { by?: string | undefined; told?: Told }) {
    if (!(retries >= 0)) throw new BadCommand(`a job has no attempts or some, not ${retries}`);
    const set = { retries, retriesGiven: true, ...(retries > 0 && { due: clock() }) };
    const job = await change(named, placed(set, asideUntil({ retries }, clock())));
    const type = job.kind === 'work' ? 'SetExternalTaskRetries' : 'SetJobRetries';
    await log(job, by, told ?? { type, property: 'retries', after: String(retries) });
    if (retries === 0) {
      const message = job.error ?? 'its attempts were taken away; give it some and it goes on';
      const fail = { do: 'fail', wait: job.id, message, at: clock(), by, onFailure: 'incident' } as const;
      // A start event has no instance that could tell.
      if (job.instance !== '') await silently(engine.send(job.instance, fail));
      return;
    }
    for (const incident of await incidentsOf(job)) {
      const retry = { do: 'retry', incident: incident.id, at: clock(), by, onFailure: 'incident' } as const;
      await silently(engine.send(job.instance, retry));
    }
    free(job);
  }

  /** All open jobs that match, also while they are changed. */
  async function* eachOpen(filter: Filter): AsyncGenerator<JobDocument> {
    const open: Filter = { $and: [filter, { 'wait.state': 'open' }] };
    const sort = { id: 1 } as const;
    for (let after: Scalar[] | undefined; ; ) {
      const query = { filter: open, sort, limit: PAGE, ...(after && { after }) };
      const page = await store.find<JobDocument>('jobs', query);
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < PAGE) return;
      after = cursorOf(last, sort);
    }
  }

  /** Throws BadCommand for less than none. */
  const setRetries = ({ retries, by, ...named }: Named & { retries: number; by?: string | undefined }) =>
    giveAttempts(named, retries, { by });

  return {
    setRetries,

    /** Makes it due now, with an attempt at least: whoever takes due jobs runs it next. */
    async hurry({ by, ...named }: Named & { by?: string }): Promise<void> {
      const { retries } = await openJob(named);
      await giveAttempts(named, Math.max(1, retries), { by, told: { type: 'Execute' } });
    },

    /** Runs it at another time, epoch milliseconds; default: now. Throws JobChanged. */
    async setDue({ due = clock(), by, ...named }: Revised & { due?: number; by?: string }): Promise<void> {
      const { due: before } = await jobFor(store, named.id, named.reader);
      const job = await changeDue(named, due);
      await log(job, by, { type: 'SetDueDate', property: 'duedate', before: String(before), after: String(due) });
      free(job);
    },

    /**
     * Reads the time of a timer in the model again, counted from its creation or from now. Throws BadCommand for what is
     * no timer, Refused when the expression fails.
     */
    async recalculateDue({
      fromCreation,
      by,
      ...named
    }: Named & { fromCreation: boolean; by?: string }): Promise<void> {
      const job = await openJob(named);
      const after = fromCreation ? job.createdAt : clock();
      if (job.kind === 'start') return free(await changeDue(named, await startDue(job, after)));
      if (job.kind !== 'timer') throw new BadCommand(`job ${job.id} is no timer; its due date can only be set`);
      const command = { do: 'reschedule', wait: job.id, after, at: clock(), by, onFailure: 'refuse' } as const;
      await engine.send(job.instance, command);
      free(await jobFor(store, job.id));
    },

    /**
     * Runs it now, due or not; the failure is the caller's, and costs an attempt. Throws BadCommand for work, whose worker
     * completes it; Refused.
     */
    async execute({ by, ...named }: Named & { by?: string }): Promise<void> {
      const job = await openJob(named);
      if (job.kind === 'work') throw new BadCommand(`job ${job.id} is work; the worker of its topic completes it`);
      try {
        await run(job, { by, onFailure: 'refuse' });
      } catch (error) {
        if (error instanceof Refused) await loseAttempt({ engine, store, clock }, job, { message: error.message, by });
        throw error;
      }
    },

    /** Takes it away: what it was for does not happen, and its token stays until somebody moves it. Not for work. */
    async remove({ by, ...named }: Named & { by?: string }): Promise<void> {
      const job = await openJob(named);
      if (job.kind === 'work') throw new BadCommand(`job ${job.id} is work; cancel its activity instead`);
      if (job.instance === '') {
        const wait = { v: job.wait.v + 1, state: 'dropped' as const, answeredAt: clock() };
        await change(named, { set: { wait } });
      } else await engine.send(job.instance, { do: 'drop', wait: job.id, at: clock(), by, onFailure: 'incident' });
    },

    /** Sets its urgency: the higher, the earlier among those that are due. */
    async setPriority({ priority, by, ...named }: Named & { priority: number; by?: string }): Promise<void> {
      const job = await change(named, { set: { priority } });
      await log(job, by, { type: 'SetPriority', property: 'priority', after: String(priority) });
    },

    /** The same for all open jobs that match. */
    async setAllPriority(filter: Filter, priority: number): Promise<void> {
      for await (const { id } of eachOpen(filter)) await silently(change({ id }, { set: { priority } }));
    },

    /** Attempts for all open jobs that match; answers how many there were. Throws BadCommand. */
    async setAllRetries(filter: Filter, retries: number, by?: string): Promise<number> {
      let count = 0;
      for await (const { id } of eachOpen(filter)) {
        await silently(setRetries({ id, retries, by }));
        count++;
      }
      return count;
    },

    /** Takes the lock away from whoever has it. */
    async release(named: Named): Promise<void> {
      free(await change(named, { unset: ['lockedBy', 'lockedUntil', 'asideUntil'] }));
    },
  };
}

/** What a person did to a job, in the words of the user operation log of Camunda 7. */
type Told = Pick<Operation, 'type' | 'property' | 'before' | 'after'>;

/** The job, as the log of operations tells it. */
function ofJob(job: JobDocument, type: string) {
  const { id, rev, kind, tenant, instance, definition, definitionKey, jobDefinition } = job;
  return {
    ...{ id: `${id}:${type}:${rev}`, tenant, instance, definition, definitionKey, category: 'Operator' as const },
    ...(kind === 'work' ? { entity: 'ExternalTask', externalTask: id } : { entity: 'Job', job: jobName(job) }),
    ...(jobDefinition !== undefined && { jobDefinition }),
  };
}
