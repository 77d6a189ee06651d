/** The contract of single documents: insert, put, guarded patch, claim without doubles, remove. */
import assert from 'node:assert/strict';
import type { JobDocument, TaskDocument } from '../../../engine/store/documents.js';
import { document, job, task } from '../documents.js';
import type { Contract } from '../store.js';

export function changeContract(contract: Contract): void {
  contract('an id is inserted once, whoever comes first', async store => {
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, number) => store.insert('keys', document('order 7', { instance: `i${number}` }))),
    );

    assert.deepEqual(results.filter(Boolean).length, 1);
    assert.deepEqual(
      await store.get('keys', 'order 7'),
      document('order 7', { instance: `i${results.indexOf(true)}` }),
    );
  });

  contract('a unique index refuses the second document', async store => {
    const definition = (id: string) => document(id, { key: 'order', version: 1 });

    assert.equal(await store.insert('definitions', definition('order:1')), true);
    assert.equal(await store.insert('definitions', definition('other')), false);
    assert.equal(await store.insert('definitions', { ...definition('other'), tenant: 'acme' }), true);
  });

  contract('put inserts and replaces', async store => {
    await store.put('users', [document('ann', { name: 'Ann', email: 'a@x' }), document('bob', { name: 'Bob' })]);
    await store.put('users', [document('ann', { name: 'Anna' }), document('cid', { name: 'Cid' })]);

    assert.deepEqual(await store.getMany('users', ['ann', 'bob', 'cid']), [
      document('ann', { name: 'Anna' }),
      document('bob', { name: 'Bob' }),
      document('cid', { name: 'Cid' }),
    ]);
  });

  contract('what was put is found by its new values only', async store => {
    await store.put('users', [document('ann', { name: 'Ann', groups: ['a', 'b'] })]);
    await store.put('users', [document('ann', { name: 'Anna', groups: ['b', 'c'] })]);

    const found = async (filter: object) => (await store.find('users', { filter: filter as never })).length;
    assert.deepEqual(await Promise.all([found({ name: 'Ann' }), found({ name: 'Anna' })]), [0, 1]);
    assert.deepEqual(
      await Promise.all([found({ groups: 'a' }), found({ groups: 'b' }), found({ groups: 'c' })]),
      [0, 1, 1],
    );
  });

  contract('a put of what is not newer overwrites nothing', async store => {
    const counted = (batch: number, entered: number) => document('s', { batch, entered });
    await store.put('statistics', [counted(3, 30)], 'batch');

    await store.put('statistics', [counted(2, 20), document('t', { batch: 1 })], 'batch');
    await store.put('statistics', [counted(3, 31)], 'batch');
    assert.deepEqual(await store.getMany('statistics', ['s', 't']), [counted(3, 30), document('t', { batch: 1 })]);

    await store.put('statistics', [counted(4, 40)], 'batch');
    assert.deepEqual(await store.get('statistics', 's'), counted(4, 40));
  });

  contract('documents of several collections are put in order, each unless it is older', async store => {
    const counted = (batch: number) => document('s', { batch });
    await store.put('statistics', [counted(3)], 'batch');

    await store.putInOrder([
      { collection: 'statistics', documents: [counted(2)], newer: 'batch' },
      { collection: 'users', documents: [document('ann', { name: 'Ann' }), document('bob', { name: 'Bob' })] },
    ]);

    assert.deepEqual(await store.getMany('statistics', ['s']), [counted(3)]);
    assert.equal((await store.find('users', {})).length, 2);
  });

  contract(
    'fields that are stripped are gone, also from the indexes; the rest of a document stays as it is',
    async store => {
      const whole = {
        unfolded: 1,
        told: 1,
        instance: 'i',
        at: 1,
        seq: 1,
        data: { number: 0.1, text: '"\u2028', list: [null] },
      };
      await store.put('history', [document('a', whole), document('b', whole), document('c', whole)]);

      await store.strip('history', ['a', 'b', 'gone'], ['unfolded', 'told']);

      const { unfolded: _unfolded, told: _told, ...rest } = whole;
      assert.deepEqual(await store.getMany('history', ['a']), [document('a', rest)]);
      const left = await store.find('history', { filter: { unfolded: 1 }, sort: { at: 1, seq: 1 } });
      assert.deepEqual(
        left.map(({ id }) => id),
        ['c'],
      );
    },
  );

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

  contract('a patch sets, unsets and increases on dotted paths', async store => {
    await store.insert(
      'statistics',
      document('s', { counts: { open: 2, gone: 1 }, durations: { '16': 1 }, last: 'x' }),
    );

    await store.patch(
      'statistics',
      's',
      {},
      {
        set: { 'seen.first': { at: 5 }, last: null },
        unset: ['counts.gone', 'never.was'],
        increase: { 'counts.open': 3, 'counts.closed': 1, 'durations.16': 2, 'durations.32': 1 },
      },
    );

    assert.deepEqual(await store.get('statistics', 's'), {
      ...document('s'),
      counts: { open: 5, closed: 1 },
      durations: { '16': 3, '32': 1 },
      seen: { first: { at: 5 } },
      last: null,
    });
  });

  contract('a patch of a document that is gone changes nothing', async store => {
    assert.equal(await store.patch('tasks', 'a~1', {}, { set: { assignee: 'ann' } }), undefined);
    assert.equal(await store.get('tasks', 'a~1'), undefined);
  });

  contract('of twenty that claim a task one gets it', async store => {
    await store.insert('tasks', task('a~1'));

    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, number) =>
        store.patch<TaskDocument>('tasks', 'a~1', { assignee: null }, { set: { assignee: `p${number}` } }),
      ),
    );

    const winners = claims.filter(claimed => claimed !== undefined);
    assert.equal(winners.length, 1);
    assert.deepEqual(await store.get('tasks', 'a~1'), winners[0]);
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
        store.claim<JobDocument>('jobs', query, {
          set: { lockedBy: `w${worker}`, lockedUntil: 9000 },
          increase: { rev: 1 },
        }),
      ),
    );

    const taken = batches.flat();
    // who is how much faster than whom is left open
    assert.ok(batches.every(batch => batch.length <= 10));
    assert.equal(taken.length, 30);
    assert.equal(new Set(taken.map(one => one.id)).size, 30);
    for (const batch of batches)
      assert.deepEqual(
        batch,
        batch.toSorted((a, b) => a.due - b.due),
      );
    assert.ok(taken.every(one => one.lockedUntil === 9000 && one.rev === 1));
    assert.deepEqual(await store.get('jobs', taken[0]!.id), taken[0]);
  });

  contract('of fifteen that claim one job each, ten get the ten that there are', async store => {
    await store.put(
      'jobs',
      Array.from({ length: 10 }, (_, number) => job(`a~${number}`, { due: number })),
    );
    const filter = { kind: 'timer', 'wait.state': 'open', lockedUntil: null };

    const claims = await Promise.all(
      Array.from({ length: 15 }, () =>
        store.claim<JobDocument>('jobs', { filter, sort: { due: 1 }, limit: 1 }, { set: { lockedUntil: 9000 } }),
      ),
    );

    assert.deepEqual(claims.map(claimed => claimed.length).sort(), [...Array(5).fill(0), ...Array(10).fill(1)]);
    assert.equal(new Set(claims.flat().map(({ id }) => id)).size, 10);
  });

  contract('a lease that has run out is claimed again', async store => {
    await store.insert('jobs', job('a~1', { lockedBy: 'dead', lockedUntil: 500 }));
    const free = (now: number) => ({
      filter: {
        $and: [
          { kind: 'timer', 'wait.state': 'open' },
          { $or: [{ lockedUntil: null }, { lockedUntil: { $lte: now } }] },
        ],
      },
      limit: 5,
    });
    const lease = { set: { lockedBy: 'me', lockedUntil: 2000 } };

    assert.equal((await store.claim('jobs', free(499), lease)).length, 0);
    assert.equal((await store.claim('jobs', free(500), lease)).length, 1);
  });

  contract('remove takes what matches, not more than asked', async store => {
    await store.put(
      'users',
      Array.from({ length: 10 }, (_, number) => document(`u${number}`, { name: 'x', groups: [`g${number % 2}`] })),
    );

    assert.equal(await store.remove('users', { groups: 'g0' }, 3), 3);
    assert.equal(await store.remove('users', { groups: 'g0' }, 100), 2);
    assert.equal(await store.count('users', {}), 5);
    assert.equal(await store.count('users', { groups: { $in: ['g0', 'g1'] } }), 5);
  });
}
