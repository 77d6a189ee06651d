/** Repairs: attempts, due times and locks that a person changes. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { NotFound } from '../../engine/contract.js';
import { BadCommand, StaleCommand } from '../../engine/core/errors.js';
import { openSetting } from './setting.js';

const work = { kind: 'work', topic: 'charge' } as const;
const topics = [{ topic: 'charge', lock: 30_000 }];

test('a job gets attempts again and may run at once', async t => {
  // given
  const { add, jobs } = await openSetting(t);
  const { id } = await add({ ...work, retries: 0 });

  // when
  await jobs.setRetries({ id, retries: 2 });

  // then
  const [job] = await jobs.fetchAndLock({ worker: 'w1', topics });
  assert.equal(job!.retries, 2);
  await assert.rejects(jobs.setRetries({ id, retries: -1 }), BadCommand);
});

test('a job whose attempts are taken away stops, with an incident', async t => {
  // given
  const { add, jobs, said } = await openSetting(t);
  const { id } = await add(work);

  // when
  await jobs.setRetries({ id, retries: 0 });

  // then
  assert.deepEqual(
    said.map(({ command }) => command.do),
    ['fail'],
  );
  assert.deepEqual(await jobs.fetchAndLock({ worker: 'w1', topics }), []);
});

test('a timer is run before its time', async t => {
  // given
  const { add, clock, jobs, said } = await openSetting(t);
  const { id } = await add({ due: clock() + 3_600_000 });

  // when
  await jobs.setDue({ id });
  await jobs.runDue();

  // then
  assert.equal(said.length, 1);
});

test('a lock is taken from a worker that does not come back', async t => {
  // given
  const { add, jobs } = await openSetting(t);
  const { id } = await add(work);
  await jobs.fetchAndLock({ worker: 'w1', topics });

  // when
  await jobs.release({ id });

  // then
  assert.equal((await jobs.fetchAndLock({ worker: 'w2', topics }))[0]!.worker, 'w2');
});

test('what is closed or not visible cannot be repaired', async t => {
  // given
  const { add, jobs } = await openSetting(t);
  const { id } = await add({ wait: { v: 2, state: 'dropped' } });
  const reader = { tenants: ['other'], person: 'p', groups: [], administrator: true };

  // then
  await assert.rejects(jobs.setDue({ id }), StaleCommand);
  await assert.rejects(jobs.setDue({ id, reader }), NotFound);
});
