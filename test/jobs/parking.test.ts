/** Long polling: parked requests are woken by work, in order, and never keep what nobody takes. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { TooManyParked } from '../../engine/jobs/index.js';
import { until } from '../until.js';
import { openSetting } from './setting.js';

const work = { kind: 'work', topic: 'charge' } as const;
const topics = [{ topic: 'charge', lock: 30_000 }];
const wait = 60_000;

test('a parked request is answered by the commit that opens work for it', async t => {
  // given
  const { add, jobs } = await openSetting(t);
  const other = jobs.fetchAndLock({ worker: 'w0', topics: [{ topic: 'ship', lock: 30_000 }], wait });
  const waiting = jobs.fetchAndLock({ worker: 'w1', topics, wait });

  // when
  const { id } = await add(work);

  // then
  assert.deepEqual(
    (await waiting).map(job => job.id),
    [id],
  );
  await jobs.stop();
  assert.deepEqual(await other, []);
});

test('one job goes to one of those who wait: the one who came first', async t => {
  // given
  const { add, jobs } = await openSetting(t);
  const first = jobs.fetchAndLock({ worker: 'w1', topics, wait });
  await until('the first one waits', () => jobs.parked() === 1);
  const second = jobs.fetchAndLock({ worker: 'w2', topics, wait });
  await until('the second one waits', () => jobs.parked() === 2);

  // when
  await add(work);
  assert.equal((await first).length, 1);
  await add(work);

  // then
  assert.equal((await second).length, 1);
});

test('a job that is given back wakes who waits for it', async t => {
  // given
  const { add, jobs } = await openSetting(t);
  const { id } = await add(work);
  await jobs.fetchAndLock({ worker: 'w1', topics });
  const waiting = jobs.fetchAndLock({ worker: 'w2', topics, wait });

  // when
  await jobs.unlock({ id, worker: 'w1' });

  // then
  assert.equal((await waiting)[0]!.worker, 'w2');
});

test('for an asker who has gone nothing is locked', async t => {
  // given
  const { add, jobs } = await openSetting(t);
  const gone = new AbortController();
  const waiting = jobs.fetchAndLock({ worker: 'w1', topics, wait, signal: gone.signal });

  // when
  gone.abort();
  assert.deepEqual(await waiting, []);
  await add(work);

  // then
  assert.equal((await jobs.fetchAndLock({ worker: 'w2', topics })).length, 1);
});

test('more requests than may be parked are refused', async t => {
  // given
  const { jobs } = await openSetting(t, { parkedPerClient: 1, parkedTotal: 2 });
  const parked = [jobs.fetchAndLock({ worker: 'w1', topics, wait })];
  await until('the first waits', () => jobs.parked() === 1);

  // then
  await assert.rejects(jobs.fetchAndLock({ worker: 'w1', topics, wait }), TooManyParked);
  parked.push(jobs.fetchAndLock({ worker: 'w2', topics, wait }));
  await until('the second waits', () => jobs.parked() === 2);
  await assert.rejects(jobs.fetchAndLock({ worker: 'w3', topics, wait }), TooManyParked);

  // when
  await jobs.stop();

  // then
  assert.deepEqual(await Promise.all(parked), [[], []]);
});

test('workers that share a client are counted one by one, and so are clients whose workers share a name', async t => {
  // given
  const { jobs } = await openSetting(t, { parkedPerClient: 1 });
  const ask = (client: string, worker: string) => jobs.fetchAndLock({ client, worker, topics, wait });

  // when
  const parked = [ask('ann', 'w1'), ask('ann', 'w2'), ask('bob', 'w1')];
  await until('all three wait', () => jobs.parked() === 3);

  // then
  await assert.rejects(ask('ann', 'w1'), /1 requests of worker 'w1' are waiting/);
  await jobs.stop();
  assert.deepEqual(await Promise.all(parked), [[], [], []]);
});
