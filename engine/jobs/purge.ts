/** Takes away what is over, once an hour: keys, rows of closed jobs, notices, bytes that nobody refers to. */

import type { Clock } from '../contract.js';
import type { Store } from '../store/port.js';
import type { Chore } from './wakes.js';

const HOUR = 3_600_000;
const KEPT = 24 * HOUR;
const BATCH = 1_000;

/** The hourly chore that takes away keys whose time is over. */
export const purgeKeys = (store: Store, clock: Clock): Chore => ({
  name: 'purge keys',
  every: HOUR,
  async run() {
    while ((await store.remove('keys', { expiresAt: { $lt: clock() } }, BATCH)) === BATCH);
  },
});

/** Takes away the rows of jobs that were closed a day ago; until then a late answer learns who was faster. */
export function purgeClosedJobs(store: Store, clock: Clock): Chore {
  const purge = async (state: 'answered' | 'dropped') => {
    const filter = { 'wait.state': state, 'wait.answeredAt': { $lt: clock() - KEPT } };
    // In small portions: commits go in between.
    while ((await store.remove('jobs', filter, BATCH)) === BATCH);
  };
  return {
    name: 'purge closed jobs',
    every: HOUR,
    async run() {
      await purge('answered');
      await purge('dropped');
    },
  };
}

/** Takes away notices that nobody told for a week: an embedded engine has nobody who does. */
export const purgeNotices = (store: Store, clock: Clock): Chore => ({
  name: 'purge notices',
  every: HOUR,
  async run() {
    while ((await store.remove('notices', { at: { $lt: clock() - 7 * KEPT } }, BATCH)) === BATCH);
  },
});

/** Takes away blobs that nobody has referred to, or put, for a day. */
export const collectBlobs = (store: Store): Chore => ({
  name: 'collect blobs',
  every: HOUR,
  run: async () => void (await store.collectBlobs()),
});
