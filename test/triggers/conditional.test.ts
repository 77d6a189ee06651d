/** Conditional: fires when its condition holds, at once or when a variable changes. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { arrows, draw, on } from '../diagram.js';
import { scenario } from '../scenario.js';

const until = (id: string, condition: string) =>
  `<intermediateCatchEvent id="${id}">${on.condition(condition)}</intermediateCatchEvent>`;

test('a condition that holds on entry does not wait', async () => {
  const process = scenario(
    await draw(`<startEvent id="start"/>${until('x', '${open}')}<userTask id="after"/>`, ['start -> x -> after']),
  );
  process.start({ open: true });
  assert.deepEqual(process.waiting(), ['after']);
});

test('one change may fulfil several conditions, and all of them fire', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><parallelGateway id="fork"/>${until('x', '${n > 1}')}${until('y', '${n > 2}')}${until('z', '${n > 9}')}<userTask id="a"/><userTask id="b"/><userTask id="c"/>`,
      ['start -> fork -> x -> a', 'fork -> y -> b', 'fork -> z -> c'],
    ),
  );
  process.start({ n: 0 });
  assert.deepEqual(process.waiting(), ['x', 'y', 'z']);
  process.set({ n: 5 });
  assert.deepEqual(process.waiting(), ['a', 'b', 'z']);
});

test('one that fires may fulfil the next', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><parallelGateway id="fork"/>${until('x', '${first}')}${until('y', '${second}')}<serviceTask id="a" camunda:expression="\${true}" camunda:resultVariable="second"/><userTask id="b"/>`,
      ['start -> fork -> x -> a', 'fork -> y -> b'],
    ),
  );
  process.start({ first: false, second: false });
  process.set({ first: true });
  assert.deepEqual(process.waiting(), ['b']);
});

test('of two interrupting conditions on one task, the first one takes it', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><userTask id="work"/><boundaryEvent id="x" attachedToRef="work">${on.condition('${n > 1}')}</boundaryEvent><boundaryEvent id="y" attachedToRef="work">${on.condition('${n > 1}')}</boundaryEvent><userTask id="a"/><userTask id="b"/>`,
      ['start -> work', 'x -> a', 'y -> b'],
    ),
  );
  process.start();
  process.set({ n: 2 });
  assert.deepEqual(process.waiting(), ['a']);
});

test('a condition that does not interrupt fires at every change while it holds', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><userTask id="work"/><boundaryEvent id="x" attachedToRef="work" cancelActivity="false">${on.condition('${n > 1}')}</boundaryEvent><userTask id="a"/>`,
      ['start -> work', 'x -> a'],
    ),
  );
  process.start({ n: 0 });
  for (const n of [2, 3, 0, 4]) process.set({ n });
  assert.deepEqual(process.waiting(), ['a', 'a', 'a', 'work', 'x']);
});

test('a condition that names its variables is not looked at for others', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><userTask id="work"/><boundaryEvent id="x" attachedToRef="work" cancelActivity="false">${on.condition('${n > 1}').replace('<conditionalEventDefinition', '<conditionalEventDefinition camunda:variableName="n"')}</boundaryEvent><userTask id="a"/>`,
      ['start -> work', 'x -> a'],
    ),
  );
  process.start({ n: 2 });
  assert.deepEqual(process.waiting(), ['a', 'work', 'x']);
  process.set({ other: 1 });
  assert.deepEqual(process.waiting(), ['a', 'work', 'x']);
  process.set({ n: 3 });
  assert.deepEqual(process.waiting(), ['a', 'a', 'work', 'x']);
});

test('a local change is seen by the conditions inside its scope only', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><parallelGateway id="fork"/><userTask id="work"/><boundaryEvent id="x" attachedToRef="work" cancelActivity="false">${on.condition('${n > 1}')}</boundaryEvent><userTask id="a"/>
       <userTask id="beside"/>`,
      ['start -> fork -> work', 'fork -> beside', 'x -> a'],
    ),
  );
  process.start({ n: 2 });
  assert.deepEqual(process.waiting(), ['a', 'beside', 'work', 'x']);
  const { activation } = process.wait('beside');
  process.send({ do: 'set', activation, local: true, variables: { n: 5 } });
  assert.deepEqual(process.waiting(), ['a', 'beside', 'work', 'x']);
});

test('what the completion of a task sets fires at this task, before its token leaves', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><userTask id="work"/><boundaryEvent id="x" attachedToRef="work">${on.condition('${refused}')}</boundaryEvent><userTask id="a"/><userTask id="after"/>`,
      ['start -> work -> after', 'x -> a'],
    ),
  );
  process.start({ refused: false });
  process.complete('work', { refused: true });
  assert.deepEqual(process.waiting(), ['a']);
});

test('a condition that cannot be evaluated yet waits on', async () => {
  const process = scenario(
    await draw(`<startEvent id="start"/>${until('x', '${order.paid}')}<userTask id="after"/>`, ['start -> x -> after']),
  );
  process.start();
  assert.deepEqual(process.waiting(), ['x']);
  assert.deepEqual(process.incidents(), []);
  process.set({ order: { paid: true } });
  assert.deepEqual(process.waiting(), ['after']);
});

test('a change while a queue is put off is not forgotten', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><parallelGateway id="fork"/>${until('x', '${n > 1}')}<userTask id="after"/><userTask id="a"/><serviceTask id="b" camunda:expression="\${5}" camunda:resultVariable="n"/><task id="c"/><task id="d"/><endEvent id="end"/>`,
      ['start -> fork -> x -> after', 'fork -> a -> b -> c -> d -> end'],
    ),
    { limits: { nodes: 1 } },
  );
  process.start({ n: 0 });
  process.goOn();
  process.complete('a');
  process.goOn();
  assert.deepEqual(process.waiting(), ['after']);
});

test('an event sub-process with a condition that it makes true again is stopped by the loop guard', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><userTask id="work"/><subProcess id="event" triggeredByEvent="true"><startEvent id="i" isInterrupting="false">${on.condition('${n > 0}')}</startEvent><serviceTask id="more" camunda:expression="\${n + 1}" camunda:resultVariable="n"/>${arrows('i -> more')}</subProcess>`,
      ['start -> work'],
    ),
    { limits: { loop: 30 } },
  );
  process.start({ n: 0 });
  process.set({ n: 1 });
  assert.match(process.incidents()[0]!, /subProcess 'event'.*visited 30 times without waiting/);
});
