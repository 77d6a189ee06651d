/** What becomes of a failure, by the command's word: an incident, another attempt, or a refusal. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { draw, on } from '../diagram.js';
import { scenario } from '../scenario.js';

const failing = () =>
  draw(
    '<startEvent id="start"/><userTask id="work"/><exclusiveGateway id="choice"/><userTask id="a"/><userTask id="b"/>',
    ['start -> work -> choice', 'choice -> a if ${x > 0}', 'choice -> b if ${x <= 0}'],
  );

for (const onFailure of ['retry', 'refuse'] as const) {
  test(`'${onFailure}': the command throws, and nothing has changed`, async () => {
    const process = scenario(await failing());
    process.start();
    const before = process.instance();
    assert.throws(() => process.send({ do: 'resume', wait: process.wait('work').id, variables: { y: 1 }, onFailure }), {
      name: 'Failure',
      message: /exclusiveGateway 'choice'/,
    });
    assert.equal(process.instance(), before);
    assert.deepEqual(process.waiting(), ['work']);
  });
}

test("'incident': what had happened before the failure stays, and the rest of the process goes on", async () => {
  const process = scenario(
    await draw(
      '<startEvent id="start"/><parallelGateway id="fork"/><serviceTask id="broken" camunda:expression="${missing}" camunda:resultVariable="x"/><userTask id="work"/>',
      ['start -> fork -> broken', 'fork -> work'],
    ),
  );
  process.start();
  assert.deepEqual(process.waiting(), ['work']);
  assert.equal(process.incidents().length, 1);
  process.complete('work');
  assert.equal(process.instance().state, 'running', 'a parked token keeps the instance open');
  process.set({ missing: 1 });
  process.retry();
  assert.equal(process.instance().state, 'completed');
});

test('the incident says element, name, line, and what was evaluated', async () => {
  const process = scenario(await failing());
  process.start();
  process.complete('work');
  assert.match(
    process.incidents()[0]!,
    /^exclusiveGateway 'choice' \(line \d+\): \$\{x > 0\} failed \(line \d+\): there is no variable/,
  );
});

test('a script that fails is named by its beginning, not by its whole text', async () => {
  const script = `\${missing} ${'and so on '.repeat(100)}`;
  const process = scenario(
    await draw(
      `<startEvent id="start"/><scriptTask id="sum" scriptFormat="juel"><script>${script}</script></scriptTask>`,
      ['start -> sum'],
    ),
  );
  process.start();
  assert.match(
    process.incidents()[0]!,
    /^scriptTask 'sum' \(line \d+\): \$\{missing\} and so on .+… failed \(line \d+\)/,
  );
  assert.ok(process.incidents()[0]!.length < 300, process.incidents()[0]);
});

test('a retry that fails again leaves one incident, not two', async () => {
  const process = scenario(await failing());
  process.start();
  process.complete('work');
  for (let i = 0; i < 3; i++) process.retry();
  assert.equal(process.incidents().length, 1);
});

test('an incident that was retried already is stale', async () => {
  const process = scenario(await failing());
  process.start();
  process.complete('work');
  const [incident] = Object.keys(process.instance().incidents);
  process.set({ x: 1 });
  process.send({ do: 'retry', incident: incident! });
  assert.throws(() => process.send({ do: 'retry', incident: incident! }), { name: 'StaleCommand' });
});

test('a suspended instance takes no answers, and goes on when it is activated', async () => {
  const process = scenario(await failing());
  process.start();
  const { id } = process.wait('work');
  process.send({ do: 'suspend' });
  assert.throws(() => process.send({ do: 'resume', wait: id, variables: {} }), {
    name: 'BadCommand',
    message: 'instance i is suspended; activate it first',
  });
  process.set({ x: 1 });
  process.send({ do: 'activate' });
  assert.throws(() => process.send({ do: 'activate' }), { message: 'instance i is not suspended' });
  process.complete('work');
  assert.deepEqual(process.waiting(), ['a']);
});

test('a condition that becomes true while the instance is suspended fires when it is activated', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><intermediateCatchEvent id="until">${on.condition('${open}')}</intermediateCatchEvent><userTask id="after"/>`,
      ['start -> until -> after'],
    ),
  );
  process.start();
  process.send({ do: 'suspend' });
  process.set({ open: true });
  assert.deepEqual(process.waiting(), ['until']);
  process.send({ do: 'activate' });
  assert.deepEqual(process.waiting(), ['after']);
});

test('a cancelled instance is empty, and every later command is stale', async () => {
  const process = scenario(await failing());
  process.start();
  const { id } = process.wait('work');
  process.send({ do: 'cancel', reason: 'changed our mind' });
  assert.equal(process.instance().state, 'cancelled');
  for (const command of [
    { do: 'resume' as const, wait: id, variables: {} },
    { do: 'set' as const, variables: {} },
    { do: 'cancel' as const },
    { do: 'suspend' as const },
  ]) {
    assert.throws(() => process.send(command), { name: 'StaleCommand', message: 'instance i is cancelled' });
  }
});

test('a suspended instance can be cancelled', async () => {
  const process = scenario(await failing());
  process.start();
  process.send({ do: 'suspend' });
  process.send({ do: 'cancel' });
  assert.equal(process.instance().state, 'cancelled');
});

test('an instance is started once', async () => {
  const process = scenario(await failing());
  process.start();
  assert.throws(() => process.start(), { name: 'StaleCommand', message: /has been started already/ });
});

test('a process that only events start is not started without one', async () => {
  const process = scenario(
    await draw(`<startEvent id="told">${on.message()}</startEvent><userTask id="work"/>`, ['told -> work']),
  );
  assert.throws(() => process.start(), { name: 'BadCommand', message: /starts by an event only/ });
  process.start({ a: 1 }, { startEvent: 'told' });
  assert.deepEqual(process.waiting(), ['work']);
});

test('what a move had sent before it failed is not sent', async () => {
  // given three calls whose boundary event cancels them at once, where the loop guard allows two visits of it
  const process = scenario(
    await draw(
      `<startEvent id="start"/><exclusiveGateway id="again"/><userTask id="more"/><callActivity id="call" calledElement="child"/>
       <boundaryEvent id="stop" attachedToRef="call">${on.condition('${stopped}')}</boundaryEvent><endEvent id="end"/>`,
      ['start -> again -> more -> again', 'more -> call', 'stop -> end'],
    ),
    { limits: { loop: 2 }, answers: () => ({ definition: 'child:1' }) },
  );
  process.start({ stopped: false });
  for (let i = 0; i < 3; i++) process.complete('more');
  process.effects();
  // when
  process.set({ stopped: true });
  // then
  assert.match(process.incidents()[0]!, /boundaryEvent 'stop'.*visited 2 times/);
  assert.deepEqual(process.waiting(), ['call', 'more']);
  assert.equal(process.effects().length, 2);
  process.retry();
  assert.deepEqual(process.waiting(), ['more']);
});

test('a loop that does nothing but turn is named after its visits, also over many steps with commands in between', async () => {
  const process = scenario(
    await draw(
      '<startEvent id="start"/><parallelGateway id="fork"/><userTask id="work"/><exclusiveGateway id="again"/><task id="spin"/>',
      ['start -> fork -> again -> spin -> again', 'fork -> work'],
    ),
    { limits: { loop: 100, nodes: 30 } },
  );
  process.start();
  for (let i = 0; i < 2; i++) {
    process.set({ i });
    process.send({ do: 'continue' });
  }
  process.goOn();
  assert.match(process.incidents()[0]!, /visited 100 times without waiting: the loop around it has no end/);
  assert.deepEqual(process.waiting(), ['work']);
});

test('a thousand put-off steps in a row are an incident that a retry goes on from', async () => {
  const process = scenario(
    await draw('<startEvent id="start"/><task id="a"/><task id="b"/><task id="c"/><task id="d"/><endEvent id="end"/>', [
      'start -> a -> b -> c -> d -> end',
    ]),
    { limits: { nodes: 1, hops: 3 } },
  );
  process.start();
  process.goOn();
  assert.match(process.incidents()[0]!, /3 steps in a row without an answer from outside; retry lets it go on/);
  process.retry();
  process.goOn();
  assert.equal(process.instance().state, 'completed');
});
