/** Variables that the outside sets and takes away: where they land, and what an answer brings for itself alone. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { draw } from '../diagram.js';
import { scenario } from '../scenario.js';

const process = () =>
  draw('<startEvent id="start"/><userTask id="work"/><userTask id="after"/>', ['start -> work -> after']);

test('variables are set and taken away in one command, where they are defined', async () => {
  // given
  const running = scenario(await process());
  running.start({ kept: 1, gone: 2 });

  // when
  running.send({ do: 'set', variables: { fresh: 3 }, remove: ['gone', 'never there'] });

  // then
  assert.deepEqual(running.variables(), { kept: 1, fresh: 3 });
});

test('a local variable hides the one of the process, and taking it away shows that again', async () => {
  // given
  const running = scenario(await process());
  running.start({ amount: 1 });
  const { activation } = running.wait('work');

  // when
  running.send({ do: 'set', variables: { amount: 2 }, activation, local: true });
  assert.deepEqual(running.local('work'), { amount: 2 });
  running.send({ do: 'set', variables: {}, remove: ['amount'], activation, local: true });

  // then
  assert.deepEqual(running.local('work'), {});
  assert.deepEqual(running.variables(), { amount: 1 });
});

test('what an answer sets locally is read by its output mapping, and leaves with the activity', async () => {
  // given
  const running = scenario(
    await draw(
      `<startEvent id="start"/><userTask id="work"><extensionElements><camunda:inputOutput>
        <camunda:outputParameter name="total">\${net + 1}</camunda:outputParameter>
      </camunda:inputOutput></extensionElements></userTask><userTask id="after"/>`,
      ['start -> work -> after'],
    ),
  );
  running.start();

  // when
  running.send({ do: 'resume', wait: running.wait('work').id, variables: { done: true }, local: { net: 6 } });

  // then
  assert.deepEqual(running.variables(), { done: true, total: 7 });
});

test('a variable of one of many items is set in the chunk that holds it', async () => {
  // given
  const running = scenario(
    await draw(
      `<startEvent id="start"/><userTask id="work"><multiInstanceLoopCharacteristics><loopCardinality>5</loopCardinality></multiInstanceLoopCharacteristics></userTask>`,
      ['start -> work'],
    ),
    { limits: { chunk: 2 } },
  );
  running.start();
  running.goOn();
  const wait = running.wait('work', { loopCounter: 3 });

  // when
  running.send({ do: 'set', variables: { note: 'x' }, activation: wait.activation, wait: wait.id, local: true });

  // then
  assert.equal(running.local('work', { loopCounter: 3 }).note, 'x');
});
