/** Requests to a worker thread: each caller gets his own answer, many callers do not hold up the event loop. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { StoreError } from '../../engine/store/port.js';
import { startThread } from '../../engine/store/sqlite/thread.js';

function startEcho(t: test.TestContext) {
  const thread = startThread<string>(new URL('./processes/echo.js', import.meta.url), {}, 'echo');
  t.after(() => thread.close());
  return thread;
}

test('each caller gets his own answer or refusal', async t => {
  const echo = startEcho(t);

  const answers = await Promise.allSettled([echo.request('a'), echo.request('refuse'), echo.request('b')]);

  assert.deepEqual(
    answers.map(answer => (answer.status === 'fulfilled' ? answer.value : answer.reason)),
    ['a', new StoreError('refused'), 'b'],
  );
});

test('two hundred callers are resumed in slices, and others have their turn in between', async t => {
  const echo = startEcho(t);
  const turns: number[] = [];
  let resumed = 0;
  let watching = true;
  const watch = () => {
    turns.push(resumed);
    if (watching) setImmediate(watch);
  };
  await echo.request('started');
  watch();

  await Promise.all(Array.from({ length: 200 }, (_, number) => echo.request(`${number}`).then(() => resumed++)));
  watching = false;

  const leaps = turns.map((count, index) => count - (turns[index - 1] ?? 0));
  assert.ok(Math.max(...leaps) <= 64, `${Math.max(...leaps)} callers were resumed in one turn`);
  assert.equal(resumed, 200);
});

test('when the thread dies its callers are told, and those who come later', async t => {
  const echo = startEcho(t);

  const answers = await Promise.allSettled([echo.request('a'), echo.request('die')]);

  for (const answer of answers) assert.equal(answer.status, 'rejected');
  await assert.rejects(echo.request('b'), /the echo of the store has stopped: dead; restart the program/);
});
