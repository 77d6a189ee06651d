/** A store whose documents have their large values in blobs; nobody who reads or writes notices. */

import { createHash } from 'node:crypto';
import type { Json } from '../core/types.js';
import { unreferred } from './litter.js';
import {
  type Change,
  type CollectionName,
  type CommitResult,
  type Document,
  type Filter,
  type Put,
  type Query,
  type Store,
  StoreError,
  type Unit,
} from './port.js';
import { holding, leaving, longFields, type Parted, type Placed, putAllBack, without } from './values.js';

/** How long a blob that was put need not be put again, milliseconds; far below its age when it is collected. */
const FRESH = 3_600_000;
const DAY = 24 * FRESH;
/** Blobs put or fetched at the same time. */
const AT_ONCE = 32;
/** What is remembered of values that were put. */
const REMEMBERED = 1_000;

/** The same store; values over 32 KB lie in blobs, by tenant and content. */
export function withLargeValues(store: Omit<Store, 'collectBlobs' | 'put'>, clock: () => number): Store {
  /** Values that are known by their hash. */
  const hashes = new WeakMap<object, string>();
  /** `tenant hash` → when it was put. */
  const fresh = new Map<string, number>();

  async function put(tenant: string, { value }: Placed): Promise<string> {
    const known = typeof value === 'object' && value !== null ? hashes.get(value) : undefined;
    if (known && isFresh(tenant, known)) return known;
    const bytes = new TextEncoder().encode(JSON.stringify(value));
    const hash = known ?? createHash('sha256').update(bytes).digest('hex');
    if (!isFresh(tenant, hash)) {
      await store.putBlob(tenant, bytes);
      remember(tenant, hash);
    }
    if (typeof value === 'object' && value !== null) hashes.set(value, hash);
    return hash;
  }

  async function commitParted(unit: Unit): Promise<CommitResult> {
    const instance = await part(unit.instance);
    const history = await part(unit.history);
    const chunks = await several(unit.chunks, chunk => part(chunk));
    return store.commit({ ...unit, instance, history, chunks });
  }

  const isFresh = (tenant: string, hash: string) =>
    (fresh.get(`${tenant} ${hash}`) ?? Number.NEGATIVE_INFINITY) > clock() - FRESH;

  function remember(tenant: string, hash: string): void {
    fresh.set(`${tenant} ${hash}`, clock());
    if (fresh.size > REMEMBERED) fresh.delete(fresh.keys().next().value!);
  }

  /** The document as it is stored. */
  async function part<T extends Document>(document: T): Promise<T> {
    const { gone, files } = leaving(document);
    if (gone.length + files.length === 0) return document;
    const blobs = [...(await several(gone, one => put(document.tenant, one))), ...files];
    return { ...without(document, gone), blobs, blobPaths: gone.map(({ path }) => path) };
  }

  /** A change that sets a field which may go away: the document as it will be says what of it stays. */
  async function partedChange(collection: CollectionName, id: string, change: Change): Promise<Change> {
    const set = change.set ?? {};
    const names = Object.keys(set).filter(name => longFields.includes(name));
    const stored = holding.has(collection) && names.length > 0 && (await store.get<Document>(collection, id));
    if (!stored) return change;
    const { blobs = [], blobPaths = [], ...parted }: Parted = await part({ ...(await whole(stored)), ...set });
    const fields = Object.fromEntries(names.map(name => [name, (parted as unknown as Record<string, Json>)[name]!]));
    return { ...change, set: { ...set, ...fields, blobs, blobPaths } };
  }

  /** The document as it was written. */
  async function whole<T extends Document>(stored: T): Promise<T> {
    const { blobs, blobPaths = [], ...document } = stored as Parted;
    if (!blobs) return stored;
    const wanted = [...new Set(blobs.slice(0, blobPaths.length))];
    const values = new Map(await several(wanted, async hash => [hash, await fetched(stored, hash)] as const));
    putAllBack(
      document,
      blobPaths.map((path, index) => ({ path, value: values.get(blobs[index]!)! })),
    );
    return document as Document as T;
  }

  async function fetched({ id, tenant }: Document, hash: string): Promise<Json> {
    const bytes = await store.getBlob(tenant, hash);
    if (!bytes) throw new StoreError(`blob ${hash}, a value of '${id}', is missing: go back to a backup`);
    const value = JSON.parse(new TextDecoder().decode(bytes)) as Json;
    if (typeof value === 'object' && value !== null) hashes.set(value, hash);
    return value;
  }

  async function wholeOnes<T extends Document>(stored: T[]): Promise<T[]> {
    if (!stored.some(one => 'blobs' in one)) return stored;
    const all: T[] = [];
    for (const one of stored) all.push(await whole(one));
    return all;
  }

  const stays = (document: Document) => {
    const { gone, files } = leaving(document);
    return gone.length + files.length === 0;
  };
  const stayIn = (collection: CollectionName, documents: Document[]) =>
    !holding.has(collection) || documents.every(stays);

  async function putInOrder(puts: Put[]): Promise<void> {
    if (puts.every(({ collection, documents }) => stayIn(collection, documents))) return store.putInOrder(puts);
    const parted = await several(puts, async ({ documents, ...put }) => ({
      ...put,
      documents: holding.has(put.collection) ? await several(documents, document => part(document)) : documents,
    }));
    await store.putInOrder(parted);
  }

  return {
    ...store,
    async get<T extends Document>(collection: CollectionName, id: string) {
      const found = await store.get<T>(collection, id);
      return found && whole(found);
    },
    getMany: async <T extends Document>(collection: CollectionName, ids: string[]) =>
      wholeOnes(await store.getMany<T>(collection, ids)),
    async find<T extends Document>(collection: CollectionName, query: Query) {
      const found = await store.find<T>(collection, query);
      return query.bare ? found : wholeOnes(found);
    },

    // Nearly always nothing is large: then nothing waits.
    commit(unit: Unit) {
      const { instance, history, chunks } = unit;
      return [instance, history, ...chunks].every(stays) ? store.commit(unit) : commitParted(unit);
    },
    insert: (collection, document) =>
      stayIn(collection, [document])
        ? store.insert(collection, document)
        : part(document).then(parted => store.insert(collection, parted)),
    put: (collection, documents, newer) => putInOrder([{ collection, documents, newer }]),
    putInOrder,
    async patch<T extends Document>(collection: CollectionName, id: string, guard: Filter, change: Change) {
      const changed = await store.patch<T>(collection, id, guard, await partedChange(collection, id, change));
      return changed && whole(changed);
    },
    async claim<T extends Document>(collection: CollectionName, query: Query & { limit: number }, change: Change) {
      const claimed = await store.claim<T>(collection, query, change);
      return query.bare ? claimed : wholeOnes(claimed);
    },

    async collectBlobs() {
      const before = clock() - DAY;
      let removed = 0;
      for (const { tenant, hash } of await unreferred(store, before)) {
        if (await store.removeBlob(tenant, hash, before)) removed++;
      }
      return removed;
    },
  };
}

/** The same for each, some at a time. */
async function several<T, R>(all: T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < all.length; from += AT_ONCE) {
    results.push(...(await Promise.all(all.slice(from, from + AT_ONCE).map(work))));
  }
  return results;
}
