/** The contract of reads: get, sort with nulls first, paging by skip and by cursor, counts and groups. */
import assert from 'node:assert/strict';
import type { TaskDocument } from '../../../engine/store/documents.js';
import type { Query, Scalar, Store } from '../../../engine/store/port.js';
import { cursorOf, decodeCursor, encodeCursor } from '../../../engine/store/queries.js';
import { document, task } from '../documents.js';
import type { Contract } from '../store.js';

const ids = async (store: Store, query: Query) => (await store.find('tasks', query)).map(found => found.id);

/** All pages of a query, by cursor. */
async function pages(store: Store, query: Query, limit: number): Promise<string[]> {
  const seen: string[] = [];
  let after: Scalar[] | undefined;
  for (;;) {
    const page = await store.find<TaskDocument>('tasks', { ...query, limit, ...(after && { after }) });
    seen.push(...page.map(found => found.id));
    if (page.length < limit) return seen;
    after = decodeCursor(encodeCursor(cursorOf(page.at(-1)!, query.sort)), query.sort);
    assert.ok(after);
  }
}

export function findContract(contract: Contract): void {
  contract('what is not there is undefined, or missing in the list', async store => {
    await store.put('users', [document('ann'), document('bob')]);

    assert.equal(await store.get('users', 'cid'), undefined);
    assert.deepEqual(await store.getMany('users', ['bob', 'cid', 'ann', 'bob']), [document('bob'), document('ann')]);
    assert.deepEqual(await store.getMany('users', []), []);
  });

  contract('many are read at once, in the order of the ids', async store => {
    const users = Array.from({ length: 1200 }, (_, number) => document(`u${number}`));
    await store.put('users', users);

    assert.deepEqual(await store.getMany('users', users.map(user => user.id).reverse()), users.toReversed());
  });

  contract('a list in a filter may be longer than any statement is', async store => {
    await store.put('tasks', [task('a', { assignee: 'p7' }), task('b'), task('c', { assignee: 'q' })]);
    const everybody = Array.from({ length: 40_000 }, (_, number) => `p${number}`);

    assert.deepEqual(await ids(store, { filter: { assignee: { $in: everybody } } }), ['a']);
    assert.deepEqual(await ids(store, { filter: { assignee: { $in: [...everybody, null] } }, sort: { id: 1 } }), [
      'a',
      'b',
    ]);
    assert.deepEqual(await ids(store, { filter: { assignee: { $nin: everybody } }, sort: { id: 1 } }), ['b', 'c']);
  });

  contract('an id is not cut at a NUL character', async store => {
    await store.put('users', [document('ann')]);

    assert.equal(await store.get('users', 'ann\0x'), undefined);
    assert.deepEqual(await store.find('users', { filter: { id: 'ann\0' } }), []);
  });

  contract('a missing field and null come first, last in descending order; ties go by id', async store => {
    await store.put('tasks', [
      task('c', { due: 5 }),
      task('a', { due: 5 }),
      task('b'),
      task('d', { due: -3 }),
      { ...task('e'), due: null as never },
    ]);

    assert.deepEqual(await ids(store, { sort: { due: 1 } }), ['b', 'e', 'd', 'a', 'c']);
    assert.deepEqual(await ids(store, { sort: { due: -1 } }), ['c', 'a', 'd', 'e', 'b']);
    assert.deepEqual(await ids(store, { filter: { due: null }, sort: { id: 1 } }), ['b', 'e']);
    assert.deepEqual(await ids(store, { filter: { due: { $exists: true } }, sort: { id: -1 } }), ['d', 'c', 'a']);
  });

  contract('texts are sorted by code point', async store => {
    const names = ['Z', 'a', 'É', '\u{ff5e}', '\u{1f642}', '', 'ab'];
    await store.put(
      'tasks',
      names.map((name, number) => task(`t${number}`, { name })),
    );

    const sorted = await store.find<TaskDocument>('tasks', { sort: { name: 1 } });
    assert.deepEqual(
      sorted.map(found => found.name),
      ['', 'Z', 'a', 'ab', 'É', '\u{ff5e}', '\u{1f642}'],
    );
  });

  contract('pages by cursor give each document once, whatever the directions and the nulls', async store => {
    const some = <T>(number: number, values: T[]) => values[number % values.length];
    await store.put(
      'tasks',
      Array.from({ length: 60 }, (_, number) =>
        task(`t${number}`, {
          priority: some(number, [10, 50, 90]),
          due: some(number, [undefined, 100, 100, 300, undefined]),
          assignee: some(number, ['ann', undefined]),
        }),
      ),
    );
    const sorts: Query['sort'][] = [
      { due: 1 },
      { due: -1 },
      { priority: -1, due: 1 },
      { due: -1, priority: 1 },
      { assignee: 1, due: -1, priority: -1 },
      { id: -1 },
      {},
    ];
    for (const sort of sorts) {
      for (const filter of [{}, { 'wait.state': 'open', priority: { $gt: 10 } }]) {
        const all = await ids(store, { filter, sort });
        assert.deepEqual(await pages(store, { filter, sort }, 7), all, JSON.stringify({ sort, filter }));
      }
    }
  });

  contract('pages by cursor skip nothing when documents in front of them go', async store => {
    await store.put(
      'tasks',
      Array.from({ length: 10 }, (_, number) => task(`t${number}`, { due: number })),
    );
    const [first] = await store.find<TaskDocument>('tasks', { sort: { due: 1 }, skip: 4, limit: 1 });
    await store.remove('tasks', { due: { $lte: 4 } }, 10);

    assert.deepEqual(await ids(store, { sort: { due: 1 }, after: cursorOf(first!, { due: 1 }), limit: 2 }), [
      't5',
      't6',
    ]);
  });

  contract('skip and limit cut the sorted list', async store => {
    await store.put(
      'tasks',
      Array.from({ length: 9 }, (_, number) => task(`t${number}`, { due: 9 - number })),
    );

    assert.deepEqual(await ids(store, { sort: { due: 1 }, skip: 2, limit: 3 }), ['t6', 't5', 't4']);
    assert.deepEqual(await ids(store, { sort: { due: 1 }, skip: 8 }), ['t0']);
    assert.deepEqual(await ids(store, { sort: { due: 1 }, limit: 0, skip: 0 }), []);
  });

  contract('counts are exact, or stop where they are told', async store => {
    await store.put(
      'tasks',
      Array.from({ length: 25 }, (_, number) => task(`t${number}`, { priority: number % 5 })),
    );

    assert.equal(await store.count('tasks', {}), 25);
    assert.equal(await store.count('tasks', { priority: { $lt: 2 } }), 10);
    assert.equal(await store.count('tasks', {}, 7), 7);
    assert.equal(await store.count('tasks', { priority: 99 }), 0);
  });

  contract('groups count per value, null among them', async store => {
    await store.put('tasks', [
      task('a', { assignee: 'ann', priority: 1 }),
      task('b', { assignee: 'ann', priority: 2 }),
      task('c', { priority: 1 }),
      task('d', { assignee: 'bob', priority: 1, tenant: 'other' }),
    ]);
    const sorted = <T extends { key: Scalar[] }>(groups: T[]) =>
      groups.toSorted((a, b) => JSON.stringify(a.key).localeCompare(JSON.stringify(b.key)));

    assert.deepEqual(sorted(await store.group('tasks', ['assignee'], { tenant: '' })), [
      { key: ['ann'], count: 2 },
      { key: [null], count: 1 },
    ]);
    assert.deepEqual(sorted(await store.group('tasks', ['wait.state', 'priority'], {})), [
      { key: ['open', 1], count: 3 },
      { key: ['open', 2], count: 1 },
    ]);
    assert.deepEqual(await store.group('tasks', ['assignee'], { priority: 99 }), []);
  });

  contract('who has looked and found nothing sees what is written behind it', async store => {
    const open = { filter: { 'wait.state': 'open' }, sort: { due: 1 as const }, limit: 1 };
    assert.deepEqual(await store.find('tasks', open), []);

    await store.insert('tasks', task('a~1'));

    assert.equal((await store.find('tasks', open)).length, 1);
    assert.notEqual(await store.get('tasks', 'a~1'), undefined);
  });
}
