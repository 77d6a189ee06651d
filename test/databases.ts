/**
 * Which database the tests of the engine and of all above it run on: SQLite in the test's folder, or with TEST_STORE=mongodb a
 * database of that folder's name on the server of MONGODB_URI. `npm test` runs them once on each.
 */

import { basename } from 'node:path';
import { createMongoStore } from '../engine/store/mongo.js';
import type { Store } from '../engine/store/port.js';
import { createSqliteStore } from '../engine/store/sqlite.js';

const server = process.env.TEST_STORE === 'mongodb' ? process.env.MONGODB_URI : undefined;

/** Options of `createEngine` for the data of a folder. */
export function databaseOf(folder: string): { data: string; mongodb?: string } {
  if (!server) return { data: folder };
  const address = new URL(server);
  address.pathname = basename(folder);
  return { data: folder, mongodb: address.href };
}

/** The same as settings of a server. */
export function environmentOf(folder: string): { WEFT_DATA: string; MONGODB_URI: string } {
  const { data, mongodb = '' } = databaseOf(folder);
  return { WEFT_DATA: data, MONGODB_URI: mongodb };
}

/** A store on the data of a folder, not yet open. */
export function storeOf(folder: string): Store {
  const { mongodb } = databaseOf(folder);
  return mongodb ? createMongoStore({ uri: mongodb }) : createSqliteStore({ folder });
}
