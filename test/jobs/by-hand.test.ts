/** What a person does with a job: runs it now, takes it away, sets its date or lets the model say it again. */

import assert from 'node:assert/strict';
import test from 'node:test';
import type { JobDocument } from '../../engine/store/documents.js';
import { xml } from '../diagram.js';
import { openWeft, type Weft } from '../weft.js';

const timed = xml(
  'timed',
  `<startEvent id="start"/><intermediateCatchEvent id="Pause"><timerEventDefinition><timeDuration>\${pause}</timeDuration></timerEventDefinition></intermediateCatchEvent>
   <scriptTask id="Script" camunda:asyncBefore="true" scriptFormat="juel" camunda:resultVariable="done"><script>\${ready}</script></scriptTask><userTask id="End"/>`,
  ['start -> Pause -> Script -> End'],
);
const daily = xml(
  'daily',
  '<startEvent id="start"><timerEventDefinition><timeCycle>R/PT24H</timeCycle></timerEventDefinition></startEvent><userTask id="Look"/>',
  ['start -> Look'],
);
const HOUR = 3_600_000;

async function begun(weft: Weft) {
  await weft.deploy(timed);
  const { instance } = await weft.engine.start({ key: 'timed', variables: { pause: 'PT1H' } });
  return { instance, timer: await openJob(weft, 'timer') };
}

async function openJob({ store }: Weft, kind: JobDocument['kind']): Promise<JobDocument> {
  const [job] = await store.find<JobDocument>('jobs', { filter: { kind, 'wait.state': 'open' } });
  return job!;
}

test('a timer and a continuation run now; a script that fails is the answer, and costs an attempt', async t => {
  const weft = await openWeft(t);
  const { instance, timer } = await begun(weft);
  await weft.jobs.execute({ id: timer.id, by: 'ann' });
  const script = await openJob(weft, 'async');
  await assert.rejects(weft.jobs.execute({ id: script.id }), { name: 'Refused', message: /ready/, element: 'Script' });
  const after = await openJob(weft, 'async');
  assert.deepEqual([after.retries, /ready/.test(after.error!)], [script.retries - 1, true]);
  const set = { do: 'set', variables: { ready: true }, at: weft.clock(), onFailure: 'incident' } as const;
  await weft.engine.send(instance, set);
  await weft.jobs.execute({ id: script.id });
  assert.equal(await weft.store.count('tasks', { element: 'End' }), 1);
  await assert.rejects(weft.jobs.execute({ id: script.id }), { name: 'StaleCommand' });
});

test('a timer start fires now, and again in its time', async t => {
  const weft = await openWeft(t);
  await weft.deploy(daily);
  const { id } = await openJob(weft, 'start');
  await weft.jobs.execute({ id });
  assert.equal(await weft.store.count('tasks', { element: 'Look' }), 1);
  await weft.advance('PT48H');
  assert.equal(await weft.store.count('tasks', { element: 'Look' }), 2);
});

test('the due date is read from the model again, counted from the creation or from now', async t => {
  const weft = await openWeft(t);
  const { instance, timer } = await begun(weft);
  const due = async () => (await openJob(weft, 'timer')).due - timer.createdAt;
  const set = { do: 'set', variables: { pause: 'PT3H' }, at: weft.clock(), onFailure: 'incident' } as const;
  await weft.engine.send(instance, set);
  await weft.advance('PT30M');
  await weft.jobs.recalculateDue({ id: timer.id, fromCreation: true });
  assert.equal(await due(), 3 * HOUR);
  await weft.jobs.recalculateDue({ id: timer.id, fromCreation: false });
  assert.equal(await due(), 3.5 * HOUR);
  assert.equal((await weft.instance(instance)).waits[timer.id]!.due, timer.createdAt + 3.5 * HOUR);
  await weft.jobs.setDue({ id: timer.id, due: timer.createdAt + 2 * HOUR });
  await weft.advance('PT90M');
  assert.equal((await weft.store.get<JobDocument>('jobs', timer.id))!.wait.state, 'answered');
  const script = await openJob(weft, 'async');
  await assert.rejects(weft.jobs.recalculateDue({ id: script.id, fromCreation: true }), { message: /is no timer/ });
});

test('of a timer start, too', async t => {
  const weft = await openWeft(t);
  await weft.deploy(daily);
  const job = await openJob(weft, 'start');
  await weft.advance('PT1H');
  await weft.jobs.recalculateDue({ id: job.id, fromCreation: false });
  assert.equal((await openJob(weft, 'start')).due, job.due + HOUR);
});

test('a job that is taken away does not run; its token is moved by hand', async t => {
  const weft = await openWeft(t);
  const { instance, timer } = await begun(weft);
  await weft.jobs.remove({ id: timer.id, by: 'ann' });
  await weft.advance('PT2H');
  assert.equal((await weft.store.get<JobDocument>('jobs', timer.id))!.wait.state, 'dropped');
  const [pause] = Object.values((await weft.instance(instance)).activations).filter(({ id }) => id !== 1);
  await weft.engine.send(instance, {
    do: 'modify',
    instructions: [
      { do: 'cancel', activation: pause!.id },
      { do: 'startBefore', element: 'End' },
    ],
    at: weft.clock(),
    onFailure: 'refuse',
  });
  assert.equal(await weft.store.count('tasks', { element: 'End' }), 1);

  await weft.deploy(daily);
  await weft.jobs.remove({ id: (await openJob(weft, 'start')).id });
  await weft.advance('PT48H');
  assert.equal(await weft.store.count('tasks', { element: 'Look' }), 0);
});

test('work is left to its workers', async t => {
  const weft = await openWeft(t);
  await weft.deploy(
    xml('work', '<startEvent id="start"/><serviceTask id="Do" camunda:type="external" camunda:topic="do"/>', [
      'start -> Do',
    ]),
  );
  await weft.engine.start({ key: 'work' });
  const { id } = await openJob(weft, 'work');
  await assert.rejects(weft.jobs.execute({ id }), { name: 'BadCommand', message: /the worker of its topic/ });
  await assert.rejects(weft.jobs.remove({ id }), { name: 'BadCommand' });
});

test('attempts and urgency are given to many at once', async t => {
  const weft = await openWeft(t);
  await weft.deploy(timed);
  for (const _ of [1, 2]) {
    const { instance } = await weft.engine.start({ key: 'timed', variables: { pause: 'PT1S' } });
    assert.ok(instance);
  }
  await weft.advance('PT1H');
  const failed = { kind: 'async', retries: 0 } as const;
  assert.equal(await weft.store.count('jobs', failed), 2);
  await weft.jobs.setAllPriority(failed, 5);
  assert.equal(await weft.jobs.setAllRetries(failed, 2, 'ann'), 2);
  assert.equal(await weft.store.count('jobs', { kind: 'async', retries: 2, priority: 5 }), 2);
  const [one] = await weft.store.find<JobDocument>('jobs', { filter: { kind: 'async' } });
  assert.deepEqual((await weft.instance(one!.instance)).incidents, {});
});
