/** External workers: locks, answers, failures, priorities, and who may no longer answer. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { NotFound } from '../../engine/contract.js';
import { StaleCommand } from '../../engine/core/errors.js';
import { LockLost } from '../../engine/jobs/index.js';
import { openSetting } from './setting.js';

const work = { kind: 'work', topic: 'charge' } as const;
const topics = [{ topic: 'charge', lock: 30_000 }];

test('a fetched job is locked, carries its variables, and is completed by its worker', async t => {
  // given
  const { add, clock, jobs, said } = await openSetting(t);
  const { id } = await add({ ...work, headers: { method: 'POST' } });

  // when
  const [job] = await jobs.fetchAndLock({ worker: 'w1', topics: [{ ...topics[0]!, variables: ['from', 'absent'] }] });
  const again = await jobs.fetchAndLock({ worker: 'w2', topics });
  await jobs.complete({ id, worker: 'w1', variables: { paid: true } });

  // then
  assert.deepEqual(job!.variables, { from: 'i1' });
  assert.deepEqual([job!.headers, job!.lockedUntil, job!.retries], [{ method: 'POST' }, clock() + 30_000, 3]);
  assert.deepEqual(again, []);
  assert.deepEqual(said, [
    {
      instance: 'i1',
      command: {
        do: 'resume',
        wait: id,
        variables: { paid: true },
        at: clock(),
        worker: 'w1',
        onFailure: 'incident',
      },
    },
  ]);
});

test('two workers that race for the same jobs get each job once', async t => {
  // given
  const { add, jobs } = await openSetting(t);
  for (let number = 0; number < 30; number++) await add(work);

  // when
  const fetched = await Promise.all(['w1', 'w2', 'w3'].map(worker => jobs.fetchAndLock({ worker, topics, max: 20 })));

  // then
  const ids = fetched.flat().map(job => job.id);
  assert.equal(ids.length, 30);
  assert.equal(new Set(ids).size, 30);
});

test('the most urgent job goes first, also across topics', async t => {
  // given
  const { add, jobs } = await openSetting(t);
  await add({ ...work, priority: 10 });
  await add({ ...work, priority: 1 });
  await add({ ...work, topic: 'ship', priority: 5 });
  const both = [...topics, { topic: 'ship', lock: 30_000 }];

  // when
  const jobsOfBoth = await jobs.fetchAndLock({ worker: 'w1', topics: both, max: 2 });

  // then
  assert.deepEqual(
    jobsOfBoth.map(job => job.priority),
    [10, 5],
  );
});

test('after its lock is over a job is another worker’s, and the first one learns who has it', async t => {
  // given
  const { add, clock, jobs } = await openSetting(t);
  const { id } = await add(work);
  await jobs.fetchAndLock({ worker: 'w1', topics });
  clock.advance('PT30S');
  await jobs.fetchAndLock({ worker: 'w2', topics });

  // then
  for (const answer of [
    () => jobs.complete({ id, worker: 'w1' }),
    () => jobs.fail({ id, worker: 'w1', message: 'too late' }),
    () => jobs.bpmnError({ id, worker: 'w1', code: 'LATE' }),
    () => jobs.extendLock({ id, worker: 'w1', lock: 1_000 }),
    () => jobs.unlock({ id, worker: 'w1' }),
  ]) {
    await assert.rejects(answer, (error: unknown) => error instanceof LockLost && error.by === 'w2');
  }
});

test('an extended lock lasts', async t => {
  // given
  const { add, clock, jobs } = await openSetting(t);
  const { id } = await add(work);
  await jobs.fetchAndLock({ worker: 'w1', topics });

  // when
  clock.advance('PT20S');
  const until = await jobs.extendLock({ id, worker: 'w1', lock: 60_000 });
  clock.advance('PT40S');

  // then
  assert.equal(until, clock() + 20_000);
  assert.deepEqual(await jobs.fetchAndLock({ worker: 'w2', topics }), []);
});

test('a job that is given back is free at once', async t => {
  // given
  const { add, jobs } = await openSetting(t);
  const { id } = await add(work);
  await jobs.fetchAndLock({ worker: 'w1', topics });

  // when
  await jobs.unlock({ id, worker: 'w1' });

  // then
  assert.equal((await jobs.fetchAndLock({ worker: 'w2', topics })).length, 1);
});

test('a failed attempt waits for its pause; with no attempts left there is an incident and nobody gets it', async t => {
  // given
  const { add, clock, job, jobs, said } = await openSetting(t);
  const { id } = await add(work);
  await jobs.fetchAndLock({ worker: 'w1', topics });

  // when
  await jobs.fail({ id, worker: 'w1', message: 'no answer', retries: 1, pause: 5_000 });
  const early = await jobs.fetchAndLock({ worker: 'w1', topics });
  clock.advance('PT5S');
  const [again] = await jobs.fetchAndLock({ worker: 'w1', topics });
  await jobs.fail({ id, worker: 'w1', message: 'still no answer' });
  clock.advance('P1D');

  // then
  assert.deepEqual(early, []);
  assert.equal(again!.error, 'no answer');
  assert.equal((await job(id)).retries, 0);
  assert.deepEqual(await jobs.fetchAndLock({ worker: 'w1', topics }), []);
  const fails = said.map(({ command }) => command).filter(command => command.do === 'fail');
  assert.deepEqual(
    fails.map(({ wait, message }) => [wait, message]),
    [[id, 'still no answer']],
  );
});

test('a BPMN error is thrown at the job’s wait', async t => {
  // given
  const { add, jobs, said } = await openSetting(t);
  const { id } = await add(work);
  await jobs.fetchAndLock({ worker: 'w1', topics });

  // when
  await jobs.bpmnError({ id, worker: 'w1', code: 'DECLINED', message: 'the card says no', variables: { code: 51 } });

  // then
  const { command } = said[0]!;
  assert.equal(command.do, 'throw');
  assert.deepEqual((command as { thrown: unknown }).thrown, {
    type: 'error',
    code: 'DECLINED',
    message: 'the card says no',
    variables: { code: 51 },
  });
});

test('who answers an answered job learns who was faster and when', async t => {
  // given
  const { add, jobs } = await openSetting(t);
  const wait = { v: 2, state: 'answered', answeredBy: 'w2', answeredAt: Date.parse('2026-01-05T09:00Z') } as const;
  const { id } = await add({ ...work, wait });

  // then
  await assert.rejects(
    jobs.complete({ id, worker: 'w1' }),
    (error: unknown) => error instanceof StaleCommand && /answered by w2 at 2026-01-05T09:00/.test(error.message),
  );
});

test('a job of another tenant is neither fetched, found, nor answered', async t => {
  // given
  const { add, jobs } = await openSetting(t);
  const { id } = await add({ ...work, tenant: 'acme' });
  const reader = { tenants: ['other'], person: 'p', groups: [], administrator: true };

  // then
  assert.deepEqual(await jobs.fetchAndLock({ worker: 'w1', topics, tenants: reader.tenants }), []);
  assert.deepEqual(await jobs.find(reader), []);
  assert.equal(await jobs.count(reader), 0);
  await assert.rejects(jobs.get(reader, id), NotFound);
  await assert.rejects(jobs.complete({ id, worker: 'w1', reader }), NotFound);
});
