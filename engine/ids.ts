/** Ids of instances: always UUIDs (RFC 9562), because clients of Camunda 7 read them as such. */

import { createHash, randomUUID } from 'node:crypto';

/**
 * A new one, of version 7: it sorts by time, so that indexes grow at their end.
 *
 * @param now epoch milliseconds (UTC)
 * @example newId(Date.now()) // '019ab3c4-…'
 */
export function newId(now: number): string {
  const time = Math.max(now, 0).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${randomUUID().slice(15)}`;
}

/** One that follows from other texts (version 8), so that a repetition makes nothing new. */
export function derivedId(...parts: string[]): string {
  const hash = createHash('sha256').update(parts.join(' ')).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(12, 15)}-b${hash.slice(15, 18)}-${hash.slice(18, 30)}`;
}

/** The id of the instance that a call activity's wait stands for. */
export const childId = (wait: string) => derivedId('child', wait);
