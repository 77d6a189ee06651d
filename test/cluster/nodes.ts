/** Several engines on one database of MongoDB, as several processes would be. */

import type { TestContext } from 'node:test';
import { createEngine, type Weft, type WeftOptions } from '../../engine/index.js';
import { createMongoStore, type MongoOptions } from '../../engine/store/mongo.js';
import { type modes, newDatabase, sharedMongod } from '../servers.js';
import { patience } from '../until.js';

export interface Cluster {
  uri: string;
  database: string;
  /** Starts a node; it ends with the test. Without `begin: true` nothing runs by itself there. */
  node(options?: WeftOptions & Partial<MongoOptions>): Promise<Weft>;
}

/** A database of its own; its nodes end with the test. */
export async function openCluster(t: TestContext, mode: keyof typeof modes = 'replica set'): Promise<Cluster> {
  const { uri } = await sharedMongod(mode);
  const database = newDatabase();
  return {
    uri,
    database,
    async node({ uri: address = uri, upgrades, beat, ...options } = {}) {
      const store = createMongoStore({ uri: address, database, upgrades, beat, clock: options.clock });
      const weft = await createEngine({ store, patience, begin: false, ...options });
      t.after(() => weft.close());
      return weft;
    },
  };
}

/** One BPMN text as a deployment. */
export const deployment = (text: string) => ({ files: [{ name: 'a.bpmn', bytes: new TextEncoder().encode(text) }] });
