/** A command that may be refused is rehearsed: a failure in any instance that it would reach refuses it, and nothing is kept. */

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Variables } from '../../engine/core/types.js';
import type { HistoryDocument } from '../../engine/store/documents.js';
import type { Store } from '../../engine/store/port.js';
import { on, xml } from '../diagram.js';
import { type House, openHouse } from '../house.js';

const caller = xml(
  'caller',
  `<startEvent id="start"/><userTask id="Begin"/><callActivity id="call" calledElement="callee">
     <extensionElements><camunda:in variables="all"/><camunda:out variables="all"/></extensionElements></callActivity>
   <exclusiveGateway id="choice"/><userTask id="Big"/><userTask id="Small"/>`,
  ['start -> Begin -> call -> choice', 'choice -> Big if ${total > 10}', 'choice -> Small if ${total <= 10}'],
);
const callee = xml(
  'callee',
  '<startEvent id="start"/><serviceTask id="add" camunda:expression="${amount * 2}" camunda:resultVariable="total"/>',
  ['start -> add'],
);
const alarm = '<signal id="alarm" name="alarm"/>';
const listener = xml(
  'listener',
  `<startEvent id="start"/><intermediateCatchEvent id="hear">${on.signal()}</intermediateCatchEvent>
   <serviceTask id="react" camunda:expression="\${level + 1}" camunda:resultVariable="next"/><userTask id="Heard"/>`,
  ['start -> hear -> react -> Heard'],
  alarm,
);
const thrower = xml(
  'thrower',
  `<startEvent id="start"/><userTask id="Begin"/><intermediateThrowEvent id="shout">${on.signal()}</intermediateThrowEvent><userTask id="Thrown"/>`,
  ['start -> Begin -> shout -> Thrown'],
  alarm,
);

const contents = async (store: Store) =>
  Promise.all((['instances', 'history', 'tasks', 'subscriptions'] as const).map(name => store.count(name, {})));

async function complete({ engine, task }: House, name: string, variables: Variables = {}) {
  const { id, instance } = await task(name);
  return engine.send(instance, { do: 'resume', wait: id, variables, at: engine.clock(), onFailure: 'refuse' });
}

const commits = (store: Store, instance: string) =>
  store.find<HistoryDocument>('history', { filter: { instance }, sort: { seq: 1 } });

test('a called process and what follows in its caller are committed as they were rehearsed', async t => {
  const house = await openHouse(t);
  const { engine, deploy, store, task } = house;
  await deploy(callee);
  await deploy(caller);
  const { instance } = await engine.start({ key: 'caller', onFailure: 'refuse' });
  await complete(house, 'Begin', { amount: 7 });
  assert.equal((await task('Big')).instance, instance);
  assert.equal((await commits(store, instance)).length, 3, 'one commit each: start, completion, end of the call');
  assert.equal(await store.count('instances', { state: 'completed' }), 1);
  await engine.idle();
  assert.deepEqual((await engine.instance(instance))!.outbox, []);
});

test('a called process that fails refuses the completion in its caller', async t => {
  const house = await openHouse(t);
  const { engine, deploy, store, task } = house;
  await deploy(callee);
  await deploy(caller);
  const { instance } = await engine.start({ key: 'caller' });
  const before = await contents(store);
  await assert.rejects(complete(house, 'Begin', { amount: 'much' }), {
    name: 'Refused',
    message: /serviceTask 'add'/,
    element: 'add',
  });
  assert.deepEqual(await contents(store), before);
  assert.equal((await engine.instance(instance))!.version, 1);
  assert.equal((await task('Begin')).wait.state, 'open', 'it may be completed again');
  await complete(house, 'Begin', { amount: 3 });
  assert.ok(await task('Small'));
});

test('a caller that fails when its call returns refuses what would have ended the call', async t => {
  const house = await openHouse(t);
  const { engine, deploy, store } = house;
  await deploy(xml('callee', '<startEvent id="start"/><userTask id="Work"/>', ['start -> Work']));
  await deploy(caller);
  await engine.start({ key: 'caller' });
  await complete(house, 'Begin');
  const before = await contents(store);
  await assert.rejects(complete(house, 'Work'), { name: 'Refused', message: /exclusiveGateway 'choice'/ });
  assert.deepEqual(await contents(store), before);
  await complete(house, 'Work', { total: 11 });
  assert.equal((await house.task('Big')).wait.state, 'open');
});

test('receivers of a signal, those that began to listen in the same command among them, refuse it when one fails', async t => {
  const house = await openHouse(t);
  const { engine, deploy, store } = house;
  await deploy(listener);
  await deploy(thrower);
  const good = await engine.start({ key: 'listener', variables: { level: 1 } });
  const bad = await engine.start({ key: 'listener' });
  await engine.start({ key: 'thrower' });
  const before = await contents(store);
  await assert.rejects(complete(house, 'Begin'), { name: 'Refused', message: /level/ });
  await assert.rejects(engine.broadcast({ name: 'alarm', onFailure: 'refuse' }), { name: 'Refused' });
  assert.deepEqual(await contents(store), before);

  await engine.send(bad.instance, { do: 'cancel', at: house.clock(), onFailure: 'incident' });
  await complete(house, 'Begin');
  assert.equal((await house.task('Heard')).instance, good.instance);
  assert.equal((await commits(store, good.instance)).length, 2);

  const later = await engine.start({ key: 'listener', variables: { level: 2 } });
  assert.deepEqual(await engine.broadcast({ name: 'alarm', onFailure: 'refuse' }), [later.instance]);
});

test('a signal that is thrown asynchronously refuses nothing: who fails on hearing it has an incident', async t => {
  const house = await openHouse(t);
  const { engine, deploy } = house;
  await deploy(listener);
  await deploy(thrower.replace('<signalEventDefinition ', '<signalEventDefinition camunda:async="true" '));
  const bad = await engine.start({ key: 'listener' });
  await engine.start({ key: 'thrower' });

  await complete(house, 'Begin');
  await engine.idle();

  assert.equal((await house.task('Thrown')).wait.state, 'open');
  assert.match(Object.values((await engine.instance(bad.instance))!.incidents)[0]!.message, /level/);
});

test('a called process that is not deployed, or suspended, refuses the start; without the wish to refuse it is an incident', async t => {
  const { engine, deploy, store } = await openHouse(t);
  await deploy(
    xml('caller', '<startEvent id="start"/><callActivity id="call" calledElement="callee"/>', ['start -> call']),
  );
  await assert.rejects(engine.start({ key: 'caller', onFailure: 'refuse' }), { name: 'Refused', message: /callee/ });
  const { id } = await deploy(callee);
  await engine.operations.suspendDefinition(id, { suspended: true });
  await assert.rejects(engine.start({ key: 'caller', onFailure: 'refuse' }), { message: /'callee:1' is suspended/ });
  assert.equal(await store.count('instances', {}), 0);
  const { instance } = await engine.start({ key: 'caller' });
  await engine.idle();
  assert.match(Object.values((await engine.instance(instance))!.incidents)[0]!.message, /'callee:1' is suspended/);
});

test('what the budget of a step leaves over is rehearsed, too', async t => {
  const house = await openHouse(t);
  await house.deploy(
    xml(
      'long',
      '<startEvent id="start"/><userTask id="Begin"/><exclusiveGateway id="again"/><serviceTask id="count" camunda:expression="${n + 1}" camunda:resultVariable="n"/><exclusiveGateway id="end"/><userTask id="Done"/>',
      [
        'start -> Begin -> again -> count -> end',
        'end -> again if ${n < 1500}',
        'end -> Done if ${n >= 1500 && missing}',
      ],
    ),
  );
  await house.engine.start({ key: 'long', variables: { n: 0 } });
  await assert.rejects(complete(house, 'Begin'), { name: 'Refused', message: /missing/ });
  await complete(house, 'Begin', { missing: true });
  assert.ok(await house.task('Done'));
});
