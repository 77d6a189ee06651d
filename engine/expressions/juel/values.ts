/** The values of the evaluator, and how one type becomes another (Unified Expression Language 2.2, 1.18). */

import type { LiveScope } from '../../core/language.js';
import type { Json } from '../../core/types.js';
import { JuelError } from './syntax.js';

/** JSON, or a thing that lives only while an expression is evaluated. */
export type Value = Json | Thing | Value[];

/** What can be called: how many arguments it takes, and what it does. */
export interface Callable<Self> {
  least: number;
  most: number;
  run(self: Self, args: Value[], evaluation: Evaluation): Value;
}

/** What an evaluation may use up, and what it sees. */
export interface Evaluation {
  scope: LiveScope;
  /** Counts work that grows with the data; throws when there was too much. */
  spend(steps: number): void;
}

/** A date, the execution, a Spin node: described by tables, never by a host object. */
export class Thing {
  constructor(
    /** As messages call it: `a date`. */
    readonly described: string,
    readonly properties: Record<string, () => Value>,
    readonly methods: Record<string, Callable<Thing>>,
    /** What it is outside the evaluator. */
    readonly toJson: () => Json,
    /** Below, at or above zero as `<`, `==`, `>`; without it a thing equals only itself. */
    readonly compare?: (other: Value) => number,
  ) {}
}

/** Characters that a text may have: as much as a variable may hold. */
export const TEXT_LIMIT = 4 * 1024 * 1024;

/** A line of a table of functions or methods. */
export const takes = <Self>(
  least: number,
  most: number,
  run: (self: Self, args: Value[], evaluation: Evaluation) => Value,
): Callable<Self> => ({ least, most, run });

/** Calls a line of a table after counting the arguments. */
export function callWith<Self>(
  name: string,
  callable: Callable<Self>,
  self: Self,
  args: Value[],
  evaluation: Evaluation,
): Value {
  const { least, most } = callable;
  if (args.length < least || args.length > most) {
    const range =
      least === most ? `${least}` : most === Number.POSITIVE_INFINITY ? `${least} or more` : `${least} to ${most}`;
    throw new JuelError(`${name}() takes ${range} argument${range === '1' ? '' : 's'}, not ${args.length}`);
  }
  return callable.run(self, args, evaluation);
}

export const isMap = (value: Value): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Thing);

/** `a text`, `a number`, … for messages. */
export function describe(value: Value): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Thing) return value.described;
  return { string: 'a text', number: 'a number', boolean: 'a boolean', object: 'a map' }[
    typeof value as 'string' | 'number' | 'boolean' | 'object'
  ];
}

/** The value as it leaves the evaluator. */
export function toJson(value: Value): Json {
  if (value instanceof Thing) return value.toJson();
  return Array.isArray(value) && value.some(item => typeof item === 'object') ? value.map(toJson) : (value as Json);
}

/** A text that is not longer than a variable may be. */
export function bounded(text: string): string {
  if (text.length > TEXT_LIMIT) throw new JuelError(`makes a text of more than ${TEXT_LIMIT} characters`);
  return text;
}

export function toText(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  const json = toJson(value);
  return typeof json === 'string' ? json : bounded(JSON.stringify(json));
}

export function toNumber(value: Value): number {
  if (typeof value === 'number') return value;
  if (value === null || value === '') return 0;
  if (typeof value === 'string' && /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(value))
    return finite(Number(value));
  throw new JuelError(`cannot read ${shown(value)} as a number`);
}

export function toBoolean(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  if (value === null || value === '') return false;
  if (typeof value === 'string') return value.toLowerCase() === 'true';
  throw new JuelError(`cannot read ${shown(value)} as true or false`);
}

/** JSON has no NaN, no infinity and no negative zero. */
export function finite(value: number): number {
  if (!Number.isFinite(value)) throw new JuelError('calculates a number that does not exist or is too large');
  return value + 0;
}

export function toInteger(value: Value): number {
  const number = toNumber(value);
  if (!Number.isSafeInteger(number)) throw new JuelError(`expected a whole number, found ${shown(value)}`);
  return number;
}

export const isEmpty = (value: Value): boolean =>
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isMap(value) && Object.keys(value).length === 0);

/** UEL 1.8.2: `==` compares as numbers, else as booleans, else as texts, where one side is such. */
export function equal(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  if (a instanceof Thing) return a.compare?.(b) === 0;
  if (b instanceof Thing) return equal(b, a);
  if (typeof a === 'number' || typeof b === 'number') return toNumber(a) === toNumber(b);
  if (typeof a === 'boolean' || typeof b === 'boolean') return toBoolean(a) === toBoolean(b);
  if (typeof a === 'string' || typeof b === 'string') return toText(a) === toText(b);
  return same(a, b);
}

/** Java's equals(): the same type and the same content. */
export function same(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a instanceof Thing) return a.compare?.(b) === 0;
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => same(item, b[index]!));
  if (Array.isArray(b) || !isMap(a) || !isMap(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every(name => Object.hasOwn(b, name) && same(a[name]!, b[name]!))
  );
}

/** UEL 1.8.1: as numbers or as texts; below, at or above zero. */
export function compare(a: Value, b: Value): number {
  if (a instanceof Thing && a.compare) return a.compare(b);
  if (b instanceof Thing && b.compare) return -b.compare(a);
  if (typeof a === 'number' || typeof b === 'number') return toNumber(a) - toNumber(b);
  if (typeof a === 'string' || typeof b === 'string') {
    const [left, right] = [toText(a), toText(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  }
  throw new JuelError(`cannot compare ${describe(a)} with ${describe(b)}`);
}

/** A value for a message: `'abc'`, `17`, `a list`. */
const shown = (value: Value) =>
  typeof value === 'string'
    ? `'${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`
    : typeof value === 'object'
      ? describe(value)
      : String(value);
