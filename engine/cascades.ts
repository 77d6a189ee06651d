/** Bounds what processes cause among themselves: trees of calls and chains of events that multiply without end. */

import type { Clock } from './contract.js';
import type { Limits } from './core/world.js';

export interface Cascades {
  /** Hops that a called process is started with: the limit, so that it goes no further, where its tree has grown wild. */
  ofCall(root: string, depth: number, hops: number): number;
  /** The same for a process that a message or signal of another process starts. */
  ofEvent(definition: string, hops: number): number;
}

/** Nesting up to which calls are not counted, however many there are. */
const DEEP = 5;
/** Hops since somebody outside last spoke, up to which starts by events are not counted. */
const FAR = 6;
const MINUTE = 60_000;

/** A process that has reached the limit of hops can cause nothing more: its next call or throw is an incident that says so. */
export function createCascades(
  clock: Clock,
  { hops: limit, cascade: most }: Pick<Limits, 'hops' | 'cascade'>,
): Cascades {
  const counts = new Map<string, { count: number; until: number }>();

  function isTooMany(key: string): boolean {
    const now = clock();
    for (const [oldest, { until }] of counts) {
      if (until > now) break;
      counts.delete(oldest);
    }
    const counted = counts.get(key) ?? { count: 0, until: now + MINUTE };
    counts.set(key, counted);
    return ++counted.count > most;
  }

  return {
    ofCall: (root, depth, hops) => (depth > DEEP && isTooMany(`tree ${root}`) ? limit : hops),
    ofEvent: (definition, hops) => (hops > FAR && isTooMany(`starts of ${definition}`) ? limit : hops),
  };
}
