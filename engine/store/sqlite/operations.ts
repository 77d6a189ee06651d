/** What the writer can do: one function per operation, each within the transaction of its group. */

import type { Json } from '../../core/types.js';
import { applyChange } from '../paths.js';
import type { Change, CollectionName, CommitResult, Document, Filter, Query, WaitState } from '../port.js';
import { matches } from '../queries.js';
import type { Database } from './driver.js';
import { select } from './filter.js';
import { quote, type SideTable, type StoredRow, sidesOf, storedRow, type Table, tables } from './schema.js';
import { type Bind, jsonPath, nullLiteral, same } from './values.js';

export interface CommitRow {
  collection: CollectionName;
  id: string;
  insert?: StoredRow;
  wait: WaitState;
  set?: Record<string, Json>;
}

/** What is put into one collection. */
export interface PutOperation {
  collection: CollectionName;
  rows: StoredRow[];
  /** A stored document whose number at the path is not smaller than the row's stays. */
  newer?: { path: string; numbers: number[] };
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
  | { do: 'put'; puts: PutOperation[] }
  | { do: 'strip'; collection: CollectionName; ids: string[]; fields: string[] }
  | { do: 'patch'; collection: CollectionName; id: string; guard: Filter; change: Change }
  | { do: 'claim'; collection: CollectionName; query: Query & { limit: number }; change: Change }
  | { do: 'remove'; collection: CollectionName; filter: Filter; limit: number }
  | { do: 'putBlob'; tenant: string; hash: string; bytes: Uint8Array; at: number }
  | { do: 'removeBlob'; tenant: string; hash: string; before: number };

type Handlers = { [K in Operation['do']]: (operation: Extract<Operation, { do: K }>) => unknown };

/** A stored row as it was found, for comparing. */
interface Found {
  rid: number;
  columns: Bind[];
  sides: Bind[][];
}

/** Pieces of a blob stay below the size at which a database page chain gets slow to rewrite. */
const pieceSize = 255 * 1024;

/** The operations on one open database; each answers what the caller of the port gets. */
export function createOperations(database: Database): (operation: Operation) => unknown {
  /** Row number and columns of a stored document. */
  function found(table: Table, id: string): { rid: number; columns: Bind[] } | undefined {
    const row = database.first(`SELECT rid, ${table.listed} FROM ${table.name} WHERE id = ?`, [id]);
    return row && { rid: row[0] as number, columns: row.slice(1) };
  }

  /** A stored document with all that is needed for changing it. */
  function load(table: Table, row: Bind[]): Found & { document: Document } {
    const document: Document = JSON.parse(row.at(-1) as string);
    return { rid: row[0] as number, columns: row.slice(1, -1), sides: sidesOf(table, document), document };
  }

  function loadById(table: Table, id: string) {
    const row = database.first(`SELECT rid, ${table.listed}, doc FROM ${table.name} WHERE id = ?`, [id]);
    return row && load(table, row);
  }

  function insert(table: Table, row: StoredRow): void {
    database.run(table.insert, [row.id, ...row.columns, row.doc]);
    insertSides(table, row);
  }

  /** Answers false where the id, or a unique index, is taken: one statement tells. */
  function insertNew(table: Table, row: StoredRow): boolean {
    if (database.run(table.insertNew, [row.id, ...row.columns, row.doc]) === 0) return false;
    insertSides(table, row);
    return true;
  }

  /** Of the row that was inserted last. */
  function insertSides(table: Table, row: StoredRow): void {
    if (row.sides.every(elements => elements.length === 0)) return;
    const rid = database.first('SELECT last_insert_rowid()')![0] as number;
    for (const [index, side] of table.sides.entries()) insertElements(side, rid, row.sides[index]!);
  }

  function insertElements(side: SideTable, rid: number, elements: Bind[]): void {
    for (const element of elements) database.run(`INSERT INTO ${side.name} VALUES (?, ?)`, [element, rid]);
  }

  /** Writes a document over the stored one; columns that stay the same, and so their indexes, are left alone. */
  function replace(table: Table, old: Found, row: StoredRow): void {
    const changed = [...table.columns.keys()].filter(index => !same(old.columns[index], row.columns[index]));
    const sets = changed.map(index => `${quote(table.columns[index]!)} = ?, `).join('');
    database.run(`UPDATE ${table.name} SET ${sets}doc = ? WHERE rid = ?`, [
      ...changed.map(index => row.columns[index]!),
      row.doc,
      old.rid,
    ]);
    for (const [index, side] of table.sides.entries()) {
      replaceElements(side, old.rid, old.sides[index]!, row.sides[index]!);
    }
  }

  function replaceElements(side: SideTable, rid: number, old: Bind[], elements: Bind[]): void {
    if (old.length === elements.length && elements.every((element, index) => same(element, old[index]))) return;
    if (old.length > 0) database.run(`DELETE FROM ${side.name} WHERE rid = ?`, [rid]);
    insertElements(side, rid, elements);
  }

  function upsert(table: Table, row: StoredRow): void {
    const old = table.sides.length > 0 ? loadById(table, row.id) : found(table, row.id);
    if (old) replace(table, { sides: [], ...old }, row);
    else insert(table, row);
  }

  /** Is the stored document missing, or its number at a path smaller than this one? */
  function isNewer(table: Table, id: string, path: string, number: number): boolean {
    const old = database.first(`SELECT doc ->> '${jsonPath(path)}' FROM ${table.name} WHERE id = ?`, [id]);
    return !old || ((old[0] ?? 0) as number) < number;
  }

  function removeRow(table: Table, rid: number): void {
    for (const side of table.sides) database.run(`DELETE FROM ${side.name} WHERE rid = ?`, [rid]);
    database.run(`DELETE FROM ${table.name} WHERE rid = ?`, [rid]);
  }

  /** Changes a stored document and answers its new text. */
  function change(table: Table, old: Found & { document: Document }, changes: Change): string {
    applyChange(old.document, changes);
    const row = storedRow(table, old.document);
    replace(table, old, row);
    return row.doc;
  }

  /** A row of a wait: inserted whole, or its `wait` part where the stored one is of an older version. */
  function writeRow(write: CommitRow): void {
    const table = tables[write.collection];
    const old = loadById(table, write.id);
    if (!old) {
      if (write.insert) insert(table, write.insert);
    } else if ((old.columns[0] as number) < write.wait.v) {
      change(table, old, { set: { wait: { ...write.wait }, ...write.set } });
    }
  }

  const handlers: Handlers = {
    commit({ expects, instance, chunks, rows, history }): CommitResult {
      const old = found(tables.instances, instance.id);
      if (expects === 0 && old) return 'duplicate';
      if (expects > 0 && old?.columns[0] !== expects) return 'conflict';
      if (old) replace(tables.instances, { ...old, sides: [] }, instance);
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
      const old = loadById(tables.instances, instance);
      if (old?.columns[0] === version) change(tables.instances, old, { set: { outbox: [] } });
    },

    insert: ({ collection, row }): boolean => insertNew(tables[collection], row),

    put({ puts }) {
      for (const { collection, rows, newer } of puts) {
        const table = tables[collection];
        for (const [index, row] of rows.entries()) {
          // most of what is put is new
          if (insertNew(table, row)) continue;
          if (!newer || isNewer(table, row.id, newer.path, newer.numbers[index]!)) upsert(table, row);
        }
      }
    },

    strip({ collection, ids, fields }) {
      const { name, columns } = tables[collection];
      const empty = columns
        .filter(column => fields.includes(column))
        .map(column => `${quote(column)} = ${nullLiteral}, `);
      const without = fields.map(field => `'${jsonPath(field)}'`).join(', ');
      const text = `UPDATE ${name} SET ${empty.join('')}doc = json_remove(doc, ${without}) WHERE id = ?`;
      for (const id of ids) database.run(text, [id]);
    },

    patch({ collection, id, guard, change: changes }): string | undefined {
      const table = tables[collection];
      const old = loadById(table, id);
      return old && matches(guard, old.document) ? change(table, old, changes) : undefined;
    },

    claim({ collection, query, change: changes }): string[] {
      const table = tables[collection];
      const { text, values } = select(table, `rid, ${table.listed}, doc`, query);
      return database.all(text, values).map(row => change(table, load(table, row), changes));
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

    removeBlob({ tenant, hash, before }): boolean {
      const old = 'SELECT 1 FROM blobs WHERE tenant = ? AND hash = ? AND touched < ?';
      if (!database.first(old, [tenant, hash, before])) return false;
      for (const table of ['pieces', 'blobs']) {
        database.run(`DELETE FROM ${table} WHERE tenant = ? AND hash = ?`, [tenant, hash]);
      }
      return true;
    },
  };

  return operation => (handlers[operation.do] as (operation: Operation) => unknown)(operation);
}

/** SQL of the tables for bytes. */
export const blobTables = [
  'CREATE TABLE blobs (tenant TEXT, hash TEXT, size INTEGER, touched INTEGER, PRIMARY KEY (tenant, hash)) WITHOUT ROWID',
  'CREATE TABLE pieces (tenant TEXT, hash TEXT, number INTEGER, bytes BLOB, PRIMARY KEY (tenant, hash, number))',
];
