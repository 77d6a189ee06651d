/** The crew: jobs side by side, as many as there are hands. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { createCrew } from '../../engine/jobs/crew.js';

const report = (error: unknown) => assert.fail(String(error));

/** A promise that the test keeps. */
function promise() {
  let keep = () => {};
  const kept = new Promise<void>(resolve => {
    keep = resolve;
  });
  return { kept, keep };
}

test('a job that takes long holds up no other', async () => {
  // given
  const long = promise();
  const done: string[] = [];
  const waiting = ['long', 'one'];
  const crew = createCrew<string>({
    hands: 2,
    take: async max => waiting.splice(0, max),
    async work(job) {
      if (job === 'long') await long.kept;
      done.push(job);
      if (job === 'three') long.keep();
    },
    report,
  });
  crew.ring();

  // when
  waiting.push('two', 'three');
  await crew.quiet();

  // then
  assert.deepEqual(done, ['one', 'two', 'three', 'long']);
});

test('what is not done within the grace is named at the close', async () => {
  // given
  const begun = promise();
  let taken = false;
  const crew = createCrew<string>({
    hands: 1,
    take: async () => (taken ? [] : ['endless']),
    work() {
      taken = true;
      begun.keep();
      return promise().kept;
    },
    report,
  });

  // when
  crew.ring();
  await begun.kept;

  // then
  assert.deepEqual(await crew.close(1), ['endless']);
});
