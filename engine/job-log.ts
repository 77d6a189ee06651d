/** The log of jobs, where no commit of an instance tells what became of one: failures, and timers that start instances. */

import { FORMAT, type JobDocument, type JobLogDocument } from './store/documents.js';
import type { Store } from './store/port.js';

type Told = Pick<JobLogDocument, 'type' | 'at'> & Partial<Pick<JobLogDocument, 'worker' | 'error' | 'errorDetails'>>;

/** What a job is called outside of its row: a timer that starts instances is another job after each firing. */
export const jobName = ({ id, firing }: Pick<JobDocument, 'id' | 'firing'>): string =>
  firing === undefined ? id : `${id}~${firing}`;

/**
 * Adds an entry; the same job at the same revision is logged once.
 *
 * @example await logJob(store, job, { type: 'failed', at: clock(), error: 'no money' });
 */
export async function logJob(store: Store, job: JobDocument, told: Told): Promise<void> {
  const { id, rev, tenant, kind, jobDefinition, topic, due, retries, priority } = job;
  const { instance, definition, definitionKey, element, activation } = job;
  const entry: JobLogDocument = {
    ...{ id: `${id}:${told.type}:${rev}`, tenant, format: FORMAT, job: jobName(job), kind, due, retries, priority },
    ...{ instance, definition, definitionKey, element, activation, seq: job.wait.v },
    ...(jobDefinition !== undefined && { jobDefinition }),
    ...(topic !== undefined && { topic }),
    ...told,
  };
  await store.put('jobLog', [entry], 'seq');
}
