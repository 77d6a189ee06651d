/** The files of a data folder: who owns it, is it ours, and in which format. */

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FORMAT } from '../documents.js';
import { type CollectionName, type Document, StoreError } from '../port.js';
import { formatOf, stepsFrom, type Upgrade, upgraded } from '../upgrades.js';
import { type Database, isLocked, openDatabase, rollback } from './driver.js';
import { blobTables, createOperations } from './operations.js';
import { storedRow, type Table, tables } from './schema.js';
import { writeStatistics } from './statistics.js';

/** `PRAGMA application_id` of our files: "WEFT". */
const applicationId = 0x57454654;
/** Documents rewritten at a time. */
const batch = 500;

export const dataFile = (folder: string): string => join(folder, 'weft.db');
const lockFile = (folder: string): string => join(folder, 'weft.lock');
const ownerFile = (folder: string): string => join(folder, 'weft.pid');

/** Opens the connection that writes. */
export function openForWriting(file: string): Database {
  const database = openDatabase(file);
  database.exec(`
    PRAGMA page_size = 8192;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 4000;
    PRAGMA cache_size = -65536;
    PRAGMA busy_timeout = 5000;
    PRAGMA temp_store = MEMORY;
  `);
  return database;
}

/** Opens a connection that reads. */
export function openForReading(file: string): Database {
  const database = openDatabase(file);
  database.exec('PRAGMA busy_timeout = 5000; PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY;');
  return database;
}

/**
 * Takes the folder for this process: a file that is held locked until the end of the process, even a violent one.
 * @returns what gives it back
 * @throws StoreError when another process, or another store of this one, has it
 */
export function own(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const lock = openDatabase(lockFile(folder));
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE; COMMIT;');
  } catch (error) {
    lock.close();
    if (isLocked(error))
      throw new StoreError(`the data folder ${folder} is in use by ${ownerOf(folder)}: stop it first`);
    throw new StoreError(`${lockFile(folder)} is no lock file of Weft: ${(error as Error).message}`);
  }
  writeFileSync(ownerFile(folder), `${process.pid}\n`);
  return () => lock.close();
}

/**
 * Removes all data of a folder; other files in it stay.
 * @throws StoreError when somebody uses it
 */
export function eraseData(folder: string): void {
  const release = own(folder);
  for (const part of ['', '-wal', '-shm']) rmSync(dataFile(folder) + part, { force: true });
  release();
}

function ownerOf(folder: string): string {
  const file = ownerFile(folder);
  const pid = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (pid === String(process.pid)) return 'this very process';
  return /^\d+$/.test(pid) ? `another Weft, process ${pid}` : 'another Weft';
}

/**
 * Makes the tables of a new folder, or brings an older one up to date.
 * @throws StoreError when the file is not ours or its format is newer
 */
export function prepare(folder: string, steps: Upgrade[]): void {
  const file = dataFile(folder);
  const isNew = !existsSync(file);
  if (!isNew) checkOurs(file);
  const database = openForWriting(file);
  try {
    database.exec('BEGIN IMMEDIATE');
    if (isNew || isEmpty(database)) create(database, steps);
    else update(database, file, steps);
    writeStatistics(database);
    database.exec('COMMIT');
  } catch (error) {
    rollback(database);
    throw error;
  } finally {
    database.close();
  }
}

function checkOurs(file: string): void {
  const database = openDatabase(file);
  try {
    const id = database.first('PRAGMA application_id')![0];
    if (id !== applicationId && !isEmpty(database)) throw new Error('it is a database of another program');
  } catch (error) {
    throw new StoreError(`${file} is no data of Weft (${(error as Error).message}): name another data folder`);
  } finally {
    database.close();
  }
}

const isEmpty = (database: Database) => database.first('SELECT count(*) FROM sqlite_schema')![0] === 0;

/** Notes of the adapter itself: in which shape each table was made. */
const shapeTable = 'CREATE TABLE shapes (collection TEXT PRIMARY KEY, shape TEXT NOT NULL)';
const shapeOf = (table: Table) => table.create.join(';\n');

function create(database: Database, steps: Upgrade[]): void {
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
  createOperations(database)({ do: 'put', collection: 'meta', rows: [storedRow(tables.meta, document)] });
}

function update(database: Database, file: string, steps: Upgrade[]): void {
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
    run({
      do: 'put',
      collection: table.collection,
      rows: rows.map(([, doc]) => carry(table.collection, doc as string)),
    });
  }
  database.exec(`DROP TABLE ${old}`);

  function carry(collection: CollectionName, doc: string) {
    return storedRow(table, upgraded(steps, collection, JSON.parse(doc) as Document));
  }
}
