/** Parallel gateway: forks, and joins one token of every incoming flow. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { arrows, draw, on } from '../diagram.js';
import { scenario } from '../scenario.js';

test('two tokens on one flow are not one on each', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><parallelGateway id="fork"/><userTask id="a"/><userTask id="b"/><userTask id="c"/>
       <exclusiveGateway id="merge"/><parallelGateway id="join"/><userTask id="after"/>`,
      ['start -> fork -> a -> merge -> join -> after', 'fork -> b -> merge', 'fork -> c -> join'],
    ),
  );
  process.start();
  process.complete('a');
  process.complete('b');
  assert.deepEqual(process.waiting(), ['c'], 'both tokens wait on the flow from the merge');
  process.complete('c');
  // One pair went on; the second token on the merged flow has no partner left.
  assert.ok(process.waiting().includes('after'));
  assert.equal(process.waiting().length, 1);
});

test('conditions on its outgoing flows are not looked at', async () => {
  const process = scenario(
    await draw('<startEvent id="start"/><parallelGateway id="fork"/><userTask id="a"/><userTask id="b"/>', [
      'start -> fork -> a',
      'fork -> b if ${false}',
    ]),
  );
  process.start();
  assert.deepEqual(process.waiting(), ['a', 'b']);
});

test('a gateway may join and fork at once', async () => {
  const process = scenario(
    await draw(
      '<startEvent id="start"/><parallelGateway id="fork"/><userTask id="a"/><userTask id="b"/><parallelGateway id="both"/><userTask id="c"/><userTask id="d"/>',
      ['start -> fork -> a -> both -> c', 'fork -> b -> both', 'both -> d'],
    ),
  );
  process.start();
  process.complete('a');
  process.complete('b');
  assert.deepEqual(process.waiting(), ['c', 'd']);
});

test('a join whose missing token can never come is an incident that names it', async () => {
  const process = scenario(
    await draw(
      '<startEvent id="start"/><exclusiveGateway id="choice" default="choice-a"/><task id="a"/><task id="b"/><parallelGateway id="join"/><endEvent id="end"/>',
      ['start -> choice -> a -> join -> end', 'choice -> b if ${false}', 'b -> join'],
    ),
  );
  process.start();
  assert.match(process.incidents()[0]!, /^parallelGateway 'join' \(line \d+\): a token is missing that can never come/);
  process.retry();
  assert.equal(process.incidents().length, 1);
  process.send({ do: 'cancel' });
  assert.equal(process.instance().state, 'cancelled');
});

test('a join waits for a token that is parked with an incident', async () => {
  const process = scenario(
    await draw(
      '<startEvent id="start"/><parallelGateway id="fork"/><userTask id="a"/><userTask id="b" camunda:assignee="${who}"/><parallelGateway id="join"/><endEvent id="end"/>',
      ['start -> fork -> a -> join -> end', 'fork -> b -> join'],
    ),
  );
  process.start();
  process.complete('a');
  assert.equal(process.incidents().length, 1);
  assert.match(process.incidents()[0]!, /userTask 'b'/);
  process.set({ who: 'ann' });
  process.retry();
  process.complete('b');
  assert.equal(process.instance().state, 'completed');
});

test('joins in a loop start anew with every round', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><exclusiveGateway id="again"/><parallelGateway id="fork"/><userTask id="a"/><userTask id="b"/><parallelGateway id="join"/>
       <exclusiveGateway id="enough" default="enough-again"/><endEvent id="end"/>`,
      ['start -> again -> fork -> a -> join -> enough -> again', 'fork -> b -> join', 'enough -> end if ${done}'],
    ),
  );
  process.start({ done: false });
  for (let round = 0; round < 3; round++) {
    process.complete('b');
    process.complete('a');
    assert.deepEqual(process.waiting(), ['a', 'b']);
  }
  process.complete('a', { done: true });
  process.complete('b');
  assert.equal(process.instance().state, 'completed');
});

test('each scope counts the tokens at its own joins', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><subProcess id="each"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>
         <startEvent id="begin"/><parallelGateway id="fork"/><userTask id="a"/><userTask id="b"/><parallelGateway id="join"/><userTask id="c"/>
         ${arrows('begin -> fork -> a -> join -> c', 'fork -> b -> join')}</subProcess>`,
      ['start -> each'],
    ),
  );
  process.start();
  process.complete('a');
  process.complete('a');
  assert.deepEqual(process.waiting(), ['b', 'b']);
  process.complete('b');
  assert.deepEqual(process.waiting(), ['b', 'c']);
});

test('an interrupting event takes the tokens at joins with it', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><subProcess id="scope"><startEvent id="begin"/><parallelGateway id="fork"/><userTask id="a"/><userTask id="b"/><parallelGateway id="join"/>
         ${arrows('begin -> fork -> a -> join', 'fork -> b -> join')}</subProcess>
       <boundaryEvent id="late" attachedToRef="scope">${on.timer()}</boundaryEvent><exclusiveGateway id="merge"/>`,
      ['start -> merge -> scope', 'late -> merge'],
    ),
  );
  process.start();
  process.complete('a');
  process.complete('late');
  assert.deepEqual(process.waiting(), ['a', 'b', 'late']);
  process.complete('b');
  assert.deepEqual(process.waiting(), ['a', 'late']);
});
