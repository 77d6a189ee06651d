/** Finds and counts tasks: sorted, in pages, by words. */

import type { Reader } from '../engine/contract.js';
import type { TaskDocument } from '../engine/store/documents.js';
import type { Filter, Scalar, Store } from '../engine/store/port.js';
import { cursorOf } from '../engine/store/queries.js';
import { datedFirst, filterOf, mentions, orders, type TaskQuery, type View, viewNames } from './filters.js';

/** Counting stops here; a text is looked for in this many tasks. */
const COUNTED = 10_000;

export interface Found {
  items: TaskDocument[];
  next?: Scalar[];
  total: number;
  totalIsExact: boolean;
}

export async function findTasks(
  store: Store,
  reader: Reader,
  query: TaskQuery,
  page: { limit: number; after?: Scalar[]; now: number },
): Promise<Found> {
  const order = query.sort ?? (query.state === 'closed' ? '-completed' : 'due');
  const sort = orders[order];
  const filter = filterOf(reader, query, page.now);

  /** One more than asked for, so that it is known whether there is a next page. */
  async function sorted(limit: number, after: Scalar[] | undefined): Promise<TaskDocument[]> {
    const date = datedFirst[order];
    if (date === undefined) return store.find<TaskDocument>('tasks', { filter, sort, limit, after });
    const part = (exists: boolean, count: number, from: Scalar[] | undefined) => {
      const inPart: Filter = { $and: [filter, { [date]: { $exists: exists } }] };
      return store.find<TaskDocument>('tasks', { filter: inPart, sort, limit: count, after: from });
    };
    const inUndated = after !== undefined && after[0] === null;
    const dated = inUndated ? [] : await part(true, limit, after);
    if (dated.length >= limit) return dated;
    return [...dated, ...(await part(false, limit - dated.length, inUndated ? after : undefined))];
  }

  if (query.text?.trim()) {
    const all = await sorted(COUNTED, undefined);
    const hits = all.filter(mentions(query.text));
    const from = page.after ? hits.findIndex(task => task.id === page.after!.at(-1)) + 1 : 0;
    const items = hits.slice(from, from + page.limit);
    const more = from + page.limit < hits.length;
    return { items, ...next(items, more), total: hits.length, totalIsExact: all.length < COUNTED };
  }

  function next(items: TaskDocument[], more: boolean) {
    return more ? { next: cursorOf(items.at(-1)!, sort) } : {};
  }

  const found = await sorted(page.limit + 1, page.after);
  const items = found.slice(0, page.limit);
  const more = found.length > page.limit;
  // What fits on the first page needs no counting.
  if (!more && !page.after) return { items, total: items.length, totalIsExact: true };
  const total = await store.count('tasks', filter, COUNTED);
  return { items, ...next(items, more), total, totalIsExact: total < COUNTED };
}

export async function countTasks(store: Store, reader: Reader, now: number): Promise<Record<View, number>> {
  const counts = await Promise.all(
    viewNames.map(async view => [view, await store.count('tasks', filterOf(reader, { view }, now), COUNTED)] as const),
  );
  return Object.fromEntries(counts) as Record<View, number>;
}
