/** Values of process variables: plain JSON. */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Process variables by name. Values are plain JSON; times are ISO 8601 strings. */
export type Variables = Record<string, Json>;

/** What a client said a value is, where its JSON does not tell: `Long`, `Date`, the class of an `Object` … */
export interface TypeHint {
  type: string;
  info?: Record<string, Json>;
}

/** Hints by the name of the variable; null: its JSON tells. One that does not fit the value any more says nothing. */
export type TypeHints = Record<string, TypeHint | null>;

/** The furthest that a date can be from 1970, milliseconds (ECMA-262, 21.4.1.1). */
const FURTHEST = 8.64e15;

/**
 * A point in time (epoch milliseconds) as ISO 8601, UTC. What lies further away than a date can be is the last date
 * there is: one such row must not spoil a list.
 *
 * @example isoTime(0) // '1970-01-01T00:00:00.000Z'
 */
export const isoTime = (at: number): string => new Date(Math.max(-FURTHEST, Math.min(FURTHEST, at))).toISOString();
