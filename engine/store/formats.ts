/**
 * A store on which programs of several versions run at the same time: the newer one writes what the older one reads, until
 * no older one is left; what is newer than a program is not seen by it.
 */

import { randomUUID } from 'node:crypto';
import { carryOver } from './carry.js';
import { createCensus } from './census.js';
import {
  type Adapter,
  type Change,
  type CollectionName,
  type Document,
  type Filter,
  NewerFormat,
  type Query,
  type Store,
  type Unit,
} from './port.js';
import { downgraded, formatOf, type Upgrade, upgraded } from './upgrades.js';

export interface FormatsOptions {
  steps: Upgrade[];
  /** What the data are called in a sentence. */
  where(): string;
  /** Epoch milliseconds (UTC). */
  clock?: () => number;
  /** Milliseconds between two looks who else is there. */
  beat?: number;
}

const BEAT = 10_000;

/** The same store; it speaks the format of this program, and writes the one that all programs on the data read. */
export function withFormats(
  store: Adapter,
  { steps, where, clock = Date.now, beat: every = BEAT }: FormatsOptions,
): Omit<Store, 'collectBlobs' | 'put'> {
  const reads = formatOf(steps);
  const readable: Filter = { format: { $lte: reads } };
  const census = createCensus({
    store,
    node: randomUUID(),
    steps,
    where,
    clock,
  });
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let beating: Promise<void> = Promise.resolve();
  let carrying: Promise<unknown> | undefined;

  async function beat(): Promise<void> {
    const format = await census.beat();
    const { data, carried = data } = format;
    if (carried === data || data > reads || carrying || stopped) return;
    // Whoever reads only the older one may still write it: what is left of that is carried over when he is gone.
    carrying = carryOver(store, format, steps, clock, () => stopped).finally(() => {
      carrying = undefined;
    });
    carrying.catch(() => undefined);
  }

  /** Nobody waits for it: what fails is tried again with the next one. */
  function beatSoon(): void {
    timer = setTimeout(() => {
      beating = beat()
        .catch(() => undefined)
        .finally(() => {
          if (!stopped) beatSoon();
        });
    }, every).unref();
  }

  const outdated = () => census.written() > reads;

  function newer<T extends Document>(collection: CollectionName, document: T): T {
    if (document.format > reads) {
      throw new NewerFormat(
        `'${document.id}' of ${collection} has format ${document.format}, written by a newer Weft; this node reads up to format ${reads}: ask another node, or update this one`,
      );
    }
    return document.format < reads ? upgraded(steps, collection, document) : document;
  }

  function older<T extends Document>(collection: CollectionName, document: T): T {
    const format = Math.min(reads, census.written());
    if (format < reads) return downgraded(steps, collection, document, format);
    return document.format === format ? document : { ...document, format };
  }

  const olderUnit = (unit: Unit): Unit => ({
    ...unit,
    instance: older('instances', unit.instance),
    chunks: unit.chunks.map(chunk => older('chunks', chunk)),
    rows: unit.rows.map(row => (row.insert ? { ...row, insert: older(row.collection, row.insert) } : row)),
    history: older('history', unit.history),
  });

  return {
    ...store,
    outdated,
    async open() {
      await store.open();
      try {
        await census.join();
        await beat();
      } catch (error) {
        await store.close();
        throw error;
      }
      beatSoon();
    },
    async close() {
      if (!stopped) {
        stopped = true;
        clearTimeout(timer);
        await Promise.allSettled([beating, carrying]);
        // a node that cannot say goodbye is missed after a while
        await census.leave().catch(() => undefined);
      }
      await store.close();
    },

    async get<T extends Document>(collection: CollectionName, id: string) {
      const found = await store.get<T>(collection, id);
      return found && newer(collection, found);
    },
    async getMany<T extends Document>(collection: CollectionName, ids: string[]) {
      return (await store.getMany<T>(collection, ids)).map(found => newer(collection, found));
    },
    async find<T extends Document>(collection: CollectionName, query: Query) {
      const { filter = {} } = query;
      const found = await store.find<T>(
        collection,
        outdated() ? { ...query, filter: { $and: [filter, readable] } } : query,
      );
      return found.flatMap(document => (document.format > reads ? [] : newer(collection, document)));
    },

    commit: unit => store.commit(olderUnit(unit)),
    insert: (collection, document) => store.insert(collection, older(collection, document)),
    putInOrder: puts =>
      store.putInOrder(
        puts.map(({ documents, ...put }) => ({
          ...put,
          documents: documents.map(document => older(put.collection, document)),
        })),
      ),
    async patch<T extends Document>(collection: CollectionName, id: string, guard: Filter, change: Change) {
      const changed = await store.patch<T>(collection, id, { $and: [guard, readable] }, change);
      return changed && newer(collection, changed);
    },
    async claim<T extends Document>(collection: CollectionName, query: Query & { limit: number }, change: Change) {
      const { filter = {} } = query;
      const claimed = await store.claim<T>(collection, { ...query, filter: { $and: [filter, readable] } }, change);
      // one that was carried over in between is left to its lease
      return claimed.flatMap(document => (document.format > reads ? [] : newer(collection, document)));
    },
    remove: (collection, filter, limit) => store.remove(collection, { $and: [filter, readable] }, limit),
  };
}
