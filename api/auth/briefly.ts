/** What every request asks for, kept for a second: a busy client asks hundreds of times in one. */

import { createMemory, type Memory } from '../../engine/memory.js';

/** Milliseconds; as long as this another node may take for true what has just changed here. */
const lifetime = 1_000;

/**
 * Remembers what was found; what was not found, or failed, is looked for again.
 *
 * @example const people = createBriefMemory(id => readPerson(id));
 */
export const createBriefMemory = <T>(read: (id: string) => Promise<T | undefined>): Memory<T | undefined> =>
  createMemory(read, { kept: 1_000, lifetime, isNothing: found => found === undefined });
