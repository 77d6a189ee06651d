/** Blobs that nobody refers to any more go, a day after they were put; all others stay. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { createMongoStore } from '../../engine/store/mongo.js';
import type { Store } from '../../engine/store/port.js';
import { createSqliteStore } from '../../engine/store/sqlite.js';
import { skip } from '../mongod.js';
import { newDatabase, sharedMongod } from '../servers.js';
import { document, unit } from '../suites/documents.js';
import { temporaryFolder } from './folders.js';

const HOUR = 3_600_000;
let now = 0;
const clock = () => now;

const stores: Record<string, (t: TestContext) => Promise<Store>> = {
  sqlite: async t => createSqliteStore({ folder: temporaryFolder(t), clock }),
  mongodb: async () => createMongoStore({ uri: (await sharedMongod()).uri, database: newDatabase(), clock }),
};

const holding = (letter: string) => ({
  activations: { 1: { id: 1, node: 0, parent: 0, since: 0, live: 1, variables: { text: letter.repeat(40_000) } } },
});

for (const [name, create] of Object.entries(stores)) {
  const when = { skip: name === 'mongodb' && skip };
  const opened = async (t: TestContext) => {
    now = 0;
    const store = await create(t);
    await store.open();
    t.after(() => store.close());
    return store;
  };

  test(`${name}: a value that no document has any more goes, and what is referred to stays`, when, async t => {
    const store = await opened(t);
    const file = await store.putBlob('', new Uint8Array([1, 2, 3]));
    await store.insert('deployments', document('d', { resources: [{ blob: file }] }));
    await store.commit(unit('a', 1, {}, holding('a')));
    await store.commit(unit('b', 1, {}, holding('b')));
    await store.commit(unit('a', 2, {}, {}));

    assert.equal(await store.collectBlobs(), 0, 'younger than a day');
    now += 25 * HOUR;
    assert.equal(await store.collectBlobs(), 1);

    assert.equal((await store.blobs()).length, 2);
    assert.deepEqual(await store.get('instances', 'b'), unit('b', 1, {}, holding('b')).instance);
    assert.deepEqual(await store.getBlob('', file), new Uint8Array([1, 2, 3]));
  });

  test(`${name}: the bytes of a file that a variable names stay as long as it does`, when, async t => {
    const store = await opened(t);
    const blob = await store.putBlob('', new Uint8Array([4, 5, 6]));
    const variables = { paper: { file: 'a.pdf', blob, size: 3 } };
    const activations = { 1: { id: 1, node: 0, parent: 0, since: 0, live: 1, variables } };
    await store.commit(unit('a', 1, {}, { activations }));
    const ofTask = await store.putBlob('', new Uint8Array([7]));
    const alone = { paper: { file: 'b.pdf', blob: ofTask, size: 1 } };
    await store.insert('tasks', document('t', { instance: '', variables: alone, wait: { v: 1, state: 'open' } }));
    now += 25 * HOUR;

    assert.equal(await store.collectBlobs(), 0);
    assert.deepEqual(await store.get('instances', 'a'), unit('a', 1, {}, { activations }).instance);
    await store.commit(unit('a', 2, {}, {}));
    assert.equal(await store.collectBlobs(), 1);
  });

  test(`${name}: the bytes of files that a value names stay, however deep they stand in it`, when, async t => {
    const store = await opened(t);
    const blob = await store.putBlob('', new Uint8Array([1, 2, 3]));
    const other = await store.putBlob('', new Uint8Array([4]));
    const variables = {
      files: [{ file: 'a.pdf', blob, size: 3 }],
      large: { text: 'x'.repeat(40_000), more: { file: 'b.pdf', blob: other, size: 1 } },
    };
    const activations = { 1: { id: 1, node: 0, parent: 0, since: 0, live: 1, variables } };
    await store.commit(unit('a', 1, {}, { activations }));
    now += 25 * HOUR;

    assert.equal(await store.collectBlobs(), 0);

    assert.deepEqual(await store.get('instances', 'a'), unit('a', 1, {}, { activations }).instance);
    assert.deepEqual(await store.getBlob('', other), new Uint8Array([4]));
  });

  test(`${name}: bytes that were put again stay for another day`, when, async t => {
    const store = await opened(t);
    const again = await store.putBlob('', new Uint8Array([1]));
    await store.putBlob('', new Uint8Array([2]));
    now += 23 * HOUR;
    await store.putBlob('', new Uint8Array([1]));
    now += 2 * HOUR;

    assert.equal(await store.collectBlobs(), 1);
    assert.deepEqual(await store.getBlob('', again), new Uint8Array([1]));

    // what is gone may come again
    const back = await store.putBlob('', new Uint8Array([2]));
    assert.deepEqual(await store.getBlob('', back), new Uint8Array([2]));
  });
}
