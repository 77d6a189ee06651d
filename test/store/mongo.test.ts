/** The MongoDB store passes the contract of every store, on a replica set and on a lone server, with either kind of bulk. */
import test from 'node:test';
import { createMongoStore } from '../../engine/store/mongo.js';
import { skip } from '../mongod.js';
import { modes, newDatabase, sharedMongod } from '../servers.js';
import { storeContract } from '../suites/store.js';

if (skip) test('MongoDB passes the contract', { skip }, () => {});
else
  for (const mode of Object.keys(modes) as (keyof typeof modes)[]) {
    const oneBulk = mode === 'replica set';
    storeContract(`mongo, ${mode}, ${oneBulk ? 'one bulk' : 'a bulk per collection'}`, async t => {
      const { uri } = await sharedMongod(mode);
      const store = createMongoStore({ uri, database: newDatabase(), oneBulk });
      t.after(() => store.close());
      await store.open();
      return store;
    });
  }
