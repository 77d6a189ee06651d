/** Dry runs of deletions: what would go is said, and nothing is done. */

import { z } from 'zod';
import type { CollectionName, Filter, Store } from '../engine/store/port.js';
import type { Asked } from './route.js';
import { Flag } from './schemas.js';

/** The query parameter that every route takes which destroys something. */
export const dryRunnable = {
  dryRun: Flag.optional().meta({ description: 'Only say what would go (200)' }),
};

/** Answers what would go. The audit hears nothing of it: nothing has changed. */
export function said<T>({ response, note }: Pick<Asked<unknown, unknown, unknown>, 'response' | 'note'>, loss: T): T {
  response.status(200);
  note(undefined);
  return loss;
}

/** The answers of a deletion: what would go, as a dry run says it; nothing where it has gone. */
export const losing = <L extends z.ZodType>(loss: L) => ({ tried: loss, answer: loss.optional() });

/**
 * What would go as numbers.
 *
 * @example route({ method: 'delete', path: '/groups/{id}', ...losing(numbersOf('users', 'authorizations')) }, remove)
 */
export const numbersOf = <N extends string>(...names: N[]) =>
  z.strictObject(Object.fromEntries(names.map(name => [name, z.int()])) as Record<N, z.ZodInt>);

/**
 * Counts what would go of each collection.
 *
 * @example await countEach(store, { tokens: { user: 'mary' }, sessions: { user: 'mary' } })
 */
export async function countEach<C extends CollectionName>(
  store: Store,
  filters: Record<C, Filter>,
): Promise<Record<C, number>> {
  const counted = Object.entries<Filter>(filters).map(
    async ([collection, filter]) => [collection, await store.count(collection as C, filter)] as const,
  );
  return Object.fromEntries(await Promise.all(counted)) as Record<C, number>;
}
