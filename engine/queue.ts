/** One thing at a time per key, in the order of asking; different keys side by side. */

export interface Queue {
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
  busy(): boolean;
  /** Resolves when nothing is queued. */
  idle(): Promise<void>;
}

/**
 * @example await queue.run('instance-1', () => step());
 */
export function createQueue(): Queue {
  const tails = new Map<string, Promise<unknown>>();
  return {
    run(key, work) {
      const before = tails.get(key);
      const result = before ? before.then(work, work) : work();
      const tail = result
        .catch(() => {})
        .then(() => {
          if (tails.get(key) === tail) tails.delete(key);
        });
      tails.set(key, tail);
      return result;
    },
    busy: () => tails.size > 0,
    async idle() {
      while (tails.size > 0) await Promise.all(tails.values());
    },
  };
}
