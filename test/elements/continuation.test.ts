/** Asynchronous continuations: before and after a node, with failures in both. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { arrows, draw, on } from '../diagram.js';
import { scenario } from '../scenario.js';

const before = 'camunda:asyncBefore="true"';
const after = 'camunda:asyncAfter="true"';

test('the token waits before the node, and again after it', async () => {
  const process = scenario(
    await draw(`<startEvent id="start"/><userTask id="work" ${before} ${after}/><userTask id="next"/>`, [
      'start -> work -> next',
    ]),
  );
  process.start();
  assert.equal(process.wait('work').kind, 'async');
  process.complete('work');
  assert.equal(process.wait('work').kind, 'task');
  process.complete('work', { a: 1 });
  assert.equal(process.wait('work').kind, 'async');
  process.complete('work');
  assert.deepEqual(process.waiting(), ['next']);
});

for (const element of ['startEvent', 'endEvent', 'exclusiveGateway', 'parallelGateway', 'inclusiveGateway', 'task']) {
  test(`a ${element} may wait before and after`, async () => {
    const isStart = element === 'startEvent';
    const node = `<${element} id="node" ${before} ${after}/>`;
    const process = scenario(
      await draw(isStart ? node : `<startEvent id="start"/>${node}`, isStart ? [] : ['start -> node']),
    );
    process.start();
    process.complete('node');
    process.complete('node');
    assert.equal(process.instance().state, 'completed');
  });
}

test('boundary events listen only while the node itself runs', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><userTask id="work" ${before} ${after}/><boundaryEvent id="late" attachedToRef="work">${on.timer()}</boundaryEvent><endEvent id="end"/>`,
      ['start -> work -> end', 'late -> end'],
    ),
  );
  process.start();
  assert.deepEqual(process.waiting(), ['work']);
  process.complete('work');
  assert.deepEqual(process.waiting(), ['late', 'work']);
  process.complete('work');
  assert.deepEqual(process.waiting(), ['work']);
});

test('what a boundary event caught is kept over its own continuation', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><userTask id="work"/><boundaryEvent id="told" attachedToRef="work" ${before} ${after}>${on.message()}</boundaryEvent><userTask id="handle"/>`,
      ['start -> work', 'told -> handle'],
    ),
  );
  process.start();
  process.complete('told', { news: 'good' });
  process.complete('told');
  process.complete('told');
  assert.deepEqual(process.waiting(), ['handle']);
  assert.equal(process.variables().news, 'good');
});

test('a sub-process that waits after its end is left by its own flow', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><subProcess id="sub" ${after}><startEvent id="begin"/><userTask id="inside"/>${arrows('begin -> inside')}</subProcess><userTask id="next"/>`,
      ['start -> sub -> next'],
    ),
  );
  process.start();
  process.complete('inside');
  assert.deepEqual(process.waiting(), ['sub']);
  process.complete('sub');
  assert.deepEqual(process.waiting(), ['next']);
});

test('a multi-instance waits once before all of its items, and once after them', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><userTask id="work" ${before} ${after}><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics></userTask><userTask id="next"/>`,
      ['start -> work -> next'],
    ),
  );
  process.start();
  process.complete('work');
  assert.equal(process.waiting().length, 2);
  process.complete('work');
  process.complete('work');
  assert.equal(process.wait('work').kind, 'async');
  process.complete('work');
  assert.deepEqual(process.waiting(), ['next']);
});

test('a job that goes on with a failing node throws, so that the job may lose an attempt', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><serviceTask id="work" ${before} camunda:expression="\${missing}" camunda:resultVariable="x"/><userTask id="next"/>`,
      ['start -> work -> next'],
    ),
  );
  process.start();
  const wait = process.wait('work').id;
  assert.throws(() => process.send({ do: 'resume', wait, variables: {}, onFailure: 'retry' }), {
    name: 'Failure',
    message: /serviceTask 'work'.*missing/,
  });
  assert.deepEqual(process.waiting(), ['work'], 'nothing was changed');
  process.send({ do: 'fail', wait, message: 'missing' });
  process.set({ missing: 1 });
  process.send({ do: 'resume', wait, variables: {}, onFailure: 'retry' });
  assert.deepEqual(process.waiting(), ['next']);
  assert.deepEqual(process.incidents(), []);
});

test('an end that fails behind its continuation parks there', async () => {
  const process = scenario(
    await draw(`<startEvent id="start"/><task id="work" ${after}/><userTask id="a"/><userTask id="b"/>`, [
      'start -> work',
      'work -> a if ${x == 1}',
      'work -> b if ${x == 2}',
    ]),
  );
  process.start({ x: 0 });
  process.complete('work');
  assert.match(process.incidents()[0]!, /no outgoing flow has a condition that holds/);
  process.set({ x: 2 });
  process.retry();
  assert.deepEqual(process.waiting(), ['b']);
});
