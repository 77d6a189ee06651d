/** Timer start events: one instance per firing, in the rhythm of the cycle. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { openSetting } from './setting.js';

const start = { kind: 'start', instance: '', startEvent: 1 } as const;

test('a cycle starts one instance per firing, as often as it says', async t => {
  // given
  const { add, clock, job, jobs, started } = await openSetting(t);
  const { id } = await add({ ...start, due: clock() + 60_000, cycle: 'R3/PT1M', repeats: 2 });

  // when
  for (let minute = 0; minute < 5; minute++) {
    clock.advance('PT1M');
    await jobs.runDue();
  }

  // then
  assert.equal(started.length, 3);
  assert.equal(new Set(started.map(input => input.id)).size, 3);
  assert.deepEqual([started[0]!.definition, started[0]!.startEvent], ['p:1', 1]);
  assert.equal((await job(id)).wait.state, 'answered');
});

test('a firing that is repeated after a crash asks for the same instance', async t => {
  // given: a node that died behind the start of the instance, before it wrote down the next firing
  const { add, clock, jobs, started, store } = await openSetting(t);
  const { id } = await add({ ...start, cycle: 'R/PT1H', repeats: -1 });
  await jobs.runDue();
  await store.patch('jobs', id, {}, { set: { due: clock(), lockedBy: 'there', lockedUntil: clock() + 10_000 } });

  // when
  clock.advance('PT10S');
  await jobs.runDue();

  // then
  assert.equal(started.length, 2);
  assert.equal(started[0]!.id, started[1]!.id);
});

test('firings that were missed while nobody ran are made up for once, and the rhythm goes on', async t => {
  // given
  const { add, clock, job, jobs, started } = await openSetting(t);
  const { id } = await add({
    ...start,
    cycle: 'R/2026-01-05T09:00Z/PT1H',
    repeats: -1,
    due: Date.parse('2026-01-05T09:00Z'),
  });

  // when
  clock.set('2026-01-08T12:30:00Z');
  await jobs.runDue();

  // then
  assert.equal(started.length, 1);
  assert.equal(new Date((await job(id)).due).toISOString(), '2026-01-08T13:00:00.000Z');
});

test('a daily cron keeps its hour when the clocks change', async t => {
  // given
  const { add, clock, job, jobs } = await openSetting(t);
  clock.set('2026-03-28T08:00:00Z');
  const { id } = await add({ ...start, cycle: '0 0 9 * * ? [Europe/Berlin]', repeats: -1, due: clock() });

  // when
  await jobs.runDue();

  // then: nine o'clock is one hour earlier in UTC from the 29th on
  assert.equal(new Date((await job(id)).due).toISOString(), '2026-03-29T07:00:00.000Z');
});

test('a date fires once', async t => {
  // given
  const { add, clock, job, jobs, started } = await openSetting(t);
  const { id } = await add({ ...start, due: clock() + 1_000 });

  // when
  clock.advance(1_000);
  await jobs.runDue();
  clock.advance('P1Y');
  await jobs.runDue();

  // then
  assert.equal(started.length, 1);
  assert.equal((await job(id)).wait.state, 'answered');
});
