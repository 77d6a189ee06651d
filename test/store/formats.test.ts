/** Programs of two versions on one MongoDB: the newer one writes what the older one reads, until that is gone. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { FormatDocument } from '../../engine/store/census.js';
import { createMongoStore } from '../../engine/store/mongo.js';
import { type Document, NewerFormat, type Store } from '../../engine/store/port.js';
import type { Upgrade } from '../../engine/store/upgrades.js';
import { skip } from '../mongod.js';
import { newDatabase, sharedMongod } from '../servers.js';
import { document, instance, job, task, unit } from '../suites/documents.js';
import { until } from '../until.js';

interface Named extends Document {
  name: string;
}
interface Split extends Document {
  first: string;
  last: string;
}

/** Made-up future: format 2 splits the name of a user, and gives each task a colour. */
const steps: Upgrade[] = [
  {
    to: 2,
    what: 'first and last names of users; a colour for each task',
    document(collection, before) {
      if (collection === 'tasks') return { ...before, colour: 'red' } as Document;
      if (collection !== 'users') return before;
      const { name, ...rest } = before as Named;
      const [first, last] = name.split(' ');
      return { ...rest, first, last } as Document;
    },
    back(collection, after) {
      if (collection !== 'users') return after;
      const { first, last, ...rest } = after as Split;
      return { ...rest, name: `${first} ${last}` } as Document;
    },
  },
];

const MINUTE = 60_000;

/** Opens stores of both versions on a database of their own; each has its clock. */
async function openPair(t: TestContext) {
  const { uri } = await sharedMongod();
  const database = newDatabase();
  const clocks = { older: 0, newer: 0 };
  const open = async (name: keyof typeof clocks, upgrades: Upgrade[]) => {
    const store = createMongoStore({ uri, database, upgrades, beat: 20, clock: () => clocks[name] });
    await store.open();
    t.after(() => store.close());
    return store;
  };
  return { clocks, uri, database, open, older: await open('older', []), newer: await open('newer', steps) };
}

const user = async (store: Store, id: string) => store.get('users', id);
const written = async (store: Store) => (await store.get<FormatDocument>('meta', 'format'))!.data;

test('while an older program runs, both read what either writes', { skip }, async t => {
  const { older, newer } = await openPair(t);

  await older.put('users', [document('ann', { name: 'Ann Lee' })]);
  await newer.put('users', [{ ...document('bob', { first: 'Bob', last: 'Ray' }), format: 2 }]);

  assert.deepEqual(await user(newer, 'ann'), { id: 'ann', tenant: '', format: 2, first: 'Ann', last: 'Lee' });
  assert.deepEqual(await user(older, 'bob'), document('bob', { name: 'Bob Ray' }));
  assert.equal(await written(older), 1);
});

test('when the older program is gone, the newer format is written, and older documents are carried over', {
  skip,
}, async t => {
  const { uri, database, older, newer } = await openPair(t);
  await older.put('users', [document('ann', { name: 'Ann Lee' })]);
  await older.put('tasks', [task('a~1', { assignee: 'ann' })]);
  await older.commit(unit('a', 1, { rows: [] }));

  await older.close();

  await until('all is carried over', async () => {
    const { data, carried } = (await newer.get<FormatDocument>('meta', 'format'))!;
    return data === 2 && carried === undefined;
  });
  assert.equal(await newer.count('tasks', { colour: 'red' }), 1);
  assert.equal(await newer.count('users', { first: 'Ann' }), 1);
  await newer.insert('users', { ...document('bob', { first: 'Bob', last: 'Ray' }), format: 2 } as Document);
  assert.equal(await newer.count('users', { format: 2 }), 2);
  const again = createMongoStore({ uri, database });
  await assert.rejects(again.open(), /has format 2, written by a newer Weft; this one reads up to format 1/);
});

test('an older program that was silent for long passes over newer documents, and works on with the others', {
  skip,
}, async t => {
  const { clocks, older, newer, open } = await openPair(t);
  await older.commit(unit('mine', 1));
  clocks.newer += 2 * MINUTE;
  await until('the format is raised', async () => (await written(newer)) === 2);
  const carried = () => newer.count('instances', { id: 'mine', format: 2 });
  await until('what there was is carried over', async () => (await carried()) === 1);
  await until('it has noticed', () => older.outdated());

  // given: one job and one instance of each, and the newer one carries over nothing more
  await newer.commit(unit('theirs', 1));
  await newer.insert('jobs', job('theirs~1'));
  await newer.close();
  await older.commit(unit('later', 1));
  await older.insert('jobs', job('later~1'));

  assert.deepEqual(
    (await older.claim('jobs', { filter: { kind: 'timer' }, limit: 10 }, { set: { lockedBy: 'older' } })).map(
      ({ id }) => id,
    ),
    ['later~1'],
  );
  assert.deepEqual(
    (await older.find('instances', { sort: { id: 1 } })).map(({ id }) => id),
    ['later'],
  );
  await assert.rejects(older.get('instances', 'theirs'), NewerFormat);
  assert.equal(await older.patch('jobs', 'theirs~1', {}, { set: { lockedBy: 'older' } }), undefined);
  assert.equal(await older.remove('jobs', { id: 'theirs~1' }, 1), 0);
  assert.equal(await older.commit({ ...unit('later', 2), instance: instance('later', 2) }), 'committed');
  // the newer one reads both
  const again = await open('newer', steps);
  assert.deepEqual(
    (await again.find('instances', { sort: { id: 1 } })).map(({ id, format }) => [id, format]),
    [
      ['later', 2],
      ['mine', 2],
      ['theirs', 2],
    ],
  );
});

test('what changes while it is carried over keeps the change', { skip }, async t => {
  const { older, newer } = await openPair(t);
  await older.put(
    'tasks',
    Array.from({ length: 300 }, (_, number) => task(`t${number}~1`)),
  );
  await older.close();

  for (let number = 0; number < 300; number++) {
    await newer.patch('tasks', `t${number}~1`, {}, { set: { assignee: `p${number}` }, increase: { rev: 1 } });
  }

  await until('all are carried over', async () => (await newer.count('tasks', { colour: 'red' })) === 300);
  assert.equal(await newer.count('tasks', { rev: 1, assignee: { $prefix: 'p' } }), 300);
});
