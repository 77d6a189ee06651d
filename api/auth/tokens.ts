/** API tokens for programs: `weft_…`, shown once, kept as their hash, with the rights of the person who made them. */

import { type Clock, NotFound } from '../../engine/contract.js';
import { FORMAT } from '../../engine/store/documents.js';
import type { Store } from '../../engine/store/port.js';
import type { TokenDocument } from './documents.js';
import { hashOf, newSecret } from './secrets.js';

const prefix = 'weft_';

export interface Tokens {
  create(token: { user: string; name: string; expiresAt?: number }): Promise<{ id: string; token: string }>;
  list(user: string): Promise<TokenDocument[]>;
  /** Throws NotFound when the user has no such token. */
  remove(user: string, id: string): Promise<void>;
  /** The user's id, while the token is valid. */
  userOf(token: string): Promise<string | undefined>;
}

export function createTokens({ store, clock }: { store: Store; clock: Clock }): Tokens {
  return {
    async create({ user, name, expiresAt }) {
      const token = newSecret(prefix);
      const document: TokenDocument = {
        id: hashOf(token),
        tenant: '',
        format: FORMAT,
        user,
        name,
        createdAt: clock(),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      };
      await store.insert('tokens', document);
      return { id: document.id, token };
    },
    list: user => store.find<TokenDocument>('tokens', { filter: { user }, sort: { createdAt: -1 }, limit: 1000 }),
    async remove(user, id) {
      if ((await store.remove('tokens', { id, user }, 1)) === 0) throw new NotFound(`token "${id}" does not exist`);
    },
    async userOf(token) {
      if (!token.startsWith(prefix)) return undefined;
      const found = await store.get<TokenDocument>('tokens', hashOf(token));
      return found && (found.expiresAt ?? Number.POSITIVE_INFINITY) > clock() ? found.user : undefined;
    },
  };
}
