/** The everyday elements: tasks, gateways, sub-processes, as a modeler draws them. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { arrows, compile, compileFixture, xml } from '../diagram.js';
import { scenario } from '../scenario.js';

test('an approval waits for two people, one after the other, and ends', async () => {
  // given
  const [definition] = await compileFixture('models/w3-approval.bpmn');
  const process = scenario(definition!);
  // when
  process.start();
  assert.deepEqual(process.waiting(), ['Review request']);
  process.complete('Review request', { approved: true });
  assert.deepEqual(process.waiting(), ['Fulfil request']);
  process.complete('Fulfil request');
  // then
  assert.equal(process.instance().state, 'completed');
  assert.equal(process.variables().approved, true);
});

test('an exclusive gateway takes the first flow whose condition holds, else the default flow', async () => {
  const [definition] = await compile(
    xml(
      'p',
      `<startEvent id="start"/><exclusiveGateway id="choice" default="choice-small"/><task id="big"/><task id="small"/><endEvent id="end"/>`,
      ['start -> choice -> small -> end', 'choice -> big if ${amount > 100}', 'big -> end'],
    ),
  );
  for (const [amount, way] of [
    [500, 'big'],
    [5, 'small'],
  ] as const) {
    const process = scenario(definition!);
    process.start({ amount });
    assert.deepEqual(process.entered(), ['start', 'choice', way, 'end']);
  }
});

test('a parallel join waits for one token on every flow', async () => {
  const [definition] = await compile(
    xml(
      'p',
      `<startEvent id="start"/><parallelGateway id="fork"/><userTask id="a"/><userTask id="b"/><parallelGateway id="join"/><endEvent id="end"/>`,
      ['start -> fork -> a -> join -> end', 'fork -> b -> join'],
    ),
  );
  const process = scenario(definition!);
  process.start();
  process.complete('a');
  assert.deepEqual(process.waiting(), ['b']);
  process.complete('b');
  assert.equal(process.instance().state, 'completed');
});

test('an inclusive join waits for every token that can still arrive, and for no other', async () => {
  const [definition] = await compile(
    xml(
      'p',
      `<startEvent id="start"/><inclusiveGateway id="fork"/><userTask id="a"/><userTask id="b"/><userTask id="c"/><inclusiveGateway id="join"/><endEvent id="end"/>`,
      [
        'start -> fork',
        'fork -> a if ${a}',
        'fork -> b if ${b}',
        'fork -> c if ${c}',
        'a -> join',
        'b -> join',
        'c -> join',
        'join -> end',
      ],
    ),
  );
  const process = scenario(definition!);
  process.start({ a: true, b: true, c: false });
  assert.deepEqual(process.waiting(), ['a', 'b']);
  process.complete('a');
  assert.deepEqual(process.waiting(), ['b']);
  process.complete('b');
  assert.equal(process.instance().state, 'completed');
});

test('an interrupting boundary timer takes the task away, a late answer is stale', async () => {
  const [definition] = await compile(
    xml(
      'p',
      `<startEvent id="start"/><userTask id="work"/><boundaryEvent id="late" attachedToRef="work"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent><userTask id="escalate"/><endEvent id="end"/>`,
      ['start -> work -> end', 'late -> escalate -> end'],
    ),
  );
  const process = scenario(definition!);
  process.start();
  assert.deepEqual(process.waiting(), ['late', 'work']);
  assert.equal(process.wait('late').due, process.clock.now + 3_600_000);
  const task = process.wait('work');
  process.complete('late');
  assert.deepEqual(process.waiting(), ['escalate']);
  assert.throws(() => process.send({ do: 'resume', wait: task.id, variables: {} }), { name: 'StaleCommand' });
});

test('a multi-instance sub-process opens one scope per item and ends with the last', async () => {
  const [definition] = await compile(
    xml(
      'p',
      `<startEvent id="start"/><subProcess id="review"><multiInstanceLoopCharacteristics camunda:collection="reviewers" camunda:elementVariable="reviewer"/>
       <startEvent id="begin"/><userTask id="read" camunda:assignee="\${reviewer}"/><endEvent id="done"/>${arrows('begin -> read -> done')}</subProcess><endEvent id="end"/>`,
      ['start -> review -> end'],
    ),
  );
  const process = scenario(definition!);
  process.start({ reviewers: ['ann', 'bob', 'cid'] });
  assert.deepEqual(process.waiting(), ['read', 'read', 'read']);
  process.complete('read');
  process.complete('read');
  process.complete('read');
  assert.equal(process.instance().state, 'completed');
});

test('a large multi-instance keeps its items in chunks, and a finished chunk is gone', async () => {
  const [definition] = await compile(
    xml(
      'p',
      `<startEvent id="start"/><userTask id="each"><multiInstanceLoopCharacteristics><loopCardinality>\${n}</loopCardinality></multiInstanceLoopCharacteristics></userTask><endEvent id="end"/>`,
      ['start -> each -> end'],
    ),
  );
  const process = scenario(definition!, { limits: { chunk: 10, nodes: 25 } });
  process.start({ n: 42 });
  process.goOn();
  assert.equal(process.waiting().length, 42);
  assert.equal(Object.keys(process.instance().activations).length, 2);
  for (let i = 0; i < 42; i++) process.complete('each');
  assert.equal(process.instance().state, 'completed');
});

test('cancelling a large multi-instance closes what lies in its chunks', async () => {
  const [definition] = await compile(
    xml(
      'p',
      `<startEvent id="start"/><userTask id="each"><multiInstanceLoopCharacteristics><loopCardinality>\${n}</loopCardinality></multiInstanceLoopCharacteristics></userTask><boundaryEvent id="stop" attachedToRef="each"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent><endEvent id="end"/>`,
      ['start -> each -> end', 'stop -> end'],
    ),
  );
  const process = scenario(definition!, { limits: { chunk: 10 } });
  process.start({ n: 35 });
  process.complete('stop');
  assert.equal(process.instance().state, 'completed');
  process.goOn();
  assert.deepEqual(process.waiting(), []);
});

test('a failing condition parks the token with an incident, and retry goes on', async () => {
  const [definition] = await compile(
    xml(
      'p',
      `<startEvent id="start"/><exclusiveGateway id="choice"/><task id="a"/><task id="b"/><endEvent id="end"/>`,
      ['start -> choice', 'choice -> a if ${amount > 1}', 'choice -> b if ${amount <= 1}', 'a -> end', 'b -> end'],
    ),
  );
  const process = scenario(definition!);
  process.start();
  assert.equal(process.incidents().length, 1);
  assert.match(process.incidents()[0]!, /exclusiveGateway 'choice'.*amount/);
  const [incident] = Object.keys(process.instance().incidents);
  process.send({ do: 'set', variables: { amount: 7 } });
  process.send({ do: 'retry', incident: incident! });
  assert.equal(process.instance().state, 'completed');
});

test('an endless loop is named, not endured', async () => {
  const [definition] = await compile(
    xml('p', `<startEvent id="start"/><exclusiveGateway id="again"/><task id="spin"/>`, [
      'start -> again -> spin -> again',
    ]),
  );
  const process = scenario(definition!, { limits: { loop: 500, nodes: 100 } });
  process.start();
  process.goOn();
  assert.match(process.incidents()[0]!, /visited 500 times without waiting/);
});

test('an error end event is caught by the boundary of its sub-process', async () => {
  const [definition] = await compile(
    xml(
      'p',
      `<startEvent id="start"/><subProcess id="sub"><startEvent id="in"/><userTask id="work"/><endEvent id="refused"><errorEventDefinition errorRef="e1"/></endEvent>${arrows('in -> work -> refused')}</subProcess>
       <boundaryEvent id="caught" attachedToRef="sub"><errorEventDefinition errorRef="e1" camunda:errorCodeVariable="code"/></boundaryEvent><endEvent id="end"/><endEvent id="handled"/>`,
      ['start -> sub -> end', 'caught -> handled'],
      '<error id="e1" errorCode="NO"/>',
    ),
  );
  const process = scenario(definition!);
  process.start();
  process.complete('work');
  assert.deepEqual(process.entered().slice(-2), ['caught', 'handled']);
  assert.equal(process.instance().state, 'completed');
  assert.equal(process.variables().code, 'NO');
});

test('a conditional boundary event fires when the variable changes', async () => {
  const [definition] = await compileFixture('interchange/camunda7/order-handling.bpmn');
  const process = scenario(definition!);
  process.start({}, { startEvent: 'Order received' });
  assert.deepEqual(process.waiting(), ['Archive invoice?', 'Create Invoice']);
  process.send({ do: 'set', variables: { invoiceId: '47' } });
  assert.deepEqual(process.waiting(), ['Archive invoice']);
});
