/** What every store must do: the contract of the port, which each adapter passes unchanged. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Instance } from '../../engine/core/types.js';
import type { JobDocument, TaskDocument } from '../../engine/store/documents.js';
import type { Store } from '../../engine/store/port.js';
import { closes, document, instance, job, opens, task, unit } from './documents.js';

/** Opens an empty store, and closes it after the test. */
export type OpenStore = (t: TestContext) => Promise<Store>;

/** Registers the tests of the contract for one adapter. */
export function storeContract(name: string, openStore: OpenStore): void {
  const contract = (sentence: string, body: (store: Store) => Promise<void>) =>
    test(`${name}: ${sentence}`, async t => body(await openStore(t)));

  contract('a new instance is stored with its rows and its history', async store => {
    const result = await store.commit(unit('a', 1, { rows: [opens(task('a~1'))] }));

    assert.equal(result, 'committed');
    assert.deepEqual(await store.get('instances', 'a'), instance('a', 1));
    assert.deepEqual(await store.get('tasks', 'a~1'), task('a~1'));
    assert.equal((await store.find('history', { filter: { instance: 'a' } })).length, 1);
  });

  contract('an instance that exists is not inserted again', async store => {
    await store.commit(unit('a', 1));

    assert.equal(await store.commit(unit('a', 1, { expects: 0 })), 'duplicate');
  });

  contract('of twenty commits that expect the same version one wins', async store => {
    await store.commit(unit('a', 1));

    const racers = Array.from({ length: 20 }, (_, number) =>
      store.commit(unit('a', 2, { rows: [opens(task(`a~r${number}`))] }, { businessKey: `racer ${number}` })),
    );
    const results = await Promise.all(racers);

    assert.deepEqual(results.filter(result => result === 'committed').length, 1);
    assert.deepEqual(results.filter(result => result === 'conflict').length, 19);
    const winner = results.indexOf('committed');
    assert.equal((await store.get<Instance>('instances', 'a'))?.businessKey, `racer ${winner}`);
    assert.deepEqual(
      (await store.find('tasks', { filter: { instance: 'a' } })).map(row => row.id),
      [`a~r${winner}`],
    );
  });

  contract('a closing writes the wait and leaves the fields of the owner alone', async store => {
    await store.commit(unit('a', 1, { rows: [opens(task('a~1'))] }));
    await store.patch('tasks', 'a~1', { rev: 0 }, { set: { assignee: 'ann' }, increase: { rev: 1 } });

    await store.commit(unit('a', 2, { rows: [closes('a~1', 2)] }));

    const closed = await store.get<TaskDocument>('tasks', 'a~1');
    assert.equal(closed?.assignee, 'ann');
    assert.deepEqual(closed?.wait, { v: 2, state: 'answered', answeredBy: 'ann', answeredAt: 2000 });
  });

  contract('who has looked and found nothing sees what is written behind it', async store => {
    const open = { filter: { kind: 'timer', 'wait.state': 'open' }, sort: { due: 1 as const }, limit: 1 };
    assert.deepEqual(await store.find('jobs', open), []);

    await store.insert('jobs', job('a~1', {}));

    assert.equal((await store.find('jobs', open)).length, 1);
    assert.notEqual(await store.get('jobs', 'a~1'), undefined);
  });

  contract('a claim takes each job once, in order, however many ask', async store => {
    await store.put(
      'jobs',
      Array.from({ length: 30 }, (_, number) => job(`a~${number}`, { due: number })),
    );
    const query = {
      filter: { kind: 'timer', 'wait.state': 'open', due: { $lte: 1000 }, lockedUntil: null },
      sort: { due: 1 as const },
      limit: 10,
    };

    const batches = await Promise.all(
      [1, 2, 3, 4].map(worker =>
        store.claim<JobDocument>('jobs', query, { set: { lockedBy: `w${worker}`, lockedUntil: 9000 } }),
      ),
    );

    assert.deepEqual(
      batches.map(batch => batch.length),
      [10, 10, 10, 0],
    );
    assert.equal(new Set(batches.flat().map(one => one.id)).size, 30);
    assert.deepEqual(
      batches[0]!.map(one => one.due),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
    assert.ok(batches[0]!.every(one => one.lockedUntil === 9000));
  });

  contract('a patch changes the document only where its guard holds', async store => {
    await store.insert('tasks', task('a~1'));

    const missed = await store.patch('tasks', 'a~1', { rev: 7 }, { set: { assignee: 'bob' } });
    const hit = await store.patch(
      'tasks',
      'a~1',
      { rev: 0 },
      { set: { 'completing.by': 'ann' }, increase: { rev: 1 } },
    );

    assert.equal(missed, undefined);
    assert.deepEqual(hit, { ...task('a~1'), completing: { by: 'ann' }, rev: 1 });
    assert.deepEqual(await store.get('tasks', 'a~1'), hit);
  });

  contract('an array path is asked by element, also in the negative', async store => {
    await store.put('users', [
      document('ann', { groups: ['sales', 'lead'] }),
      document('bob', { groups: ['sales'] }),
      document('cid', { groups: [] }),
    ]);
    const ids = async (groups: object | string) =>
      (await store.find('users', { filter: { groups } as never, sort: {} })).map(user => user.id);

    assert.deepEqual(await ids('sales'), ['ann', 'bob']);
    assert.deepEqual(await ids({ $in: ['lead', 'none'] }), ['ann']);
    assert.deepEqual(await ids({ $ne: 'lead' }), ['bob', 'cid']);
    assert.deepEqual(await ids({ $nin: ['sales', 'lead'] }), ['cid']);
  });
}
