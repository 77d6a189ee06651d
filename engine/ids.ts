/** Ids of what is new: UUIDs of version 7 (RFC 9562, 5.7), which sort by time, so that indexes grow at their end. */

import { randomUUID } from 'node:crypto';

/**
 * @param now epoch milliseconds (UTC)
 * @example newId(Date.now()) // '019ab3c4-…'
 */
export function newId(now: number): string {
  const time = Math.max(now, 0).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${randomUUID().slice(15)}`;
}
