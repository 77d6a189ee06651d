/** API tokens for programs: `weft_…`, shown once, kept as their hash, with at most the rights of the person who made them. */

import { type Clock, NotFound } from '../../engine/contract.js';
import { FORMAT } from '../../engine/store/documents.js';
import type { Store } from '../../engine/store/port.js';
import { badInput } from '../problems.js';
import { createBriefMemory } from './briefly.js';
import type { Changed } from './changed.js';
import type { TokenDocument } from './documents.js';
import type { Scope } from './scopes.js';
import { hashOf, newSecret } from './secrets.js';

const prefix = 'weft_';

export interface NewToken {
  user: string;
  name: string;
  /** Epoch milliseconds; absent: until it is deleted. */
  expiresAt?: number | undefined;
  /** Absent: whatever its owner may. */
  scopes?: Scope[] | undefined;
}

export interface Tokens {
  /** Throws Problem 400 when its time is over already. */
  create(token: NewToken): Promise<{ id: string; token: string }>;
  list(user: string): Promise<TokenDocument[]>;
  /** Answers what it was. Throws NotFound when the user has no such token. */
  remove(user: string, id: string): Promise<TokenDocument>;
  /** All of a user who is gone. */
  removeAll(user: string): Promise<void>;
  /** The token, while it is valid. */
  find(token: string): Promise<TokenDocument | undefined>;
}

/** One write in ten minutes is enough to know that a token is still used. */
const usedAgain = 10 * 60_000;

export interface TokensOptions {
  store: Store;
  clock: Clock;
  identityChanged: Changed;
}

export function createTokens({ store, clock, identityChanged }: TokensOptions): Tokens {
  const known = createBriefMemory((id: string) => store.get<TokenDocument>('tokens', id));
  identityChanged.listen(known.forgetAll);

  return {
    async create({ user, name, expiresAt, scopes }) {
      if (expiresAt !== undefined && expiresAt <= clock())
        throw badInput([{ path: 'body.expiresAt', reason: 'is over already: name a time to come, or none' }]);
      const token = newSecret(prefix);
      const document: TokenDocument = {
        id: hashOf(token),
        tenant: '',
        format: FORMAT,
        user,
        name,
        createdAt: clock(),
        ...(expiresAt === undefined ? {} : { expiresAt }),
        ...(scopes === undefined ? {} : { scopes }),
      };
      await store.insert('tokens', document);
      return { id: document.id, token };
    },
    list: user => store.find<TokenDocument>('tokens', { filter: { user }, sort: { createdAt: -1 }, limit: 1000 }),
    async remove(user, id) {
      const found = await store.get<TokenDocument>('tokens', id);
      if (!found || (await store.remove('tokens', { id, user }, 1)) === 0)
        throw new NotFound(`token "${id}" does not exist`);
      identityChanged.tell();
      return found;
    },
    async removeAll(user) {
      await store.remove('tokens', { user }, 100_000);
      identityChanged.tell();
    },
    async find(token) {
      if (!token.startsWith(prefix)) return undefined;
      const found = await known.of(hashOf(token));
      const now = clock();
      if (!found || (found.expiresAt ?? Number.POSITIVE_INFINITY) <= now) return undefined;
      if ((found.usedAt ?? 0) + usedAgain <= now) {
        await store.patch('tokens', found.id, {}, { set: { usedAt: now } });
        known.forgetAll();
      }
      return found;
    },
  };
}
