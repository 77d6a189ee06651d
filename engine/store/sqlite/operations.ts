/** What the writer can do: one function per operation, each within the transaction of its group. */

import type { Json } from '../../core/types.js';
import { applyChange } from '../paths.js';
import type { Change, CollectionName, CommitResult, Document, Filter, Query, WaitState } from '../port.js';
import { matches } from '../queries.js';
import { type Database, isDuplicate } from './driver.js';
import { select } from './filter.js';
import { quote, type SideTable, type StoredRow, storedRow, type Table, tables } from './schema.js';
import { type Bind, same } from './values.js';

export interface CommitRow {
  collection: CollectionName;
  id: string;
  insert?: StoredRow;
  wait: WaitState;
  set?: Record<string, Json>;
}

/** Operations as they travel to the writer: documents are texts already. */
export type Operation =
  | {
      do: 'commit';
      expects: number;
      instance: StoredRow;
      chunks: (StoredRow | { remove: string })[];
      rows: CommitRow[];
      history: StoredRow;
    }
  | { do: 'settle'; instance: string; version: number }
  | { do: 'insert'; collection: CollectionName; row: StoredRow }
  | { do: 'put'; collection: CollectionName; rows: StoredRow[] }
  | { do: 'patch'; collection: CollectionName; id: string; guard: Filter; change: Change }
  | { do: 'claim'; collection: CollectionName; query: Query & { limit: number }; change: Change }
  | { do: 'remove'; collection: CollectionName; filter: Filter; limit: number }
  | { do: 'putBlob'; tenant: string; hash: string; bytes: Uint8Array; at: number };

type Handlers = { [K in Operation['do']]: (operation: Extract<Operation, { do: K }>) => unknown };

/** A stored row as it was found, for comparing. */
interface Found {
  rid: number;
  columns: Bind[];
}

/** Pieces of a blob stay below the size at which a database page chain gets slow to rewrite. */
const pieceSize = 255 * 1024;

/** The operations on one open database; each answers what the caller of the port gets. */
export function createOperations(database: Database): (operation: Operation) => unknown {
  const listed = (table: Table) => table.columns.map(quote).join(', ');

  function found(table: Table, id: string): Found | undefined {
    const row = database.first(`SELECT rid, ${listed(table)} FROM ${table.name} WHERE id = ?`, [id]);
    return row && { rid: row[0] as number, columns: row.slice(1) };
  }

  function documentOf(table: Table, rid: number): Document {
    return JSON.parse(database.first(`SELECT doc FROM ${table.name} WHERE rid = ?`, [rid])![0] as string);
  }

  function insert(table: Table, row: StoredRow): void {
    database.run(
      `INSERT INTO ${table.name} (id, ${listed(table)}, doc) VALUES (?, ${table.columns.map(() => '?').join(', ')}, ?)`,
      [row.id, ...row.columns, row.doc],
    );
    if (row.sides.some(rows => rows.length > 0)) {
      const rid = database.first(`SELECT rid FROM ${table.name} WHERE id = ?`, [row.id])![0] as number;
      for (const [index, side] of table.sides.entries()) insertSide(side, rid, row.sides[index]!);
    }
  }

  function insertSide(side: SideTable, rid: number, rows: Bind[][]): void {
    const sql = `INSERT INTO ${side.name} VALUES (?, ${side.paths.map(() => '?, ').join('')}?)`;
    for (const row of rows) database.run(sql, [...row, rid]);
  }

  /** Writes a document over the stored one; columns that stay the same, and so their indexes, are left alone. */
  function replace(table: Table, old: Found, row: StoredRow): void {
    const changed = table.columns
      .map((_, index) => index)
      .filter(index => !same(old.columns[index], row.columns[index]));
    const sets = [...changed.map(index => `${quote(table.columns[index]!)} = ?`), 'doc = ?'];
    database.run(`UPDATE ${table.name} SET ${sets.join(', ')} WHERE rid = ?`, [
      ...changed.map(index => row.columns[index]!),
      row.doc,
      old.rid,
    ]);
    for (const [index, side] of table.sides.entries()) replaceSide(side, old.rid, row.sides[index]!);
  }

  function replaceSide(side: SideTable, rid: number, rows: Bind[][]): void {
    const columns = ['value', ...side.paths.map(quote)].join(', ');
    const old = database.all(`SELECT ${columns} FROM ${side.name} WHERE rid = ?`, [rid]);
    const isSame = (a: Bind[], b: Bind[]) => a.every((value, index) => same(value, b[index]));
    if (old.length === rows.length && rows.every(row => old.some(one => isSame(one, row)))) return;
    database.run(`DELETE FROM ${side.name} WHERE rid = ?`, [rid]);
    insertSide(side, rid, rows);
  }

  function upsert(table: Table, row: StoredRow): void {
    const old = found(table, row.id);
    if (old) replace(table, old, row);
    else insert(table, row);
  }

  function removeRow(table: Table, rid: number): void {
    for (const side of table.sides) database.run(`DELETE FROM ${side.name} WHERE rid = ?`, [rid]);
    database.run(`DELETE FROM ${table.name} WHERE rid = ?`, [rid]);
  }

  /** Changes a stored document and answers its new text. */
  function change(table: Table, old: Found, document: Document, changes: Change): string {
    applyChange(document, changes);
    const row = storedRow(table, document);
    replace(table, old, row);
    return row.doc;
  }

  /** A row of a wait: inserted whole, or its `wait` part where the stored one is of an older version. */
  function writeRow(write: CommitRow): void {
    const table = tables[write.collection];
    const old = found(table, write.id);
    if (!old) {
      if (write.insert) insert(table, write.insert);
    } else if ((old.columns[0] as number) < write.wait.v) {
      change(table, old, documentOf(table, old.rid), { set: { wait: { ...write.wait }, ...write.set } });
    }
  }

  const handlers: Handlers = {
    commit({ expects, instance, chunks, rows, history }): CommitResult {
      const old = found(tables.instances, instance.id);
      if (expects === 0 && old) return 'duplicate';
      if (expects > 0 && old?.columns[0] !== expects) return 'conflict';
      if (old) replace(tables.instances, old, instance);
      else insert(tables.instances, instance);
      for (const chunk of chunks) {
        if ('remove' in chunk) database.run('DELETE FROM chunks WHERE id = ?', [chunk.remove]);
        else upsert(tables.chunks, chunk);
      }
      for (const row of rows) writeRow(row);
      insert(tables.history, history);
      return 'committed';
    },

    settle({ instance, version }) {
      const old = found(tables.instances, instance);
      if (old?.columns[0] !== version) return;
      change(tables.instances, old, documentOf(tables.instances, old.rid), { set: { outbox: [] } });
    },

    insert({ collection, row }): boolean {
      const table = tables[collection];
      if (found(table, row.id)) return false;
      try {
        insert(table, row);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },

    put({ collection, rows }) {
      for (const row of rows) upsert(tables[collection], row);
    },

    patch({ collection, id, guard, change: changes }): string | undefined {
      const table = tables[collection];
      const old = found(table, id);
      if (!old) return undefined;
      const document = documentOf(table, old.rid);
      return matches(guard, document) ? change(table, old, document, changes) : undefined;
    },

    claim({ collection, query, change: changes }): string[] {
      const table = tables[collection];
      const { text, values } = select(table, `rid, ${listed(table)}, doc`, query);
      return database
        .all(text, values)
        .map(row =>
          change(
            table,
            { rid: row[0] as number, columns: row.slice(1, -1) },
            JSON.parse(row.at(-1) as string),
            changes,
          ),
        );
    },

    remove({ collection, filter, limit }): number {
      const table = tables[collection];
      const { text, values } = select(table, 'rid', { filter, limit });
      const rows = database.all(text, values);
      for (const [rid] of rows) removeRow(table, rid as number);
      return rows.length;
    },

    putBlob({ tenant, hash, bytes, at }) {
      if (database.first('SELECT 1 FROM blobs WHERE tenant = ? AND hash = ?', [tenant, hash])) {
        database.run('UPDATE blobs SET touched = ? WHERE tenant = ? AND hash = ?', [at, tenant, hash]);
        return;
      }
      database.run('INSERT INTO blobs VALUES (?, ?, ?, ?)', [tenant, hash, bytes.length, at]);
      for (let number = 0; number * pieceSize < bytes.length; number++) {
        const piece = bytes.subarray(number * pieceSize, (number + 1) * pieceSize);
        database.run('INSERT INTO pieces VALUES (?, ?, ?, ?)', [tenant, hash, number, piece]);
      }
    },
  };

  return operation => (handlers[operation.do] as (operation: Operation) => unknown)(operation);
}

/** SQL of the tables for bytes. */
export const blobTables = [
  'CREATE TABLE blobs (tenant TEXT, hash TEXT, size INTEGER, touched INTEGER, PRIMARY KEY (tenant, hash)) WITHOUT ROWID',
  'CREATE TABLE pieces (tenant TEXT, hash TEXT, number INTEGER, bytes BLOB, PRIMARY KEY (tenant, hash, number))',
];
