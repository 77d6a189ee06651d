/** The connection: the official driver, which server answers, and what its errors mean to an operator. */

import {
  type Db,
  MongoClient,
  MongoError,
  MongoErrorLabel,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
  MongoWriteConcernError,
} from 'mongodb';
import { StoreError, StoreUnreachable } from '../port.js';

export interface Connection {
  client: MongoClient;
  database: Db;
  /** Major version of the server. */
  version: number;
  /** Has it an oplog: change streams work. */
  replicaSet: boolean;
}

/** Where nothing in the address names one. */
const DATABASE = 'weft';
/** How long a command waits for a server that is not there, milliseconds. */
const PATIENCE = 5_000;
/** Oldest server that is supported. */
const OLDEST = 6;

/**
 * Connects.
 * @throws StoreError when there is no such server, or it is too old
 */
export async function connect(uri: string, name?: string): Promise<Connection> {
  const client = newClient(uri);
  try {
    await client.connect();
    const database = client.db(name ?? (client.options.dbName === 'test' ? DATABASE : client.options.dbName));
    const hello = await database.admin().command({ hello: 1 });
    const { version } = (await database.admin().command({ buildInfo: 1 })) as { version: string };
    const major = Number(version.split('.')[0]);
    if (major < OLDEST)
      throw new StoreError(`MongoDB at ${shown(uri)} is version ${version}; Weft needs ${OLDEST}.0 or newer`);
    return { client, database, version: major, replicaSet: hello.setName !== undefined || hello.msg === 'isdbgrid' };
  } catch (error) {
    await client.close();
    if (error instanceof StoreError) throw error;
    throw new StoreError(
      `MongoDB at ${shown(uri)} cannot be used: ${(error as Error).message}; is MONGODB_URI right, and the server running?`,
    );
  }
}

function newClient(uri: string): MongoClient {
  try {
    return new MongoClient(uri, {
      appName: 'weft',
      writeConcern: { w: 'majority', journal: true },
      readPreference: 'primary',
      // the address may say otherwise
      ...(!/serverSelectionTimeoutMS=/i.test(uri) && { serverSelectionTimeoutMS: PATIENCE }),
    });
  } catch (error) {
    throw new StoreError(`MONGODB_URI is no address of MongoDB: ${(error as Error).message}`);
  }
}

/** The address without its password. */
const shown = (uri: string): string => uri.replace(/\/\/[^@/]*@/, '//').replace(/\?.*$/, '');

/** Codes of a server that shuts down, steps down, or has begun anew and knows the cursor no more. */
const AWAY = new Set([43, 91, 189, 10_058, 10_107, 11_600, 11_602, 13_435, 13_436]);

/** What an error of the driver means: not reached is not refused. */
export function meaningOf(error: unknown): unknown {
  return isLost(error) ? new StoreUnreachable(`MongoDB does not answer: ${(error as Error).message}`) : error;
}

/** Nobody knows whether it was done: the connection broke, the server is going down, or it is no primary any more. */
function isLost(error: unknown): boolean {
  if (!(error instanceof MongoError)) return false;
  return (
    error instanceof MongoNetworkError ||
    error instanceof MongoServerSelectionError ||
    error instanceof MongoWriteConcernError ||
    error.hasErrorLabel(MongoErrorLabel.RetryableWriteError) ||
    // a bulk wraps what ended it
    (error instanceof MongoServerError &&
      (AWAY.has(Number(error.code)) || isLost(error.cause) || isLost(error.errorResponse)))
  );
}
