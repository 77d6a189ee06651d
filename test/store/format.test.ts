/** Data of another format, of another program, or of another time: upgraded or refused with a sentence, never overwritten. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { type Document, StoreError } from '../../engine/store/port.js';
import { openDatabase } from '../../engine/store/sqlite/driver.js';
import { createSqliteStore } from '../../engine/store/sqlite.js';
import { type Upgrade, upgraded } from '../../engine/store/upgrades.js';
import { document, task } from '../suites/documents.js';
import { openFolder, temporaryFolder } from './folders.js';

/** Made-up history: format 2 splits the name of a user, format 3 gives every task a colour. */
const steps: Upgrade[] = [
  {
    to: 2,
    what: 'first and last names of users',
    document(collection, before) {
      if (collection !== 'users') return before;
      const { name, ...rest } = before as Document & { name: string };
      const [first, last] = name.split(' ');
      return { ...rest, first, last, groups: ['everybody'] } as Document;
    },
  },
  {
    to: 3,
    what: 'a colour for each task',
    document: (collection, before) =>
      collection === 'tasks' ? ({ ...before, colour: 'red', assignee: 'ann' } as Document) : before,
  },
];

test('older data are carried through every step, and found by their new values', async t => {
  const folder = temporaryFolder(t);
  const before = await openFolder(folder);
  await before.put('users', [document('ann', { name: 'Ann Lee' }), document('bob', { name: 'Bob Ray' })]);
  await before.put('tasks', [task('a~1', { candidateGroups: ['sales'] })]);
  await before.close();

  const after = await openFolder(folder, { upgrades: steps });

  const ann = { id: 'ann', tenant: '', format: 3, first: 'Ann', last: 'Lee', groups: ['everybody'] };
  assert.deepEqual(await after.get('users', 'ann'), ann);
  assert.equal(await after.count('users', { groups: 'everybody' }), 2);
  const mine = { 'wait.state': 'open', assignee: 'ann', candidateGroups: 'sales' };
  assert.deepEqual(await after.find('tasks', { filter: mine }), [
    { ...task('a~1', { candidateGroups: ['sales'] }), colour: 'red', assignee: 'ann', format: 3 },
  ]);
});

test('data that are up to date are not upgraded again', async t => {
  const folder = temporaryFolder(t);
  const first = await openFolder(folder, { upgrades: steps });
  await first.put('users', [{ ...document('ann', { name: 'Ann Lee' }), format: 3 }]);
  await first.close();

  const second = await openFolder(folder, { upgrades: steps });

  assert.deepEqual(await second.get('users', 'ann'), { ...document('ann', { name: 'Ann Lee' }), format: 3 });
});

test('a step that fails leaves the data as they were', async t => {
  const folder = temporaryFolder(t);
  const before = await openFolder(folder);
  await before.put('users', [document('ann', { name: 'Ann Lee' })]);
  await before.put('tasks', [task('a~1')]);
  await before.close();
  const failing: Upgrade = { ...steps[1]!, document: () => assert.fail('no way') };

  await assert.rejects(createSqliteStore({ folder, upgrades: [steps[0]!, failing] }).open(), /no way/);

  const again = await openFolder(folder);
  assert.deepEqual(await again.get('users', 'ann'), document('ann', { name: 'Ann Lee' }));
});

test('data of a newer program are refused with both formats named', async t => {
  const folder = temporaryFolder(t);
  await (await openFolder(folder, { upgrades: steps })).close();

  await assert.rejects(createSqliteStore({ folder }).open(), (error: Error) => {
    assert.ok(error instanceof StoreError);
    assert.match(error.message, /weft\.db has format 3, written by a newer Weft; this one reads up to format 1/);
    return true;
  });
});

test('a document that has seen some steps gets the others', () => {
  const old = { ...document('ann', { name: 'Ann Lee' }), format: 2 };

  assert.deepEqual(upgraded(steps, 'users', old), { ...old, format: 3 });
  assert.equal(old.format, 2);
});

test('an index that an earlier build did not have is made for the data that are there', async t => {
  const folder = temporaryFolder(t);
  const before = await openFolder(folder);
  await before.put('tasks', [task('a~1', { assignee: 'ann', candidateGroups: ['sales'] })]);
  await before.close();
  const file = openDatabase(join(folder, 'weft.db'));
  const dropped = file.all(
    `SELECT 'DROP ' || type || ' "' || name || '";' FROM sqlite_schema
     WHERE tbl_name LIKE 'tasks:%' AND type = 'table' OR tbl_name = 'tasks' AND type = 'index' AND sql IS NOT NULL`,
  );
  file.exec(dropped.join(' '));
  file.exec(`
    UPDATE shapes SET shape = 'CREATE TABLE "tasks" (…)' WHERE collection = 'tasks';
    DELETE FROM shapes WHERE collection = 'drafts'; DROP TABLE drafts;`);
  file.close();

  const after = await openFolder(folder);

  const mine = { 'wait.state': 'open', assignee: 'ann', candidateGroups: 'sales' };
  assert.equal(await after.count('tasks', mine), 1);
  assert.equal((await after.explain('tasks', { filter: mine })).scans, false);
  assert.equal(await after.insert('drafts', document('d', { task: 'a~1' })), true);
});

test('a file that is no database is refused and not touched', async t => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'weft.db');
  writeFileSync(file, 'my diary, do not read '.repeat(1000));

  await assert.rejects(createSqliteStore({ folder }).open(), (error: Error) => {
    assert.ok(error instanceof StoreError);
    assert.match(error.message, /weft\.db is no data of Weft .*name another data folder/);
    return true;
  });

  assert.equal(readFileSync(file, 'utf8'), 'my diary, do not read '.repeat(1000));
});

test('a database of another program is refused and not touched', async t => {
  const folder = temporaryFolder(t);
  const other = openDatabase(join(folder, 'weft.db'));
  other.exec('CREATE TABLE recipes (name TEXT)');
  other.close();
  const before = readFileSync(join(folder, 'weft.db'));

  await assert.rejects(createSqliteStore({ folder }).open(), /it is a database of another program/);

  assert.deepEqual(readFileSync(join(folder, 'weft.db')), before);
});

test('a folder that cannot be one is refused with its name', async t => {
  const file = join(temporaryFolder(t), 'notes.txt');
  writeFileSync(file, 'buy milk');

  await assert.rejects(createSqliteStore({ folder: file }).open(), (error: Error) => {
    assert.ok(error instanceof StoreError);
    assert.match(error.message, /the data folder .*notes\.txt cannot be used \(.*\): name another one/);
    return true;
  });
});
