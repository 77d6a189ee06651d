/** Jobs that are suspended one by one or together: they are neither run nor handed out until they are active again. */

import { asideUntil, placed } from '../aside.js';
import type { Reader } from '../contract.js';
import type { JobDocument } from '../store/documents.js';
import type { Filter } from '../store/port.js';
import type { HoldTools } from './holds.js';
import { answered, jobFor } from './lookup.js';

const PAGE = 500;

export type JobSuspension = ReturnType<typeof createJobSuspension>;

/** Makes the service that suspends jobs and activates them. */
export function createJobSuspension({ store, clock, free }: HoldTools) {
  async function set(id: string, suspended: boolean): Promise<JobDocument | undefined> {
    const open = { 'wait.state': 'open', suspended: suspended ? { $ne: true } : true } as const;
    const change = placed({ suspended }, asideUntil({ suspended }, clock()));
    const changed = await store.patch<JobDocument>('jobs', id, open, { ...change, increase: { rev: 1 } });
    if (changed && !suspended) free(changed);
    return changed;
  }

  return {
    /** One job. Throws NotFound, and StaleCommand when it is closed. */
    async setSuspended({ id, suspended, reader }: { id: string; suspended: boolean; reader?: Reader }): Promise<void> {
      const job = await jobFor(store, id, reader);
      if (job.wait.state !== 'open') throw answered(job);
      await set(id, suspended);
    },

    /** All open jobs that match; answers how many were changed. */
    async setAllSuspended(filter: Filter, suspended: boolean): Promise<number> {
      const open: Filter = { 'wait.state': 'open', suspended: suspended ? { $ne: true } : true };
      const query = { filter: { $and: [filter, open] }, limit: PAGE };
      let count = 0;
      for (;;) {
        const jobs = await store.find<JobDocument>('jobs', query);
        for (const { id } of jobs) if (await set(id, suspended)) count++;
        if (jobs.length < PAGE) return count;
      }
    },
  };
}
