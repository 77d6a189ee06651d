/** When the log is brought into the data file: in small portions, beside the commits. */

import { startThread, type Thread } from './thread.js';

/** Operations of the writer between two checkpoints. */
const OFTEN = 400;

export interface Checkpoints {
  /** Counts an operation that the writer was given. */
  written(): void;
  close(): Promise<void>;
}

/**
 * The writer would do it between two commits, which all wait until tens of megabytes are on the disk. The thread begins with
 * the first checkpoint: little data needs none.
 *
 * @example
 * const checkpoints = createCheckpoints(file);
 * checkpoints.written();
 * await checkpoints.close();
 */
export function createCheckpoints(file: string): Checkpoints {
  let thread: Thread<'checkpoint'> | undefined;
  let operations = 0;
  let running = false;
  let closed = false;

  async function checkpoint(): Promise<void> {
    operations = 0;
    running = true;
    thread ??= startThread(new URL('./checkpointer.js', import.meta.url), { file }, 'checkpointer');
    // where it fails, the log grows until the writer does it, who says what is wrong
    await thread.request('checkpoint').catch(() => undefined);
    running = false;
  }

  return {
    written() {
      if (++operations >= OFTEN && !running && !closed) checkpoint();
    },
    async close() {
      closed = true;
      await thread?.close();
    },
  };
}
