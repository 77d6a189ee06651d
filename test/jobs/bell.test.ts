/** The bell: work that is asked for runs, never twice at once. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { createBell } from '../../engine/jobs/bell.js';

test('work that is asked for while it runs runs once more, and never twice at once', async () => {
  // given
  let at = 0;
  let most = 0;
  let runs = 0;
  const bell = createBell(
    async () => {
      most = Math.max(most, ++at);
      if (runs++ === 0) bell.ring();
      await Promise.resolve();
      at--;
    },
    error => assert.fail(String(error)),
  );

  // when
  bell.ring();
  bell.ring();
  await bell.quiet();

  // then: two rings before it began are one run; the ring while it ran is another
  assert.equal(most, 1);
  assert.equal(runs, 2);
});

test('what the work throws is reported, and the next ring is heard', async () => {
  // given
  const reported: unknown[] = [];
  let runs = 0;
  const bell = createBell(
    async () => {
      if (runs++ === 0) throw new Error('no store');
    },
    error => reported.push(error),
  );

  // when
  bell.ring();
  await bell.quiet();
  bell.ring();
  await bell.quiet();

  // then
  assert.equal(runs, 2);
  assert.match(String(reported[0]), /no store/);
});

test('a closed bell is deaf', async () => {
  // given
  let runs = 0;
  const bell = createBell(
    async () => void runs++,
    error => assert.fail(String(error)),
  );

  // when
  await bell.close();
  bell.ring();
  await bell.quiet();

  // then
  assert.equal(runs, 0);
});
