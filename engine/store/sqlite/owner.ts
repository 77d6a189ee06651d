/** One process owns a data folder; the next one is told who it is. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../port.js';
import { type Database, isLocked, openDatabase } from './driver.js';

const lockFile = (folder: string): string => join(folder, 'weft.lock');
const ownerFile = (folder: string): string => join(folder, 'weft.pid');

/**
 * Takes the folder for this process: a file that is held locked until the end of the process, even a violent one.
 * @returns what gives it back
 * @throws StoreError when another process, or another store of this one, has it
 */
export function own(folder: string): () => void {
  const lock = openLock(folder);
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE; COMMIT;');
  } catch (error) {
    lock.close();
    if (isLocked(error))
      throw new StoreError(`the data folder ${folder} is in use by ${ownerOf(folder)}: stop it first`);
    throw unusable(folder, error);
  }
  writeFileSync(ownerFile(folder), `${process.pid}\n`);
  return () => lock.close();
}

function openLock(folder: string): Database {
  try {
    mkdirSync(folder, { recursive: true });
    return openDatabase(lockFile(folder));
  } catch (error) {
    throw unusable(folder, error);
  }
}

const unusable = (folder: string, error: unknown) =>
  new StoreError(`the data folder ${folder} cannot be used (${(error as Error).message}): name another one`);

function ownerOf(folder: string): string {
  const file = ownerFile(folder);
  const pid = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (pid === String(process.pid)) return 'this very process';
  return /^\d+$/.test(pid) ? `another Weft, process ${pid}` : 'another Weft';
}
