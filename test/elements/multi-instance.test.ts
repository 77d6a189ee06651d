/** Multi-instance: items one after the other or at once, their counters, results, and early ends. */

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Definition } from '../../engine/core/types.js';
import { arrows, compile, draw, on, xml } from '../diagram.js';
import { type Answers, scenario } from '../scenario.js';

const loop = (attributes: string, inside = '') =>
  `<multiInstanceLoopCharacteristics ${attributes}>${inside}</multiInstanceLoopCharacteristics>`;
const times = (count: string, attributes = '', condition = '') =>
  loop(
    attributes,
    `<loopCardinality>${count}</loopCardinality>${condition && `<completionCondition>${condition}</completionCondition>`}`,
  );
const over = (attributes = '') => loop(`camunda:collection="list" camunda:elementVariable="it" ${attributes}`);

const eachTask = (characteristics: string, more = '') =>
  draw(`<startEvent id="start"/><userTask id="each">${characteristics}</userTask><userTask id="after"/>${more}`, [
    'start -> each -> after',
  ]);

test('a sequential one opens the next item when the last is done, in order', async () => {
  const process = scenario(await eachTask(over('isSequential="true"')));
  process.start({ list: ['x', 'y', 'z'] });
  for (const [index, it] of ['x', 'y', 'z'].entries()) {
    assert.deepEqual(process.waiting(), ['each']);
    assert.deepEqual(process.local('each'), { loopCounter: index, it });
    process.complete('each');
  }
  assert.deepEqual(process.waiting(), ['after']);
});

test('a parallel one opens all items at once; any order completes it', async () => {
  const process = scenario(await eachTask(over()));
  process.start({ list: ['x', 'y', 'z'] });
  assert.deepEqual(process.waiting(), ['each', 'each', 'each']);
  for (const it of ['z', 'x', 'y']) process.complete('each', {}, { it });
  assert.deepEqual(process.waiting(), ['after']);
});

test('no items at all: the token goes on at once', async () => {
  for (const sequential of ['true', 'false']) {
    const byList = scenario(await eachTask(over(`isSequential="${sequential}"`)));
    byList.start({ list: [] });
    assert.deepEqual(byList.waiting(), ['after']);
    const byCount = scenario(await eachTask(times('0', `isSequential="${sequential}"`)));
    byCount.start();
    assert.deepEqual(byCount.waiting(), ['after']);
  }
});

test('items see the counters of their multi-instance', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><subProcess id="each">${times('3')}<startEvent id="begin"/><userTask id="inside"/>
         <serviceTask id="note" camunda:expression="\${nrOfInstances} / \${nrOfCompletedInstances} / \${nrOfActiveInstances}" camunda:resultVariable="seen"/>${arrows('begin -> inside -> note')}</subProcess><userTask id="after"/>`,
      ['start -> each -> after'],
    ),
  );
  process.start();
  process.complete('inside');
  assert.equal(process.variables().seen, '3 / 0 / 3');
  process.complete('inside');
  assert.equal(process.variables().seen, '3 / 1 / 2');
});

test('the completion condition ends it early and closes what is still open', async () => {
  for (const sequential of ['true', 'false']) {
    const process = scenario(
      await eachTask(times('5', `isSequential="${sequential}"`, '${nrOfCompletedInstances >= 2}')),
    );
    process.start();
    process.complete('each');
    assert.ok(process.waiting().includes('each'));
    process.complete('each');
    assert.deepEqual(process.waiting(), ['after']);
  }
});

test('the completion condition sees what the item has set', async () => {
  const process = scenario(await eachTask(times('5', '', '${done}')));
  process.start({ done: false });
  process.complete('each');
  assert.equal(process.waiting().length, 4);
  process.complete('each', { done: true });
  assert.deepEqual(process.waiting(), ['after']);
});

test('a completion condition that fails parks the end of the item, and retry counts it', async () => {
  const process = scenario(await eachTask(times('3', '', '${enough}')));
  process.start();
  process.complete('each');
  process.complete('each');
  assert.equal(process.incidents().length, 2);
  process.set({ enough: false });
  process.retry();
  process.retry();
  assert.deepEqual(process.incidents(), []);
  process.complete('each');
  assert.deepEqual(process.waiting(), ['after']);
});

test('items that do not wait are all done in one step, unless the condition ends it before', async () => {
  const definition = await draw(
    `<startEvent id="start"/><serviceTask id="each" camunda:expression="\${loopCounter}" camunda:resultVariable="last">${times('10', '', '${last == stop}')}</serviceTask><endEvent id="end"/>`,
    ['start -> each -> end'],
  );
  for (const [stop, last] of [
    [3, 3],
    [99, 9],
  ]) {
    const process = scenario(definition);
    process.start({ stop: stop! });
    assert.equal(process.instance().state, 'completed');
    assert.equal(process.variables().last, last);
  }
});

test('an asynchronous continuation behind an early end opens no further items', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><task id="each" camunda:asyncAfter="true">${times('6', '', '${nrOfCompletedInstances == 1}')}</task><endEvent id="end"/>`,
      ['start -> each -> end'],
    ),
    { limits: { chunk: 2 } },
  );
  process.start();
  process.goOn();
  assert.deepEqual(process.waiting(), ['each']);
  assert.equal(process.entered().filter(name => name === 'each').length, 3, 'the whole and two items');
  process.complete('each');
  assert.equal(process.instance().state, 'completed');
});

test('a cardinality or collection that is none is an incident that says what it is', async () => {
  const byCount = scenario(await eachTask(times('${n}')));
  byCount.start({ n: -1 });
  assert.match(byCount.incidents()[0]!, /loop cardinality \$\{n\} is -1; it must be a whole number from 0 up/);
  const byList = scenario(await eachTask(over()));
  byList.start({ list: 'x' });
  assert.match(byList.incidents()[0]!, /collection .*list.* is "x"; it must be a list/);
  byList.set({ list: ['x'] });
  byList.retry();
  assert.deepEqual(byList.waiting(), ['each']);
});

test('a collection that shrinks while it is gone through is an incident, not an item without element', async () => {
  const process = scenario(await eachTask(over('isSequential="true"')));
  process.start({ list: ['x', 'y'] });
  process.set({ list: ['x'] });
  process.complete('each');
  assert.match(process.incidents()[0]!, /has shrunk to 1 items/);
  process.set({ list: ['x', 'y'] });
  process.retry();
  assert.deepEqual(process.local('each'), { loopCounter: 1, it: 'y' });
});

test('local variables of an item are its own; others belong to the process', async () => {
  const process = scenario(await eachTask(over()));
  process.start({ list: ['x', 'y'] });
  process.complete('each', { it: 'changed', vote: 'yes' }, { it: 'x' });
  assert.deepEqual(process.local('each'), { loopCounter: 1, it: 'y' });
  assert.deepEqual(process.variables(), { list: ['x', 'y'], vote: 'yes' });
});

test('multi-instances lie inside each other', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><subProcess id="outer">${times('2')}<startEvent id="begin"/>
         <subProcess id="inner">${times('2', 'isSequential="true"')}<startEvent id="b"/><userTask id="work">${times('2')}</userTask>${arrows('b -> work')}</subProcess>
         ${arrows('begin -> inner')}</subProcess><userTask id="after"/>`,
      ['start -> outer -> after'],
    ),
  );
  process.start();
  for (let left = 8; left > 0; left--) process.complete('work');
  assert.deepEqual(process.waiting(), ['after']);
});

test('a terminate end event ends its own item only', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><subProcess id="each">${times('2')}<startEvent id="begin"/><parallelGateway id="fork"/><userTask id="a"/><userTask id="b"/>
         <endEvent id="stop">${on.terminate}</endEvent>${arrows('begin -> fork -> a -> stop', 'fork -> b')}</subProcess><userTask id="after"/>`,
      ['start -> each -> after'],
    ),
  );
  process.start();
  process.complete('a');
  assert.deepEqual(process.waiting(), ['a', 'b']);
  process.complete('a');
  assert.deepEqual(process.waiting(), ['after']);
});

test('an error in one item goes to the boundary of the whole, and takes all items away', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><subProcess id="each">${times('3')}<startEvent id="begin"/><userTask id="inside"/><endEvent id="bad">${on.error()}</endEvent>${arrows('begin -> inside -> bad')}</subProcess>
       <boundaryEvent id="caught" attachedToRef="each">${on.error()}</boundaryEvent><userTask id="handle"/>`,
      ['start -> each', 'caught -> handle'],
    ),
  );
  process.start();
  process.complete('inside');
  assert.deepEqual(process.waiting(), ['handle']);
});

async function zeebe(isSequential: boolean, condition = ''): Promise<Definition> {
  const early = condition && `<completionCondition>${condition}</completionCondition>`;
  const text = xml(
    'p',
    `<startEvent id="start"/><userTask id="each"><extensionElements><zeebe:userTask/></extensionElements>
       <multiInstanceLoopCharacteristics isSequential="${isSequential}"><extensionElements>
         <zeebe:loopCharacteristics inputCollection="=list" inputElement="it" outputCollection="results" outputElement="=result"/></extensionElements>${early}</multiInstanceLoopCharacteristics></userTask>
     <userTask id="after"><extensionElements><zeebe:userTask/></extensionElements></userTask>`,
    ['start -> each -> after'],
  );
  const [definition] = await compile(
    text.replace(/xmlns:camunda="[^"]*"/, 'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'),
  );
  return definition!;
}

const feel: Answers = need =>
  need.need === 'value'
    ? { value: need.scope.variables[need.expression.source.replace(/^=/, '').trim()] ?? null }
    : { failure: need.need };

test('the output collection has the results in the order of items, whatever order they came in', async () => {
  for (const sequential of [true, false]) {
    const process = scenario(await zeebe(sequential), { answers: feel });
    process.start({ list: ['x', 'y', 'z'] });
    for (const it of sequential ? ['x', 'y', 'z'] : ['z', 'x', 'y'])
      process.complete('each', { result: it.toUpperCase() }, { it });
    assert.deepEqual(process.variables().results, ['X', 'Y', 'Z']);
  }
});

test('the first item has the loop counter 1 (zeebe), also one that is added by hand', async () => {
  const process = scenario(await zeebe(false), { answers: feel });
  process.start({ list: ['x', 'y'] });
  assert.equal(process.local('each', { it: 'x' }).loopCounter, 1);
  process.send({ do: 'modify', instructions: [{ do: 'startBefore', element: 'each', local: { it: 'z' } }] });
  assert.equal(process.local('each', { it: 'z' }).loopCounter, 3);
});

test('no items give an empty output collection', async () => {
  const process = scenario(await zeebe(false), { answers: feel });
  process.start({ list: [] });
  assert.deepEqual(process.variables().results, []);
});

test('the history of a multi-instance does not repeat the results with every item', async () => {
  const process = scenario(await zeebe(false), { answers: feel });
  process.start({ list: Array.from({ length: 50 }, (_, i) => `item ${i}`) });
  const last = () => JSON.stringify(process.events().slice(-12)).length;
  process.complete('each', { result: 'r'.repeat(100) }, { it: 'item 0' });
  const first = last();
  for (let i = 1; i < 40; i++) process.complete('each', { result: 'r'.repeat(100) }, { it: `item ${i}` });
  assert.ok(last() < first + 500, `${last()} characters after ${first}`);
});

test('the results of a large multi-instance lie in its chunks, and come together in the order of items', async () => {
  const list = Array.from({ length: 12 }, (_, i) => `item ${i}`);
  const process = scenario(await zeebe(false), { answers: feel, limits: { chunk: 5 } });
  process.start({ list });
  for (const it of [...list].reverse()) {
    const inInstance = Object.values(process.instance().activations).some(({ loop }) => loop?.results);
    assert.equal(inInstance, false, 'the instance holds none of them');
    process.complete('each', { result: `result of ${it}` }, { it });
  }
  process.goOn();
  assert.deepEqual(
    process.variables().results,
    list.map(it => `result of ${it}`),
  );
});

test('an early end takes the results that are there, and a sweep takes the chunks away', async () => {
  const list = Array.from({ length: 12 }, (_, i) => `item ${i}`);
  const process = scenario(await zeebe(false, '=done'), { answers: feel, limits: { chunk: 5 } });
  process.start({ list, done: false });
  process.complete('each', { result: 'first' }, { it: 'item 1' });
  process.set({ done: true });
  process.complete('each', { result: 'second' }, { it: 'item 11' });
  process.goOn();
  const results = process.variables().results as unknown[];
  assert.deepEqual([results[1], results[11], results[0]], ['first', 'second', null]);
  assert.deepEqual(process.waiting(), ['after']);
});
