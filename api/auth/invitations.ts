/** Invitations: a one-time link with which somebody sets a password and signs in; also for those who forgot theirs. */

import type { Clock } from '../../engine/contract.js';
import { FORMAT } from '../../engine/store/documents.js';
import type { Document, Filter, Store } from '../../engine/store/port.js';
import { hashOf, newSecret } from './secrets.js';

const lifetime = 3 * 24 * 3_600_000;

interface InvitationDocument extends Document {
  /** Hash of the secret of the link. */
  secret: string;
  /** Epoch milliseconds. */
  expiresAt: number;
}

export interface Invitations {
  /** Answers the token of the link; the link before is void. */
  create(user: string): Promise<{ token: string; expiresAt: number }>;
  /** The user's id, as often as one asks; undefined as in `redeem`. */
  userOf(token: string): Promise<string | undefined>;
  /** The user's id, once; undefined for an unknown, used, replaced or late token. */
  redeem(token: string): Promise<string | undefined>;
  /** Makes the link of a user void: the password was changed, or the user is gone. */
  forget(user: string): Promise<void>;
}

export function createInvitations({ store, clock }: { store: Store; clock: Clock }): Invitations {
  const idOf = (user: string) => `invitation:${hashOf(user)}`;

  function read(token: string): { user: string; valid: Filter } {
    const [named = '', secret = ''] = token.split('.');
    const user = Buffer.from(named, 'base64url').toString();
    return { user, valid: { id: idOf(user), secret: hashOf(secret), expiresAt: { $gt: clock() } } };
  }

  return {
    async create(user) {
      const secret = newSecret();
      const expiresAt = clock() + lifetime;
      const document: InvitationDocument = {
        id: idOf(user),
        tenant: '',
        format: FORMAT,
        secret: hashOf(secret),
        expiresAt,
      };
      await store.put('keys', [document]);
      return { token: `${Buffer.from(user).toString('base64url')}.${secret}`, expiresAt };
    },
    async userOf(token) {
      const { user, valid } = read(token);
      return (await store.count('keys', valid, 1)) === 1 ? user : undefined;
    },
    async redeem(token) {
      const { user, valid } = read(token);
      // Of two who redeem it at once one removes it.
      return (await store.remove('keys', valid, 1)) === 1 ? user : undefined;
    },
    async forget(user) {
      await store.remove('keys', { id: idOf(user) }, 1);
    },
  };
}
