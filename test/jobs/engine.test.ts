/** Jobs of a real engine on a real store: timers, continuations, workers, incidents, suspension, restarts. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import type { Instance } from '../../engine/core/types.js';
import { BpmnError, type Jobs } from '../../engine/jobs/index.js';
import type { DefinitionDocument, HistoryDocument, TaskDocument } from '../../engine/store/documents.js';
import type { Store } from '../../engine/store/port.js';
import { xml } from '../diagram.js';
import { until } from '../until.js';
import { createClock, realClock } from '../virtual.js';
import { openWeft, start } from '../weft.js';
import { waits } from './models.js';

const charges = xml(
  'charges',
  `<startEvent id="start"/><serviceTask id="Charge" camunda:type="external" camunda:topic="charge"/>
   <boundaryEvent id="Declined" attachedToRef="Charge"><errorEventDefinition errorRef="declined"/></boundaryEvent>
   <boundaryEvent id="Reminder" attachedToRef="Charge" cancelActivity="false">
     <timerEventDefinition><timeCycle>R3/PT1H</timeCycle></timerEventDefinition></boundaryEvent>
   <userTask id="Remind"/><endEvent id="end"/><endEvent id="reminded"/><endEvent id="refused"/>`,
  ['start -> Charge -> end', 'Reminder -> Remind -> reminded', 'Declined -> refused'],
  '<error id="declined" errorCode="DECLINED"/>',
);

/** A condition that fails until `ready` is set. */
const continues = xml(
  'continues',
  `<startEvent id="start"/><task id="Prepare" camunda:asyncBefore="true"/><exclusiveGateway id="ready"/>
   <endEvent id="yes"/><endEvent id="no"/>`,
  ['start -> Prepare -> ready', 'ready -> yes if ${approved}', 'ready -> no if ${!approved}'],
);

/** Id of the element that an ended instance entered last. */
async function lastOf(store: Store, instance: string): Promise<string> {
  const [history] = await store.find<HistoryDocument>('history', { filter: { instance }, sort: { seq: -1 }, limit: 1 });
  const { compiled } = (await store.get<DefinitionDocument>('definitions', history!.definition))!;
  const entered = history!.events.filter(event => event.type === 'entered');
  return compiled.nodes[entered.at(-1)!.node]!.id;
}

const fetchOne = async (jobs: Jobs) =>
  (await jobs.fetchAndLock({ worker: 'w1', topics: [{ topic: 'charge', lock: 60_000 }] }))[0]!;

test('an instance that waits for a timer goes on when it is due, and not before', async t => {
  // given
  const { deploy, engine, advance, instance } = await openWeft(t);
  await deploy(waits('P30D'));
  const { instance: id } = await engine.start({ key: 'waits' });

  // when
  await advance('P29D');
  assert.equal((await instance(id)).state, 'running');
  await advance('P1D');

  // then
  assert.equal((await instance(id)).state, 'completed');
});

test('a cycle on a boundary fires as often as it says, each time at its time', async t => {
  // given
  const { deploy, engine, advance, store } = await openWeft(t);
  await deploy(charges);
  const { instance: id } = await engine.start({ key: 'charges' });

  // when
  await advance('PT10H');

  // then
  const tasks = await store.find<TaskDocument>('tasks', { filter: { instance: id }, sort: { createdAt: 1 } });
  const begin = Date.parse('2026-01-05T08:00Z');
  assert.deepEqual(
    tasks.map(task => (task.createdAt - begin) / 3_600_000),
    [1, 2, 3],
  );
});

test('a timer of an activity that is over is gone', async t => {
  // given
  const { deploy, engine, advance, jobs, instance, store } = await openWeft(t);
  await deploy(charges);
  const { instance: id } = await engine.start({ key: 'charges' });
  const job = await fetchOne(jobs);

  // when
  await jobs.complete({ id: job.id, worker: 'w1', variables: { receipt: 7 } });
  await advance('PT10H');

  // then
  assert.equal((await instance(id)).state, 'completed');
  assert.equal(await store.count('tasks', { instance: id }), 0);
});

test('a failing continuation is tried three times, leaves an incident, and goes on after a person has helped', async t => {
  // given
  const { deploy, engine, advance, instance, clock } = await openWeft(t);
  await deploy(continues);
  const { instance: id } = await engine.start({ key: 'continues' });

  // when
  await advance('PT1H');

  // then
  const [incident, ...others] = Object.values((await instance(id)).incidents);
  assert.deepEqual(others, []);
  assert.deepEqual(incident!.type, 'job');
  assert.match(incident!.message, /approved/);

  // when
  const command = { at: clock(), onFailure: 'incident' } as const;
  await engine.send(id, { ...command, do: 'set', variables: { approved: true } });
  await engine.send(id, { ...command, do: 'retry', incident: incident!.id });
  await advance('PT1M');

  // then
  assert.equal((await instance(id)).state, 'completed');
  assert.deepEqual((await instance(id)).incidents, {});
});

test('a continuation that fails in an expression says once where that is', async t => {
  // given
  const { deploy, engine, advance, instance } = await openWeft(t);
  const flows = ['start -> Fails -> end'];
  const nodes = `<startEvent id="start"/><endEvent id="end"/>
    <serviceTask id="Fails" camunda:asyncBefore="true" camunda:expression="\${missing.foo}"/>`;
  await deploy(xml('fails', nodes, flows));
  const { instance: id } = await engine.start({ key: 'fails' });

  // when
  await advance('PT1H');

  // then
  const [incident] = Object.values((await instance(id)).incidents);
  assert.match(incident!.message, /^serviceTask 'Fails' \(line \d+\): \$\{missing\.foo\} failed/);
});

test('work whose attempts are used up is an incident; new attempts end it, and the work is done', async t => {
  // given
  const { deploy, engine, jobs, instance } = await openWeft(t);
  await deploy(charges);
  const { instance: id } = await engine.start({ key: 'charges' });
  const job = await fetchOne(jobs);

  // when
  await jobs.fail({ id: job.id, worker: 'w1', message: 'the bank is closed', retries: 0 });
  const failed = await instance(id);
  await jobs.setRetries({ id: job.id, retries: 1, by: 'ann' });
  const helped = await instance(id);
  await jobs.complete({ id: (await fetchOne(jobs)).id, worker: 'w1' });

  // then
  assert.match(Object.values(failed.incidents)[0]!.message, /the bank is closed/);
  assert.deepEqual(helped.incidents, {});
  assert.equal((await instance(id)).state, 'completed');
});

test('a handler works, and its BpmnError takes the way of the error event', async t => {
  // given
  const { deploy, engine, jobs, store } = await openWeft(t);
  await deploy(charges);
  jobs.worker('charge', async ({ variables }) => {
    if (variables.amount === 1_000) throw new BpmnError('DECLINED', 'too much');
    return { receipt: 7 };
  });

  // when
  const paid = await engine.start({ key: 'charges', variables: { amount: 10 } });
  const declined = await engine.start({ key: 'charges', variables: { amount: 1_000 } });
  await jobs.runDue();

  // then
  assert.deepEqual([await lastOf(store, paid.instance), await lastOf(store, declined.instance)], ['end', 'refused']);
});

test('a suspended instance fires no timer and gives no work away; when it is active again it goes on', async t => {
  // given
  const { deploy, engine, jobs, advance, instance, clock } = await openWeft(t);
  await deploy(waits('PT1M'), charges);
  const waiting = await engine.start({ key: 'waits' });
  const working = await engine.start({ key: 'charges' });
  const both = [waiting.instance, working.instance];
  for (const id of both) await engine.send(id, { do: 'suspend', at: clock(), onFailure: 'incident' });

  // when
  await advance('PT2M');
  const early = await fetchOne(jobs);
  for (const id of both) await engine.send(id, { do: 'activate', at: clock(), onFailure: 'incident' });
  await jobs.runDue();

  // then
  assert.equal(early, undefined);
  assert.equal((await instance(waiting.instance)).state, 'completed');
  assert.equal((await fetchOne(jobs)).instance, working.instance);
});

test('timers and locks survive a restart', async t => {
  // given
  const first = await openWeft(t);
  await first.deploy(waits('PT1H'), charges);
  const { instance: id } = await first.engine.start({ key: 'waits' });
  await first.engine.start({ key: 'charges' });
  const locked = await fetchOne(first.jobs);
  await first.close();

  // when
  const second = await start(first.folder, first.clock);
  t.after(second.close);
  await second.advance('PT1H');

  // then
  assert.equal((await second.instance(id)).state, 'completed');
  const again = await fetchOne(second.jobs);
  assert.equal(again.id, locked.id);
});

test('a thousand timers that are due at once fire once each', async t => {
  // given
  const { deploy, engine, advance, store } = await openWeft(t);
  await deploy(waits('PT1H'));
  await Promise.all(Array.from({ length: 1_000 }, () => engine.start({ key: 'waits' })));

  // when
  await advance('PT1H');

  // then
  assert.equal(await store.count('instances', { state: 'completed' }), 1_000);
  assert.equal(await store.count('jobs', { 'wait.state': 'open' }), 0);
  assert.equal(await store.count('history', {}), 2_000);
});

test('a timer start makes one instance per firing, until a new version takes its place', async t => {
  // given
  const { deploy, advance, store } = await openWeft(t);
  const every = (cycle: string) =>
    xml(
      'daily',
      `<startEvent id="start"><timerEventDefinition><timeCycle>${cycle}</timeCycle></timerEventDefinition></startEvent>
       <userTask id="Look"/><endEvent id="end"/>`,
      ['start -> Look -> end'],
    );
  await deploy(every('0 0 9 * * ? [Europe/Berlin]'));

  // when it is the last week of March, in which the clocks change
  await advance(Date.parse('2026-03-27T12:00Z') - Date.parse('2026-01-05T08:00Z'));
  const before = await store.count('instances', {});
  await advance('P4D');
  await deploy(every('R2/PT1H'));
  await advance('P2D');

  // then
  const started = await store.find<Instance>('instances', { sort: { startedAt: 1 }, skip: before });
  assert.deepEqual(
    started.map(({ definition, startedAt }) => [definition, new Date(startedAt).toISOString().slice(5, 16)]),
    [
      ['daily:1', '03-28T08:00'],
      ['daily:1', '03-29T07:00'],
      ['daily:1', '03-30T07:00'],
      ['daily:1', '03-31T07:00'],
      ['daily:2', '03-31T13:00'],
      ['daily:2', '03-31T14:00'],
    ],
  );
});

test('a start timer that is deployed while the jobs run fires in its time', async t => {
  // given
  const { deploy, jobs, store } = await openWeft(t, { clock: realClock() });
  await jobs.start();

  // when
  await deploy(
    xml(
      'soon',
      `<startEvent id="start"><timerEventDefinition><timeDuration>PT0.2S</timeDuration></timerEventDefinition></startEvent>
       <endEvent id="end"/>`,
      ['start -> end'],
    ),
  );

  // then
  await until('the process was started', async () => (await store.count('instances', { state: 'completed' })) === 1);
});

test('of timers that were firing when the process was killed all fire, and none twice', async t => {
  // given: a process that dies behind the first of its firings
  const folder = mkdtempSync(join(tmpdir(), 'weft-killed-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const victim = fork(new URL('./victim.js', import.meta.url), [folder], { stdio: 'inherit' });
  await once(victim, 'message');
  victim.kill('SIGKILL');
  await once(victim, 'exit');

  // when
  const clock = createClock(Date.now() + 60_000);
  const weft = await start(folder, clock);
  t.after(weft.close);
  await weft.jobs.runDue();

  // then
  assert.equal(await weft.store.count('instances', { state: 'completed' }), 300);
  assert.equal(await weft.store.count('history', {}), 600);
  assert.equal(await weft.store.count('jobs', { 'wait.state': 'open' }), 0);
});

test('a timer start fires once a second at most', async t => {
  // given
  const { deploy, advance, store } = await openWeft(t);
  const often =
    '<startEvent id="start"><timerEventDefinition><timeCycle>R/PT0.001S</timeCycle></timerEventDefinition></startEvent>';
  await deploy(xml('often', often, []));

  // when
  await advance('PT3S');

  // then
  const count = await store.count('instances', {});
  assert.ok(count >= 3 && count <= 4, `${count} instances`);
});
