/** What a person may change about a job of any kind: attempts, due time, a lock that nobody gives back. */

import type { Clock, Engine, Reader } from '../contract.js';
import { BadCommand } from '../core/errors.js';
import { chunkOfId } from '../core/state.js';
import type { Chunk, Incident } from '../core/types.js';
import { logOperation } from '../operation-log.js';
import type { JobDocument } from '../store/documents.js';
import type { Change, Filter, Scalar, Store } from '../store/port.js';
import { cursorOf } from '../store/queries.js';
import { silently } from './attempts.js';
import { answered, jobFor } from './lookup.js';

export interface RepairTools {
  engine: Engine;
  store: Store;
  clock: Clock;
  /** Called when a job is free (again) from a time on. */
  free(job: JobDocument): void;
}

/** Which job, and who asks; without a reader everything is visible. */
export interface Named {
  id: string;
  reader?: Reader;
}

const PAGE = 500;

export type Repair = ReturnType<typeof createRepair>;

/** Makes the service of repairs. All throw NotFound, and StaleCommand when the job is closed. */
export function createRepair({ engine, store, clock, free }: RepairTools) {
  async function change({ id, reader }: Named, what: Change): Promise<JobDocument> {
    const job = await jobFor(store, id, reader);
    const open = { 'wait.state': 'open' };
    const changed = await store.patch<JobDocument>('jobs', id, open, { ...what, increase: { rev: 1 } });
    if (!changed) throw answered(job);
    return changed;
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

  return {
    /** Gives attempts: the job may run at once, and its incident is over. With 0 it stops, and an incident tells so. */
    async setRetries({ retries, by, ...named }: Named & { retries: number; by?: string }): Promise<void> {
      if (!(retries >= 0)) throw new BadCommand(`a job has no attempts or some, not ${retries}`);
      const job = await change(named, { set: { retries, retriesGiven: true, ...(retries > 0 && { due: clock() }) } });
      await logOperation(store, { ...ofJob(job), at: clock(), by, property: 'retries', after: String(retries) });
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
    },

    /** Runs it at another time, epoch milliseconds; default: now. */
    async setDue({ due = clock(), ...named }: Named & { due?: number }): Promise<void> {
      free(await change(named, { set: { due } }));
    },

    /** Sets its urgency: the higher, the earlier among those that are due. */
    async setPriority({ priority, ...named }: Named & { priority: number }): Promise<void> {
      await change(named, { set: { priority } });
    },

    /** The same for all open jobs that match. */
    async setAllPriority(filter: Filter, priority: number): Promise<void> {
      const open: Filter = { $and: [filter, { 'wait.state': 'open' }] };
      const sort = { id: 1 } as const;
      for (let after: Scalar[] | undefined; ; ) {
        const page = await store.find<JobDocument>('jobs', {
          filter: open,
          sort,
          limit: PAGE,
          ...(after && { after }),
        });
        for (const { id } of page) await store.patch('jobs', id, open, { set: { priority }, increase: { rev: 1 } });
        const last = page.at(-1);
        if (!last || page.length < PAGE) return;
        after = cursorOf(last, sort);
      }
    },

    /** Takes the lock away from whoever has it. */
    async release(named: Named): Promise<void> {
      free(await change(named, { unset: ['lockedBy', 'lockedUntil'] }));
    },
  };
}

/** Attempts given to a job, as the log of operations tells it. */
function ofJob({ id, rev, kind, tenant, instance, definition, definitionKey, jobDefinition }: JobDocument) {
  const isWork = kind === 'work';
  return {
    ...{ id: `${id}:retries:${rev}`, tenant, instance, definition, definitionKey, category: 'Operator' as const },
    ...(isWork
      ? { type: 'SetExternalTaskRetries', entity: 'ExternalTask', externalTask: id }
      : { type: 'SetJobRetries', entity: 'Job', job: id }),
    ...(jobDefinition !== undefined && { jobDefinition }),
  };
}
