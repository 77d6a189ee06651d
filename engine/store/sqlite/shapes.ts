/** The tables of a database file: made, and brought up to date when formats or indexes have changed since. */

import { FORMAT } from '../documents.js';
import { type CollectionName, type Document, StoreError } from '../port.js';
import { formatOf, stepsFrom, type Upgrade, upgraded } from '../upgrades.js';
import type { Database } from './driver.js';
import { blobTables, createOperations } from './operations.js';
import { storedRow, type Table, tables } from './schema.js';

/** `PRAGMA application_id` of our files: "WEFT". */
export const applicationId = 0x57454654;
/** Documents rewritten at a time. */
const batch = 500;

/** Notes of the adapter itself: in which shape each table was made. */
const shapeTable = 'CREATE TABLE shapes (collection TEXT PRIMARY KEY, shape TEXT NOT NULL)';
const shapeOf = (table: Table) => table.create.join(';\n');

/** Makes all tables in an empty database. */
export function create(database: Database, steps: Upgrade[]): void {
  database.exec(`PRAGMA application_id = ${applicationId}; ${shapeTable}; ${blobTables.join('; ')};`);
  for (const table of Object.values(tables)) createTable(database, table);
  writeFormat(database, formatOf(steps));
}

function createTable(database: Database, table: Table): void {
  database.exec(`${shapeOf(table)};`);
  database.run('INSERT OR REPLACE INTO shapes VALUES (?, ?)', [table.collection, shapeOf(table)]);
}

function writeFormat(database: Database, format: number): void {
  const document = { id: 'format', tenant: '', format: FORMAT, data: format };
  createOperations(database)({ do: 'put', puts: [{ collection: 'meta', rows: [storedRow(tables.meta, document)] }] });
}

/**
 * Carries the documents of an older format, and tables of another shape, over.
 * @throws StoreError when the format is newer
 */
export function update(database: Database, file: string, steps: Upgrade[]): void {
  const stored = database.first("SELECT doc ->> '$.data' FROM meta WHERE id = 'format'");
  if (!stored) throw new StoreError(`${file} does not say its format: it is damaged, go back to a backup`);
  const pending = stepsFrom(stored[0] as number, steps, file);
  const shapes = new Map(database.all('SELECT collection, shape FROM shapes') as [string, string][]);
  for (const table of Object.values(tables)) {
    const shape = shapes.get(table.collection);
    if (shape === undefined) createTable(database, table);
    else if (shape !== shapeOf(table) || pending.length > 0) rebuild(database, table, shape, pending);
  }
  if (pending.length > 0) writeFormat(database, formatOf(steps));
}

/** Makes a table anew and carries its documents over, upgraded. */
function rebuild(database: Database, table: Table, oldShape: string, steps: Upgrade[]): void {
  const old = `"${table.collection} before"`;
  for (const [, index] of oldShape.matchAll(/^CREATE (?:UNIQUE )?INDEX ("[^"]+")/gm))
    database.exec(`DROP INDEX ${index}`);
  for (const [, side] of oldShape.matchAll(/^CREATE TABLE ("[^"]+:[^"]+")/gm)) database.exec(`DROP TABLE ${side}`);
  database.exec(`ALTER TABLE ${table.name} RENAME TO ${old}`);
  createTable(database, table);
  const run = createOperations(database);
  for (let last = 0; ; ) {
    const rows = database.all(`SELECT rid, doc FROM ${old} WHERE rid > ? ORDER BY rid LIMIT ${batch}`, [last]);
    if (rows.length === 0) break;
    last = rows.at(-1)![0] as number;
    const carried = rows.map(([, doc]) => carry(table.collection, doc as string));
    run({ do: 'put', puts: [{ collection: table.collection, rows: carried }] });
  }
  database.exec(`DROP TABLE ${old}`);

  function carry(collection: CollectionName, doc: string) {
    return storedRow(table, upgraded(steps, collection, JSON.parse(doc) as Document));
  }
}
