/** Deleting: an instance, what is known of one that has ended, a definition and a deployment with all that belongs to them. */

import assert from 'node:assert/strict';
import test from 'node:test';
import type { DefinitionDocument, DeploymentDocument, StatisticsDocument } from '../../engine/store/documents.js';
import { xml } from '../diagram.js';
import { openHouse } from '../house.js';

const caller = xml(
  'caller',
  '<startEvent id="start"/><callActivity id="call" calledElement="callee"/><userTask id="after"/>',
  ['start -> call -> after'],
);
const callee = xml('callee', '<startEvent id="start"/><userTask id="Work"/>', ['start -> Work']);

const starting = (version: string) =>
  xml(
    'listening',
    `<startEvent id="start"/><startEvent id="asked"><messageEventDefinition messageRef="m"/></startEvent><userTask id="${version}"/>`,
    [`start -> ${version}`, `asked -> ${version}`],
    '<message id="m" name="ask"/>',
  );

test('a called instance that is deleted takes its call with it; the process around it is left empty and ends', async t => {
  const { engine, deploy, store } = await openHouse(t);
  await deploy(callee);
  await deploy(caller);
  const { instance } = await engine.start({ key: 'caller' });
  const [child] = await store.find('instances', { filter: { key: 'callee' } });
  await engine.operations.deleteInstance(child!.id, { reason: 'by mistake', by: 'ann' });
  assert.equal((await engine.instance(child!.id))!.state, 'cancelled');
  assert.equal((await engine.instance(instance))!.state, 'cancelled');
});

test('called processes go with their caller, or go on where they are kept', async t => {
  const { engine, deploy, store } = await openHouse(t);
  await deploy(callee);
  await deploy(caller);
  for (const keepChildren of [false, true]) {
    const { instance } = await engine.start({ key: 'caller' });
    const [child] = await store.find('instances', { filter: { 'parent.instance': instance } });
    await engine.operations.deleteInstance(instance, { keepChildren });
    assert.equal((await engine.instance(child!.id))!.state, keepChildren ? 'running' : 'cancelled');
  }
});

test('what is known of an ended instance is deleted for good; statistics stay; one that runs is refused', async t => {
  const { engine, deploy, store, projector } = await openHouse(t);
  await deploy(callee);
  const kept = await engine.start({ key: 'callee', variables: { x: 1 } });
  const { instance } = await engine.start({ key: 'callee', variables: { x: 1 } });
  await assert.rejects(engine.operations.deleteHistory(instance), { message: /still running/ });
  await engine.operations.deleteInstance(instance);
  await engine.operations.deleteHistory(instance);
  await projector.fold();

  for (const collection of ['history', 'activities', 'variables', 'tasks'] as const) {
    assert.equal(await store.count(collection, { instance }), 0, collection);
    assert.ok((await store.count(collection, { instance: kept.instance })) > 0, collection);
  }
  assert.equal(await engine.instance(instance), undefined);
  const [work] = await store.find<StatisticsDocument>('statistics', { filter: { element: 'Work', hour: 0 } });
  assert.deepEqual([work!.entered, work!.cancelled], [2, 1]);
  await assert.rejects(engine.operations.deleteHistory(instance), { name: 'NotFound' });
});

test('a definition with instances is deleted by cascade only; the version before becomes the newest and listens again', async t => {
  const { engine, deploy, store } = await openHouse(t);
  const first = await deploy(starting('one'));
  const second = await deploy(starting('two'));
  const { instance } = await engine.start({ key: 'listening' });
  await assert.rejects(engine.operations.deleteDefinition(second.id), { message: /'listening:2' has 1 instances/ });
  await engine.operations.deleteDefinition(second.id, { cascade: true });

  assert.equal(await engine.instance(instance), undefined);
  assert.equal(await store.count('tasks', { definition: second.id }), 0);
  assert.equal((await engine.latest('listening')).id, first.id);
  assert.equal((await store.get<DefinitionDocument>('definitions', first.id))!.latest, true);
  const published = await engine.publish({ name: 'ask' });
  assert.equal(published.result, 'delivered');
  assert.equal(await store.count('tasks', { element: 'one' }), 1);
  await assert.rejects(engine.definition(second.id), { name: 'NotFound' });
});

test('a deployment goes with its definitions; the last version leaves nothing that listens', async t => {
  const { engine, deploy, store } = await openHouse(t);
  const { deployment } = await deploy(starting('one'));
  await engine.start({ key: 'listening' });
  await assert.rejects(engine.operations.deleteDeployment(deployment), { message: /cascade/ });
  assert.ok(await store.get<DeploymentDocument>('deployments', deployment));
  await engine.operations.deleteDeployment(deployment, { cascade: true });
  assert.deepEqual(await engine.publish({ name: 'ask' }), { result: 'nobody' });
  for (const collection of ['deployments', 'definitions', 'instances', 'subscriptions', 'statistics'] as const)
    assert.equal(await store.count(collection, {}), 0, collection);
  await assert.rejects(engine.operations.deleteDeployment(deployment), { name: 'NotFound' });
});
