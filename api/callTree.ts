/** An instance and what it called, and what that called: as far as it goes. */

import type { Instance } from '../engine/core/types.js';
import type { Store } from '../engine/store/port.js';

/** Instances of one tree that are read. */
export const MOST = 10_000;

/** Parents asked about at once. */
const PORTION = 500;

/** The instance first, then level by level what was called from it, in the order of the starts. */
export async function callTree(store: Pick<Store, 'find'>, top: Instance): Promise<Instance[]> {
  const found = [top];
  for (let level = [top]; level.length > 0 && found.length < MOST; ) {
    const next: Instance[] = [];
    for (let from = 0; from < level.length; from += PORTION) {
      const parents = level.slice(from, from + PORTION).map(({ id }) => id);
      const filter = { 'parent.instance': { $in: parents } };
      next.push(...(await store.find<Instance>('instances', { filter, limit: MOST - found.length })));
    }
    level = next.sort((one, other) => one.startedAt - other.startedAt);
    found.push(...level);
  }
  return found;
}
