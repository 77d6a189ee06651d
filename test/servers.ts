/** The MongoDB servers that the tests of one file share. */

import { randomUUID } from 'node:crypto';
import { after } from 'node:test';
import { type Mongod, type MongodOptions, startMongod } from './mongod.js';

/** Modes in which the tests run. */
export const modes = { 'replica set': {}, 'lone server': { standalone: true } } satisfies Record<string, MongodOptions>;

const started = new Map<string, Promise<Mongod>>();
after(async () => {
  for (const mongod of started.values()) await (await mongod).stop();
});

/** The server that the tests of a file share, one per mode. */
export function sharedMongod(mode: keyof typeof modes = 'replica set'): Promise<Mongod> {
  let mongod = started.get(mode);
  if (!mongod) {
    // no test of these kills the server
    mongod = startMongod({ ...modes[mode], forgetful: true });
    started.set(mode, mongod);
  }
  return mongod;
}

/** The name of a database that nobody has. */
export const newDatabase = () => `weft_test_${randomUUID().slice(0, 8)}`;
