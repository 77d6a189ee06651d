/** Carries all data from one store to another, while nothing runs on either. */

import { collections } from './collections.js';
import { type CollectionName, type Document, type Store, StoreError } from './port.js';

/** What was carried, per collection. */
export type Carried = Record<CollectionName | 'blobs', number>;

const PAGE = 500;
/** Whoever runs on the data, and what wakes him, is no part of them. */
const transient: ReadonlySet<CollectionName> = new Set(['nodes', 'agenda']);
const names = (Object.keys(collections) as CollectionName[]).filter(name => !transient.has(name));

/**
 * Copies every document and every blob, and compares the counts.
 * @throws StoreError when the other store holds data, or counts differ
 */
export async function copyStore(from: Store, to: Store): Promise<Carried> {
  for (const name of names) {
    if (name !== 'meta' && (await to.count(name, {}, 1)) > 0)
      throw new StoreError(`the store to copy to has ${name} already: name an empty one`);
  }
  await from.repair();
  const carried = {} as Carried;
  for (const name of names) carried[name] = await copyCollection(from, to, name);
  carried.blobs = await copyBlobs(from, to);
  for (const name of names) {
    const there = await to.count(name, {});
    if (there !== carried[name])
      throw new StoreError(
        `of ${carried[name]} ${name} ${there} have arrived: does a server run? Begin with an empty store`,
      );
  }
  return carried;
}

async function copyCollection(from: Store, to: Store, name: CollectionName): Promise<number> {
  let carried = 0;
  for (let after: string | undefined; ; ) {
    const page = await from.find<Document>(name, {
      sort: { id: 1 },
      limit: PAGE,
      ...(after !== undefined && { after: [after] }),
    });
    if (page.length > 0) await to.put(name, page);
    carried += page.length;
    if (page.length < PAGE) return carried;
    after = page.at(-1)!.id;
  }
}

async function copyBlobs(from: Store, to: Store): Promise<number> {
  const blobs = await from.blobs();
  for (const { tenant, hash } of blobs) await to.putBlob(tenant, (await from.getBlob(tenant, hash))!);
  const there = (await to.blobs()).length;
  if (there !== blobs.length) throw new StoreError(`of ${blobs.length} blobs ${there} have arrived`);
  return blobs.length;
}
