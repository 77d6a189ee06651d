/** The contract of commits: one winner, all or nothing, rows guarded by their own version. */
import assert from 'node:assert/strict';
import type { Chunk, Instance } from '../../../engine/core/types.js';
import type { SubscriptionDocument, TaskDocument } from '../../../engine/store/documents.js';
import { closes, document, instance, job, opens, subscription, task, unit } from '../documents.js';
import type { Contract } from '../store.js';

const chunk = (number: number, v: number, activations: Chunk['activations']): Chunk =>
  document(`a~2~${number}`, { instance: 'a', body: 2, number, v, activations, waits: {}, incidents: {} });

export function commitContract(contract: Contract): void {
  contract('a new instance is stored with its rows and its history', async store => {
    const result = await store.commit(unit('a', 1, { rows: [opens(task('a~1'))] }));

    assert.equal(result, 'committed');
    assert.deepEqual(await store.get('instances', 'a'), instance('a', 1));
    assert.deepEqual(await store.get('tasks', 'a~1'), task('a~1'));
    assert.deepEqual(await store.find('history', { filter: { instance: 'a' } }), [unit('a', 1).history]);
  });

  contract('an instance that exists is not inserted again', async store => {
    await store.commit(unit('a', 1));

    assert.equal(await store.commit(unit('a', 1, {}, { businessKey: 'second' })), 'duplicate');
    assert.deepEqual(await store.get('instances', 'a'), instance('a', 1));
  });

  contract('of twenty commits that expect the same version one wins and the others leave nothing', async store => {
    await store.commit(unit('a', 1));

    const racers = Array.from({ length: 20 }, (_, number) =>
      store.commit(unit('a', 2, { rows: [opens(task(`a~r${number}`))] }, { businessKey: `racer ${number}` })),
    );
    const results = await Promise.all(racers);

    const winner = results.indexOf('committed');
    assert.equal(results.filter(result => result === 'committed').length, 1);
    assert.equal(results.filter(result => result === 'conflict').length, 19);
    assert.equal((await store.get<Instance>('instances', 'a'))?.businessKey, `racer ${winner}`);
    const rows = await store.find('tasks', { filter: { instance: 'a' } });
    assert.deepEqual(
      rows.map(row => row.id),
      [`a~r${winner}`],
    );
    assert.equal(await store.count('history', { instance: 'a' }), 2);
  });

  contract('of twenty that start the same instance one wins', async store => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, number) => store.commit(unit('a', 1, {}, { businessKey: `racer ${number}` }))),
    );

    assert.equal(results.filter(result => result === 'committed').length, 1);
    assert.equal(results.filter(result => result === 'duplicate').length, 19);
  });

  contract('a commit for an instance that is not there is a conflict', async store => {
    assert.equal(await store.commit(unit('a', 5)), 'conflict');
    assert.equal(await store.count('history', {}), 0);
  });

  contract('commits of many instances at once: each is whole, or it is a conflict of its own', async store => {
    const ids = Array.from({ length: 60 }, (_, number) => `i${number}`);
    await Promise.all(ids.map(id => store.commit(unit(id, 1))));

    const results = await Promise.all(
      ids.map((id, number) =>
        store.commit(unit(id, 2, { expects: number % 3 === 0 ? 7 : 1, rows: [opens(task(`${id}~1`))] })),
      ),
    );

    for (const [number, id] of ids.entries()) {
      const loses = number % 3 === 0;
      assert.equal(results[number], loses ? 'conflict' : 'committed');
      assert.equal((await store.get<Instance>('instances', id))?.version, loses ? 1 : 2);
      assert.equal((await store.get('tasks', `${id}~1`)) === undefined, loses);
    }
  });

  contract('who was told "committed" reads his own writes, by id and by query', async store => {
    for (let number = 0; number < 50; number++) {
      const id = `i${number}`;
      await store.commit(unit(id, 1, { rows: [opens(task(`${id}~1`, { assignee: id }))] }));

      assert.equal((await store.get<Instance>('instances', id))?.version, 1);
      assert.equal((await store.find('tasks', { filter: { 'wait.state': 'open', assignee: id } })).length, 1);
      assert.equal(await store.count('tasks', { 'wait.state': 'open', assignee: id }), 1);
    }
  });

  contract('a closing writes the wait and leaves the fields of the owner alone', async store => {
    await store.commit(unit('a', 1, { rows: [opens(task('a~1'))] }));
    await store.patch('tasks', 'a~1', { rev: 0 }, { set: { assignee: 'ann' }, increase: { rev: 1 } });

    await store.commit(unit('a', 2, { rows: [closes('a~1', 2)] }));

    const closed = await store.get<TaskDocument>('tasks', 'a~1');
    assert.equal(closed?.assignee, 'ann');
    assert.equal(closed?.rev, 1);
    assert.deepEqual(closed?.wait, { v: 2, state: 'answered', answeredBy: 'ann', answeredAt: 2000 });
  });

  contract('a row that was closed is not opened again by an older write', async store => {
    const opening = opens(task('a~1'));
    await store.commit(unit('a', 1, { rows: [opening] }));
    await store.commit(unit('a', 2, { rows: [closes('a~1', 2)] }));

    await store.commit(unit('a', 3, { rows: [opening] }));

    assert.equal((await store.get<TaskDocument>('tasks', 'a~1'))?.wait.state, 'answered');
  });

  contract('a closing of a row that is gone makes none', async store => {
    await store.commit(unit('a', 1));

    assert.equal(await store.commit(unit('a', 2, { rows: [closes('a~1', 2)] })), 'committed');
    assert.equal(await store.get('tasks', 'a~1'), undefined);
  });

  contract('the engine rewrites its own fields of a row with the wait', async store => {
    const row = subscription('a~1', { hashes: ['color=1'] });
    await store.commit(
      unit('a', 1, { rows: [{ collection: 'subscriptions', id: row.id, insert: row, wait: row.wait }] }),
    );

    await store.commit(
      unit('a', 2, {
        rows: [
          { collection: 'subscriptions', id: row.id, wait: { v: 2, state: 'open' }, set: { hashes: ['color=2'] } },
        ],
      }),
    );

    const heard = (hash: string) =>
      store.find<SubscriptionDocument>('subscriptions', { filter: { 'wait.state': 'open', hashes: hash } });
    assert.equal((await heard('color=2')).length, 1);
    assert.equal((await heard('color=1')).length, 0);
  });

  contract('rows of every kind go with one commit', async store => {
    const rows = [
      opens(task('a~1')),
      { collection: 'jobs' as const, id: 'a~2', insert: job('a~2'), wait: job('a~2').wait },
      { collection: 'subscriptions' as const, id: 'a~3', insert: subscription('a~3'), wait: subscription('a~3').wait },
    ];

    await store.commit(unit('a', 1, { rows }));

    assert.deepEqual(await store.get('jobs', 'a~2'), job('a~2'));
    assert.deepEqual(await store.get('subscriptions', 'a~3'), subscription('a~3'));
  });

  contract('a chunk is stored, changed, and taken away when nothing is active in it', async store => {
    const active = { 5: { id: 5, node: 1, parent: 2, since: 1000, live: 1 } };
    await store.commit(unit('a', 1, { chunks: [chunk(0, 1, active), chunk(1, 1, active)] }));
    assert.deepEqual(await store.get('chunks', 'a~2~0'), chunk(0, 1, active));

    await store.commit(unit('a', 2, { chunks: [chunk(0, 2, {}), chunk(1, 2, active)] }));

    assert.equal(await store.get('chunks', 'a~2~0'), undefined);
    assert.equal((await store.get<Chunk>('chunks', 'a~2~1'))?.v, 2);
  });

  contract('settling empties the outbox, but not one of a later version', async store => {
    const outbox = [{ id: 'a~e1', hops: 0, do: 'continue' as const }];
    await store.commit(unit('a', 1, {}, { outbox }));
    await store.commit(unit('a', 2, {}, { outbox }));
    const unsettled = () => store.find('instances', { filter: { 'outbox.0.id': { $exists: true } } });

    await store.settle('a', 1);
    assert.equal((await unsettled()).length, 1);

    await store.settle('a', 2);
    assert.equal((await unsettled()).length, 0);
    assert.deepEqual(await store.get('instances', 'a'), instance('a', 2));
  });

  contract('texts of every alphabet come back as they were', async store => {
    const name = 'Grüße 你好 🙂 "quoted" \\ \u0000 \u2028 \ud83d';
    await store.commit(unit('a', 1, { rows: [opens(task('a~1', { name }))] }));

    assert.equal((await store.get<TaskDocument>('tasks', 'a~1'))?.name, name);
  });
}
