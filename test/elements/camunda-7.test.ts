/** Where files of Camunda 7 run as they run there, and plain BPMN follows the standard. */

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Definition } from '../../engine/core/types.js';
import { arrows, compile, draw, on, xml } from '../diagram.js';
import { openHouse } from '../house.js';
import { type Scenario, scenario } from '../scenario.js';

/** What makes a file one of Camunda 7. */
const camunda = (elements: string) =>
  elements.replace('<startEvent id="start"', '<startEvent id="start" camunda:initiator="by"');

/** The same process as a file of Camunda 7, and as a plain one. */
async function both(elements: string, flows: string[]): Promise<{ seven: Scenario; plain: Scenario }> {
  const [seven, plain] = [await draw(camunda(elements), flows), await draw(elements, flows)];
  assert.deepEqual([seven.dialect, plain.dialect], ['camunda', 'bpmn']);
  return { seven: scenario(seven), plain: scenario(plain) };
}

test('an error that nobody catches ends its path like a none end event; an escalation is ignored', async () => {
  const bad = '<endEvent id="bad"><errorEventDefinition errorRef="no"/></endEvent>';
  const { seven, plain } = await both(`<startEvent id="start"/><userTask id="work"/><userTask id="beside"/>${bad}`, [
    'start -> work -> bad',
    'start -> beside',
  ]);
  for (const process of [seven, plain]) {
    process.start();
    process.escalate('work', 'UP');
    process.complete('work');
  }
  assert.deepEqual([seven.waiting(), seven.incidents()], [['beside'], []]);
  assert.equal(plain.incidents().length, 1);
  seven.throwError('beside', 'X');
  assert.equal(seven.instance().state, 'completed');
});

test('a receive task without a message waits until somebody triggers it, also as an item of a multi-instance', async () => {
  const items =
    '<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>';
  const definition = await draw(
    camunda(
      `<startEvent id="start"/><receiveTask id="hand"/><receiveTask id="each">${items}</receiveTask><userTask id="after"/>`,
    ),
    ['start -> hand -> each -> after'],
  );
  const process = scenario(definition);
  process.start();
  assert.deepEqual([process.wait('hand').kind, process.wait('hand').name], ['trigger', undefined]);
  process.complete('hand', { done: true });
  assert.equal(process.variables().done, true);
  assert.deepEqual(process.waiting(), ['each', 'each']);
  process.complete('each');
  process.complete('each');
  assert.deepEqual(process.waiting(), ['after']);
});

test('a process is started by hand whose only start event waits for a message', async () => {
  const start = `<startEvent id="start">${on.message()}</startEvent><userTask id="work"/>`;
  const { seven, plain } = await both(start, ['start -> work']);
  seven.start();
  assert.deepEqual(seven.waiting(), ['work']);
  assert.throws(() => plain.start(), { name: 'BadCommand' });
});

const concluding = (id: string) => `<userTask id="${id}"><extensionElements>
  <camunda:inputOutput><camunda:outputParameter name="out">1</camunda:outputParameter></camunda:inputOutput>
  <camunda:executionListener event="end" expression="\${execution.setVariable('ended', true)}"/></extensionElements></userTask>`;

test('an activity that is interrupted runs its output mappings and end listeners', async () => {
  const byBoundary = scenario(
    await draw(
      `<startEvent id="start"/>${concluding('work')}<boundaryEvent id="late" attachedToRef="work">${on.message()}</boundaryEvent><userTask id="after"/>`,
      ['start -> work', 'late -> after'],
    ),
  );
  byBoundary.start();
  byBoundary.complete('late');
  assert.deepEqual([byBoundary.waiting(), byBoundary.variables()], [['after'], { out: '1', ended: true }]);

  const byEvent = scenario(
    await draw(
      `<startEvent id="start"/>${concluding('work')}<subProcess id="help" triggeredByEvent="true"><startEvent id="asked">${on.message()}</startEvent><userTask id="answer"/>${arrows('asked -> answer')}</subProcess>`,
      ['start -> work'],
    ),
  );
  byEvent.start();
  byEvent.complete('help');
  assert.deepEqual([byEvent.waiting(), byEvent.variables()], [['answer'], { out: '1', ended: true }]);
});

test('the output mappings of a call run when an error or escalation comes out of it', async () => {
  const call = (attributes: string) =>
    draw(
      `<startEvent id="start"/><callActivity id="call" calledElement="c" ${attributes}><extensionElements><camunda:out source="a" target="b"/></extensionElements></callActivity><boundaryEvent id="caught" attachedToRef="call">${on.error()}</boundaryEvent><userTask id="handle"/>`,
      ['start -> call', 'caught -> handle'],
    );
  const process = scenario(await call(''), { answers: () => ({ definition: 'c:1' }) });
  process.start();
  const { id } = process.wait('call');
  process.send({ do: 'throw', wait: id, thrown: { type: 'error', code: 'NO' }, called: { a: 7 } });
  assert.deepEqual([process.waiting(), process.variables()], [['handle'], { b: 7, code: 'NO' }]);
});

test('an inclusive join waits for every token that could still arrive, also by the flow of one that waits', async () => {
  const { seven, plain } = await both(
    `<startEvent id="start"/><exclusiveGateway id="choice"/><parallelGateway id="fork"/><userTask id="a"/><userTask id="b"/><userTask id="x"/>
     <exclusiveGateway id="merge"/><inclusiveGateway id="join"/><userTask id="end"/>`,
    [
      'start -> choice',
      'choice -> b if ${go}',
      'choice -> fork if ${!go}',
      'fork -> merge -> a -> join -> end',
      'fork -> x -> merge',
      'b -> join',
    ],
  );
  for (const process of [seven, plain]) {
    process.start({ go: false });
    process.complete('a');
  }
  assert.deepEqual(plain.waiting(), ['end', 'x'], 'the standard: who comes by a flow with a token is not waited for');
  assert.deepEqual(seven.waiting(), ['x']);
  for (const process of [seven, plain]) {
    process.complete('x');
    process.complete('a');
  }
  assert.deepEqual([plain.waiting(), seven.waiting()], [['end', 'end'], ['end']]);
});

test('a signal brings the business key of what it starts', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><intermediateThrowEvent id="shout"><signalEventDefinition signalRef="alarm"><extensionElements><camunda:in businessKey="\${key}"/><camunda:in source="a" target="b"/></extensionElements></signalEventDefinition></intermediateThrowEvent>`,
      ['start -> shout'],
    ),
  );
  process.start({ key: 'k', a: 1 });
  const [sent] = process.effects();
  assert.ok(sent?.do === 'broadcast');
  assert.deepEqual([sent.businessKey, sent.variables], ['k', { b: 1 }]);
});

test('an instance that a signal starts bears the business key', async t => {
  const { engine, deploy, store } = await openHouse(t);
  await deploy(
    xml(
      'heard',
      `<startEvent id="start">${on.signal()}</startEvent><userTask id="work"/>`,
      ['start -> work'],
      '<signal id="alarm" name="alarm"/>',
    ),
  );
  for (const onFailure of ['incident', 'refuse'] as const)
    await engine.broadcast({ name: 'alarm', businessKey: 'k', onFailure });
  assert.equal(await store.count('instances', { businessKey: 'k' }), 2);
});

test('a file of Camunda 7 says so in its compiled form, a plain one says nothing', async () => {
  const traits = async (elements: string): Promise<Definition['traits']> =>
    (await compile(xml('p', elements, [])))[0]!.traits;
  assert.equal(await traits('<startEvent id="start"/>'), undefined);
  assert.equal((await traits(camunda('<startEvent id="start"/>')))!.endsUncaught, true);
});
