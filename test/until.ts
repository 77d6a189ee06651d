/** Waits for a condition instead of for a time. */

import { setTimeout } from 'node:timers/promises';

/**
 * Resolves as soon as the condition holds; after `seconds` the test has failed.
 *
 * @example
 * await until('the timer fired', async () => (await engine.instance(id))?.state === 'completed');
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { seconds = 20 } = {},
): Promise<void> {
  for (const end = Date.now() + seconds * 1_000; Date.now() < end; await setTimeout(5)) if (await condition()) return;
  throw new Error(`waited in vain: ${what}`);
}
