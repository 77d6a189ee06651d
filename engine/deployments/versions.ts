/** Which version of a process is the newest, and that only this one listens for starts. */

import { logJob } from '../job-log.js';
import type { DefinitionDocument, DeploymentDocument, JobDocument, SubscriptionDocument } from '../store/documents.js';
import type { Store } from '../store/port.js';
import { type Start, startRow } from './starts.js';

export interface VersionTools {
  store: Store;
  /** What the start events of a version listen for. */
  startsOf(document: DefinitionDocument): Promise<Start[]>;
  now(): number;
}

/**
 * Makes the highest version whose deployment stands the newest one of its key: it listens, the others stop. Repeated
 * at any point, it comes to the same end, so a crash is mended by calling it again.
 */
export async function makeNewest(
  tools: VersionTools,
  key: string,
  tenant: string,
  without: ReadonlySet<string> = new Set(),
): Promise<void> {
  const { store } = tools;
  const newest = await highestStanding(store, key, tenant, without);
  if (!newest) return;
  for (const start of await tools.startsOf(newest)) await listen(tools, newest, start);
  await store.patch('definitions', newest.id, {}, { set: { latest: true } });
  // Another deployment may have done the same meanwhile: of all that were marked the highest stays.
  const [, ...older] = await store.find<DefinitionDocument>('definitions', {
    filter: { key, tenant, latest: true },
    sort: { version: -1 },
  });
  for (const one of older) {
    await stopListening(tools, one);
    await store.patch('definitions', one.id, {}, { set: { latest: false } });
  }
}

async function highestStanding(
  store: Store,
  key: string,
  tenant: string,
  without: ReadonlySet<string>,
): Promise<DefinitionDocument | undefined> {
  const versions = await store.find<DefinitionDocument>('definitions', {
    filter: { key, tenant },
    sort: { version: -1 },
    limit: 10 + without.size,
  });
  for (const version of versions) {
    if (without.has(version.id)) continue;
    const deployment = await store.get<DeploymentDocument>('deployments', version.deployment);
    if (deployment && deployment.pending !== 'definitions') return version;
  }
  return undefined;
}

/** Writes the row of a start; one that an older version's return left closed is opened again. */
async function listen({ store, now }: VersionTools, document: DefinitionDocument, start: Start): Promise<void> {
  const { collection, row } = startRow(document, start, now());
  if (await store.insert(collection, row)) {
    if ('due' in row) await logJob(store, row, { type: 'created', at: now() });
    return;
  }
  await store.patch(
    collection,
    row.id,
    { 'wait.state': 'dropped' },
    {
      set: { wait: { v: row.wait.v, state: 'open' }, ...('due' in row && { due: row.due, repeats: row.repeats ?? 0 }) },
      increase: { rev: 1 },
    },
  );
}

async function stopListening({ store, now }: VersionTools, { id }: DefinitionDocument): Promise<void> {
  const open = { definition: id, 'wait.state': 'open' };
  const rows = {
    subscriptions: await store.find<SubscriptionDocument>('subscriptions', {
      filter: { ...open, instance: '', kind: { $in: ['message', 'signal', 'condition'] } },
    }),
    jobs: await store.find<JobDocument>('jobs', { filter: { ...open, kind: 'start' } }),
  };
  for (const collection of ['subscriptions', 'jobs'] as const)
    for (const { id: row, wait } of rows[collection])
      await store.patch(
        collection,
        row,
        { 'wait.state': 'open' },
        { set: { wait: { v: wait.v + 1, state: 'dropped', answeredAt: now() } }, increase: { rev: 1 } },
      );
  for (const job of rows.jobs) await logJob(store, job, { type: 'deleted', at: now() });
}

/** Removes versions that nobody runs any more; the highest of those that stay becomes the newest, and listens. */
export async function removeVersions(tools: VersionTools, documents: DefinitionDocument[]): Promise<void> {
  const { store } = tools;
  for (const document of documents) {
    await stopListening(tools, document);
    await store.patch('definitions', document.id, {}, { set: { latest: false } });
  }
  const removed = new Set(documents.map(({ id }) => id));
  for (const { key, tenant } of documents) await makeNewest(tools, key, tenant, removed);
  for (const id of removed) {
    for (const collection of ['jobs', 'subscriptions', 'statistics'] as const)
      while ((await store.remove(collection, { definition: id }, 1_000)) > 0);
    await store.remove('definitions', { id }, 1);
  }
}

/** Removes a deployment whose definitions were not all written: nobody was told of it, and nothing was started. */
export async function takeBack(
  tools: VersionTools,
  { id }: DeploymentDocument,
  made: DefinitionDocument[],
): Promise<void> {
  await tools.store.remove('definitions', { deployment: id }, made.length + 1);
  await tools.store.remove('deployments', { id }, 1);
  for (const { key, tenant } of made) await makeNewest(tools, key, tenant);
}
