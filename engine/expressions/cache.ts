/** A map that forgets what was not asked for the longest. */

/**
 * Makes a function that remembers its last `limit` results by key.
 *
 * @example
 * const length = remembering(100, (text: string) => text.length);
 */
export function remembering<T>(limit: number, make: (key: string) => T): (key: string) => T {
  const kept = new Map<string, T>();
  return key => {
    const found = kept.has(key) ? kept.get(key)! : make(key);
    kept.delete(key);
    kept.set(key, found);
    if (kept.size > limit) kept.delete(kept.keys().next().value!);
    return found;
  };
}
