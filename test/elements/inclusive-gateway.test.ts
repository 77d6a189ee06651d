/** Inclusive gateway: every way whose condition holds; joins when no further token can arrive. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { arrows, draw, on } from '../diagram.js';
import { scenario } from '../scenario.js';

const block = ['start -> fork', 'fork -> a if ${a}', 'fork -> b if ${b}', 'a -> join', 'b -> join', 'join -> after'];
const elements = (attributes = '') =>
  `<startEvent id="start"/><inclusiveGateway id="fork" ${attributes}/><userTask id="a"/><userTask id="b"/><inclusiveGateway id="join"/><userTask id="after"/>`;

test('every flow whose condition holds is taken', async () => {
  const definition = await draw(elements(), block);
  for (const [a, b, waiting] of [
    [true, true, ['a', 'b']],
    [true, false, ['a']],
    [false, true, ['b']],
  ] as const) {
    const process = scenario(definition);
    process.start({ a, b });
    assert.deepEqual(process.waiting(), waiting);
  }
});

test('the default flow is taken only when no other is', async () => {
  const definition = await draw(`${elements('default="fork-c"')}<userTask id="c"/>`, [...block, 'fork -> c -> join']);
  const none = scenario(definition);
  none.start({ a: false, b: false });
  assert.deepEqual(none.waiting(), ['c']);
  const some = scenario(definition);
  some.start({ a: true, b: false });
  assert.deepEqual(some.waiting(), ['a']);
});

test('no flow at all is an incident', async () => {
  const process = scenario(await draw(elements(), block));
  process.start({ a: false, b: false });
  assert.match(process.incidents()[0]!, /^inclusiveGateway 'fork'.*no outgoing flow has a condition that holds/);
});

test('the join goes on as soon as the token that it waited for has gone elsewhere', async () => {
  const process = scenario(
    await draw(
      `${elements()}<boundaryEvent id="late" attachedToRef="b">${on.timer()}</boundaryEvent><userTask id="elsewhere"/>`,
      [...block, 'late -> elsewhere'],
    ),
  );
  process.start({ a: true, b: true });
  process.complete('a');
  assert.deepEqual(process.waiting(), ['b', 'late']);
  process.complete('late');
  assert.deepEqual(process.waiting(), ['after', 'elsewhere']);
});

test('the join waits for a token that can come by way of a boundary event', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><parallelGateway id="fork"/><userTask id="a"/><userTask id="b"/><inclusiveGateway id="join"/><userTask id="after"/><endEvent id="end"/>
       <boundaryEvent id="late" attachedToRef="b">${on.timer()}</boundaryEvent>`,
      ['start -> fork -> a -> join -> after', 'fork -> b -> end', 'late -> join'],
    ),
  );
  process.start();
  process.complete('a');
  assert.deepEqual(process.waiting(), ['b', 'late']);
  process.complete('b');
  assert.deepEqual(process.waiting(), ['after']);
});

test('the join waits for a token inside a sub-process on the way', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><parallelGateway id="fork"/><userTask id="a"/><inclusiveGateway id="join"/><userTask id="after"/>
       <subProcess id="sub"><startEvent id="begin"/><userTask id="inside"/>${arrows('begin -> inside')}</subProcess>`,
      ['start -> fork -> a -> join -> after', 'fork -> sub -> join'],
    ),
  );
  process.start();
  process.complete('a');
  assert.deepEqual(process.waiting(), ['inside']);
  process.complete('inside');
  assert.deepEqual(process.waiting(), ['after']);
});

test('the join waits for a token that comes by a link', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><parallelGateway id="fork"/><userTask id="a"/><userTask id="b"/><inclusiveGateway id="join"/><userTask id="after"/>
       <intermediateThrowEvent id="out">${on.link('x')}</intermediateThrowEvent><intermediateCatchEvent id="in">${on.link('x')}</intermediateCatchEvent>`,
      ['start -> fork -> a -> join -> after', 'fork -> b -> out', 'in -> join'],
    ),
  );
  process.start();
  process.complete('a');
  assert.deepEqual(process.waiting(), ['b']);
  process.complete('b');
  assert.deepEqual(process.waiting(), ['after']);
});

test('the join waits for a token that is parked with an incident', async () => {
  const process = scenario(await draw(elements().replace('id="b"', 'id="b" camunda:assignee="${who}"'), block));
  process.start({ a: true, b: true });
  process.complete('a');
  assert.deepEqual(process.waiting(), []);
  assert.match(process.incidents()[0]!, /userTask 'b'/);
  process.set({ who: 'ann' });
  process.retry();
  process.complete('b');
  assert.deepEqual(process.waiting(), ['after']);
});

test('the join waits for a token that is parked on the very flow that leads to it', async () => {
  const listener =
    '<extensionElements><camunda:executionListener event="take" expression="${ready}"/></extensionElements>';
  const process = scenario(
    await draw(
      `${elements()}<sequenceFlow id="last" sourceRef="b" targetRef="join">${listener}</sequenceFlow>`,
      block.filter(flow => flow !== 'b -> join'),
    ),
  );
  process.start({ a: true, b: true });
  process.complete('b');
  process.complete('a');
  assert.equal(process.incidents().length, 1);
  assert.deepEqual(process.waiting(), []);
  process.set({ ready: true });
  process.retry();
  assert.deepEqual(process.waiting(), ['after']);
});

test('a token behind the join does not hold it up, though a loop leads back', async () => {
  // given a loop around the join: a token at `after` could come back to it
  const process = scenario(
    await draw(
      `<startEvent id="start"/><exclusiveGateway id="again"/><inclusiveGateway id="fork"/><userTask id="a"/><userTask id="b"/><inclusiveGateway id="join"/>
       <userTask id="check"/><exclusiveGateway id="enough" default="enough-again"/><endEvent id="end"/>`,
      [
        'start -> again -> fork',
        'fork -> a if ${a}',
        'fork -> b if ${b}',
        'a -> join',
        'b -> join',
        'join -> check -> enough -> again',
        'enough -> end if ${done}',
      ],
    ),
  );
  process.start({ a: true, b: true, done: false });
  for (let round = 0; round < 3; round++) {
    process.complete('b');
    process.complete('a');
    assert.deepEqual(process.waiting(), ['check']);
    process.complete('check');
    assert.deepEqual(process.waiting(), ['a', 'b']);
  }
  process.complete('a');
  process.complete('b');
  process.complete('check', { done: true });
  assert.equal(process.instance().state, 'completed');
});

test('a second token on a flow that has one already does not hold the join up', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><parallelGateway id="fork"/><userTask id="a"/><userTask id="b"/><exclusiveGateway id="merge"/><inclusiveGateway id="join"/><userTask id="after"/><userTask id="c"/><exclusiveGateway id="never" default="never-c"/>`,
      [
        'start -> fork -> a -> merge -> join -> after',
        'fork -> b -> merge',
        'fork -> never -> c',
        'never -> join if ${false}',
      ],
    ),
  );
  process.start();
  process.complete('a');
  assert.deepEqual(process.waiting(), ['after', 'b', 'c']);
});

test('two inclusive joins in a row each wait for their own tokens', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><parallelGateway id="fork"/><userTask id="a"/><userTask id="b"/><userTask id="c"/><inclusiveGateway id="inner"/><inclusiveGateway id="outer"/><userTask id="after"/>`,
      ['start -> fork -> a -> inner -> outer -> after', 'fork -> b -> inner', 'fork -> c -> outer'],
    ),
  );
  process.start();
  process.complete('c');
  process.complete('a');
  assert.deepEqual(process.waiting(), ['b']);
  process.complete('b');
  assert.deepEqual(process.waiting(), ['after']);
});

test('a join as the only node of an endless loop is named by the loop guard', async () => {
  const process = scenario(
    await draw('<startEvent id="start"/><inclusiveGateway id="join"/><task id="spin"/>', [
      'start -> join -> spin -> join',
    ]),
    { limits: { loop: 50 } },
  );
  process.start();
  assert.equal(process.incidents().length, 1);
  assert.match(process.incidents()[0]!, /visited 50 times without waiting/);
  process.retry();
  assert.equal(process.incidents().length, 1);
});
