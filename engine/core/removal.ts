/** How long the past of an instance is kept: the time to live that a process names. */

import type { Calendar } from './language.js';

const DAY = 86_400_000;

/** The longest time to live, in days: longer than anybody keeps anything, and well within what a date can say. */
export const LONGEST_TIME_TO_LIVE = 100_000;

/**
 * When something that ended then may be forgotten: epoch milliseconds (UTC). A time to live is days (`180`) or an ISO 8601
 * duration (`P6M`); one that cannot be read, or is longer than the longest, keeps forever.
 *
 *     removalTime('P1D', 0, calendar) // 86_400_000
 */
export function removalTime(timeToLive: string, endedAt: number, calendar: Calendar): number | undefined {
  const due = dueOf(timeToLive, endedAt, calendar);
  return due === undefined || isTooLong(due - endedAt) ? undefined : due;
}

/**
 * What is wrong with a time to live, in one sentence.
 *
 *     wrongTimeToLive('200000', calendar) // "historyTimeToLive '200000' is longer than 100000 days; …"
 */
export function wrongTimeToLive(timeToLive: string, calendar: Calendar): string | undefined {
  if (!isTooLong(dueOf(timeToLive, 0, calendar) ?? 0)) return undefined;
  return `historyTimeToLive '${timeToLive}' is longer than ${LONGEST_TIME_TO_LIVE} days; leave it out to keep the past forever`;
}

const isTooLong = (length: number) => length > LONGEST_TIME_TO_LIVE * DAY;

function dueOf(timeToLive: string, from: number, calendar: Calendar): number | undefined {
  const [, days] = /^P?(\d+)D?$/i.exec(timeToLive.trim()) ?? [];
  if (days !== undefined) return from + Number(days) * DAY;
  try {
    return calendar.next('duration', timeToLive, from).due;
  } catch {
    return undefined;
  }
}
