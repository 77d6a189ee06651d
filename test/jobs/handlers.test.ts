/** Handlers in the process: they run on the same path of locks and answers as workers outside. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { BpmnError } from '../../engine/jobs/index.js';
import { openSetting } from './setting.js';

const work = { kind: 'work', topic: 'charge' } as const;

test('a handler’s result completes the job', async t => {
  // given
  const { add, jobs, said } = await openSetting(t);
  jobs.worker('charge', async job => ({ seen: job.variables.from! }));

  // when
  const { id } = await add(work);
  await jobs.runDue();

  // then
  const { command } = said[0]!;
  assert.deepEqual([command.do, (command as { wait: string }).wait], ['resume', id]);
  assert.deepEqual((command as { variables: unknown }).variables, { seen: 'i1' });
});

test('a BpmnError is thrown at the wait; any other error costs an attempt and a pause', async t => {
  // given
  const { add, clock, job, jobs, said } = await openSetting(t);
  jobs.worker('charge', ({ element }) => {
    if (element === 'Decline') throw new BpmnError('DECLINED', 'no money', { limit: 10 });
    throw new Error('no answer');
  });

  // when
  await add({ ...work, element: 'Decline' });
  const { id } = await add(work);
  await jobs.runDue();

  // then
  assert.deepEqual(
    said.map(({ command }) => command.do),
    ['throw'],
  );
  const { retries, due, error, lockedBy } = await job(id);
  assert.deepEqual([retries, due - clock(), error, lockedBy], [2, 10_000, 'no answer', undefined]);
});

test('no more jobs at the same time than the handler allows, and none is forgotten', async t => {
  // given
  const { add, jobs, said } = await openSetting(t);
  for (let number = 0; number < 12; number++) await add(work);
  let at = 0;
  let most = 0;

  // when
  const handler = async () => {
    most = Math.max(most, ++at);
    await new Promise(resolve => setImmediate(resolve));
    at--;
  };
  jobs.worker('charge', handler, { concurrency: 3 });
  await jobs.runDue();

  // then
  assert.equal(most, 3);
  assert.equal(new Set(said.map(({ command }) => (command as { wait: string }).wait)).size, 12);
});

test('a heartbeat keeps the lock of work that takes long', async t => {
  // given
  const { add, clock, jobs, said } = await openSetting(t);
  const { id } = await add(work);
  jobs.worker(
    'charge',
    async job => {
      clock.advance('PT50S');
      await job.heartbeat();
      clock.advance('PT50S');
    },
    { lock: 60_000 },
  );

  // when
  await jobs.runDue();

  // then: nobody else could take it in between
  assert.deepEqual(
    said.map(({ command }) => [command.do, (command as { wait: string }).wait]),
    [['resume', id]],
  );
});

test('at a stop the handler finishes; what takes longer than the grace is given back', async t => {
  // given
  const { add, job, jobs } = await openSetting(t, { grace: 1 });
  let begun = () => {};
  const running = new Promise<void>(resolve => {
    begun = resolve;
  });
  let aborted = false;
  jobs.worker('charge', async ({ signal }) => {
    begun();
    await new Promise(resolve => signal.addEventListener('abort', resolve));
    aborted = signal.aborted;
    throw new Error('cut short');
  });
  const { id } = await add(work);
  await running;

  // when
  await jobs.stop();

  // then
  assert.equal(aborted, true);
  assert.equal((await job(id)).lockedBy, undefined);
});
