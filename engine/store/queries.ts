/** What is written once above the port: who may read, paging cursors, and the filter as a predicate in memory. */

import type { Json } from '../core/types.js';
import { valueAt } from './paths.js';
import type { Document, FieldFilter, Filter, Query, Scalar } from './port.js';

/** Whose documents may be seen: exactly those of these tenants (`''` is the default one), or all for the engine itself. */
export type Viewer = { tenants: string[] } | 'system';

/**
 * The filter, cut down to what this reader may see.
 *
 * @example store.find('jobs', { filter: readable(reader, { kind: 'work' }) })
 */
export function readable(reader: Viewer, filter: Filter): Filter {
  return reader === 'system' ? filter : { $and: [filter, { tenant: { $in: reader.tenants } }] };
}

/** The place of a document in a sorted list, for `Query.after`. */
export function cursorOf(document: Document, sort: Query['sort'] = {}): Scalar[] {
  return keysOf(sort).map(path => scalarOf(valueAt(document, path)));
}

/** A cursor as a text for a URL. */
export const encodeCursor = (cursor: Scalar[]): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

/** Reads a cursor back; undefined when the text is none, or none of a list sorted like this. */
export function decodeCursor(text: string, sort: Query['sort'] = {}): Scalar[] | undefined {
  try {
    const cursor: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    const fits = Array.isArray(cursor) && cursor.length === keysOf(sort).length && cursor.every(isScalar);
    return fits ? (cursor as Scalar[]) : undefined;
  } catch {
    return undefined;
  }
}

/** Does the filter hold for this document? The same answer as the database gives. */
export function matches(filter: Filter, document: object): boolean {
  return Object.entries(filter).every(([key, condition]) => {
    if (condition === undefined) return true;
    const parts = combinators[key];
    return parts
      ? parts(condition as Filter[], document)
      : fieldMatches(valueAt(document, key), condition as FieldFilter);
  });
}

const combinators: Record<string, (filters: Filter[], document: object) => boolean> = {
  $and: (filters, document) => filters.every(filter => matches(filter, document)),
  $or: (filters, document) => filters.some(filter => matches(filter, document)),
  $nor: (filters, document) => !filters.some(filter => matches(filter, document)),
};

/** Negation of the whole field: on an array, `$ne` means "no element". */
const negated: Record<string, string> = { $ne: '$eq', $nin: '$in' };

function fieldMatches(value: Json | undefined, condition: FieldFilter): boolean {
  return conditionsOf(condition).every(([operator, operand]) => {
    const positive = negated[operator];
    return positive ? !anyMatches(value, positive, operand) : anyMatches(value, operator, operand);
  });
}

/** The conditions on a field one by one: a bare value is `$eq`. */
export function conditionsOf(condition: FieldFilter): [operator: string, operand: unknown][] {
  if (typeof condition !== 'object' || condition === null) return [['$eq', condition]];
  return Object.entries(condition).filter(([, operand]) => operand !== undefined);
}

/** On an array one element must match. */
function anyMatches(value: Json | undefined, operator: string, operand: unknown): boolean {
  const test = operators[operator];
  if (!test) throw new Error(`unknown operator ${operator} in a filter`);
  return Array.isArray(value) && operator !== '$exists'
    ? value.some(element => test(element, operand))
    : test(value, operand);
}

const operators: Record<string, (value: Json | undefined, operand: unknown) => boolean> = {
  $eq: (value, operand) => (value ?? null) === operand,
  $in: (value, operand) => (operand as Scalar[]).some(one => one === (value ?? null)),
  $exists: (value, operand) => ((value ?? null) !== null) === operand,
  $gt: (value, operand) => compareAlike(value, operand) > 0,
  $gte: (value, operand) => compareAlike(value, operand) >= 0,
  $lt: (value, operand) => compareAlike(value, operand) < 0,
  $lte: (value, operand) => compareAlike(value, operand) <= 0,
  $prefix: (value, operand) => typeof value === 'string' && value.startsWith(operand as string),
};

/** Order of two numbers or two texts; NaN, which is never true, for everything else. */
function compareAlike(value: Json | undefined, operand: unknown): number {
  if (typeof value === 'number' && typeof operand === 'number') return value - operand;
  if (typeof value === 'string' && typeof operand === 'string') return compareText(value, operand);
  return Number.NaN;
}

/** By code point, as databases do; JavaScript compares UTF-16 units. */
function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

const keysOf = (sort: NonNullable<Query['sort']>) => Object.keys({ ...sort, id: 1 });
const isScalar = (value: unknown): value is Scalar => value === null || typeof value !== 'object';
const scalarOf = (value: Json | undefined): Scalar => (isScalar(value) ? (value ?? null) : null);
