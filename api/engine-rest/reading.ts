/** Reads what was sent by a schema; a scalar of another kind than is asked for is taken as what it says, as Java does. */

import type { z } from 'zod';
import { valueBehind } from '../../engine/store/paths.js';
import { unreadable } from './errors.js';

type Scalar = string | number | boolean;

/** Kind that is asked for → the value in it; undefined: it says nothing of that kind. */
const said: Record<string, (value: unknown) => Scalar | undefined> = {
  string: value => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined),
  number: value => (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined),
  boolean: value => (value === 'true' ? true : value === 'false' ? false : undefined),
};

/** A copy in which the scalars that are wrong are what they say; undefined: none of them says so. */
function asSaid({ issues }: z.ZodError, input: unknown): unknown {
  const changes = issues.flatMap(issue => {
    const value = issue.code === 'invalid_type' ? said[issue.expected]?.(valueBehind(input, issue.path)) : undefined;
    return value === undefined || issue.path.length === 0 ? [] : [{ path: issue.path, value }];
  });
  if (changes.length === 0) return undefined;
  const copy = structuredClone(input);
  for (const { path, value } of changes)
    (valueBehind(copy, path.slice(0, -1)) as Record<PropertyKey, unknown>)[path.at(-1)!] = value;
  return copy;
}

/**
 * What a schema makes of an input. Throws RestError 400, which names each value of `part` that is wrong.
 *
 * @example readBy('body', z.object({ retries: z.int() }), { retries: '3' }) // { retries: 3 }
 */
export function readBy<S extends z.ZodType>(part: string, schema: S, input: unknown): z.output<S> {
  const first = schema.safeParse(input);
  if (first.success) return first.data;
  const meant = asSaid(first.error, input);
  const second = meant === undefined ? undefined : schema.safeParse(meant);
  if (second?.success) return second.data;
  throw unreadable(part, first.error, input);
}
