/** Due jobs: how one is run, what a failure costs, and what happens to those that nobody waits for any more. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { Busy, NotFound, Refused } from '../../engine/contract.js';
import { StaleCommand, SuspendedInstance } from '../../engine/core/errors.js';
import { StoreUnreachable } from '../../engine/store/port.js';
import { openSetting } from './setting.js';

test('a timer fires once, at its due time, as a resume of its wait', async t => {
  // given
  const { add, clock, jobs, said } = await openSetting(t);
  const timer = await add({ due: clock() + 60_000 });

  // when
  await jobs.runDue();
  assert.deepEqual(said, []);
  clock.advance('PT1M');
  await jobs.runDue();

  // then
  assert.deepEqual(said, [
    {
      instance: 'i1',
      command: { do: 'resume', wait: timer.id, variables: {}, at: clock(), onFailure: 'retry' },
    },
  ]);
});

test('a timer that is further away than 24.8 days neither fires early nor is lost', async t => {
  // given
  const { add, clock, jobs, said } = await openSetting(t);
  await add({ due: clock() + 400 * 86_400_000 });

  // when
  clock.advance('P399D');
  await jobs.runDue();
  assert.equal(said.length, 0);
  clock.advance('P1D');
  await jobs.runDue();

  // then
  assert.equal(said.length, 1);
});

for (const late of [new StaleCommand('i1~1 is not open any more'), new NotFound('there is no instance i1')]) {
  test(`a job whose wait is gone is silence (${late.name}): no attempt lost, no incident`, async t => {
    // given
    const { add, job, jobs, reply, said } = await openSetting(t);
    const { id } = await add({ kind: 'async' });
    reply(() => {
      throw late;
    });

    // when
    await jobs.runDue();

    // then
    const { retries, error } = await job(id);
    assert.deepEqual([said.length, retries, error], [1, 3, undefined]);
  });
}

for (const elsewhere of [new StoreUnreachable('MongoDB does not answer'), new Busy('instance i1 is being changed')]) {
  test(`a job that somebody else kept from running is run again when its lease is over (${elsewhere.constructor.name}): no attempt lost`, async t => {
    // given
    const { add, clock, job, jobs, reply, said } = await openSetting(t);
    const { id } = await add({});
    reply(() => {
      throw elsewhere;
    });

    // when
    await jobs.runDue();
    await jobs.runDue();
    assert.equal(said.length, 1);
    clock.advance('PT30S');
    await jobs.runDue();

    // then
    const { retries, error } = await job(id);
    assert.deepEqual([said.length, retries, error], [2, 3, undefined]);
  });
}

test('a failing job is tried again as its cycle says, and leaves an incident with its last attempt', async t => {
  // given
  const { add, clock, job, jobs, reply, said } = await openSetting(t);
  const { id } = await add({ kind: 'async', retryCycle: 'PT10S,PT1M' });
  reply(command => {
    if (command.do === 'resume') throw new Refused('the script fails', 'expression', 'Wait');
  });

  // when the first attempt fails, then the second, then the last
  const begin = clock();
  await jobs.runDue();
  const first = await job(id);
  clock.advance('PT10S');
  await jobs.runDue();
  const second = await job(id);
  clock.advance('PT1M');
  await jobs.runDue();
  const last = await job(id);
  clock.advance('P1D');
  await jobs.runDue();

  // then
  assert.deepEqual([first.retries, first.due - begin, first.lockedBy], [2, 10_000, undefined]);
  assert.deepEqual([second.retries, second.due - begin], [1, 70_000]);
  assert.deepEqual([last.retries, last.error], [0, 'the script fails']);
  assert.deepEqual(
    said.map(({ command }) => command.do),
    ['resume', 'resume', 'resume', 'fail'],
  );
});

test('without a cycle there are three attempts, ten seconds apart', async t => {
  // given
  const { add, clock, job, jobs, reply } = await openSetting(t);
  const { id } = await add({});
  reply(command => {
    if (command.do === 'resume') throw new Error('the disk is full');
  });

  // when
  const pauses: number[] = [];
  for (let attempt = 0; attempt < 2; attempt++) {
    await jobs.runDue();
    pauses.push((await job(id)).due - clock());
    clock.advance('PT10S');
  }

  // then
  assert.deepEqual(pauses, [10_000, 10_000]);
});

test('a job of a suspended instance is put aside without losing an attempt', async t => {
  // given
  const { add, clock, job, jobs, reply, said } = await openSetting(t);
  const { id } = await add({});
  reply(() => {
    throw new SuspendedInstance('instance i1 is suspended');
  });

  // when
  await jobs.runDue();
  clock.advance('PT30S');
  await jobs.runDue();

  // then
  const { retries, lockedBy } = await job(id);
  assert.deepEqual([said.length, retries, lockedBy], [1, 3, 'suspended instance']);
});

test('what another node has leased is left to it until the lease is over', async t => {
  // given: a node that died with the lease
  const { add, clock, jobs, said } = await openSetting(t);
  await add({ lockedBy: 'there', lockedUntil: clock() + 10_000 });

  // when
  await jobs.runDue();
  assert.equal(said.length, 0);
  clock.advance('PT10S');
  await jobs.runDue();

  // then
  assert.equal(said.length, 1);
});

test('two nodes share what is due, and run nothing twice', async t => {
  // given
  const { add, clock, jobs, said, store } = await openSetting(t);
  const { createJobs } = await import('../../engine/jobs/index.js');
  for (let number = 0; number < 40; number++) await add({ id: `i${number}~1`, instance: `i${number}` });
  const engine = {
    clock,
    onCommit: () => () => {},
    onDeploy: () => () => {},
    onNews: () => () => {},
    tell() {},
    idle: async () => {},
    send: async (instance: string) => said.push({ instance } as never),
  };
  const other = createJobs({ engine: engine as never, store, clock, settings: { node: 'there' } });

  // when
  await Promise.all([jobs.runDue(), other.runDue()]);
  await other.stop();

  // then
  assert.equal(said.length, 40);
  assert.equal(new Set(said.map(({ instance }) => instance)).size, 40);
});

test('the next due time is that of the first open job, of whatever kind', async t => {
  // given
  const { add, clock, jobs } = await openSetting(t);
  assert.equal(await jobs.nextDue(), undefined);
  await add({ kind: 'timer', due: clock() + 3_000 });
  await add({ kind: 'start', instance: '', due: clock() + 2_000 });
  await add({ kind: 'work', topic: 'charge', due: clock() + 1_000 });

  // then
  assert.equal(await jobs.nextDue(), clock() + 2_000);
});
