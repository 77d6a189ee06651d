/** Sessions of browsers: a random reference in a cookie, kept as its hash; ends after 8 idle hours, at the latest after 7 days. */

import type { Clock } from '../../engine/contract.js';
import { FORMAT } from '../../engine/store/documents.js';
import type { Store } from '../../engine/store/port.js';
import type { SessionDocument } from './documents.js';
import { hashOf, newSecret } from './secrets.js';

const minute = 60_000;
const idle = 8 * 60 * minute;
const absolute = 7 * 24 * 60 * minute;

export interface Sessions {
  /** Answers the secret for the cookie. */
  open(user: string): Promise<string>;
  /** The user's id, while the session lives. */
  userOf(secret: string): Promise<string | undefined>;
  close(secret: string): Promise<void>;
  /** Ends all sessions of a user: the password changed. */
  closeAll(user: string): Promise<void>;
}

export function createSessions({ store, clock }: { store: Store; clock: Clock }): Sessions {
  const drop = (filter: Record<string, string | { $lt: number }>) => store.remove('sessions', filter, 1000);

  return {
    async open(user) {
      const now = clock();
      const secret = newSecret();
      const session: SessionDocument = {
        id: hashOf(secret),
        tenant: '',
        format: FORMAT,
        user,
        createdAt: now,
        seenAt: now,
        expiresAt: now + absolute,
      };
      await drop({ expiresAt: { $lt: now } });
      await store.insert('sessions', session);
      return secret;
    },
    async userOf(secret) {
      const session = await store.get<SessionDocument>('sessions', hashOf(secret));
      const now = clock();
      if (!session || session.expiresAt <= now || session.seenAt + idle <= now) return undefined;
      // One write a minute is enough to know that somebody is there.
      if (session.seenAt + minute <= now) await store.patch('sessions', session.id, {}, { set: { seenAt: now } });
      return session.user;
    },
    async close(secret) {
      await drop({ id: hashOf(secret) });
    },
    async closeAll(user) {
      await drop({ user });
    },
  };
}
