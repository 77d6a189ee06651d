/** The embedded store: SQLite in a folder, one owner process, group commit in a writer thread. */

import { createHash } from 'node:crypto';
import type { Instance } from '../core/types.js';
import {
  type Change,
  type CollectionName,
  type CommitResult,
  type Document,
  type Filter,
  type Query,
  type Store,
  StoreError,
  type Unit,
} from './port.js';
import type { Database } from './sqlite/driver.js';
import { dataFile, openForReading, own, prepare } from './sqlite/files.js';
import { select } from './sqlite/filter.js';
import type { Operation } from './sqlite/operations.js';
import type { Read } from './sqlite/reads.js';
import { storedRow, tables } from './sqlite/schema.js';
import { startThread, type Thread } from './sqlite/thread.js';
import { type Upgrade, upgrades } from './upgrades.js';

export { eraseData } from './sqlite/files.js';

export interface SqliteOptions {
  /** Where the data lie; made where it is missing. */
  folder: string;
  /** Steps between formats; the program's own by default. */
  upgrades?: Upgrade[];
  /** Milliseconds since 1970 (UTC), for the age of blobs. */
  clock?: () => number;
}

interface Connections {
  point: Database;
  writer: Thread<Operation>;
  reader: Thread<Read>;
  release(): void;
}

/** Finds of more documents than this go to the reader thread. */
const smallFind = 50;
/** A find that once held up the event loop longer than this (ms) goes to the reader thread from then on. */
const slowFind = 2;
/** Ids asked for in one statement. */
const idsAtOnce = 512;

/**
 * Opens data in a folder.
 *
 * @example
 * const store = createSqliteStore({ folder: './data' });
 * await store.open();
 * await store.insert('users', { id: 'ann', tenant: '', format: 1 });
 * await store.close();
 */
export function createSqliteStore({ folder, upgrades: steps = upgrades, clock = Date.now }: SqliteOptions): Store {
  let connections: Connections | undefined;
  let closing: Promise<void> | undefined;
  /** Statements whose plan, or whose time, does not suit the event loop. */
  const forThread = new Map<string, boolean>();

  function opened(): Connections {
    if (!connections)
      throw new StoreError(closing ? 'the store is closed' : 'the store is not open: call open() first');
    return connections;
  }

  const write = async <T>(operation: Operation) => (await opened().writer.request(operation)) as T;
  const read = async <T>(request: Read) => (await opened().reader.request(request)) as T;

  function planOf(collection: CollectionName, query: Query): { text: string; plan: string; scans: boolean } {
    const { text, values } = select(tables[collection], 'doc', query);
    const steps = opened().point.plan(text, values);
    return {
      text,
      plan: steps.join('\n'),
      scans: steps.some(step => /^SCAN (?!.*USING (COVERING )?INDEX)/.test(step)),
    };
  }

  /** May this find run here, on the event loop? Only a short walk along an index. */
  function suitsEventLoop(collection: CollectionName, query: Query, text: string): boolean {
    if ((query.limit ?? Number.POSITIVE_INFINITY) > smallFind || query.skip) return false;
    let slow = forThread.get(text);
    if (slow === undefined) {
      const { plan } = planOf(collection, query);
      slow = /^SCAN |TEMP B-TREE/m.test(plan);
      forThread.set(text, slow);
    }
    return !slow;
  }

  function unitOperation({ expects, instance, chunks, rows, history }: Unit): Operation {
    return {
      do: 'commit',
      expects,
      instance: storedRow(tables.instances, instance),
      chunks: chunks.map(chunk =>
        Object.keys(chunk.activations).length > 0 ? storedRow(tables.chunks, chunk) : { remove: chunk.id },
      ),
      rows: rows.map(({ insert, ...row }) => ({
        ...row,
        ...(insert && { insert: storedRow(tables[row.collection], insert) }),
      })),
      history: storedRow(tables.history, history),
    };
  }

  const parsed = <T>(docs: string[]) => docs.map(doc => JSON.parse(doc) as T);

  return {
    async open() {
      if (closing) throw new StoreError('the store is closed: create another one');
      if (connections) return;
      const release = own(folder);
      try {
        prepare(folder, steps);
        const file = dataFile(folder);
        connections = {
          point: openForReading(file),
          writer: startThread(new URL('./sqlite/writer.js', import.meta.url), { file }, 'writer'),
          reader: startThread(new URL('./sqlite/reader.js', import.meta.url), { file }, 'reader'),
          release,
        };
      } catch (error) {
        release();
        throw error;
      }
    },

    close() {
      closing ??= (async () => {
        if (!connections) return;
        const { point, writer, reader, release } = connections;
        await Promise.all([writer.close(), reader.close()]);
        point.close();
        release();
        connections = undefined;
      })();
      return closing;
    },

    async get<T extends Document>(collection: CollectionName, id: string) {
      const row = opened().point.first(`SELECT doc FROM ${tables[collection].name} WHERE id = ?`, [id]);
      return row && (JSON.parse(row[0] as string) as T);
    },

    async getMany<T extends Document>(collection: CollectionName, ids: string[]) {
      const found = new Map<string, T>();
      const wanted = [...new Set(ids)];
      for (let from = 0; from < wanted.length; from += idsAtOnce) {
        const filter = { id: { $in: wanted.slice(from, from + idsAtOnce) } };
        const { text, values } = select(tables[collection], 'doc', { filter });
        for (const document of parsed<T>(
          opened()
            .point.all(text, values)
            .map(row => row[0] as string),
        )) {
          found.set(document.id, document);
        }
      }
      return wanted.flatMap(id => found.get(id) ?? []);
    },

    async find<T extends Document>(collection: CollectionName, query: Query) {
      const { text, values } = select(tables[collection], 'doc', query);
      if (!suitsEventLoop(collection, query, text)) return parsed<T>(await read({ do: 'find', collection, query }));
      const start = performance.now();
      const docs = opened().point.all(text, values);
      if (performance.now() - start > slowFind) forThread.set(text, true);
      return parsed<T>(docs.map(row => row[0] as string));
    },

    count: (collection, filter, max) => read({ do: 'count', collection, filter, ...(max !== undefined && { max }) }),
    group: (collection, by, filter) => read({ do: 'group', collection, by, filter }),

    commit: async unit => write<CommitResult>(unitOperation(unit)),
    settle: (instance: Instance['id'], version) => write({ do: 'settle', instance, version }),

    insert: async (collection, document) =>
      write<boolean>({ do: 'insert', collection, row: storedRow(tables[collection], document) }),
    put: async (collection, documents) =>
      write({ do: 'put', collection, rows: documents.map(document => storedRow(tables[collection], document)) }),

    async patch<T extends Document>(collection: CollectionName, id: string, guard: Filter, change: Change) {
      const doc = await write<string | undefined>({ do: 'patch', collection, id, guard, change });
      return doc === undefined ? undefined : (JSON.parse(doc) as T);
    },
    async claim<T extends Document>(collection: CollectionName, query: Query & { limit: number }, change: Change) {
      return parsed<T>(await write<string[]>({ do: 'claim', collection, query, change }));
    },
    remove: (collection, filter, limit) => write({ do: 'remove', collection, filter, limit }),

    async putBlob(tenant, bytes) {
      const hash = createHash('sha256').update(bytes).digest('hex');
      await write({ do: 'putBlob', tenant, hash, bytes, at: clock() });
      return hash;
    },
    getBlob: (tenant, hash) => read({ do: 'getBlob', tenant, hash }),
    backup: to => read({ do: 'backup', to }),

    async explain(collection, query) {
      const { plan, scans } = planOf(collection, query);
      return { plan, scans };
    },
  };
}
