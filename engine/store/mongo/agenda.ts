/**
 * Agenda's rows on MongoDB: its own backend on the store's connection, in a collection beside those of the port, for they
 * are no data: whoever starts makes them again. Indexes of ours make a row the only one of its kind.
 */

import type { JobParameters, JobRepository } from 'agenda';
import { type Db, ObjectId } from 'mongodb';
import type { AgendaRows } from '../port.js';
import { isDuplicate } from './bulk.js';

/** The collection; its indexes are made with all others. */
export const WAKES = 'wakes';

/** What only this collection looks up, and what makes a row unique. */
export const wakeIndexes = [
  { name: 'next', key: { name: 1, nextRunAt: 1, priority: -1 } },
  { name: 'locked', key: { name: 1, lockedAt: 1 } },
  {
    name: 'bucket',
    key: { name: 1, 'data.bucket': 1 },
    unique: true,
    partialFilterExpression: { 'data.bucket': { $exists: true } },
  },
  { name: 'single', key: { name: 1, type: 1 }, unique: true, partialFilterExpression: { type: 'single' } },
] as const;

export async function agendaOn(database: Db): Promise<AgendaRows> {
  // Not needed before the first answer is out, and slow to load.
  const { MongoBackend } = await import('@agendajs/mongo-backend');
  const backend = new MongoBackend({ mongo: database, collection: WAKES, ensureIndex: false });
  const own = backend.repository;
  const rows = database.collection(WAKES);

  /** The row of a repeating job keeps its rhythm, and whoever runs it his lock: agenda would begin anew. */
  async function existing<DATA>(job: JobParameters<DATA>): Promise<JobParameters<DATA> | undefined> {
    if (job.type !== 'single' || job._id) return undefined;
    const { name, repeatInterval = null } = job;
    const found = await rows.findOneAndUpdate({ name, type: 'single' }, { $set: { repeatInterval } });
    return found ? ((await own.getJobById(String(found._id))) as JobParameters<DATA>) : undefined;
  }

  async function saveJob<DATA>(job: JobParameters<DATA>): Promise<JobParameters<DATA>> {
    try {
      return (await existing(job)) ?? (await own.saveJob<DATA>(job, undefined));
    } catch (error) {
      // Two nodes inserted it at once, and this one was told so, or nothing: now it is there.
      const isLate = isDuplicate(error) || (error as { code?: string }).code === 'ERR_ASSERTION';
      if (!isLate) throw error;
      return (await existing(job)) ?? own.saveJob<DATA>(job, undefined);
    }
  }

  return {
    backend: {
      name: backend.name,
      ownsConnection: false,
      repository: Object.assign(Object.create(own) as JobRepository, { saveJob }),
      connect: () => backend.connect(),
      disconnect: () => backend.disconnect(),
    },
    async unlock(id, lockedAt) {
      await rows.updateOne({ _id: new ObjectId(id), lockedAt }, { $unset: { lockedAt: true } });
    },
  };
}
