/** Invitations: a one-time link with which somebody sets a password and signs in; also for those who forgot theirs. */

import type { Clock } from '../../engine/contract.js';
import { FORMAT } from '../../engine/store/documents.js';
import type { Document, Store } from '../../engine/store/port.js';
import { hashOf, newSecret } from './secrets.js';

const lifetime = 3 * 24 * 3_600_000;

interface InvitationDocument extends Document {
  user: string;
  /** Epoch milliseconds. */
  expiresAt: number;
}

export interface Invitations {
  /** Answers the secret of the link. */
  create(user: string): Promise<{ token: string; expiresAt: number }>;
  /** The user's id, once; undefined for an unknown, used or late token. */
  redeem(token: string): Promise<string | undefined>;
}

export function createInvitations({ store, clock }: { store: Store; clock: Clock }): Invitations {
  const idOf = (token: string) => `invitation:${hashOf(token)}`;

  return {
    async create(user) {
      const token = newSecret();
      const expiresAt = clock() + lifetime;
      const document: InvitationDocument = { id: idOf(token), tenant: '', format: FORMAT, user, expiresAt };
      await store.insert('keys', document);
      return { token, expiresAt };
    },
    async redeem(token) {
      const found = await store.get<InvitationDocument>('keys', idOf(token));
      if (!found || found.expiresAt <= clock()) return undefined;
      // Of two who redeem it at once one removes it.
      return (await store.remove('keys', { id: found.id }, 1)) === 1 ? found.user : undefined;
    },
  };
}
