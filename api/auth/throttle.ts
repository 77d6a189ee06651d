/** Slows down guessing of passwords, at whichever node: after ten failures of an account or fifty of an address 3 s, doubled up to 60 s. */

import type { Clock } from '../../engine/contract.js';
import { FORMAT } from '../../engine/store/documents.js';
import type { Document, Store } from '../../engine/store/port.js';
import { Problem } from '../problems.js';
import { hashOf } from './secrets.js';

const free = { account: 10, address: 50 } as const;
const firstDelay = 3_000;
const longestDelay = 60_000;
const forgottenAfter = 15 * 60_000;

type Kind = keyof typeof free;

/** Failures in a row; its id is a hash, for somebody may have typed a password in place of the user. */
interface FailuresDocument extends Document {
  kind: Kind;
  count: number;
  last: number;
  /** When they are forgotten. */
  expiresAt: number;
}

export interface Throttle {
  /** Throws Problem 429 while the account or address has to wait. */
  admit(account: string, address: string): Promise<void>;
  failed(account: string, address: string): Promise<void>;
  succeeded(account: string): Promise<void>;
}

/** What is counted lies in the store: every node counts on, and a restart forgives nothing. */
export function createThrottle({ store, clock }: { store: Store; clock: Clock }): Throttle {
  const idOf = (kind: Kind, name: string) => `failures:${hashOf(`${kind} ${name}`)}`;

  async function count(kind: Kind, name: string): Promise<void> {
    const id = idOf(kind, name);
    const now = clock();
    const seen = { last: now, expiresAt: now + forgottenAfter };
    for (;;) {
      const counted = { increase: { count: 1 }, set: seen };
      if (await store.patch('keys', id, { expiresAt: { $gt: now } }, counted)) return;
      const first: FailuresDocument = { id, tenant: '', format: FORMAT, kind, count: 1, ...seen };
      if (await store.insert('keys', first)) return;
      await store.remove('keys', { id, expiresAt: { $lte: now } }, 1);
    }
  }

  return {
    async admit(account, address) {
      const ids = [idOf('account', account), idOf('address', address)];
      const now = clock();
      for (const { kind, count, last, expiresAt } of await store.getMany<FailuresDocument>('keys', ids))
        if (expiresAt > now) refuseUntil(last + delayAfter(count - free[kind]), now);
    },
    async failed(account, address) {
      await Promise.all([count('account', account), count('address', address)]);
    },
    async succeeded(account) {
      await store.remove('keys', { id: idOf('account', account) }, 1);
    },
  };
}

const delayAfter = (beyond: number) => (beyond < 0 ? 0 : Math.min(longestDelay, firstDelay * 2 ** beyond));

function refuseUntil(end: number, now: number): void {
  if (end <= now) return;
  const headers = { 'Retry-After': String(Math.ceil((end - now) / 1000)) };
  throw new Problem(429, 'too-many-attempts', 'too many failed sign-ins; wait a moment and try again', {}, headers);
}
