/** A bell: runs a piece of work whenever it is rung, never twice at once, and once more when it was rung meanwhile. */

export interface Bell {
  ring(): void;
  /** Resolves when nothing runs and nobody has rung. */
  quiet(): Promise<void>;
  /** No more work; resolves when what runs is finished. */
  close(): Promise<void>;
}

/**
 * Makes a bell. What the work throws goes to `report` and stops nothing.
 *
 * @example
 * const bell = createBell(async () => sweep(), console.error);
 * bell.ring();
 * await bell.quiet();
 */
export function createBell(work: () => Promise<void>, report: (error: unknown) => void): Bell {
  let rung = false;
  let closed = false;
  let running: Promise<void> | undefined;

  async function run() {
    while (rung && !closed) {
      rung = false;
      await work().catch(report);
    }
    running = undefined;
  }

  return {
    ring() {
      if (closed) return;
      rung = true;
      // Not at once: the work itself may ring.
      running ??= Promise.resolve().then(run);
    },
    async quiet() {
      while (running) await running;
    },
    async close() {
      closed = true;
      await running;
    },
  };
}
