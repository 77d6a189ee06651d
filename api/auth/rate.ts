/** How many requests one person may make in a minute at this node: a program that runs wild leaves the others their share. */

import type { Clock } from '../../engine/contract.js';
import { Problem } from '../problems.js';

const minute = 60_000;

/** Answers a function that counts a request; it throws Problem 429 beyond `most` in a minute. 0: no limit. */
export function createRateLimit(clock: Clock, most: number): (person: string) => void {
  let window = 0;
  let counts = new Map<string, number>();

  return person => {
    if (most === 0) return;
    const now = clock();
    if (Math.floor(now / minute) !== window) {
      window = Math.floor(now / minute);
      counts = new Map();
    }
    const count = (counts.get(person) ?? 0) + 1;
    counts.set(person, count);
    if (count <= most) return;
    const left = String(Math.ceil(((window + 1) * minute - now) / 1000));
    const sentence = `more than ${most} requests in a minute; go on in ${left} seconds`;
    throw new Problem(429, 'too-many-requests', sentence, {}, { 'Retry-After': left });
  };
}
