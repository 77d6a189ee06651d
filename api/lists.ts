/** Pages of lists: keyset paging by cursor, and a total that is exact to 10,000. */

import type { CollectionName, Document, Filter, Query, Store } from '../engine/store/port.js';
import { cursorOf, decodeCursor, encodeCursor } from '../engine/store/queries.js';
import { badInput } from './problems.js';

export interface ListQuery {
  filter: Filter;
  sort: NonNullable<Query['sort']>;
  limit: number;
  /** `next` of the page before. */
  after?: string | undefined;
}

export interface Page<T> {
  items: T[];
  next?: string;
  total: number;
  /** False: there are more than `total`. */
  totalIsExact: boolean;
}

const countedTo = 10_000;

/**
 * One page of a collection. Throws Problem 400 for a cursor of another list.
 *
 * @example await listPage<JobDocument>(store, 'jobs', { filter, sort: { due: 1 }, limit: 50 })
 */
export async function listPage<T extends Document>(
  store: Store,
  collection: CollectionName,
  { filter, sort, limit, after }: ListQuery,
): Promise<Page<T>> {
  const cursor = after === undefined ? undefined : decodeCursor(after, sort);
  if (after !== undefined && !cursor)
    throw badInput([{ path: 'query.after', value: after, reason: 'is no "next" of this list' }]);
  const [found, count] = await Promise.all([
    store.find<T>(collection, { filter, sort, limit: limit + 1, after: cursor }),
    store.count(collection, filter, countedTo + 1),
  ]);
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    ...(found.length > limit && last ? { next: encodeCursor(cursorOf(last, sort)) } : {}),
    total: Math.min(count, countedTo),
    totalIsExact: count <= countedTo,
  };
}

/** Both conditions; absent ones are left out. */
export const allOf = (...filters: (Filter | undefined)[]): Filter => ({
  $and: filters.filter(filter => filter !== undefined),
});

/** A moment from `after` on and before `before`, in epoch milliseconds, as far as they are given. */
export const within = (field: string, after: number | undefined, before: number | undefined): Filter | undefined =>
  after === undefined && before === undefined
    ? undefined
    : { [field]: { ...(after !== undefined && { $gte: after }), ...(before !== undefined && { $lt: before }) } };

/** The conditions of a query that were given. */
export const given = (conditions: Record<string, unknown>): Filter =>
  Object.fromEntries(Object.entries(conditions).filter(([, value]) => value !== undefined)) as Filter;
