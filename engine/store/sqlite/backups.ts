/** A copy of a data folder in one file, taken while a server runs; and a folder made from such a file. */

import { copyFileSync, existsSync } from 'node:fs';
import { StoreError } from '../port.js';
import type { Database } from './driver.js';
import { checkOurs, checkThere, dataFile, openForReading } from './files.js';
import { own } from './owner.js';

/**
 * Copies what is committed now into a new file.
 * @throws StoreError when there are no data, or the file exists
 */
export function backUp(folder: string, to: string): void {
  checkThere(folder);
  // a reader beside the owner: WAL lets both be
  vacuumInto(openForReading(dataFile(folder)), to);
}

/** Copies an open database and closes it. */
export function vacuumInto(source: Database, to: string): void {
  try {
    source.run('VACUUM INTO ?', [to]);
  } catch (error) {
    throw new StoreError(`the backup to ${to} failed: ${(error as Error).message}`);
  } finally {
    source.close();
  }
}

/**
 * Makes a data folder of a backup.
 * @throws StoreError when the file is none, or the folder has data or is in use
 */
export function restore(from: string, folder: string): void {
  if (!existsSync(from)) throw new StoreError(`there is no file ${from}`);
  checkOurs(from);
  const release = own(folder);
  try {
    if (existsSync(dataFile(folder)))
      throw new StoreError(`${folder} has data already: name another folder as WEFT_DATA, or move them away`);
    copyFileSync(from, dataFile(folder));
  } finally {
    release();
  }
}
