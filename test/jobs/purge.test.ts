/** Closed rows of jobs are kept for a day, open ones for ever. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { purgeClosedJobs } from '../../engine/jobs/purge.js';
import type { JobDocument } from '../../engine/store/documents.js';
import { openSetting } from './setting.js';

test('rows that were closed a day ago are taken away, and no others', async t => {
  // given
  const { add, clock, store } = await openSetting(t);
  const answeredAt = clock();
  await add({ id: 'open', wait: { v: 1, state: 'open' } });
  await add({ id: 'answered', wait: { v: 2, state: 'answered', answeredAt } });
  await add({ id: 'dropped', wait: { v: 2, state: 'dropped', answeredAt } });
  clock.advance('PT12H');
  await add({ id: 'fresh', wait: { v: 2, state: 'answered', answeredAt: clock() } });

  // when
  clock.advance('PT13H');
  await purgeClosedJobs(store, clock).run();

  // then
  const left = await store.find<JobDocument>('jobs', {});
  assert.deepEqual(left.map(job => job.id).sort(), ['fresh', 'open']);
});
