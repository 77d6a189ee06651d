/** Sessions of browsers: a random reference in a cookie, kept as its hash; ends after 8 idle hours, at the latest after 7 days. */

import { type Clock, NotFound } from '../../engine/contract.js';
import { FORMAT } from '../../engine/store/documents.js';
import type { Filter, Store } from '../../engine/store/port.js';
import type { Changed } from './changed.js';
import type { SessionDocument } from './documents.js';
import { hashOf, newSecret } from './secrets.js';

const minute = 60_000;
const idle = 8 * 60 * minute;
const absolute = 7 * 24 * 60 * minute;

/** Sessions of one person that are looked at. */
const most = 1_000;

export interface Sessions {
  /** Answers the secret for the cookie. `agent` is what the browser calls itself. */
  open(user: string, agent?: string): Promise<string>;
  /** The user's id, while the session lives. */
  userOf(secret: string): Promise<string | undefined>;
  close(secret: string): Promise<void>;
  /** Those of a user that live, newest first. */
  list(user: string): Promise<SessionDocument[]>;
  /** Ends one of a user's sessions, and answers what it was. Throws NotFound. */
  end(user: string, id: string): Promise<SessionDocument>;
  /** Ends all sessions of a user but one; answers how many. */
  closeAll(user: string, but?: string): Promise<number>;
}

/** Id of the session that a cookie with this secret opens. */
export const sessionOf = hashOf;

/** Characters of the browser's name that are kept. */
const longestAgent = 300;

export interface SessionsOptions {
  store: Store;
  clock: Clock;
  identityChanged: Changed;
}

export function createSessions({ store, clock, identityChanged }: SessionsOptions): Sessions {
  const drop = (filter: Filter) => store.remove('sessions', filter, most);

  /** And whoever listens in one of them hears no more. */
  async function end(filter: Filter): Promise<number> {
    const ended = await drop(filter);
    if (ended > 0) identityChanged.tell();
    return ended;
  }

  const lives = ({ expiresAt, seenAt }: SessionDocument, now: number) => expiresAt > now && seenAt + idle > now;

  return {
    async open(user, agent) {
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
        ...(agent === undefined ? {} : { agent: agent.slice(0, longestAgent) }),
      };
      await drop({ expiresAt: { $lt: now } });
      await store.insert('sessions', session);
      return secret;
    },
    async userOf(secret) {
      const session = await store.get<SessionDocument>('sessions', hashOf(secret));
      const now = clock();
      if (!session || !lives(session, now)) return undefined;
      // One write a minute is enough to know that somebody is there.
      if (session.seenAt + minute <= now) await store.patch('sessions', session.id, {}, { set: { seenAt: now } });
      return session.user;
    },
    async close(secret) {
      await end({ id: hashOf(secret) });
    },
    async list(user) {
      const now = clock();
      const found = await store.find<SessionDocument>('sessions', { filter: { user }, limit: most });
      return found.filter(session => lives(session, now)).sort((a, b) => b.createdAt - a.createdAt);
    },
    async end(user, id) {
      const session = await store.get<SessionDocument>('sessions', id);
      if (!session || (await end({ id, user })) === 0) throw new NotFound(`session "${id}" does not exist`);
      return session;
    },
    closeAll: (user, but = '') => end({ user, id: { $ne: but } }),
  };
}
