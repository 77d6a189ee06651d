/** What is suspended does nothing: definitions, instances, jobs and job definitions; at once or at a date. */

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Engine } from '../../engine/contract.js';
import type { JobDocument, SubscriptionDocument, TaskDocument } from '../../engine/store/documents.js';
import { xml } from '../diagram.js';
import { openHouse } from '../house.js';

const order = xml(
  'order',
  `<startEvent id="start"/><startEvent id="asked"><messageEventDefinition messageRef="ask"/></startEvent>
   <startEvent id="daily"><timerEventDefinition><timeCycle>R/PT1H</timeCycle></timerEventDefinition></startEvent>
   <startEvent id="heard"><signalEventDefinition signalRef="alarm"/></startEvent>
   <userTask id="Check"/><boundaryEvent id="Late" attachedToRef="Check" cancelActivity="false"><timerEventDefinition><timeDuration>PT30M</timeDuration></timerEventDefinition></boundaryEvent><task id="Remind"/>
   <serviceTask id="Charge" camunda:type="external" camunda:topic="charge"/>
   <task id="Book" camunda:asyncBefore="true" camunda:asyncAfter="true"/>`,
  ['start -> Check', 'asked -> Check', 'daily -> Check', 'heard -> Check', 'Check -> Charge -> Book', 'Late -> Remind'],
  '<message id="ask" name="ask"/><signal id="alarm" name="alarm"/>',
);

const suspended = { suspended: true };
const active = { suspended: false };

const complete = async (engine: Engine, { id, instance }: TaskDocument) =>
  engine.send(instance, { do: 'resume', wait: id, variables: {}, at: engine.clock(), onFailure: 'refuse' });

test('nothing starts of a suspended definition: not by call, message, signal or timer; its instances go on', async t => {
  const { engine, deploy, advance, task, store } = await openHouse(t);
  const { id } = await deploy(order);
  const { instance } = await engine.start({ key: 'order' });
  await engine.operations.suspendDefinition(id, suspended);

  await assert.rejects(engine.start({ key: 'order' }), /process 'order:1' is suspended; activate it/);
  assert.deepEqual(await engine.publish({ name: 'ask' }), { result: 'nobody' });
  assert.deepEqual(await engine.broadcast({ name: 'alarm' }), []);
  await advance('PT5H');
  assert.equal(await store.count('instances', {}), 1);
  await complete(engine, await task('Check'));
  assert.equal((await engine.instance(instance))!.state, 'running');

  await engine.operations.suspendDefinition(id, active);
  await advance('PT1H');
  assert.ok((await store.count('instances', {})) > 1, 'the timer starts again, without an attempt lost');
  assert.equal((await engine.publish({ name: 'ask' })).result, 'delivered');
});

test('with its instances: tasks, jobs and subscriptions are marked, and refuse until all is active again', async t => {
  const { engine, deploy, advance, task, store } = await openHouse(t);
  const { id } = await deploy(order);
  const { instance } = await engine.start({ key: 'order' });
  await engine.operations.suspendDefinition(id, { ...suspended, instances: true, by: 'ann' });

  const check = await task('Check');
  assert.equal(check.suspended, true);
  await assert.rejects(complete(engine, check), { message: /is suspended/ });
  await advance('PT2H');
  const [late] = await store.find<JobDocument>('jobs', { filter: { instance, kind: 'timer' } });
  assert.deepEqual([late!.suspended, late!.wait.state, late!.lockedBy], [true, 'open', undefined]);

  await engine.operations.suspendDefinitions({ key: 'order', tenants: [''] }, { ...active, instances: true });
  assert.equal((await task('Check')).suspended, false);
  await engine.jobs.runDue();
  assert.equal((await store.get<JobDocument>('jobs', late!.id))!.wait.state, 'answered');
});

test('an instance is suspended once, however often it is said, with what lies in chunks', async t => {
  const { engine, deploy, store } = await openHouse(t);
  await deploy(
    xml(
      'many',
      '<startEvent id="start"/><receiveTask id="Wait" messageRef="m"><multiInstanceLoopCharacteristics><loopCardinality>260</loopCardinality></multiInstanceLoopCharacteristics></receiveTask>',
      ['start -> Wait'],
      '<message id="m" name="m"/>',
    ),
  );
  const { instance } = await engine.start({ key: 'many' });
  for (const _ of [1, 2]) await engine.operations.suspendInstance(instance, suspended);
  const marked = { instance, suspended: true };
  assert.equal(await store.count('subscriptions', marked), 260);
  for (const _ of [1, 2]) await engine.operations.suspendInstance(instance, active);
  assert.equal(await store.count('subscriptions', marked), 0);
  const rows = await store.find<SubscriptionDocument>('subscriptions', { filter: { instance }, limit: 1 });
  assert.equal(rows[0]!.wait.state, 'open');
});

test('at a date: the order waits as a job, and is carried out when it is due', async t => {
  const { engine, deploy, advance, clock } = await openHouse(t);
  const { id } = await deploy(order);
  await engine.operations.suspendDefinition(id, { ...suspended, at: clock() + 3_600_000 });
  await engine.start({ key: 'order' });
  await advance('PT1H');
  await assert.rejects(engine.start({ key: 'order' }), { message: /is suspended/ });
});

test('a suspended job is neither run nor handed out', async t => {
  const { engine, deploy, advance, task, store } = await openHouse(t);
  await deploy(order);
  await engine.start({ key: 'order' });
  await complete(engine, await task('Check'));
  const fetch = () => engine.jobs.fetchAndLock({ worker: 'w', topics: [{ topic: 'charge', lock: 1000 }] });
  const [work] = await store.find<JobDocument>('jobs', { filter: { kind: 'work' } });
  await engine.jobs.setSuspended({ id: work!.id, suspended: true });
  assert.deepEqual(await fetch(), []);
  await engine.jobs.setSuspended({ id: work!.id, suspended: false });
  await engine.jobs.complete({ id: (await fetch())[0]!.id, worker: 'w' });

  const [book] = await store.find<JobDocument>('jobs', { filter: { kind: 'async', 'wait.state': 'open' } });
  await engine.jobs.setSuspended({ id: book!.id, suspended: true });
  await advance('PT1M');
  assert.equal((await store.get<JobDocument>('jobs', book!.id))!.wait.state, 'open');
  await engine.jobs.setSuspended({ id: book!.id, suspended: false });
  await advance('PT1M');
  assert.equal((await store.get<JobDocument>('jobs', book!.id))!.wait.state, 'answered');
});

test('job definitions: a view of the model; their rules hold for new jobs, and for those that are there where asked', async t => {
  const { engine, deploy, task, store } = await openHouse(t);
  const { id } = await deploy(order);
  const view = async () =>
    (await engine.operations.jobDefinitions(id)).map(({ element, type, configuration }) => [
      element,
      type,
      configuration,
    ]);
  assert.deepEqual(await view(), [
    ['daily', 'timer-start-event', 'CYCLE: R/PT1H'],
    ['Late', 'timer-transition', 'DURATION: PT30M'],
    ['Book', 'async-continuation', 'async-before'],
    ['Book', 'async-continuation', 'async-after'],
  ]);
  const late = (await engine.operations.jobDefinitions(id))[1]!.id;
  await engine.start({ key: 'order' });
  await engine.operations.suspendJobDefinition(late, suspended);
  await engine.operations.setJobDefinitionPriority(late, 7);
  await engine.start({ key: 'order' });
  const timers = async () =>
    (
      await store.find<JobDocument>('jobs', { filter: { jobDefinition: late }, sort: { createdAt: 1, priority: 1 } })
    ).map(job => [job.suspended ?? false, job.priority]);
  assert.deepEqual(await timers(), [
    [false, 0],
    [true, 7],
  ]);
  await engine.operations.suspendJobDefinition(late, { ...suspended, jobs: true });
  await engine.operations.setJobDefinitionPriority(late, 9, true);
  assert.deepEqual(await timers(), [
    [true, 9],
    [true, 9],
  ]);
  await engine.operations.suspendJobDefinition(late, { ...active, jobs: true });
  await engine.operations.setJobDefinitionPriority(late, undefined);
  const [standing] = (await engine.operations.jobDefinitions(id)).filter(found => found.id === late);
  assert.deepEqual([standing!.suspended, standing!.priority], [false, undefined]);
  await assert.rejects(engine.operations.suspendJobDefinition(`${id}~99~timer`, suspended), { name: 'NotFound' });
  assert.ok(await task('Check').catch(() => true));
});
