/** The database file of a data folder: opened for writing and for reading, made, checked, erased. */

import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../port.js';
import type { Upgrade } from '../upgrades.js';
import { type Database, openDatabase, rollback } from './driver.js';
import { own } from './owner.js';
import { applicationId, create, update } from './shapes.js';
import { writeStatistics } from './statistics.js';

export const dataFile = (folder: string): string => join(folder, 'weft.db');

/** Opens the connection that writes. */
export function openForWriting(file: string): Database {
  const database = openDatabase(file);
  database.exec(`
    PRAGMA page_size = 8192;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 8000;
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

/** @throws StoreError when the folder holds no data of Weft */
export function checkThere(folder: string): void {
  if (!existsSync(dataFile(folder)))
    throw new StoreError(`there are no data in ${folder}: name the data folder as WEFT_DATA`);
  checkOurs(dataFile(folder));
}

/** @throws StoreError when the file is no database of Weft */
export function checkOurs(file: string): void {
  if (statSync(file).isDirectory())
    throw new StoreError(`${file} is a folder, not a database: name another data folder`);
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

/**
 * Removes all data of a folder; other files in it stay.
 * @throws StoreError when somebody uses it
 */
export function eraseData(folder: string): void {
  const release = own(folder);
  for (const part of ['', '-wal', '-shm']) rmSync(dataFile(folder) + part, { force: true });
  release();
}
