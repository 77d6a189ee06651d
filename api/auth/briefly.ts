/** What every request asks for, kept for a second: a busy client asks hundreds of times in one. */

/** Milliseconds; as long as this another node may take for true what has just changed here. */
const lifetime = 1_000;
const remembered = 1_000;

export interface BriefMemory<T> {
  of(id: string): Promise<T | undefined>;
  /** Something changed: everything is read anew, also what is being read now. */
  forgetAll(): void;
}

/**
 * Remembers what was found; what was not found, or failed, is looked for again.
 *
 * @example const people = createBriefMemory(id => readPerson(id));
 */
export function createBriefMemory<T>(read: (id: string) => Promise<T | undefined>): BriefMemory<T> {
  const known = new Map<string, { found: Promise<T | undefined>; until: number }>();

  return {
    of(id) {
      const kept = known.get(id);
      if (kept && kept.until > performance.now()) return kept.found;
      const found = read(id);
      const entry = { found, until: performance.now() + lifetime };
      known.delete(id);
      known.set(id, entry);
      if (known.size > remembered) known.delete(known.keys().next().value!);
      const forget = () => {
        if (known.get(id) === entry) known.delete(id);
      };
      found.then(one => one === undefined && forget(), forget);
      return found;
    },
    forgetAll: () => known.clear(),
  };
}
