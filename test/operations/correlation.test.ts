/** Who gets a message: by instance, local variables, tenant; all at once; and what becomes of a failure. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { xml } from '../diagram.js';
import { openHouse } from '../house.js';

const waiting = xml(
  'waiting',
  `<startEvent id="start"/><startEvent id="asked"><messageEventDefinition messageRef="m"/></startEvent>
   <receiveTask id="Wait" messageRef="m"><extensionElements><camunda:inputOutput><camunda:inputParameter name="part">\${order}</camunda:inputParameter></camunda:inputOutput></extensionElements></receiveTask>
   <exclusiveGateway id="choice"/><userTask id="Yes"/><userTask id="No"/>`,
  ['start -> Wait -> choice', 'asked -> Yes', 'choice -> Yes if ${answer}', 'choice -> No if ${!answer}'],
  '<message id="m" name="answer"/>',
);

test('one instance, or the local variables of what waits, narrow who gets a message', async t => {
  const { engine, deploy } = await openHouse(t);
  await deploy(waiting);
  const [one, two] = [
    await engine.start({ key: 'waiting', variables: { order: 1 } }),
    await engine.start({ key: 'waiting', variables: { order: 2 } }),
  ];
  const message = { name: 'answer', variables: { answer: true } };
  assert.equal((await engine.publish(message)).result, 'ambiguous');
  assert.deepEqual(await engine.publish({ ...message, localCorrelation: { order: 1 } }), { result: 'nobody' });
  const local = await engine.publish({ ...message, localCorrelation: { part: 1 } });
  assert.deepEqual([local.result, 'instance' in local && local.instance], ['delivered', one.instance]);
  const named = await engine.publish({ ...message, instance: two.instance });
  assert.deepEqual([named.result, 'instance' in named && named.instance], ['delivered', two.instance]);
  assert.deepEqual(await engine.publish({ ...message, instance: two.instance }), { result: 'nobody' });
});

test('a wait goes before a start event, unless only one of the two is asked for', async t => {
  const { engine, deploy } = await openHouse(t);
  await deploy(waiting);
  await engine.start({ key: 'waiting', variables: { order: 1 } });
  const started = await engine.publish({ name: 'answer', only: 'starts', businessKey: 'b' });
  assert.deepEqual([started.result, 'started' in started && started.started], ['delivered', true]);
  const heard = await engine.publish({ name: 'answer', variables: { answer: false } });
  assert.ok('wait' in heard && heard.wait);
  assert.deepEqual(await engine.publish({ name: 'answer', only: 'waits' }), { result: 'nobody' });
});

test('a message for all reaches every wait that it fits and the start event; local variables stay where it was awaited', async t => {
  const { engine, deploy, store } = await openHouse(t);
  await deploy(waiting);
  for (const order of [1, 2]) await engine.start({ key: 'waiting', variables: { order } });
  const given = await engine.publishToAll({ name: 'answer', variables: { answer: true }, local: { from: 'us' } });
  assert.deepEqual(given.map(({ started = false }) => started).sort(), [false, false, true]);
  assert.equal(await store.count('tasks', { element: 'Yes' }), 3);
  const heard = await engine.instance(given[0]!.instance);
  assert.equal(heard!.activations[1]!.variables!.from, undefined);
  assert.deepEqual(await engine.publishToAll({ name: 'nothing' }), []);
});

test('what is suspended takes no part', async t => {
  const { engine, deploy } = await openHouse(t);
  await deploy(waiting);
  const [one, two] = [
    await engine.start({ key: 'waiting', variables: { order: 1 } }),
    await engine.start({ key: 'waiting', variables: { order: 2 } }),
  ];
  await engine.operations.suspendInstance(one.instance, { suspended: true });
  const heard = await engine.publish({ name: 'answer', variables: { answer: true } });
  assert.equal('instance' in heard && heard.instance, two.instance);
});

test('a receiver that fails is an incident, or refuses the message where its sender says so', async t => {
  const { engine, deploy } = await openHouse(t);
  await deploy(waiting);
  const { instance } = await engine.start({ key: 'waiting', variables: { order: 1 } });
  await assert.rejects(engine.publish({ name: 'answer', onFailure: 'refuse' }), { name: 'Refused', message: /answer/ });
  assert.equal((await engine.instance(instance))!.version, 1);
  await engine.publish({ name: 'answer' });
  assert.equal(Object.keys((await engine.instance(instance))!.incidents).length, 1);
});
