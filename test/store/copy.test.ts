/** Moving: from SQLite to MongoDB and back nothing is lost, and a place that holds data is not overwritten. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { collections } from '../../engine/store/collections.js';
import { copyStore } from '../../engine/store/copy.js';
import { createMongoStore } from '../../engine/store/mongo.js';
import type { CollectionName, Store } from '../../engine/store/port.js';
import { createSqliteStore } from '../../engine/store/sqlite.js';
import { skip } from '../mongod.js';
import { newDatabase, sharedMongod } from '../servers.js';
import { document, opens, task, unit } from '../suites/documents.js';
import { temporaryFolder } from './folders.js';

const everything = async (store: Store) => {
  const names = Object.keys(collections) as CollectionName[];
  return Promise.all(names.map(async name => [name, await store.find(name, { sort: { id: 1 } })]));
};

test('data go to MongoDB and come back as they were', { skip }, async t => {
  // given
  const { uri } = await sharedMongod();
  const stores = [
    createSqliteStore({ folder: temporaryFolder(t) }),
    createMongoStore({ uri, database: newDatabase() }),
    createSqliteStore({ folder: temporaryFolder(t) }),
  ] as const;
  t.after(() => Promise.all(stores.map(store => store.close())));
  for (const store of stores) await store.open();
  const [first, mongo, last] = stores;
  await first.commit(unit('a', 1, { rows: [opens(task('a~1', { candidateGroups: ['sales'] }))] }));
  await first.put(
    'users',
    Array.from({ length: 1200 }, (_, number) => document(`u${number}`, { 'x.y': { $z: [number] } })),
  );
  const hash = await first.putBlob('acme', new Uint8Array([1, 2, 3]));

  // when
  const carried = await copyStore(first, mongo);
  await copyStore(mongo, last);

  // then
  assert.deepEqual(await everything(last), await everything(first));
  assert.deepEqual([carried.users, carried.tasks, carried.history, carried.blobs], [1200, 1, 1, 1]);
  assert.deepEqual(await last.getBlob('acme', hash), new Uint8Array([1, 2, 3]));
  await assert.rejects(copyStore(last, mongo), /the store to copy to has instances already: name an empty one/);
});
