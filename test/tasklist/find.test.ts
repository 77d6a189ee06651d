/** Finding tasks: filters, orders, pages and words, on rows as a commit writes them. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { FORMAT, type TaskDocument } from '../../engine/store/documents.js';
import { filterOf, orders, type TaskQuery, viewNames } from '../../tasklist/filters.js';
import { findTasks } from '../../tasklist/find.js';
import { openHouse } from '../house.js';

const ann = { tenants: [''], person: 'ann', groups: ['clerks'], administrator: false };

async function rows(t: TestContext, documents: Partial<TaskDocument>[]) {
  const house = await openHouse(t);
  const all = documents.map(
    (fields, n): TaskDocument => ({
      id: `task${n}`,
      tenant: '',
      format: FORMAT,
      instance: `instance${n}`,
      root: `instance${n}`,
      definition: 'order:1',
      definitionKey: 'order',
      element: 'pack',
      activation: 2,
      createdAt: n,
      wait: { v: 1, state: 'open' },
      rev: 0,
      name: `Task ${n}`,
      candidateUsers: [],
      candidateGroups: ['clerks'],
      priority: 50,
      ...fields,
    }),
  );
  for (const document of all) await house.store.insert('tasks', document);
  const now = house.clock();
  return {
    ...house,
    find: async (query: TaskQuery, page: { limit?: number; after?: (string | number | boolean | null)[] } = {}) =>
      findTasks(house.store, ann, query, { limit: 50, now, ...page }),
  };
}

const names = ({ items }: { items: TaskDocument[] }) => items.map(task => task.name);

test('tasks without a due date come after those with one', async t => {
  const { find } = await rows(t, [{}, { due: 200 }, { due: 100 }, {}]);
  assert.deepEqual(names(await find({ sort: 'due' })), ['Task 2', 'Task 1', 'Task 0', 'Task 3']);
  assert.deepEqual(names(await find({ sort: '-due' })), ['Task 1', 'Task 2', 'Task 3', 'Task 0']);
});

test('pages follow each other without a gap, across the tasks without a due date', async t => {
  // given
  const { find } = await rows(t, [{}, { due: 200 }, { due: 100 }, {}, { due: 100 }]);
  const whole = names(await find({ sort: 'due' }));

  // when
  for (const limit of [1, 2, 3, 4]) {
    const seen: string[] = [];
    let after: (string | number | boolean | null)[] | undefined;
    do {
      const page = await find({ sort: 'due' }, { limit, after });
      assert.deepEqual([page.total, page.totalIsExact], [5, true]);
      seen.push(...names(page));
      after = page.next;
    } while (after);

    // then
    assert.deepEqual(seen, whole);
  }
});

test('the most urgent come first', async t => {
  const { find } = await rows(t, [{ priority: 10 }, { priority: 90 }, { priority: 50 }]);
  assert.deepEqual(names(await find({ sort: '-priority' })), ['Task 1', 'Task 2', 'Task 0']);
});

test('all words must occur, in name, description, business key or process name', async t => {
  const { find } = await rows(t, [
    { name: 'Approve invoice', businessKey: 'INV-7' },
    { name: 'Approve order', description: 'see the Invoice' },
    { name: 'Pack' },
  ]);
  assert.deepEqual(names(await find({ text: 'approve INVOICE' })), ['Approve invoice', 'Approve order']);
  assert.deepEqual(names(await find({ text: 'inv-7' })), ['Approve invoice']);
  assert.equal((await find({ text: 'approve' }, { limit: 1 })).total, 2);
  const page = await find({ text: 'approve', sort: 'name' }, { limit: 1 });
  assert.deepEqual(names(await find({ text: 'approve', sort: 'name' }, { limit: 1, after: page.next })), [
    'Approve order',
  ]);
});

test('filters narrow what the reader may see, and never widen it', async t => {
  const { find } = await rows(t, [
    { name: 'mine', assignee: 'ann', due: 100 },
    { name: 'other group', candidateGroups: ['leads'] },
    { name: 'other process', definitionKey: 'claim' },
    { name: 'closed', wait: { v: 2, state: 'answered', answeredBy: 'ann', answeredAt: 5 } },
    {
      name: 'closed by others',
      candidateGroups: [],
      wait: { v: 2, state: 'answered', answeredBy: 'bob', answeredAt: 5 },
    },
  ]);
  assert.deepEqual(names(await find({ sort: 'created' })), ['mine', 'other process']);
  assert.deepEqual(names(await find({ group: 'leads' })), []);
  assert.deepEqual(names(await find({ key: 'claim' })), ['other process']);
  assert.deepEqual(names(await find({ state: 'closed' })), ['closed']);
  assert.deepEqual(names(await find({ dueBefore: 100 })), []);
  assert.deepEqual(names(await find({ dueBefore: 101, dueAfter: 100 })), ['mine']);
  assert.deepEqual(names(await find({ assignee: 'ann' })), ['mine']);
});

test('no view reads the whole collection', async t => {
  const { store, clock } = await openHouse(t);
  for (const view of viewNames) {
    const { plan, scans } = await store.explain('tasks', {
      filter: filterOf(ann, { view }, clock()),
      sort: orders.due,
    });
    assert.equal(scans, false, `${view}: ${plan}`);
  }
});
