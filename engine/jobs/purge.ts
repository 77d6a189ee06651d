/** Takes away what is over, once an hour: keys, closed rows, messages, notices, bytes that nobody refers to. */

import type { Clock } from '../contract.js';
import type { CollectionName, Filter, Store } from '../store/port.js';
import type { Chore } from './wakes.js';

const HOUR = 3_600_000;
const KEPT = 24 * HOUR;
const BATCH = 1_000;

/** In small portions: commits go in between. */
async function purge(store: Store, collection: CollectionName, filter: Filter): Promise<void> {
  while ((await store.remove(collection, filter, BATCH)) === BATCH);
}

/** The hourly chore that takes away keys whose time is over. */
export const purgeKeys = (store: Store, clock: Clock): Chore => ({
  name: 'purge keys',
  every: HOUR,
  async run() {
    await purge(store, 'keys', { expiresAt: { $lt: clock() } });
  },
});

/**
 * Takes away the rows of jobs and subscriptions that were closed a day ago; until then a late answer learns who was faster.
 * The rows of tasks are what people did: they stay.
 */
export const purgeClosedRows = (store: Store, clock: Clock): Chore => ({
  name: 'purge closed rows',
  every: HOUR,
  async run() {
    for (const collection of ['jobs', 'subscriptions'] as const)
      for (const state of ['answered', 'dropped'])
        await purge(store, collection, { 'wait.state': state, 'wait.answeredAt': { $lt: clock() - KEPT } });
  },
});

/** Takes away messages a day after they expired, and signals a day after they were heard: a repetition is known until then. */
export const purgeMessages = (store: Store, clock: Clock): Chore => ({
  name: 'purge messages',
  every: HOUR,
  async run() {
    const before = { $lt: clock() - KEPT };
    // one that is given is on its way
    await purge(store, 'messages', { expiresAt: before, state: { $ne: 'given' } });
    await purge(store, 'signals', { at: before });
  },
});

/** Takes away notices that nobody told for a week: an embedded engine has nobody who does. */
export const purgeNotices = (store: Store, clock: Clock): Chore => ({
  name: 'purge notices',
  every: HOUR,
  async run() {
    await purge(store, 'notices', { at: { $lt: clock() - 7 * KEPT } });
  },
});

/** Takes away blobs that nobody has referred to, or put, for a day. */
export const collectBlobs = (store: Store): Chore => ({
  name: 'collect blobs',
  every: HOUR,
  run: async () => void (await store.collectBlobs()),
});
