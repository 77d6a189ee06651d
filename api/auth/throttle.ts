/** Slows down guessing of passwords: after ten failures of an account or address, 3 s, doubled up to 60 s. */

import type { Clock } from '../../engine/contract.js';
import { Problem } from '../problems.js';

const free = { account: 10, address: 50 } as const;
const firstDelay = 3_000;
const longestDelay = 60_000;
const remembered = 10_000;
const forgottenAfter = 15 * 60_000;

interface Failures {
  count: number;
  last: number;
  blockedUntil: number;
}

export interface Throttle {
  /** Throws Problem 429 while the account or address has to wait. */
  admit(account: string, address: string): void;
  failed(account: string, address: string): void;
  succeeded(account: string): void;
}

/** In memory, bounded: a restart forgives. */
export function createThrottle(clock: Clock): Throttle {
  const failures = new Map<string, Failures>();

  function refuseWhileBlocked(key: string) {
    const left = (failures.get(key)?.blockedUntil ?? 0) - clock();
    if (left > 0)
      throw new Problem(
        429,
        'too-many-attempts',
        'too many failed sign-ins; wait a moment and try again',
        {},
        {
          'Retry-After': String(Math.ceil(left / 1000)),
        },
      );
  }

  function count(key: string, allowed: number) {
    const now = clock();
    const before = failures.get(key);
    const known = before && now - before.last < forgottenAfter ? before.count : 0;
    const beyond = known + 1 - allowed;
    const delay = beyond < 0 ? 0 : Math.min(longestDelay, firstDelay * 2 ** beyond);
    failures.delete(key);
    failures.set(key, { count: known + 1, last: now, blockedUntil: now + delay });
    if (failures.size > remembered) failures.delete(failures.keys().next().value!);
  }

  return {
    admit(account, address) {
      refuseWhileBlocked(`account ${account}`);
      refuseWhileBlocked(`address ${address}`);
    },
    failed(account, address) {
      count(`account ${account}`, free.account);
      count(`address ${address}`, free.address);
    },
    succeeded(account) {
      failures.delete(`account ${account}`);
    },
  };
}
