/** Values of process variables: plain JSON. */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Process variables by name. Values are plain JSON; times are ISO 8601 strings. */
export type Variables = Record<string, Json>;
