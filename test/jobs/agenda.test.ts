/** Agenda drives: few rows that wake us, on our own store, and none left behind. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { Agenda } from 'agenda';
import { createAgendaBackend } from '../../engine/jobs/agenda-backend.js';
import type { Store } from '../../engine/store/port.js';
import { until } from '../until.js';
import { realClock } from '../virtual.js';
import { openSetting, type Setting } from './setting.js';

/** A setting in real time, whose jobs run when they are due. */
async function openRunning(t: TestContext): Promise<Setting> {
  const clock = realClock();
  const setting = await openSetting(t, {}, clock);
  await setting.jobs.start();
  return setting;
}

/** Agenda's rows, of one name or all. */
async function rows(store: Store, name?: string) {
  const backend = await createAgendaBackend(store);
  await backend.connect();
  return (await backend.repository.queryJobs(name === undefined ? {} : { name })).jobs;
}

test('a timer fires in its time, not before, and the wake is gone behind it', async t => {
  // given
  const { add, clock, said, store } = await openRunning(t);
  const due = clock() + 150;

  // when
  await add({ due });
  await until('the timer fired', () => said.length > 0);

  // then
  assert.ok(said[0]!.command.at >= due);
  await until('the wake is removed', async () => (await rows(store, 'wake')).length === 0);
  assert.equal(said.length, 1);
});

test('what is due in one bucket shares a wake, and what is far away has none', async t => {
  // given
  const { add, clock, said, store } = await openRunning(t);
  // within the horizon, and later than the slowest machine gets through this test
  const due = Math.ceil((clock() + 25_000) / 1_000) * 1_000;

  // when
  for (let number = 0; number < 10; number++) await add({ due });
  await add({ due: clock() + 3_600_000 });
  await until('the wake is made', async () => (await rows(store, 'wake')).length > 0);

  // then
  assert.equal((await rows(store, 'wake')).length, 1);
  assert.equal(said.length, 0);
});

test('what became due while nobody ran is taken at the start', async t => {
  // given
  const clock = realClock();
  const { add, jobs, said } = await openSetting(t, {}, clock);
  await add({ due: clock() - 3_600_000 });

  // when
  await jobs.start();
  await until('the timer fired', () => said.length > 0);

  // then
  assert.equal(said.length, 1);
});

test('a failed attempt of a handler is repeated when its pause is over', async t => {
  // given
  const { add, jobs, said } = await openRunning(t);
  let attempts = 0;
  jobs.worker('charge', async () => {
    if (++attempts === 1) throw new Error('no answer');
  });

  // when
  await add({ kind: 'work', topic: 'charge', retryCycle: 'R3/PT0.1S' });
  await until('the work is done', () => said.length > 0);

  // then
  assert.equal(attempts, 2);
  assert.equal(said[0]!.command.do, 'resume');
});

test('after a stop no row is locked, and nothing runs', async t => {
  // given
  const { add, clock, jobs, said, store } = await openRunning(t);
  await add({ due: clock() + 500 });
  await until('the wake is in the window', async () => (await rows(store, 'wake')).some(row => row.lockedAt));

  // when
  await jobs.stop();

  // then
  assert.deepEqual(
    (await rows(store)).filter(row => row.lockedAt),
    [],
  );
  assert.equal(said.length, 0);
});

test('a repeating job has one row however often it is asked for, and agenda finds its way about the store', async t => {
  // given
  const { store } = await openSetting(t);
  const backend = await createAgendaBackend(store);
  const agenda = new Agenda({ backend, processEvery: 50, defaultLockLifetime: 1_000, removeOnComplete: true });
  let runs = 0;
  agenda.define('sweep', async () => void runs++);
  agenda.define('fail', async () => {
    throw new Error('no luck');
  });

  // when
  await agenda.start();
  await agenda.every(20, 'sweep');
  await agenda.every(20, 'sweep');
  await agenda.now('fail', { why: 'test' });
  await until('both ran', async () => runs > 1 && (await rows(store, 'fail'))[0]?.failCount === 1);
  await agenda.stop(false);
  await backend.quiet();

  // then
  const overview = await agenda.getJobsOverview();
  assert.deepEqual(overview.map(({ name, total, failed }) => [name, total, failed]).sort(), [
    ['fail', 1, 1],
    ['sweep', 1, 0],
  ]);
  assert.equal(await agenda.cancel({ name: 'fail' }), 1);
  assert.equal(await agenda.cancelAll(), 1);
});
