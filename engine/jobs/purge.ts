/** Takes away what is over: keys, and rows of jobs a day after they closed; until then a late answer learns who was faster. */

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

/** The hourly chore that takes away rows of closed jobs. */
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
