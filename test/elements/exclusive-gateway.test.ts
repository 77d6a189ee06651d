/** Exclusive gateway: one way, chosen by conditions in order. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { draw } from '../diagram.js';
import { scenario } from '../scenario.js';

const choice = (attributes = '') =>
  `<startEvent id="start"/><exclusiveGateway id="choice" ${attributes}/><userTask id="a"/><userTask id="b"/><userTask id="c"/>`;

test('the first flow whose condition holds is taken, also when another one holds too', async () => {
  const process = scenario(
    await draw(choice('default="choice-c"'), [
      'start -> choice -> c',
      'choice -> a if ${n > 1}',
      'choice -> b if ${n > 0}',
    ]),
  );
  process.start({ n: 5 });
  assert.deepEqual(process.waiting(), ['a']);
});

test('the default flow is taken when no condition holds, wherever it is drawn', async () => {
  const definition = await draw(choice('default="choice-a"'), ['start -> choice -> a', 'choice -> b if ${n > 1}']);
  const process = scenario(definition);
  process.start({ n: 0 });
  assert.deepEqual(process.waiting(), ['a']);
});

test('no condition that holds and no default flow is an incident that a retry solves', async () => {
  const process = scenario(
    await draw(choice(), ['start -> choice', 'choice -> a if ${n > 1}', 'choice -> b if ${n < 0}']),
  );
  process.start({ n: 0 });
  assert.match(
    process.incidents()[0]!,
    /^exclusiveGateway 'choice' \(line \d+\): no outgoing flow has a condition that holds/,
  );
  process.set({ n: 2 });
  process.retry();
  assert.deepEqual(process.waiting(), ['a']);
});

test('a condition that is no boolean is a failure, not a guess', async () => {
  const process = scenario(await draw(choice('default="choice-b"'), ['start -> choice -> b', 'choice -> a if ${n}']));
  process.start({ n: 'yes' });
  assert.match(process.incidents()[0]!, /\$\{n\} \(line \d+\) is "yes"; a condition must be true or false/);
});

test('tokens from several flows pass one by one, without waiting for each other', async () => {
  const process = scenario(
    await draw(
      '<startEvent id="start"/><parallelGateway id="fork"/><userTask id="a"/><userTask id="b"/><exclusiveGateway id="merge"/><userTask id="after"/>',
      ['start -> fork -> a -> merge -> after', 'fork -> b -> merge'],
    ),
  );
  process.start();
  process.complete('a');
  process.complete('b');
  assert.deepEqual(process.waiting(), ['after', 'after']);
});

test('the chosen flow is kept over an asynchronous continuation behind the gateway', async () => {
  const process = scenario(
    await draw(choice('camunda:asyncAfter="true" default="choice-c"'), [
      'start -> choice -> c',
      'choice -> a if ${n > 1}',
      'choice -> b if ${n > 0}',
    ]),
  );
  process.start({ n: 5 });
  assert.deepEqual(process.waiting(), ['choice']);
  process.complete('choice');
  assert.deepEqual(process.waiting(), ['a']);
});
