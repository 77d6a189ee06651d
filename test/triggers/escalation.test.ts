/** Escalation: told outwards while the thrower goes on. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { arrows, draw, on } from '../diagram.js';
import { scenario } from '../scenario.js';

const escalating = (cancelActivity: boolean, thrower = 'intermediateThrowEvent') =>
  draw(
    `<startEvent id="start"/><subProcess id="sub"><startEvent id="i"/><${thrower} id="tell">${on.escalation()}</${thrower}>${thrower === 'endEvent' ? '' : '<userTask id="work"/>'}
       ${arrows(thrower === 'endEvent' ? 'i -> tell' : 'i -> tell -> work')}</subProcess><userTask id="after"/>
     <boundaryEvent id="told" attachedToRef="sub" cancelActivity="${cancelActivity}">${on.escalation()}</boundaryEvent><userTask id="handle"/>`,
    ['start -> sub -> after', 'told -> handle'],
  );

test('the thrower goes on beside a catcher that does not interrupt', async () => {
  const process = scenario(await escalating(false));
  process.start();
  assert.deepEqual(process.waiting(), ['handle', 'work']);
});

test('an interrupting catcher takes the thrower away', async () => {
  const process = scenario(await escalating(true));
  process.start();
  assert.deepEqual(process.waiting(), ['handle']);
});

test('an escalation end event ends its token, and the scope goes on as usual', async () => {
  const process = scenario(await escalating(false, 'endEvent'));
  process.start();
  assert.deepEqual(process.waiting(), ['after', 'handle']);
});

test('an escalation that nobody catches is no trouble', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><intermediateThrowEvent id="tell">${on.escalation()}</intermediateThrowEvent><userTask id="work"/><endEvent id="end">${on.escalation()}</endEvent>`,
      ['start -> tell -> work -> end'],
    ),
  );
  process.start();
  assert.deepEqual(process.waiting(), ['work']);
  process.complete('work');
  assert.equal(process.instance().state, 'completed');
});

test('a task that is escalated stays with its person unless the catcher interrupts', async () => {
  for (const isInterrupting of [true, false]) {
    const process = scenario(
      await draw(
        `<startEvent id="start"/><userTask id="work"/><boundaryEvent id="told" attachedToRef="work" cancelActivity="${isInterrupting}">${on.escalation()}</boundaryEvent><userTask id="handle"/>`,
        ['start -> work', 'told -> handle'],
      ),
    );
    process.start();
    process.escalate('work', 'UP', { why: 'too hard' });
    assert.deepEqual(process.waiting(), isInterrupting ? ['handle'] : ['handle', 'work']);
    assert.equal(process.variables().why, 'too hard');
  }
});
