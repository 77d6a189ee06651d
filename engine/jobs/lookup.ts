/** Finds one job for somebody who names it, and says in a sentence why it may not be answered. */

import type { Reader } from '../contract.js';
import { NotFound } from '../contract.js';
import { StaleCommand } from '../core/errors.js';
import type { JobDocument } from '../store/documents.js';
import type { Store } from '../store/port.js';

/** The job, open or closed. Without a reader everything is visible. Throws NotFound. */
export async function jobFor(store: Store, id: string, reader?: Reader): Promise<JobDocument> {
  const job = await store.get<JobDocument>('jobs', id);
  if (!job || (reader && !reader.tenants.includes(job.tenant))) throw new NotFound(`there is no job ${id}`);
  return job;
}

/** What somebody hears who comes too late: who was faster, and when. */
export function answered({ id, wait }: JobDocument): StaleCommand {
  const who = wait.answeredBy ? ` by ${wait.answeredBy}` : '';
  const when = wait.answeredAt ? ` at ${new Date(wait.answeredAt).toISOString()}` : '';
  return new StaleCommand(`job ${id} was ${wait.state}${who}${when}`);
}
