/**
 * How a JSON value stands in a column, so that SQLite's own order is the order of the port: null (as -∞), numbers,
 * texts, then objects, arrays and booleans as blobs. So no condition ever meets an SQL NULL and every negation is exact.
 */

import type { Json } from '../../core/types.js';
import type { Scalar } from '../port.js';

/** What is bound to a statement. */
export type Bind = string | number | Uint8Array;

const marks = { object: 0, array: 1, false: 2, true: 3 };
const objectMark = Uint8Array.of(marks.object);
const arrayMark = Uint8Array.of(marks.array);
const booleanMarks = { false: Uint8Array.of(marks.false), true: Uint8Array.of(marks.true) };

/** The column value of null and of what is missing. */
export const nullLiteral = '-9e999';
/** Greater than every number, not greater than any text. */
export const firstText = "''";
/** Greater than every text. */
export const afterText = "x''";

/** JSON value → column value. */
export function encode(value: Json | undefined): Bind {
  if (value === null || value === undefined) return Number.NEGATIVE_INFINITY;
  if (typeof value === 'number') return value;
  // a driver would cut the text at NUL: what was 'a\0b' must not find 'a'
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value;
  if (typeof value === 'boolean') return booleanMarks[`${value}`];
  return Array.isArray(value) ? arrayMark : objectMark;
}

/** Column value → JSON value; objects and arrays, which have no scalar, become null. */
export function decode(value: Bind): Scalar {
  if (value instanceof Uint8Array) return value[0] === marks.true ? true : value[0] === marks.false ? false : null;
  return value === Number.NEGATIVE_INFINITY ? null : value;
}

/** A scalar as SQL text, for conditions that must prove a partial index. */
export function literal(value: Scalar): string {
  if (value === null) return nullLiteral;
  if (typeof value === 'boolean') return `x'0${marks[`${value}`]}'`;
  return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;
}

/** The column value of a path that has no column, from the document itself. */
export function expressionOf(path: string): string {
  const json = `'${jsonPath(path)}'`;
  return `CASE json_type(doc, ${json}) WHEN 'object' THEN x'00' WHEN 'array' THEN x'01' WHEN 'false' THEN x'02' WHEN 'true' THEN x'03' ELSE coalesce(doc ->> ${json}, ${nullLiteral}) END`;
}

/** A dotted path in SQLite's notation. */
export function jsonPath(path: string): string {
  if (!/^[^"'\\\0]+$/.test(path)) throw new Error(`'${path}' is no path: it may not hold quotes or backslashes`);
  return `$${path
    .split('.')
    .map(step => `."${step}"`)
    .join('')}`;
}

/** Are two column values the same? */
export const same = (a: Bind | undefined, b: Bind | undefined): boolean =>
  a === b || (a instanceof Uint8Array && b instanceof Uint8Array && a[0] === b[0]);
