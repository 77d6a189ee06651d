/** Passwords that were right within the last minute: HTTP Basic sends one with every request, and a hash takes 0.4 s. */

import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../../engine/contract.js';

const lifetime = 60_000;
const remembered = 1_000;

export interface Verified {
  has(user: string, password: string): boolean;
  add(user: string, password: string): void;
  /** Some password changed, here or on another node. */
  forgetAll(): void;
}

/** Keeps no password: an HMAC under a key that dies with the process. */
export function createVerified(clock: Clock): Verified {
  const key = randomBytes(32);
  const known = new Map<string, { mac: string; until: number }>();
  const macOf = (user: string, password: string) =>
    createHmac('sha256', key).update(`${user.length}:${user}${password}`).digest('hex');

  return {
    has(user, password) {
      const found = known.get(user);
      return found !== undefined && found.until > clock() && found.mac === macOf(user, password);
    },
    add(user, password) {
      known.delete(user);
      known.set(user, { mac: macOf(user, password), until: clock() + lifetime });
      if (known.size > remembered) known.delete(known.keys().next().value!);
    },
    forgetAll: () => known.clear(),
  };
}
