/** What was read is kept in memory, so that who asks often does not read it each time. */

export interface Memory<T> {
  of(id: string): Promise<T>;
  /** Something changed: everything is read anew, also what is being read now. */
  forgetAll(): void;
}

export interface MemoryOptions<T> {
  /** So many are kept; the one that was read first goes first. */
  kept: number;
  /** Milliseconds; default: until it is forgotten. */
  lifetime?: number;
  /** What was not found, and is looked for again. */
  isNothing(found: T): boolean;
}

/**
 * Remembers what was found; what was not found, or failed, is looked for again.
 *
 * @example const people = createMemory(readPerson, { kept: 1_000, isNothing: person => person === undefined });
 */
export function createMemory<T>(
  read: (id: string) => Promise<T>,
  { kept, lifetime = Number.POSITIVE_INFINITY, isNothing }: MemoryOptions<T>,
): Memory<T> {
  const known = new Map<string, { found: Promise<T>; until: number }>();

  return {
    of(id) {
      const before = known.get(id);
      if (before && before.until > performance.now()) return before.found;
      const found = read(id);
      const entry = { found, until: performance.now() + lifetime };
      known.delete(id);
      known.set(id, entry);
      if (known.size > kept) known.delete(known.keys().next().value!);
      const forget = () => {
        if (known.get(id) === entry) known.delete(id);
      };
      found.then(one => isNothing(one) && forget(), forget);
      return found;
    },
    forgetAll: () => known.clear(),
  };
}
