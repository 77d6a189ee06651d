/** What only the SQLite store has: groups of commits, closing, backups. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { StoreError } from '../../engine/store/port.js';
import { type Database, openDatabase } from '../../engine/store/sqlite/driver.js';
import { dataFile, openForWriting, prepare } from '../../engine/store/sqlite/files.js';
import { runGroup } from '../../engine/store/sqlite/groups.js';
import { createOperations, type Operation } from '../../engine/store/sqlite/operations.js';
import { storedRow, tables } from '../../engine/store/sqlite/schema.js';
import { createSqliteStore } from '../../engine/store/sqlite.js';
import { document, opens, task, unit } from '../suites/documents.js';
import { until } from '../until.js';
import { openFolder, temporaryFolder } from './folders.js';

const put = (id: string, fields: object): Operation => ({
  do: 'put',
  puts: [{ collection: 'definitions', rows: [storedRow(tables.definitions, document(id, fields))] }],
});

function openWriter(t: test.TestContext): Database {
  const folder = temporaryFolder(t);
  prepare(folder, []);
  const database = openForWriting(dataFile(folder));
  t.after(() => database.close());
  return database;
}

const countOf = (database: Database) => database.first('SELECT count(*) FROM definitions')![0];

test('an operation that fails takes only itself out of its group', t => {
  const database = openWriter(t);
  const version = { key: 'order', version: 1 };

  const outcomes = runGroup(database, createOperations(database), [
    put('a', version),
    put('b', version),
    put('c', { key: 'claim', version: 1 }),
  ]);

  assert.deepEqual(
    outcomes.map(outcome => 'error' in outcome),
    [false, true, false],
  );
  assert.equal(countOf(database), 2);
});

test('when the COMMIT fails every operation of the group has failed and left nothing', t => {
  const database = openWriter(t);
  const full: Database = {
    ...database,
    exec(sql) {
      if (sql === 'COMMIT') throw new Error('database or disk is full');
      database.exec(sql);
    },
  };

  const outcomes = runGroup(full, createOperations(full), [put('a', { key: 'a' }), put('b', { key: 'b' })]);

  assert.deepEqual(outcomes, Array(2).fill({ error: 'database or disk is full' }));
  assert.equal(countOf(database), 0);
  assert.deepEqual(runGroup(database, createOperations(database), [put('a', { key: 'a' })]), [{ value: undefined }]);
});

test('while commits go on, what they wrote is brought from the log into the data file', async t => {
  const folder = temporaryFolder(t);
  const store = await openFolder(folder);
  const before = statSync(dataFile(folder)).size;

  // the writer itself would not do it before megabytes are in the log
  for (let number = 0; number < 500; number++)
    await store.commit(unit(`i${number}`, 1, { rows: [opens(task(`i${number}~1`))] }));

  await until('the data file has grown', () => statSync(dataFile(folder)).size > before);
});

test('closing waits for what was asked before, and refuses what comes after', async t => {
  const folder = temporaryFolder(t);
  const store = await openFolder(folder);
  const commits = Array.from({ length: 300 }, (_, number) =>
    store.commit(unit(`i${number}`, 1, { rows: [opens(task(`i${number}~1`))] })),
  );
  const counted = store.count('instances', {});

  await Promise.all([store.close(), store.close()]);

  assert.ok((await Promise.all(commits)).every(result => result === 'committed'));
  assert.equal(typeof (await counted), 'number');
  await assert.rejects(store.commit(unit('late', 1)), /the store is closed/);
  await assert.rejects(store.get('instances', 'i0'), /the store is closed/);
  const again = await openFolder(folder);
  assert.equal(await again.count('instances', {}), 300);
});

test('a store that was never opened says so, and may be closed', async t => {
  const store = createSqliteStore({ folder: join(temporaryFolder(t), 'never') });

  await assert.rejects(store.get('users', 'ann'), /call open\(\) first/);
  await store.close();
});

test('a folder in place of the database file is refused in a sentence', async t => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'weft.db'));

  await assert.rejects(createSqliteStore({ folder }).open(), (error: Error) => {
    assert.ok(error instanceof StoreError);
    assert.match(error.message, /weft\.db is a folder, not a database: name another data folder$/);
    return true;
  });
});

test('a closed store is not opened again', async t => {
  const store = await openFolder(temporaryFolder(t));
  await store.close();

  await assert.rejects(store.open(), /closed/);
});

test('a backup taken while commits go on opens as a store of its own', async t => {
  const store = await openFolder(temporaryFolder(t));
  await store.putBlob('', new Uint8Array([1, 2, 3]));
  await Promise.all(Array.from({ length: 50 }, (_, number) => store.commit(unit(`before${number}`, 1))));
  const copy = temporaryFolder(t);

  const later = Array.from({ length: 50 }, (_, number) => store.commit(unit(`later${number}`, 1)));
  await store.backup(join(copy, 'weft.db'));
  await Promise.all(later);

  const restored = await openFolder(copy);
  const instances = await restored.count('instances', {});
  assert.ok(instances >= 50);
  assert.equal(await restored.count('history', {}), instances);
});

test('a backup does not overwrite a file', async t => {
  const store = await openFolder(temporaryFolder(t));
  const file = join(temporaryFolder(t), 'weft.db');
  openDatabase(file).exec('CREATE TABLE recipes (name TEXT)');
  assert.ok(existsSync(file));

  await assert.rejects(store.backup(file), (error: Error) => {
    assert.ok(error instanceof StoreError);
    assert.match(error.message, /the backup to .* failed/);
    return true;
  });
});

test('an answer too long for the event loop is read by the other thread, and is the same', async t => {
  const store = await openFolder(temporaryFolder(t));
  const tasks = Array.from({ length: 700 }, (_, number) => task(`t${String(number).padStart(3, '0')}`));
  await store.put('tasks', tasks);

  assert.deepEqual(await store.find('tasks', { sort: { id: 1 } }), tasks);
  assert.deepEqual(await store.find('tasks', { sort: { id: 1 }, limit: 20 }), tasks.slice(0, 20));
});
