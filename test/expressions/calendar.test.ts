/** Dates, durations and cycles as models write them. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { calendar, createCalendar } from '../../engine/expressions/calendar.js';
import { readRetries, retryDelay } from '../../engine/expressions/retries.js';

type Kind = 'date' | 'duration' | 'cycle';

/** What the text means on 28 March 2026, the eve of daylight saving in Europe. */
function next(kind: Kind, text: string, after = '2026-03-28T00:00Z'): string {
  const { due, repeats } = calendar.next(kind, text, Date.parse(after));
  return `${new Date(due).toISOString().replace(/\.000Z$/, 'Z')} ${repeats}`;
}

const readings: [Kind, string, string, string?][] = [
  ['date', '2026-03-29', '2026-03-29T00:00:00Z 0'],
  ['date', '2026-03-29T14:30', '2026-03-29T14:30:00Z 0'],
  ['date', ' 2026-03-29T14:30:00Z ', '2026-03-29T14:30:00Z 0'],
  ['date', '2026-03-29T14:30:00+02:00', '2026-03-29T12:30:00Z 0'],
  ['date', '2026-03-29T14:30:00.000+0200', '2026-03-29T12:30:00Z 0'],
  ['date', '2026-03-28T02:30[Europe/Berlin]', '2026-03-28T01:30:00Z 0'],
  ['date', '2026-03-29T02:30[Europe/Berlin]', '2026-03-29T01:30:00Z 0'],
  ['date', '2026-07-01T12:00+02:00[Europe/Berlin]', '2026-07-01T10:00:00Z 0'],
  ['duration', 'PT15M', '2026-03-28T00:15:00Z 0'],
  ['duration', 'P1DT2H', '2026-03-29T02:00:00Z 0'],
  ['duration', 'P2W', '2026-04-11T00:00:00Z 0'],
  ['duration', 'P30D', '2026-04-27T00:00:00Z 0'],
  ['duration', 'P1M', '2026-02-28T00:00:00Z 0', '2026-01-31T00:00Z'],
  ['duration', 'PT0.5S', '2026-03-28T00:00:00.500Z 0'],
  ['cycle', 'R3/PT10S', '2026-03-28T00:00:10Z 2'],
  ['cycle', 'R/PT10S', '2026-03-28T00:00:10Z -1'],
  ['cycle', 'R/2026-01-31T00:00Z/P1M', '2026-03-31T00:00:00Z -1'],
  ['cycle', 'R3/2026-03-28T12:00Z/P1D', '2026-03-28T12:00:00Z 2'],
  ['cycle', 'R3/2026-03-27T00:00Z/P1D', '2026-03-29T00:00:00Z 0'],
  ['cycle', 'R3/2026-03-20T00:00Z/P1D', '2026-03-22T00:00:00Z 0'],
  ['cycle', 'R/2026-03-20T09:00[Europe/Berlin]/P1D', '2026-03-28T08:00:00Z -1'],
  ['cycle', 'R/2026-03-20T09:00[Europe/Berlin]/P1D', '2026-03-29T07:00:00Z -1', '2026-03-28T08:00Z'],
  ['cycle', 'R/PT1H/2026-03-28T05:30Z', '2026-03-28T01:00:00Z 4'],
  ['cycle', 'R2/PT1H/2026-03-28T05:30Z', '2026-03-28T01:00:00Z 1'],
  ['cycle', '*/15 * * * *', '2026-03-28T00:15:00Z -1'],
  ['cycle', '0 9 * * 1', '2026-03-30T09:00:00Z -1'],
  ['cycle', '0/5 0/1 * 1/1 * ?', '2026-03-28T00:00:05Z -1'],
  ['cycle', '0 0 9 ? * MON-FRI', '2026-03-30T09:00:00Z -1'],
  ['cycle', '0 0 9 ? * 2', '2026-03-30T09:00:00Z -1'],
  ['cycle', '0 0 9 * * 2', '2026-03-31T09:00:00Z -1'],
  ['cycle', '0 0 9 L * ?', '2026-03-31T09:00:00Z -1'],
  ['cycle', '0 0 9 1 1 ? 2028', '2028-01-01T09:00:00Z -1'],
  ['cycle', '30 2 * * * [Europe/Berlin]', '2026-03-28T01:30:00Z -1'],
  ['cycle', '30 2 * * * [Europe/Berlin]', '2026-03-29T01:00:00Z -1', '2026-03-28T01:30Z'],
  ['cycle', '0 9 * * * [Europe/Berlin]', '2026-03-29T07:00:00Z -1', '2026-03-28T08:00Z'],
];

for (const [kind, text, expected, after] of readings) {
  test(`the ${kind} '${text}' after ${after ?? 'midnight'} is ${expected}`, () => {
    assert.equal(next(kind, text, after), expected);
  });
}

test('a duration may be longer than the 24.8 days that a timer of JavaScript can count', () => {
  assert.equal(next('duration', 'P10Y'), '2036-03-28T00:00:00Z 0');
});

test('a calendar with a zone of its own reads local times there', () => {
  const berlin = createCalendar({ zone: 'Europe/Berlin' });
  assert.equal(berlin.next('date', '2026-07-01T12:00', 0).due, Date.parse('2026-07-01T10:00Z'));
  assert.equal(
    berlin.next('cycle', '0 12 * * *', Date.parse('2026-07-01T00:00Z')).due,
    Date.parse('2026-07-01T10:00Z'),
  );
});

test('a cycle that is asked for again after each firing goes through its whole series', () => {
  const fired: string[] = [];
  let after = Date.parse('2026-01-01T00:00Z');
  for (let count = 0; count < 4; count++) {
    after = calendar.next('cycle', 'R4/2026-01-31T00:00Z/P1M', after).due;
    fired.push(new Date(after).toISOString().slice(0, 10));
  }
  assert.deepEqual(fired, ['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30']);
});

const mistakes: [Kind, string, RegExp][] = [
  ['date', 'tomorrow', /'tomorrow' is not a date; expected ISO 8601/],
  ['date', '2026-13-01', /is not a date/],
  ['date', '2026-01-01T00:00[Mars/North]', /is not a date/],
  ['date', '', /is not a date/],
  ['duration', '5 minutes', /'5 minutes' is not a duration; expected ISO 8601 such as PT15M/],
  ['duration', '-PT5M', /is not a duration/],
  ['duration', 'P999999Y', /further away than a date can be/],
  ['cycle', 'R3/PT0S', /is not a cycle/],
  ['cycle', 'R3/PT0.0001S', /is not a cycle/],
  ['cycle', 'R0/PT1S', /is not a cycle/],
  ['cycle', 'R3/PT1S/2026-01-01/2027-01-01', /is not a cycle/],
  ['cycle', 'R3/soon', /is not a duration/],
  ['cycle', 'every day', /'every day' is not a cycle; expected R3\/PT10S or cron/],
  ['cycle', '0 0 9 1 1 ? 2020', /never fires again/],
  ['cycle', '0 0 30 2 *', /never fires again/],
];

for (const [kind, text, expected] of mistakes) {
  test(`the ${kind} '${text}' is refused in a sentence`, () => {
    assert.throws(() => next(kind, text), expected);
  });
}

test('R3/PT10S is three attempts, ten seconds apart', () => {
  assert.deepEqual(readRetries('R3/PT10S'), { attempts: 3, delays: [10_000] });
  assert.deepEqual(
    [1, 2, 3].map(attempt => retryDelay('R3/PT10S', attempt)),
    [10_000, 10_000, undefined],
  );
});

test('a list of pauses is one attempt more than there are pauses', () => {
  assert.deepEqual(
    [1, 2, 3, 4].map(attempt => retryDelay('PT10S, PT1M,PT5M', attempt)),
    [10_000, 60_000, 300_000, undefined],
  );
});

test('a retry cycle that cannot be read says what was expected', () => {
  assert.throws(() => retryDelay('three times', 1), /'three times' is not a retry cycle; expected R3\/PT10S/);
});
