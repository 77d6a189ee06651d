/** Terminate: ends the enclosing scope, whatever is still under way in it. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { arrows, draw, on } from '../diagram.js';
import { scenario } from '../scenario.js';

const forked = (names: string[]) => [`fork -> ${names[0]} -> stop`, `fork -> ${names[1]}`];

test('in a process it ends the instance', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><parallelGateway id="fork"/><userTask id="a"/><userTask id="b"/><endEvent id="stop">${on.terminate}</endEvent>`,
      ['start -> fork', ...forked(['a', 'b'])],
    ),
  );
  process.start();
  process.complete('a');
  assert.equal(process.instance().state, 'completed');
});

test('in a sub-process it ends the sub-process, which goes on by its own flow', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><subProcess id="sub"><startEvent id="i"/><parallelGateway id="fork"/><userTask id="a"/><userTask id="b"/><endEvent id="stop">${on.terminate}</endEvent>${arrows('i -> fork', ...forked(['a', 'b']))}</subProcess><userTask id="after"/>`,
      ['start -> sub -> after'],
    ),
  );
  process.start();
  process.complete('a');
  assert.deepEqual(process.waiting(), ['after']);
});

test('in an event sub-process it ends the event sub-process only', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><userTask id="main"/>
       <subProcess id="event" triggeredByEvent="true"><startEvent id="i" isInterrupting="false">${on.message()}</startEvent><parallelGateway id="fork"/><userTask id="a"/><userTask id="b"/><endEvent id="stop">${on.terminate}</endEvent>${arrows('i -> fork', ...forked(['a', 'b']))}</subProcess>`,
      ['start -> main'],
    ),
  );
  process.start();
  process.complete('event');
  process.complete('a');
  assert.deepEqual(process.waiting(), ['event', 'main']);
});

test('it takes parked tokens, called processes and tokens at joins with it', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><parallelGateway id="fork"/><userTask id="a"/><task id="b"/><serviceTask id="broken" camunda:expression="\${missing}" camunda:resultVariable="x"/><callActivity id="call" calledElement="child"/>
       <parallelGateway id="join"/><userTask id="after"/><endEvent id="stop">${on.terminate}</endEvent>`,
      ['start -> fork -> a -> stop', 'fork -> b -> join -> after', 'fork -> broken -> join', 'fork -> call -> join'],
    ),
    { answers: () => ({ definition: 'child:1' }) },
  );
  process.start();
  assert.equal(process.incidents().length, 1);
  process.effects();
  process.complete('a');
  assert.equal(process.instance().state, 'completed');
  assert.deepEqual(
    process.effects().map(effect => effect.do),
    ['cancelChild'],
  );
});
