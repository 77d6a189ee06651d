/** Large multi-instances: their items in chunk documents, put-off queues, and commands that come in between. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { arrows, draw, on } from '../diagram.js';
import { scenario } from '../scenario.js';

const times = (count: number | string, condition = '') =>
  `<multiInstanceLoopCharacteristics><loopCardinality>${count}</loopCardinality>${condition && `<completionCondition>${condition}</completionCondition>`}</multiInstanceLoopCharacteristics>`;

const many = (count: number, { condition = '', attributes = '', more = '', flows = [] as string[] } = {}) =>
  draw(
    `<startEvent id="start"/><userTask id="each" ${attributes}>${times(count, condition)}</userTask><userTask id="after"/>${more}`,
    ['start -> each -> after', ...flows],
  );

test('an item is answered while others are still being opened', async () => {
  const process = scenario(await many(40), { limits: { chunk: 5, nodes: 7 } });
  process.start();
  let answered = 0;
  // when answers come between any two steps of the opening
  while (process.instance().queue.length > 0) {
    process.send({ do: 'continue' });
    process.complete('each', {}, { loopCounter: answered++ });
  }
  while (process.waiting().includes('each')) {
    process.complete('each');
    answered++;
  }
  // then
  assert.equal(answered, 40);
  assert.deepEqual(process.waiting(), ['after']);
});

test('a completion condition ends it while most chunks are not loaded, and a sweep closes them', async () => {
  const process = scenario(await many(40, { condition: '${nrOfCompletedInstances == 2}' }), { limits: { chunk: 5 } });
  process.start();
  process.complete('each', {}, { loopCounter: 3 });
  const late = process.wait('each', { loopCounter: 38 });
  process.complete('each', {}, { loopCounter: 22 });
  assert.ok(process.waiting().includes('after'));
  assert.throws(() => process.send({ do: 'resume', wait: late.id, variables: {} }), { name: 'StaleCommand' });
  process.goOn();
  assert.deepEqual(process.waiting(), ['after']);
});

test('an end by completion condition while items are still being opened opens no more', async () => {
  const process = scenario(await many(40, { condition: '${nrOfCompletedInstances == 1}' }), {
    limits: { chunk: 5, nodes: 8 },
  });
  process.start();
  process.complete('each');
  process.goOn();
  assert.deepEqual(process.waiting(), ['after']);
});

test('an end that waits for its continuation leaves no item answerable and opens no more', async () => {
  const process = scenario(
    await many(40, { condition: '${nrOfCompletedInstances == 1}', attributes: 'camunda:asyncAfter="true"' }),
    { limits: { chunk: 5, nodes: 23 } },
  );
  process.start();
  const late = process.wait('each', { loopCounter: 4 });
  process.complete('each', {}, { loopCounter: 11 });
  assert.throws(() => process.send({ do: 'resume', wait: late.id, variables: {} }), { name: 'StaleCommand' });
  process.goOn();
  assert.deepEqual(process.waiting(), ['each'], 'the continuation only');
  process.complete('each');
  assert.deepEqual(process.waiting(), ['after']);
});

test('a boundary event cancels it while a queue is put off', async () => {
  const process = scenario(
    await many(40, {
      more: `<boundaryEvent id="late" attachedToRef="each">${on.timer()}</boundaryEvent><userTask id="handle"/>`,
      flows: ['late -> handle'],
    }),
    { limits: { chunk: 5, nodes: 12 } },
  );
  process.start();
  assert.ok(process.instance().queue.length > 0);
  process.complete('late');
  assert.deepEqual(process.instance().queue, []);
  process.goOn();
  assert.deepEqual(process.waiting(), ['handle']);
});

test('cancelling the instance sweeps its chunks after the end', async () => {
  const process = scenario(await many(40), { limits: { chunk: 5 } });
  process.start();
  process.send({ do: 'cancel' });
  assert.equal(process.instance().state, 'cancelled');
  process.goOn();
  assert.deepEqual(process.waiting(), []);
});

test('an incident in a chunk is retried there', async () => {
  const process = scenario(await many(12, { attributes: 'camunda:assignee="${names[loopCounter]}"' }), {
    limits: { chunk: 5 },
  });
  process.start();
  assert.equal(process.incidents().length, 12);
  process.set({ names: Array.from({ length: 12 }, (_, i) => `person ${i}`) });
  for (let i = 0; i < 12; i++) process.retry();
  assert.deepEqual(process.incidents(), []);
  for (let i = 0; i < 12; i++) process.complete('each');
  assert.deepEqual(process.waiting(), ['after']);
});

test('the counters are exact while items lie in chunks', async () => {
  const process = scenario(
    await many(23, { condition: '${nrOfCompletedInstances == 7 and nrOfActiveInstances == 16}' }),
    {
      limits: { chunk: 4 },
    },
  );
  process.start();
  for (let i = 0; i < 7; i++) process.complete('each', {}, { loopCounter: 22 - 3 * i });
  process.goOn();
  assert.deepEqual(process.waiting(), ['after']);
});

const nested = (inner: string, more = '', flows: string[] = []) =>
  draw(
    `<startEvent id="start"/><subProcess id="outer">${times(6)}<startEvent id="begin"/>${inner}${arrows('begin -> inner')}</subProcess><userTask id="after"/>${more}`,
    ['start -> outer -> after', ...flows],
  );

test('a large multi-instance inside a large one: every item is answered', async () => {
  const process = scenario(await nested(`<userTask id="inner">${times(5)}</userTask>`), {
    limits: { chunk: 2, nodes: 9 },
  });
  process.start();
  process.goOn();
  assert.equal(process.waiting().length, 30);
  assert.equal(Object.keys(process.instance().activations).length, 2);
  for (let i = 0; i < 30; i++) process.complete('inner');
  assert.deepEqual(process.waiting(), ['after']);
});

test('a large multi-instance inside a large one is swept whole', async () => {
  const process = scenario(
    await nested(
      `<userTask id="inner">${times(5)}</userTask>`,
      `<boundaryEvent id="late" attachedToRef="outer">${on.timer()}</boundaryEvent><userTask id="handle"/>`,
      ['late -> handle'],
    ),
    { limits: { chunk: 2 } },
  );
  process.start();
  const late = process.wait('inner');
  process.complete('late');
  assert.throws(() => process.send({ do: 'resume', wait: late.id, variables: {} }), { name: 'StaleCommand' });
  process.goOn();
  assert.deepEqual(process.waiting(), ['handle']);
});

test('an inner multi-instance that ends early is swept, the others around it go on', async () => {
  const process = scenario(
    await nested(`<userTask id="inner">${times(5, '${nrOfCompletedInstances == 1}')}</userTask>`),
    { limits: { chunk: 2 } },
  );
  process.start();
  for (let i = 0; i < 6; i++) {
    process.complete('inner');
    process.goOn();
  }
  assert.deepEqual(process.waiting(), ['after']);
});

test('a budget of one node changes nothing but the number of steps', async () => {
  const process = scenario(await many(9), { limits: { chunk: 4, nodes: 1 } });
  process.start();
  process.goOn();
  for (let i = 0; i < 9; i++) {
    process.complete('each');
    process.goOn();
  }
  assert.deepEqual(process.waiting(), ['after']);
});

test('an instance that is suspended in the middle goes on when it is activated', async () => {
  const process = scenario(await many(40), { limits: { chunk: 5, nodes: 12 } });
  process.start();
  process.send({ do: 'suspend' });
  assert.throws(() => process.send({ do: 'continue' }), { message: /is suspended/ });
  process.send({ do: 'activate' });
  process.goOn();
  assert.equal(process.waiting().length, 40);
});

test('a condition inside the items of a large multi-instance hears of a change', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><subProcess id="each">${times(9)}<startEvent id="begin"/><intermediateCatchEvent id="until">${on.condition('${open}')}</intermediateCatchEvent>${arrows('begin -> until')}</subProcess><userTask id="after"/>`,
      ['start -> each -> after'],
    ),
    { limits: { chunk: 4 } },
  );
  process.start();
  assert.equal(process.waiting().length, 9);
  process.set({ open: true });
  process.goOn();
  assert.deepEqual(process.waiting(), ['after']);
});

test('a condition inside nested large multi-instances hears of a change, in small steps too', async () => {
  const until = `<startEvent id="b"/><intermediateCatchEvent id="until">${on.condition('${open}')}</intermediateCatchEvent>${arrows('b -> until')}`;
  const process = scenario(await nested(`<subProcess id="inner">${times(5)}${until}</subProcess>`), {
    limits: { chunk: 2, nodes: 3, size: 1000 },
  });
  process.start();
  process.goOn();
  assert.equal(process.waiting().length, 30);
  process.set({ open: true });
  process.goOn();
  assert.deepEqual(process.waiting(), ['after']);
});
