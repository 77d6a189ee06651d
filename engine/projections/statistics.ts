/** Counts what activities and flows did, per element and hour, with histograms of durations. Pure. */

import type { Definition } from '../core/types.js';
import { type ActivityDocument, FORMAT, type HistoryDocument, type StatisticsDocument } from '../store/documents.js';

const HOUR = 3_600_000;

/** What is counted of one element in one hour (0: of all time). */
export interface Tally {
  tenant: string;
  definition: string;
  definitionKey: string;
  element: string;
  hour: number;
  entered: number;
  completed: number;
  cancelled: number;
  taken: number;
  durations: Record<string, number>;
}

/** The id of a tally's document. */
export const tallyId = (tally: Pick<Tally, 'definition' | 'element' | 'hour'>) =>
  `${tally.definition}~${tally.element}~${tally.hour}`;

/** Sums up; every count goes to its hour and to all time. */
export function createTallies() {
  /** Place in a model → hour → tally. */
  const places = new Map<string, Map<number, Tally>>();

  function count(
    of: Pick<Tally, 'tenant' | 'definition' | 'definitionKey' | 'element'>,
    at: number,
    add: (tally: Tally) => void,
  ) {
    const { tenant, definition, definitionKey, element } = of;
    const place = `${definition}~${element}`;
    const hours = places.get(place) ?? new Map<number, Tally>();
    places.set(place, hours);
    for (const hour of [0, Math.floor(at / HOUR) * HOUR]) {
      let tally = hours.get(hour);
      if (!tally) {
        const zero = { entered: 0, completed: 0, cancelled: 0, taken: 0, durations: {} };
        tally = { tenant, definition, definitionKey, element, hour, ...zero };
        hours.set(hour, tally);
      }
      add(tally);
    }
  }

  return {
    all: () => [...places.values()].flatMap(hours => [...hours.values()]),

    /** Counts what became of an activity between two looks at it. */
    activity(before: ActivityDocument | undefined, after: ActivityDocument): void {
      // The items are the visits, not the body around them.
      if (after.elementType === 'multiInstanceBody') return;
      if (!before) count(after, after.startedAt, tally => tally.entered++);
      if (before?.state === after.state || after.state === 'active') return;
      count(after, after.endedAt!, tally => {
        tally[after.state === 'completed' ? 'completed' : 'cancelled']++;
        if (after.state === 'completed') increase(tally.durations, bucketOf(after.duration!), 1);
      });
    },

    /** Counts the flows that tokens took. */
    flows(history: HistoryDocument, definition: Definition): void {
      for (const event of history.events) {
        if (event.type !== 'taken') continue;
        const element = definition.flows[event.flow]?.id;
        if (element === undefined) continue;
        const of = { tenant: history.tenant, definition: definition.id, definitionKey: definition.key, element };
        count(of, event.at, tally => tally.taken++);
      }
    },
  };
}

/** The statistics document with a batch's tally counted in; one that knows the batch already stays as it is. */
export function addTally(stored: StatisticsDocument | undefined, tally: Tally, batch: number): StatisticsDocument {
  if (stored && stored.batch >= batch) return stored;
  const { taken, durations, ...rest } = tally;
  const sum = { ...stored?.durations };
  for (const [bucket, n] of Object.entries(durations)) increase(sum, bucket, n);
  const allTaken = (stored?.taken ?? 0) + taken;
  return {
    id: tallyId(tally),
    format: FORMAT,
    ...rest,
    entered: (stored?.entered ?? 0) + tally.entered,
    completed: (stored?.completed ?? 0) + tally.completed,
    cancelled: (stored?.cancelled ?? 0) + tally.cancelled,
    ...(allTaken > 0 && { taken: allTaken }),
    durations: sum,
    batch,
  };
}

/** The histogram's bucket of a duration: the power of two (ms) that it lies below. */
export const bucketOf = (milliseconds: number) =>
  String(2 ** Math.ceil(Math.log2(Math.max(1, Math.floor(milliseconds) + 1))));

/**
 * The duration (ms) below which the share of all durations lies, read from a histogram and interpolated within its bucket.
 *
 *     quantile({ '1024': 9, '2048': 1 }, 0.5) // 796
 */
export function quantile(durations: Record<string, number>, share: number): number | undefined {
  const buckets = Object.entries(durations)
    .map(([bucket, n]) => ({ upper: Number(bucket), n }))
    .sort((a, b) => a.upper - b.upper);
  let left = share * buckets.reduce((sum, { n }) => sum + n, 0);
  for (const { upper, n } of buckets) {
    const lower = upper === 1 ? 0 : upper / 2;
    if (left <= n && n > 0) return Math.round(lower + ((upper - lower) * left) / n);
    left -= n;
  }
  return undefined;
}

function increase(counts: Record<string, number>, key: string, by: number): void {
  counts[key] = (counts[key] ?? 0) + by;
}
