/** Jobs that nobody may take now stand aside: whoever asks for one finds those that are free at the head of their order. */

import type { Json } from './core/types.js';
import type { JobDocument } from './store/documents.js';
import type { Change, Filter, Store } from './store/port.js';

/** The jobs in the order; some that are not free are among them, so that it stands in for no other condition. */
export const inOrder: Filter = { asideUntil: null };

/** Milliseconds until somebody looks again at a job that nothing but a person brings back. */
const LONG = 86_400_000;

/** Jobs that come back at once. */
const PAGE = 500;

/** What decides whether a job is free; what is left out does not stand against it. */
type Standing = Partial<Pick<JobDocument, 'kind' | 'retries' | 'due' | 'suspended' | 'lockedUntil'>>;

/**
 * Until when such a job stands aside, epoch milliseconds: a day while it is suspended or without attempts, else until its
 * lock is over, and work until it is due (other kinds stand in the order of their dates). Undefined: it is in the order.
 *
 * @example asideUntil({ kind: 'work', due: now + 10_000 }, now) === now + 10_000
 */
export function asideUntil(
  { kind, retries = 1, due = 0, suspended = false, lockedUntil = 0 }: Standing,
  now: number,
): number | undefined {
  if (suspended || retries <= 0) return now + LONG;
  const until = Math.max(lockedUntil, kind === 'work' ? due : 0);
  return until > now ? until : undefined;
}

/** A change of a job after which it stands aside until then, or in the order. */
export const placed = (set: Record<string, Json>, until: number | undefined): Change =>
  until === undefined ? { set, unset: ['asideUntil'] } : { set: { ...set, asideUntil: until } };

/** Puts back into the order which of these jobs have their time behind them. Those of many workers that died are many, once. */
export async function comeBack(store: Store, which: Filter, now: number): Promise<void> {
  const over: Filter = { $and: [which, { 'wait.state': 'open', asideUntil: { $lte: now } }] };
  // Nearly always there is none, and one is looked for faster than many.
  if ((await store.find('jobs', { filter: over, limit: 1 })).length === 0) return;
  for (let more = true; more; ) {
    const found = await store.find<JobDocument>('jobs', { filter: over, limit: PAGE });
    for (const until of new Set(found.map(job => asideUntil(job, now)))) {
      const alike = found.filter(job => asideUntil(job, now) === until);
      const those = { id: { $in: alike.map(({ id }) => id) } };
      await store.claim('jobs', { filter: { $and: [over, those] }, limit: PAGE }, placed({}, until));
    }
    more = found.length === PAGE;
  }
}
