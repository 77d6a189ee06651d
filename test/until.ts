/** Waits for a condition instead of for a time. */

import { setTimeout } from 'node:timers/promises';

/** Milliseconds that a test waits for what must happen, however busy the machine is. */
export const patience = 90_000;

/**
 * Resolves as soon as the condition holds; after `patience` the test has failed.
 *
 * @example
 * await until('the timer fired', async () => (await engine.instance(id))?.state === 'completed');
 */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + patience; Date.now() < end; await setTimeout(5)) if (await condition()) return;
  throw new Error(`waited in vain: ${what}`);
}
