/** What the reader thread can do: one function per kind of read. */

import type { CollectionName, Filter, Query, Scalar } from '../port.js';
import { vacuumInto } from './backups.js';
import type { Database } from './driver.js';
import { openForReading } from './files.js';
import { columnOf, select, whereOf } from './filter.js';
import { tables } from './schema.js';
import { type Bind, decode } from './values.js';

export type Read =
  | { do: 'find'; collection: CollectionName; query: Query }
  | { do: 'count'; collection: CollectionName; filter: Filter; max?: number }
  | { do: 'group'; collection: CollectionName; by: string[]; filter: Filter }
  | { do: 'getBlob'; tenant: string; hash: string }
  | { do: 'blobs'; before?: number }
  | { do: 'backup'; to: string };

type Handlers = { [K in Read['do']]: (read: Extract<Read, { do: K }>) => unknown };

/** The reads on one open database; documents are answered as texts. */
export function createReads(database: Database, file: string): (read: Read) => unknown {
  const handlers: Handlers = {
    find: ({ collection, query }) => {
      const { text, values } = select(tables[collection], 'doc', query);
      return database.all(text, values).map(row => row[0]);
    },

    count({ collection, filter, max }) {
      const { text, values } = select(tables[collection], '1', { filter, ...(max !== undefined && { limit: max }) });
      return database.first(`SELECT count(*) FROM (${text})`, values)![0];
    },

    group({ collection, by, filter }): { key: Scalar[]; count: number }[] {
      const table = tables[collection];
      const values: Bind[] = [];
      const keys = by.map((path, index) => `${columnOf(table, path)} AS key${index}`);
      const where = whereOf(table, filter, values);
      const names = by.map((_, index) => `key${index}`).join(', ');
      const rows = database.all(
        `SELECT ${[...keys, 'count(*) AS count'].join(', ')} FROM ${table.name} WHERE ${where}${names && ` GROUP BY ${names}`}`,
        values,
      );
      return rows.map(row => ({ key: row.slice(0, -1).map(decode), count: row.at(-1) as number }));
    },

    getBlob({ tenant, hash }) {
      const blob = database.first('SELECT size FROM blobs WHERE tenant = ? AND hash = ?', [tenant, hash]);
      if (!blob) return undefined;
      const bytes = new Uint8Array(blob[0] as number);
      let offset = 0;
      for (const [piece] of database.all('SELECT bytes FROM pieces WHERE tenant = ? AND hash = ? ORDER BY number', [
        tenant,
        hash,
      ])) {
        bytes.set(piece as Uint8Array, offset);
        offset += (piece as Uint8Array).length;
      }
      return bytes;
    },

    blobs({ before = Number.MAX_SAFE_INTEGER }) {
      const rows = database.all('SELECT tenant, hash FROM blobs WHERE touched < ?', [before]);
      return rows.map(([tenant, hash]) => ({ tenant, hash }));
    },

    // its own connection: VACUUM wants no other statement in progress
    backup: ({ to }) => vacuumInto(openForReading(file), to),
  };
  return read => (handlers[read.do] as (read: Read) => unknown)(read);
}
