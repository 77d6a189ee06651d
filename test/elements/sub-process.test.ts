/** Sub-processes, and several flows without a gateway: scopes, their ends, and what leaves them. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { arrows, draw, on } from '../diagram.js';
import { scenario } from '../scenario.js';

test('a sub-process ends with its last token', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><subProcess id="sub"><startEvent id="begin"/><userTask id="a"/><userTask id="b"/><endEvent id="x"/><endEvent id="y"/>${arrows('begin -> a -> x', 'begin -> b -> y')}</subProcess><userTask id="after"/>`,
      ['start -> sub -> after'],
    ),
  );
  process.start();
  assert.deepEqual(process.waiting(), ['a', 'b']);
  process.complete('a');
  assert.deepEqual(process.waiting(), ['b']);
  process.complete('b');
  assert.deepEqual(process.waiting(), ['after']);
});

test('sub-processes lie inside each other, twenty deep', async () => {
  let inside = `<startEvent id="s0"/><userTask id="work"/>${arrows('s0 -> work')}`;
  for (let depth = 1; depth <= 20; depth++)
    inside = `<startEvent id="s${depth}"/><subProcess id="sub${depth}">${inside}</subProcess>${arrows(`s${depth} -> sub${depth}`)}`;
  const process = scenario(await draw(inside, []));
  process.start();
  process.complete('work');
  assert.equal(process.instance().state, 'completed');
});

test('several flows without a gateway: all are taken, those with a condition only where it holds', async () => {
  const definition = await draw(
    '<startEvent id="start"/><task id="split" default="split-d"/><userTask id="a"/><userTask id="b"/><userTask id="c"/><userTask id="d"/>',
    ['start -> split -> a', 'split -> b if ${b}', 'split -> c if ${c}', 'split -> d'],
  );
  const process = scenario(definition);
  process.start({ b: true, c: false });
  assert.deepEqual(process.waiting(), ['a', 'b']);
});

test('the default flow of a task is taken when no condition holds', async () => {
  const definition = await draw(
    '<startEvent id="start"/><userTask id="split" default="split-b"/><userTask id="a"/><userTask id="b"/>',
    ['start -> split -> b', 'split -> a if ${a}'],
  );
  for (const [a, waiting] of [
    [true, ['a']],
    [false, ['b']],
  ] as const) {
    const process = scenario(definition);
    process.start({ a });
    process.complete('split');
    assert.deepEqual(process.waiting(), waiting);
  }
});

test('a task from which no condition leads on is an incident; its boundary events go on listening', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><userTask id="split"/><userTask id="a"/><boundaryEvent id="late" attachedToRef="split">${on.timer()}</boundaryEvent>`,
      ['start -> split', 'split -> a if ${a}', 'late -> a'],
    ),
  );
  process.start({ a: false });
  process.complete('split');
  assert.match(process.incidents()[0]!, /^userTask 'split'.*no outgoing flow/);
  process.complete('late');
  assert.deepEqual(process.waiting(), ['a']);
  assert.deepEqual(process.incidents(), []);
});

test('several tokens may be in one task', async () => {
  const process = scenario(
    await draw('<startEvent id="start"/><task id="two"/><exclusiveGateway id="merge"/><userTask id="work"/>', [
      'start -> two -> merge -> work',
      'start -> merge',
    ]),
  );
  process.start();
  process.complete('work');
  assert.deepEqual(process.waiting(), ['work']);
  process.complete('work');
  assert.equal(process.instance().state, 'completed');
});

test('a process may have no end event: it ends where the last token finds no flow', async () => {
  const process = scenario(await draw('<startEvent id="start"/><userTask id="work"/>', ['start -> work']));
  process.start();
  process.complete('work');
  assert.equal(process.instance().state, 'completed');
});

test('an empty sub-process is passed through', async () => {
  const process = scenario(
    await draw(
      '<startEvent id="start"/><subProcess id="sub"><startEvent id="begin"/></subProcess><userTask id="after"/>',
      ['start -> sub -> after'],
    ),
  );
  process.start();
  assert.deepEqual(process.waiting(), ['after']);
});
