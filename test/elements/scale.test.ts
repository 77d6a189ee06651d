/** Large models and large instances: budgeted steps, work that follows what is active, no recursion over the model. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { draw } from '../diagram.js';
import { scenario } from '../scenario.js';

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

test('a sequence of 10,000 tasks runs in steps of the budget', async () => {
  const tasks = range(10_000).map(i => `t${i}`);
  const process = scenario(
    await draw(`<startEvent id="start"/>${tasks.map(name => `<task id="${name}"/>`).join('')}<endEvent id="end"/>`, [
      ['start', ...tasks, 'end'].join(' -> '),
    ]),
  );
  process.start();
  let steps = 1;
  for (; process.instance().queue.length > 0; steps++) process.send({ do: 'continue' });
  assert.equal(process.instance().state, 'completed');
  assert.equal(process.entered().length, 10_002);
  assert.equal(steps, 6);
});

test('a hundred exclusive blocks in a row visit each node once', async () => {
  const blocks = range(100).map(
    i =>
      `<exclusiveGateway id="split${i}" default="split${i}-b${i}"/><task id="a${i}"/><task id="b${i}"/><exclusiveGateway id="merge${i}"/>`,
  );
  const flows = range(100).flatMap(i => [
    `split${i} -> a${i} if \${n > 0}`,
    `split${i} -> b${i} -> merge${i}`,
    `a${i} -> merge${i}`,
    `merge${i} -> ${i < 99 ? `split${i + 1}` : 'end'}`,
  ]);
  const process = scenario(
    await draw(`<startEvent id="start"/>${blocks.join('')}<endEvent id="end"/>`, ['start -> split0', ...flows]),
  );
  process.start({ n: 1 });
  assert.equal(process.instance().state, 'completed');
  assert.equal(process.entered().length, 302);
});

test('a hundred inclusive blocks in a row each join their own tokens', async () => {
  const blocks = range(100).map(
    i =>
      `<inclusiveGateway id="fork${i}"/><task id="a${i}"/><task id="b${i}"/><task id="c${i}"/><inclusiveGateway id="join${i}"/>`,
  );
  const flows = range(100).flatMap(i => [
    ...['a', 'b', 'c'].map((name, n) => `fork${i} -> ${name}${i} if \${n >= ${n}}`),
    ...['a', 'b', 'c'].map(name => `${name}${i} -> join${i}`),
    `join${i} -> ${i < 99 ? `fork${i + 1}` : 'end'}`,
  ]);
  const process = scenario(
    await draw(`<startEvent id="start"/>${blocks.join('')}<endEvent id="end"/>`, ['start -> fork0', ...flows]),
  );
  process.start({ n: 1 });
  assert.equal(process.instance().state, 'completed');
  assert.equal(process.entered().length, 402);
});

test('a parallel gateway with 300 branches joins the last of them', async () => {
  const branches = range(300).map(i => `b${i}`);
  const process = scenario(
    await draw(
      `<startEvent id="start"/><parallelGateway id="fork"/>${branches.map((name, i) => `<${i % 10 === 0 ? 'userTask' : 'task'} id="${name}"/>`).join('')}<parallelGateway id="join"/><endEvent id="end"/>`,
      ['start -> fork', 'join -> end', ...branches.map(name => `fork -> ${name} -> join`)],
    ),
  );
  process.start();
  const waiting = process.waiting();
  assert.equal(waiting.length, 30);
  for (const name of waiting) process.complete(name);
  assert.equal(process.instance().state, 'completed');
});

test('what a command does and writes does not grow with the model', async () => {
  const sizes = [];
  for (const count of [10, 1000]) {
    const tasks = range(count).map(i => `t${i}`);
    const process = scenario(
      await draw(
        `<startEvent id="start"/>${tasks.map(name => `<userTask id="${name}"/>`).join('')}<endEvent id="end"/>`,
        [['start', ...tasks, 'end'].join(' -> ')],
      ),
    );
    process.start();
    for (let i = 0; i < 7; i++) process.complete(`t${i}`);
    const { id } = process.wait('t7');
    const { instance, events } = process.send({ do: 'resume', wait: id, variables: {} });
    sizes.push({ events: events.length, characters: JSON.stringify({ ...instance, next: 0 }).length });
  }
  assert.deepEqual(sizes[0], sizes[1]);
});

test('an instance does not grow with what is done', async () => {
  const process = scenario(
    await draw('<startEvent id="start"/><exclusiveGateway id="again"/><userTask id="work"/>', [
      'start -> again -> work -> again',
    ]),
  );
  process.start();
  const size = () => JSON.stringify(process.instance()).replace(/\d+/g, '0').length;
  const before = size();
  for (let i = 0; i < 200; i++) process.complete('work');
  assert.equal(size(), before);
});
