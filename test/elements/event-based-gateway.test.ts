/** Event-based gateway: listens for all the events behind it; the first one decides. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { draw, on } from '../diagram.js';
import { scenario } from '../scenario.js';

const race = (attributes = '', target = '') =>
  draw(
    `<startEvent id="start"/><eventBasedGateway id="race" ${attributes}/>
     <intermediateCatchEvent id="late">${on.timer()}</intermediateCatchEvent>
     <intermediateCatchEvent id="paid" ${target}>${on.message()}</intermediateCatchEvent>
     <intermediateCatchEvent id="stopped">${on.signal()}</intermediateCatchEvent>
     <intermediateCatchEvent id="enough">${on.condition('${enough}')}</intermediateCatchEvent>
     <receiveTask id="returned" messageRef="bye"/>
     <userTask id="after-late"/><userTask id="after-paid"/><userTask id="after-stopped"/><userTask id="after-enough"/><userTask id="after-returned"/>`,
    ['late', 'paid', 'stopped', 'enough', 'returned'].map((name, i) =>
      i === 0 ? `start -> race -> ${name} -> after-${name}` : `race -> ${name} -> after-${name}`,
    ),
  );

for (const event of ['late', 'paid', 'stopped', 'returned']) {
  test(`the gateway goes on by '${event}' and listens for the others no longer`, async () => {
    const process = scenario(await race());
    process.start();
    assert.deepEqual(process.waiting(), ['enough', 'late', 'paid', 'returned', 'stopped']);
    process.complete(event, { heard: event });
    assert.deepEqual(process.waiting(), [`after-${event}`]);
    assert.deepEqual(process.variables(), { heard: event });
    assert.ok(process.entered().includes(event), 'the event itself was visited');
  });
}

test('a condition decides as soon as a variable makes it true', async () => {
  const process = scenario(await race());
  process.start();
  process.set({ enough: true });
  assert.deepEqual(process.waiting(), ['after-enough']);
});

test('a condition that holds already decides at once', async () => {
  const process = scenario(await race());
  process.start({ enough: true });
  assert.deepEqual(process.waiting(), ['after-enough']);
});

test('the event that has happened does not wait a second time behind asynchronous continuations', async () => {
  const process = scenario(await race('camunda:asyncAfter="true"', 'camunda:asyncBefore="true"'));
  process.start();
  process.complete('paid', { sum: 5 });
  assert.deepEqual(process.waiting(), ['race']);
  process.complete('race');
  assert.deepEqual(process.waiting(), ['paid']);
  process.complete('paid');
  assert.deepEqual(process.waiting(), ['after-paid']);
  assert.deepEqual(process.variables(), { sum: 5 });
});

test('the event may lead back to the gateway', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><exclusiveGateway id="again"/><eventBasedGateway id="race"/>
       <intermediateCatchEvent id="tick">${on.timer()}</intermediateCatchEvent><intermediateCatchEvent id="stop">${on.message()}</intermediateCatchEvent><endEvent id="end"/>`,
      ['start -> again -> race -> tick -> again', 'race -> stop -> end'],
    ),
  );
  process.start();
  for (let i = 0; i < 3; i++) process.complete('tick');
  process.complete('stop');
  assert.equal(process.instance().state, 'completed');
});
