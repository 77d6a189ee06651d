/** The virtual clock of the tests: time passes when a test says so. */

import { Temporal } from 'temporal-polyfill';

export interface VirtualClock {
  /** Epoch milliseconds (UTC). */
  (): number;
  /** Goes on by milliseconds or an ISO 8601 duration. */
  advance(by: number | string): void;
  /** Goes to a moment, never back. */
  set(to: number | string): void;
}

/**
 * Makes a clock that stands still.
 *
 * @example
 * const clock = createClock('2026-03-28T12:00Z');
 * clock.advance('P1D');
 */
export function createClock(start: number | string = '2026-01-05T08:00:00Z'): VirtualClock {
  let now = epoch(start);
  const set = (to: number | string) => {
    now = Math.max(now, epoch(to));
  };
  return Object.assign(() => now, { set, advance: (by: number | string) => set(now + lengthOf(by, now)) });
}

/** The clock of the machine, in the same shape. It cannot be moved. */
export const realClock = (): VirtualClock => Object.assign(() => Date.now(), createClock());

const epoch = (moment: number | string) =>
  typeof moment === 'number' ? moment : Temporal.Instant.from(moment).epochMilliseconds;

/** Milliseconds of a duration that begins at `from`. */
export function lengthOf(duration: number | string, from: number): number {
  if (typeof duration === 'number') return duration;
  const relativeTo = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO('UTC');
  return Temporal.Duration.from(duration).total({ unit: 'milliseconds', relativeTo });
}
