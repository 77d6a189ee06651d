/** Functions that FEEL gets from us: a clock and regular expressions that are safe, and what Camunda adds to the standard. */

import { randomUUID } from 'node:crypto';
import { FeelDate, FeelDateTime, FeelFunction } from 'feelin';
import { RE2JS } from 're2js';
import { Temporal } from 'temporal-polyfill';
import { plain } from './plain.js';

type Context = Record<string, unknown>;

/** A line of the table: the names of the parameters, and what the function does; `at` is the time of the command. */
type Definition = [parameters: string[], run: (at: number) => (...args: never[]) => unknown];

const pure = (parameters: string[], run: (...args: never[]) => unknown): Definition => [parameters, () => run];

/** A function on texts; with anything else it answers null, as FEEL wants it. */
const onTexts = (parameters: string[], run: (...texts: string[]) => unknown): Definition =>
  pure(parameters, (...args: unknown[]) => {
    const given = args.filter(arg => !isNull(arg));
    return given.length > 0 && given.every(arg => typeof arg === 'string') ? run(...(given as string[])) : null;
  });

const utc = (at: number) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO('UTC');

const isNull = (value: unknown) => value === null || value === undefined;

const functions: Record<string, Definition> = {
  now: [[], at => () => new FeelDateTime(utc(at).toPlainDateTime(), 'UTC')],
  today: [[], at => () => new FeelDate(utc(at).toPlainDate())],

  matches: onTexts(['input', 'pattern', 'flags'], (input, pattern, flags) =>
    regex(pattern, flags).matcher(input).find(),
  ),
  replace: onTexts(['input', 'pattern', 'replacement', 'flags'], (input, pattern, replacement, flags) =>
    regex(pattern, flags).matcher(input).replaceAll(replacement),
  ),
  split: onTexts(['string', 'delimiter'], (input, delimiter) => regex(delimiter).split(input, -1)),
  extract: onTexts(['string', 'pattern'], (input, pattern) => {
    const matcher = regex(pattern).matcher(input);
    const found: (string | null)[] = [];
    while (matcher.find()) found.push(matcher.group());
    return found;
  }),

  'is defined': pure(['value'], (value: unknown) => !isNull(value)),
  'get or else': pure(['value', 'default'], (value: unknown, otherwise: unknown) =>
    isNull(value) ? otherwise : value,
  ),
  assert: pure(
    ['value', 'condition', 'cause'],
    (value: unknown, condition = !isNull(value), cause = 'the assertion does not hold') => {
      if (condition !== true) throw new Error(cause);
      return value;
    },
  ),
  'is blank': onTexts(['string'], text => text.trim() === ''),
  'is empty': pure(['list'], (list: unknown[]) => list.length === 0),
  trim: onTexts(['string'], text => text.trim()),
  uuid: pure([], () => randomUUID()),
  'random number': pure([], () => Math.random()),
  'to base64': onTexts(['value'], text => Buffer.from(text).toString('base64')),
  'from base64': onTexts(['value'], text => Buffer.from(text, 'base64').toString()),
  'to json': pure(['value'], (value: unknown) => JSON.stringify(value)),
  'from json': onTexts(['value'], text => plain(JSON.parse(text))),
  'duplicate values': pure(['list'], (list: unknown[]) => {
    const texts = list.map(item => JSON.stringify(item));
    return list.filter(
      (_item, index) => texts.indexOf(texts[index]!) === index && texts.indexOf(texts[index]!, index + 1) > 0,
    );
  }),
  partition: pure(['list', 'size'], (list: unknown[], size: number) => {
    if (!(size >= 1)) throw new Error('the size of a part must be at least 1');
    return Array.from({ length: Math.ceil(list.length / size) }, (_part, index) =>
      list.slice(index * size, (index + 1) * size),
    );
  }),
  'last day of month': pure(
    ['date'],
    ({ year, month }: FeelDate) => new FeelDate(Temporal.PlainDate.from({ year, month, day: 31 })),
  ),
  put: pure(['context', 'key', 'value'], (context: Context, key: string, value: unknown) => ({
    ...context,
    [key]: value,
  })),
  'put all': pure(['contexts'], (contexts: Context[]) => Object.assign({}, ...contexts)),
};

/** XPath's flags, as FEEL names them (DMN 1.5, 10.3.4.3). */
const flagBits: Record<string, number> = { i: RE2JS.CASE_INSENSITIVE, m: RE2JS.MULTILINE, s: RE2JS.DOTALL };

/** Runs in linear time, whatever the pattern (RE2). */
const regex = (pattern = '', flags = '') =>
  RE2JS.compile(
    pattern,
    [...flags].reduce((bits, flag) => bits | (flagBits[flag] ?? 0), 0),
  );

export const functionNames: string[] = Object.keys(functions);

/** The functions that the text could name: FEEL reads every name of its context, so fewer are faster. */
export const functionsFor = (source: string, at: number): Record<string, FeelFunction> =>
  Object.fromEntries(
    functionNames
      .filter(name => source.includes(name))
      .map(name => [name, new FeelFunction(functions[name]![1](at), functions[name]![0])]),
  );
