/** Takes away everything that is kept of an ended instance. What it counted for in the statistics stays. */

import { BadCommand } from '../core/errors.js';
import type { RunDocument, TaskDocument, VariableDocument } from '../store/documents.js';
import type { CollectionName, Filter, Store } from '../store/port.js';
import { scrubHistory } from './scrub.js';

/** The history goes first, so that nothing is folded from it again; the run last, so that a crash is made good by a repetition. */
const PARTS: CollectionName[] = [
  'history',
  'details',
  'variables',
  'activities',
  'incidents',
  'jobLog',
  'linkLog',
  'operations',
  'comments',
  'attachments',
  'tasks',
  'jobs',
  'subscriptions',
  'chunks',
];

const PORTION = 1000;

/**
 * Forgets an instance whose history is folded. Throws BadCommand while it runs; one that is not there is nothing to do.
 *
 *     await forget(store, instance);
 */
export async function forget(store: Store, instance: string): Promise<void> {
  const run = await store.get<RunDocument>('runs', instance);
  if (!run) return;
  if (run.endedAt === undefined) {
    throw new BadCommand(`process instance ${instance} is still running: its history goes when it has ended`);
  }
  const tasks = await store.find<TaskDocument>('tasks', { filter: { instance } });
  await removeAll(store, 'drafts', { id: { $in: tasks.map(({ id }) => id) } });
  for (const part of PARTS) await removeAll(store, part, { instance });
  await removeAll(store, 'instances', { id: instance });
  await removeAll(store, 'runs', { id: instance });
}

/** Takes away the variables of an instance, or one of them (its id), with every value that they had. */
export async function forgetVariables(
  store: Store,
  { instance, variable }: { instance: string; variable?: string },
): Promise<void> {
  const known = variable === undefined ? undefined : await store.get<VariableDocument>('variables', variable);
  if (variable !== undefined && !known) return;
  await scrubHistory(store, instance, known);
  // A form may have brought the value under the same name.
  const details = known ? { $or: [{ variable: known.id }, { name: known.name, variable: null }] } : {};
  await removeAll(store, 'details', { $and: [{ instance }, details] });
  await removeAll(store, 'variables', { instance, ...(variable !== undefined && { id: variable }) });
}

/** In small portions: commits go in between. */
async function removeAll(store: Store, collection: CollectionName, filter: Filter): Promise<void> {
  while ((await store.remove(collection, filter, PORTION)) === PORTION);
}
