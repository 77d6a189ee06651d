/** Message: what is published, and what waits for it. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { compile, draw, on, xml } from '../diagram.js';
import { scenario } from '../scenario.js';

test('a message name may be an expression, evaluated when the wait opens', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><receiveTask id="wait" messageRef="named"/><endEvent id="end"/>`,
      ['start -> wait -> end'],
      '<message id="named" name="paid-${order}"/>',
    ),
  );
  process.start({ order: 7 });
  assert.equal(process.wait('wait').name, 'paid-7');
});

test('an empty message name is an incident', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><receiveTask id="wait" messageRef="named"/><endEvent id="end"/>`,
      ['start -> wait -> end'],
      '<message id="named" name="${name}"/>',
    ),
  );
  process.start({ name: '' });
  assert.match(process.incidents()[0]!, /receiveTask 'wait'.*the message has no name; give it one/);
});

test('a correlation key of the model is evaluated when the wait opens', async () => {
  const text = xml(
    'p',
    `<startEvent id="start"/><intermediateCatchEvent id="wait">${on.message('m')}</intermediateCatchEvent><endEvent id="end"/>`,
    ['start -> wait -> end'],
    '<message id="m" name="paid"><extensionElements><zeebe:subscription correlationKey="=order"/></extensionElements></message>',
  ).replace(/xmlns:camunda="[^"]*"/, 'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"');
  const [definition] = await compile(text);
  const process = scenario(definition!, { answers: () => ({ value: 'order 7' }) });
  process.start();
  assert.deepEqual([process.wait('wait').name, process.wait('wait').key], ['paid', 'order 7']);
});

test('a message end event publishes, and the token has come to its end', async () => {
  const process = scenario(
    await draw(`<startEvent id="start"/><endEvent id="tell">${on.message()}</endEvent>`, ['start -> tell']),
  );
  process.start({}, { businessKey: 'b' });
  const [effect] = process.effects();
  assert.deepEqual(effect, { id: effect!.id, hops: 1, do: 'publish', name: 'hello', key: 'b', variables: {} });
  assert.equal(process.instance().state, 'completed');
});

test('a message event that a worker carries out waits as its job', async () => {
  const process = scenario(
    await draw(
      '<startEvent id="start"/><endEvent id="tell"><messageEventDefinition messageRef="hello" camunda:type="external" camunda:topic="mail"/></endEvent>',
      ['start -> tell'],
    ),
  );
  process.start();
  assert.deepEqual([process.wait('tell').kind, process.wait('tell').name], ['job', 'mail']);
  assert.deepEqual(process.effects(), []);
  process.complete('tell');
  assert.equal(process.instance().state, 'completed');
});
