/** The first administrator: whoever reads the terminal of the first start has the one-time token. */

import { createHash, timingSafeEqual } from 'node:crypto';
import { Problem } from '../problems.js';
import type { People } from './people.js';
import { newSecret } from './secrets.js';

export interface Setup {
  /** Answers a fresh token where there is no administrator yet; the one before is void. */
  offer(): Promise<string | undefined>;
  /** Creates the administrator. Throws Problem 403 for a wrong token, 409 when there is one already. */
  redeem(input: { token: string; user: string; name: string; password: string }): Promise<void>;
}

/** The token lives in memory only: a restart makes a new one. */
export function createSetup(people: People): Setup {
  let offered: string | undefined;

  const matches = (token: string) => {
    const digest = (text: string) => createHash('sha256').update(text).digest();
    return offered !== undefined && timingSafeEqual(digest(token), digest(offered));
  };

  return {
    async offer() {
      offered = (await people.hasAdministrator()) ? undefined : newSecret();
      return offered;
    },
    async redeem({ token, user, name, password }) {
      if (!matches(token)) throw new Problem(403, 'wrong-token', 'this is not the one-time token of the last start');
      // Taken before anything is awaited: two at once cannot both redeem it.
      const taken = offered;
      offered = undefined;
      if (await people.hasAdministrator())
        throw new Problem(409, 'set-up-already', 'there is an administrator already; sign in');
      try {
        await people.createUser({ id: user, name, password, administrator: true });
      } catch (error) {
        offered = taken;
        throw error;
      }
    },
  };
}
