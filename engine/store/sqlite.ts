/** The embedded store: SQLite in a folder, one owner process, group commit in a writer thread. */

import { createHash } from 'node:crypto';
import { isFinished } from '../core/state.js';
import { withLargeValues } from './large.js';
import { valueAt } from './paths.js';
import {
  type Adapter,
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
import { type Checkpoints, createCheckpoints } from './sqlite/checkpoints.js';
import type { Database } from './sqlite/driver.js';
import { dataFile, openForReading, prepare } from './sqlite/files.js';
import { createFinder, type Finder } from './sqlite/finder.js';
import type { Operation, PutOperation } from './sqlite/operations.js';
import { own } from './sqlite/owner.js';
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
  finder: Finder;
  writer: Thread<Operation>;
  reader: Thread<Read>;
  checkpoints: Checkpoints;
  release(): void;
}

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

  function opened(): Connections {
    if (!connections)
      throw new StoreError(closing ? 'the store is closed' : 'the store is not open: call open() first');
    return connections;
  }

  async function write<T>(operation: Operation): Promise<T> {
    const { writer, checkpoints } = opened();
    checkpoints.written();
    return (await writer.request(operation)) as T;
  }
  const read = async <T>(request: Read) => (await opened().reader.request(request)) as T;

  const adapter: Adapter = {
    shared: false,

    async open() {
      if (closing) throw new StoreError('the store is closed: create another one');
      if (connections) return;
      const release = own(folder);
      try {
        prepare(folder, steps);
        connections = { ...connect(dataFile(folder)), release };
      } catch (error) {
        release();
        throw error;
      }
    },

    close() {
      closing ??= (async () => {
        if (!connections) return;
        const { point, writer, reader, checkpoints, release } = connections;
        await Promise.all([writer.close(), reader.close(), checkpoints.close()]);
        point.close();
        release();
        connections = undefined;
      })();
      return closing;
    },

    async get<T extends Document>(collection: CollectionName, id: string) {
      const row = opened().point.first(`SELECT doc FROM ${tables[collection].name} WHERE id = ?`, [id]);
      return row && parsed<T>(row[0] as string);
    },

    async getMany<T extends Document>(collection: CollectionName, ids: string[]) {
      if (ids.length === 0) return [];
      const wanted = [...new Set(ids)];
      const query = { filter: { id: { $in: wanted } }, limit: wanted.length };
      const documents = await opened().finder.find<T>(collection, query);
      const found = new Map(documents.map(document => [document.id, document]));
      return wanted.flatMap(id => found.get(id) ?? []);
    },

    find: async (collection, query) => opened().finder.find(collection, query),

    count: (collection, filter, max) => read({ do: 'count', collection, filter, ...(max !== undefined && { max }) }),
    group: (collection, by, filter) => read({ do: 'group', collection, by, filter }),

    commit: async unit => write<CommitResult>(unitOperation(unit)),
    settle: (instance, version) => write({ do: 'settle', instance, version }),
    // a transaction leaves nothing half written
    repair: async () => {},

    insert: async (collection, document) =>
      write<boolean>({ do: 'insert', collection, row: storedRow(tables[collection], document) }),
    putInOrder: async puts => write({ do: 'put', puts: puts.map(putOperation) }),
    strip: (collection, ids, fields) => write({ do: 'strip', collection, ids, fields }),

    async patch<T extends Document>(collection: CollectionName, id: string, guard: Filter, change: Change) {
      const doc = await write<string | undefined>({ do: 'patch', collection, id, guard, change });
      return doc === undefined ? undefined : parsed<T>(doc);
    },
    async claim<T extends Document>(collection: CollectionName, query: Query & { limit: number }, change: Change) {
      return (await write<string[]>({ do: 'claim', collection, query, change })).map(parsed<T>);
    },
    remove: (collection, filter, limit) => write({ do: 'remove', collection, filter, limit }),

    // one process owns the data: there is nobody to tell
    tell() {},
    hear: () => () => {},

    async putBlob(tenant, bytes) {
      const hash = createHash('sha256').update(bytes).digest('hex');
      await write({ do: 'putBlob', tenant, hash, bytes, at: clock() });
      return hash;
    },
    blobs: before => read({ do: 'blobs', ...(before !== undefined && { before }) }),
    removeBlob: (tenant, hash, before) => write<boolean>({ do: 'removeBlob', tenant, hash, before }),
    getBlob: (tenant, hash) => read({ do: 'getBlob', tenant, hash }),
    backup: to => read({ do: 'backup', to }),

    explain: async (collection, query) => opened().finder.explain(collection, query),
  };
  // what is newer is refused when it is opened
  return withLargeValues({ ...adapter, outdated: () => false }, clock);
}

function connect(file: string): Omit<Connections, 'release'> {
  const point = openForReading(file);
  const writer = startThread<Operation>(new URL('./sqlite/writer.js', import.meta.url), { file }, 'writer');
  const reader = startThread<Read>(new URL('./sqlite/reader.js', import.meta.url), { file }, 'reader');
  const finder = createFinder(point, request => reader.request(request));
  return { point, writer, reader, finder, checkpoints: createCheckpoints(file) };
}

/** A commit as it travels to the writer. */
function unitOperation({ expects, instance, chunks, rows, history }: Unit): Operation {
  return {
    do: 'commit',
    expects,
    instance: storedRow(tables.instances, instance),
    chunks: chunks.map(chunk => (isFinished(chunk) ? { remove: chunk.id } : storedRow(tables.chunks, chunk))),
    rows: rows.map(({ insert, ...row }) =>
      insert ? { insert: storedRow(tables[row.collection], insert), ...row } : row,
    ),
    history: storedRow(tables.history, history),
  };
}

const putOperation = ({ collection, documents, newer }: Put): PutOperation => ({
  collection,
  rows: documents.map(document => storedRow(tables[collection], document)),
  ...(newer !== undefined && {
    newer: { path: newer, numbers: documents.map(document => (valueAt(document, newer) as number | undefined) ?? 0) },
  }),
});

const parsed = <T>(doc: string): T => JSON.parse(doc);
