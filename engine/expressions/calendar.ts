/** Reads dates, durations and cycles: ISO 8601 with IANA time zones, and cron. */

import { Cron } from 'croner';
import { Temporal } from 'temporal-polyfill';
import type { Calendar } from '../core/language.js';

type Next = { due: number; repeats: number };
type Zoned = Temporal.ZonedDateTime;

/** A repeat count that has no end. */
const ENDLESS = -1;

/**
 * Makes a calendar. `zone` (IANA name, default UTC) is where local date-times, calendar days and cron fields without
 * a zone of their own are meant.
 *
 * - `date`: `2026-03-29`, `2026-03-29T02:30Z`, `…+02:00`, `…[Europe/Berlin]`; a local time that a clock change skips
 *   moves forward.
 * - `duration`: `PT15M`, `P1DT2H`, `P2W`, `P1M` (a month of the calendar).
 * - `cycle`: `R3/PT10S`, `R/2026-01-01T00:00Z/P1D` (first firing at the start), `R/PT1H/2026-12-31` (none after the
 *   end), or cron: five fields (unix), six or seven (seconds first, year last). A cron with `?` counts weekdays as
 *   Quartz does (1 = Sunday), any other as unix and Spring do (0 and 7 = Sunday). `[Europe/Berlin]` may follow.
 *
 * `next` throws an Error whose sentence says what was expected.
 *
 * @example
 * createCalendar().next('cycle', 'R3/PT10S', 0) // { due: 10_000, repeats: 2 }
 */
export function createCalendar({ zone = 'UTC' } = {}): Calendar {
  const readers: Record<'date' | 'duration' | 'cycle', (text: string, after: number) => Next> = {
    date: text => ({ due: readDate(text, zone).epochMilliseconds, repeats: 0 }),
    duration: (text, after) => ({ due: add(at(after, zone), readDuration(text)).epochMilliseconds, repeats: 0 }),
    cycle: (text, after) => (/^R\d*\//i.test(text) ? nextRepeat(text, after, zone) : nextCron(text, after, zone)),
  };
  return { next: (kind, text, after) => readers[kind](text.trim(), after) };
}

/** The calendar that knows no zone but UTC and those that a text names. */
export const calendar: Calendar = createCalendar();

const at = (epoch: number, zone: string): Zoned =>
  Temporal.Instant.fromEpochMilliseconds(epoch).toZonedDateTimeISO(zone);

function readDate(text: string, zone: string): Zoned {
  const [, written, named] = /^([^[]*)(?:\[([^\]]+)\])?$/.exec(text) ?? [];
  try {
    if (!written) throw new RangeError('empty');
    const where = named ?? zone;
    if (/T.*(Z|[+-]\d\d(:?\d\d)?)$/i.test(written)) return Temporal.Instant.from(written).toZonedDateTimeISO(where);
    return Temporal.PlainDateTime.from(written).toZonedDateTime(where);
  } catch {
    throw new Error(
      `'${text}' is not a date; expected ISO 8601 such as 2026-03-29T14:30Z or 2026-03-29T14:30[Europe/Berlin]`,
    );
  }
}

function readDuration(text: string): Temporal.Duration {
  try {
    const duration = Temporal.Duration.from(text);
    if (duration.sign >= 0) return duration;
  } catch {
    // Said below, in words that name what was expected.
  }
  throw new Error(`'${text}' is not a duration; expected ISO 8601 such as PT15M, P1DT2H or P1M`);
}

function add(moment: Zoned, duration: Temporal.Duration, times = 1): Zoned {
  try {
    const { years, months, weeks, days, hours, minutes, seconds, milliseconds } = duration;
    const units = { years, months, weeks, days, hours, minutes, seconds, milliseconds };
    return moment.add(Object.fromEntries(Object.entries(units).map(([unit, size]) => [unit, size * times])));
  } catch {
    throw new Error(`${duration} after ${moment} is further away than a date can be; expected a shorter duration`);
  }
}

/** ISO 8601 4.5: `R[n]/duration`, `R[n]/start/duration`, `R[n]/duration/end`. */
function nextRepeat(text: string, after: number, zone: string): Next {
  // A zone in brackets has a slash of its own.
  const [repeat = '', first = '', second, ...rest] = text.split(/\/(?![^[]*\])/);
  const times = repeat.length > 1 ? Number(repeat.slice(1)) : Number.POSITIVE_INFINITY;
  const anchored = second !== undefined && !/^P/i.test(first);
  const period = readDuration(anchored ? second : first);
  if (rest.length > 0 || times === 0 || period.total({ unit: 'milliseconds', relativeTo: '2000-01-01' }) < 1) {
    throw new Error(`'${text}' is not a cycle; expected R3/PT10S, R/2026-01-01T00:00Z/P1D or R/PT1H/2026-12-31`);
  }
  if (anchored) return nextOfSeries(readDate(first, zone), period, times, after);

  const now = at(after, zone);
  const due = add(now, period).epochMilliseconds;
  if (second === undefined) return { due, repeats: Number.isFinite(times) ? times - 1 : ENDLESS };
  const end = readDate(second, zone).epochMilliseconds;
  const possible = countUntil(now, period, end);
  return { due: Math.min(due, Math.max(end, after)), repeats: Math.max(0, Math.min(times, possible) - 1) };
}

/** The series `start`, `start + period`, …: counted from its start, so that a month's end stays a month's end. */
function nextOfSeries(start: Zoned, period: Temporal.Duration, times: number, after: number): Next {
  const passed = start.epochMilliseconds > after ? 0 : countUntil(start, period, after) + 1;
  const index = Math.min(passed, times - 1);
  return {
    due: add(start, period, index).epochMilliseconds,
    repeats: Number.isFinite(times) ? times - 1 - index : ENDLESS,
  };
}

/** How many whole periods lie between a moment and `end` (epoch milliseconds, inclusive). */
function countUntil(from: Zoned, period: Temporal.Duration, end: number): number {
  const length = add(from, period).epochMilliseconds - from.epochMilliseconds;
  let count = Math.max(0, Math.floor((end - from.epochMilliseconds) / length));
  while (count > 0 && add(from, period, count).epochMilliseconds > end) count--;
  while (add(from, period, count + 1).epochMilliseconds <= end) count++;
  return count;
}

function nextCron(text: string, after: number, zone: string): Next {
  const [, pattern = '', named] = /^([^[]*?)\s*(?:\[([^\]]+)\])?$/.exec(text) ?? [];
  try {
    const cron = new Cron(pattern, {
      timezone: named ?? zone,
      sloppyRanges: true,
      alternativeWeekdays: pattern.includes('?'),
    });
    const next = cron.nextRun(new Date(after));
    if (next) return { due: next.getTime(), repeats: ENDLESS };
  } catch (error) {
    const reason = (error as Error).message.replace(/^CronPattern: /, '');
    throw new Error(`'${text}' is not a cycle; expected R3/PT10S or cron such as 0 0 9 ? * MON-FRI (${reason})`);
  }
  throw new Error(`'${text}' never fires again; expected a cron with a date to come`);
}
