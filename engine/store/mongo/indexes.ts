/** The indexes: made and checked when the store opens, so that every query finds its way. */

import type { Db, IndexDescriptionInfo } from 'mongodb';
import { collections } from '../collections.js';
import type { Index } from '../port.js';
import { WAKES, wakeIndexes } from './agenda.js';
import { type Bson, encodePath, own } from './documents.js';

interface Wanted {
  name: string;
  key: Record<string, 1 | -1>;
  unique?: true;
  partialFilterExpression?: Bson;
  expireAfterSeconds?: number;
}

const DAY = 86_400;
const MINUTE = 60;

/** Collections of this adapter beside those of the port, and what only it looks up. */
const internal: Record<string, Wanted[]> = {
  instances: [
    {
      name: 'pending',
      key: { [`${own.pending}.at`]: 1 },
      partialFilterExpression: { [`${own.pending}.at`]: { $exists: true } },
    },
  ],
  chunks: [{ name: 'gone', key: { [own.gone]: 1 }, expireAfterSeconds: DAY }],
  feed: [{ name: 'at', key: { at: 1 }, expireAfterSeconds: MINUTE }],
  blobs: [{ name: 'touched', key: { touched: 1 } }],
  pieces: [],
  [WAKES]: [...wakeIndexes],
};

const plain = (path: string): string => path.replace(/^-/, '');

/** Ties are broken by id in the direction of the last path, so the id closes every index that serves a sort. */
function wanted({ name, paths, unique, where, sparse, array }: Index): Wanted {
  const all = array ? [array, ...paths] : paths;
  const fields = all.map(path => [encodePath(plain(path)), path.startsWith('-') ? -1 : 1] as const);
  const tie = ['_id', fields.at(-1)![1]] as const;
  const partial = {
    ...where,
    ...(sparse && { [encodePath(plain(all[0]!))]: { $exists: true } }),
  };
  return {
    name,
    key: Object.fromEntries(unique ? fields : [...fields, tie]),
    ...(unique && { unique }),
    ...(Object.keys(partial).length > 0 && { partialFilterExpression: partial }),
  };
}

/** Index descriptions of every collection. */
export const wantedIndexes: Record<string, Wanted[]> = { ...internal };
for (const [collection, indexes] of Object.entries(collections)) {
  wantedIndexes[collection] = [...indexes.map(wanted), ...(internal[collection] ?? [])];
}

/** Makes the collections and indexes that are missing, and makes those anew that are not as they should be. */
export async function ensureIndexes(database: Db): Promise<void> {
  const existing = new Set((await database.listCollections({}, { nameOnly: true }).toArray()).map(one => one.name));
  await Promise.all(
    Object.entries(wantedIndexes).map(async ([name, indexes]) => {
      if (!existing.has(name)) await database.createCollection(name).catch(unlessMadeMeanwhile);
      const stored = existing.has(name) ? await database.collection(name).listIndexes().toArray() : [];
      const found = new Map((stored as IndexDescriptionInfo[]).map(index => [index.name, index]));
      const missing = indexes.filter(index => !isAs(index, found.get(index.name)));
      for (const { name: old } of missing) if (found.has(old)) await database.collection(name).dropIndex(old);
      if (missing.length > 0) await database.collection(name).createIndexes(missing);
    }),
  );
}

function isAs(index: Wanted, stored: IndexDescriptionInfo | undefined): boolean {
  if (!stored) return false;
  const shape = ({ key, unique, partialFilterExpression, expireAfterSeconds }: Wanted | IndexDescriptionInfo) =>
    JSON.stringify([key, unique ?? false, partialFilterExpression ?? {}, expireAfterSeconds ?? null]);
  return shape(index) === shape(stored);
}

/** Another node opens at the same time. */
function unlessMadeMeanwhile(error: unknown): void {
  if ((error as { codeName?: string }).codeName !== 'NamespaceExists') throw error;
}
