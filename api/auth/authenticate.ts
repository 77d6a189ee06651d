/** Who is asking: a session cookie, an API token, or HTTP Basic. */

import type { Request } from 'express';
import type { Clock, Engine } from '../../engine/contract.js';
import { Problem } from '../problems.js';
import { type Authorizations, createAuthorizations } from './authorizations.js';
import { createChanged } from './changed.js';
import { verifyPassword } from './passwords.js';
import { createPeople, type People, type Person } from './people.js';
import { createSessions, type Sessions } from './sessions.js';
import { createTenants, type Tenants } from './tenants.js';
import { createThrottle } from './throttle.js';
import { createTokens, type Tokens } from './tokens.js';
import { createVerified } from './verified.js';

/** How somebody proved who he is; a cookie is sent by a browser unasked, the others are not. */
export interface Proof {
  person: Person;
  by: 'session' | 'token' | 'basic';
}

export interface Identity {
  people: People;
  tenants: Tenants;
  authorizations: Authorizations;
  sessions: Sessions;
  tokens: Tokens;
  /** Name of the session cookie. */
  cookie: string;
  /** The person behind a request; undefined: nobody is signed in. Throws Problem 401 for wrong credentials, 429. */
  of(request: Request): Promise<Proof | undefined>;
  /** Throws Problem 401 (the same for an unknown user and a wrong password), 429. */
  signIn(user: string, password: string, address: string): Promise<Person>;
  /** Changes the password and ends what the old one opened. */
  changePassword(user: string, password: string): Promise<void>;
}

export const wrongCredentials = () =>
  new Problem(401, 'wrong-credentials', 'user name or password is wrong', {}, challenge);

/** No `Basic` here: a browser would open its own dialogue over the sign-in page. */
export const challenge = { 'WWW-Authenticate': 'Bearer realm="weft"' };

export interface IdentityOptions {
  engine: Pick<Engine, 'store' | 'tell' | 'onNews'>;
  clock: Clock;
  https: boolean;
}

export function createIdentity({ engine, clock, https }: IdentityOptions): Identity {
  const { store } = engine;
  const identityChanged = createChanged(engine);
  const tenants = createTenants(store, identityChanged);
  const authorizations = createAuthorizations({ store, clock, identityChanged });
  const people = createPeople({ store, authorizations, tenants, identityChanged });
  const sessions = createSessions({ store, clock });
  const tokens = createTokens({ store, clock });
  const throttle = createThrottle(clock);
  const verified = createVerified(clock);
  const cookie = https ? '__Host-weft' : 'weft';

  async function signIn(user: string, password: string, address: string): Promise<Person> {
    // Who was right a minute ago does not suffer from somebody else's guesses.
    if (!verified.has(user, password)) {
      throttle.admit(user, address);
      const found = await people.user(user);
      if (!(await verifyPassword(password, found?.password))) {
        throttle.failed(user, address);
        throw wrongCredentials();
      }
      throttle.succeeded(user);
      verified.add(user, password);
    }
    const person = await people.person(user);
    if (!person) throw wrongCredentials();
    return person;
  }

  const schemes: Record<string, (credentials: string, address: string) => Promise<Proof | undefined>> = {
    async bearer(token) {
      const user = await tokens.userOf(token);
      const person = user === undefined ? undefined : await people.person(user);
      if (!person) throw new Problem(401, 'wrong-token', 'the API token is unknown or has expired', {}, challenge);
      return { person, by: 'token' };
    },
    async basic(credentials, address) {
      const [, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(credentials, 'base64').toString()) ?? [];
      if (user === undefined || password === undefined) throw wrongCredentials();
      return { person: await signIn(user, password, address), by: 'basic' };
    },
  };

  return {
    people,
    tenants,
    authorizations,
    sessions,
    tokens,
    cookie,
    signIn,
    async of(request) {
      const [scheme = '', credentials = ''] = (request.headers.authorization ?? '').split(/ +(.*)/s);
      if (scheme !== '') return schemes[scheme.toLowerCase()]?.(credentials, request.ip ?? '');
      const secret = cookieOf(request, cookie);
      const user = secret === undefined ? undefined : await sessions.userOf(secret);
      const person = user === undefined ? undefined : await people.person(user);
      return person && { person, by: 'session' };
    },
    async changePassword(user, password) {
      await people.setPassword(user, password);
      verified.forget(user);
      await sessions.closeAll(user);
    },
  };
}

/** The value of one cookie of a request. */
export function cookieOf(request: Request, name: string): string | undefined {
  return request.headers.cookie
    ?.split(';')
    .map(pair => pair.trim())
    .find(pair => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}
