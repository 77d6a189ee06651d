/** Dates of JUEL: what `now()` and `dateTime()` answer, with the methods of Joda's DateTime and java.util.Date. */

import { Temporal } from 'temporal-polyfill';
import { JuelError } from './syntax.js';
import { type Callable, describe, Thing, takes, toInteger, type Value } from './values.js';

const units = {
  Millis: 'milliseconds',
  Seconds: 'seconds',
  Minutes: 'minutes',
  Hours: 'hours',
  Days: 'days',
  Weeks: 'weeks',
  Months: 'months',
  Years: 'years',
};

const fields = {
  MillisOfSecond: 'millisecond',
  SecondOfMinute: 'second',
  MinuteOfHour: 'minute',
  HourOfDay: 'hour',
  DayOfMonth: 'day',
  MonthOfYear: 'month',
  Year: 'year',
};

/** A date at an epoch time in milliseconds; it thinks in UTC and leaves the evaluator as ISO 8601. */
export const moment = (epoch: number): Thing =>
  momentOf(Temporal.Instant.fromEpochMilliseconds(epoch).toZonedDateTimeISO('UTC'));

function momentOf(time: Temporal.ZonedDateTime): Thing {
  const epoch = time.epochMilliseconds;
  const itself: Callable<Thing> = takes(0, 0, self => self);
  const methods: Record<string, Callable<Thing>> = {
    toDate: itself,
    toInstant: itself,
    toDateTime: itself,
    toString: takes(0, 0, (self: Thing) => self.toJson()),
    withTimeAtStartOfDay: takes(0, 0, () => momentOf(time.startOfDay())),
    isBefore: takes(1, 1, (_self, [other]) => epoch < epochOf(other!)),
    isAfter: takes(1, 1, (_self, [other]) => epoch > epochOf(other!)),
    isEqual: takes(1, 1, (_self, [other]) => epoch === epochOf(other!)),
  };
  for (const [name, unit] of Object.entries(units)) {
    methods[`plus${name}`] = takes(1, 1, (_self, [size]) => moved(() => time.add({ [unit]: toInteger(size!) })));
    methods[`minus${name}`] = takes(1, 1, (_self, [size]) => moved(() => time.subtract({ [unit]: toInteger(size!) })));
  }
  for (const [name, field] of Object.entries(fields)) {
    methods[`with${name}`] = takes(1, 1, (_self, [value]) =>
      moved(() => time.with({ [field]: toInteger(value!) }, { overflow: 'reject' })),
    );
  }
  Object.assign(methods, { before: methods.isBefore, after: methods.isAfter, equals: methods.isEqual });

  return new Thing(
    'a date',
    {
      time: () => epoch,
      millis: () => epoch,
      year: () => time.year,
      monthOfYear: () => time.month,
      dayOfMonth: () => time.day,
      dayOfYear: () => time.dayOfYear,
      dayOfWeek: () => time.dayOfWeek,
      hourOfDay: () => time.hour,
      minuteOfHour: () => time.minute,
      secondOfMinute: () => time.second,
    },
    methods,
    () => new Date(epoch).toISOString(),
    other => epoch - epochOf(other),
  );
}

function moved(move: () => Temporal.ZonedDateTime): Thing {
  try {
    return momentOf(move());
  } catch (error) {
    throw error instanceof JuelError ? error : new JuelError('makes a date that does not exist');
  }
}

/** Dates among the variables are ISO 8601 texts, so a text is compared as what it says. */
function epochOf(value: Value): number {
  const epoch =
    value instanceof Thing ? value.properties.millis?.() : typeof value === 'string' ? Date.parse(value) : value;
  if (typeof epoch !== 'number' || Number.isNaN(epoch))
    throw new JuelError(`cannot compare a date with ${describe(value)}`);
  return epoch;
}
