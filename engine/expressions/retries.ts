/** Reads retry cycles of jobs: `R3/PT10S`, or a comma list of intervals. */

import { Temporal } from 'temporal-polyfill';

/** A retry cycle in numbers. */
export interface Retries {
  /** How often the job is tried in all; for `R/…` more often than anybody waits, for rows of jobs are JSON. */
  attempts: number;
  /** Milliseconds to wait after each failed attempt; the last one goes for all that follow. */
  delays: number[];
}

/**
 * Reads a retry cycle. `R3/PT10S` is three attempts, `PT10S,PT1M` three as well: one more than there are pauses.
 * Throws an Error whose sentence says what was expected.
 *
 * @example
 * readRetries('PT10S,PT1M') // { attempts: 3, delays: [10_000, 60_000] }
 */
export function readRetries(text: string): Retries {
  const repeat = /^\s*R(\d*)\/(\S+)\s*$/i.exec(text);
  if (repeat)
    return { attempts: repeat[1] ? Number(repeat[1]) : Number.MAX_SAFE_INTEGER, delays: [delay(repeat[2]!, text)] };
  const delays = text.split(',').map(part => delay(part.trim(), text));
  return { attempts: delays.length + 1, delays };
}

/**
 * Milliseconds to wait after the failed attempt `attempt` (from 1), or undefined when it was the last.
 *
 * @example
 * retryDelay('R3/PT10S', 1) // 10_000
 * retryDelay('R3/PT10S', 3) // undefined
 */
export function retryDelay(cycle: string, attempt: number): number | undefined {
  const { attempts, delays } = readRetries(cycle);
  return attempt < attempts ? delays[Math.min(attempt, delays.length) - 1] : undefined;
}

/** Months and years are as long as those after the epoch: a pause needs no calendar. */
function delay(duration: string, cycle: string): number {
  try {
    const length = Temporal.Duration.from(duration).total({ unit: 'milliseconds', relativeTo: '1970-01-01' });
    if (length >= 0) return length;
  } catch {
    // Said below, in words that name what was expected.
  }
  throw new Error(`'${cycle}' is not a retry cycle; expected R3/PT10S or a list of pauses such as PT10S,PT1M,PT5M`);
}
