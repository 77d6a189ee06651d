/** Things that are ready together go together: one command for many, while at most a few commands are under way. */

/** Commands under way; what becomes ready meanwhile waits for the next one. */
const AT_ONCE = 4;
/** Things in one command. */
const MOST = 100;

/** Does one thing, in a command with others. */
export type Grouped<T, R> = (item: T) => Promise<R>;

interface Waiting<T, R> {
  item: T;
  resolve(result: R | Promise<R>): void;
  reject(error: unknown): void;
}

/**
 * Collects what is asked for in one turn of the loop, and behind commands that are under way.
 * `run` answers a result for each item, in their order; a promise among them is that item's own.
 */
export function inGroups<T, R>(run: (items: T[]) => Promise<(R | Promise<R>)[]>): Grouped<T, R> {
  let waiting: Waiting<T, R>[] = [];
  let running = 0;
  let flushing = false;

  function flush(): void {
    flushing = false;
    while (waiting.length > 0 && running < AT_ONCE) {
      const group = waiting.slice(0, MOST);
      waiting = waiting.slice(MOST);
      running++;
      void carryOut(group).finally(() => {
        running--;
        soon();
      });
    }
  }

  async function carryOut(group: Waiting<T, R>[]): Promise<void> {
    try {
      const results = await run(group.map(({ item }) => item));
      for (const [index, { resolve }] of group.entries()) resolve(results[index]!);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  function soon(): void {
    if (flushing || waiting.length === 0 || running >= AT_ONCE) return;
    flushing = true;
    setImmediate(flush);
  }

  return item =>
    new Promise<R>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      soon();
    });
}
