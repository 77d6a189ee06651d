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
