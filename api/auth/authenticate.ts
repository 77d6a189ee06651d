/** Who is asking: a session cookie, an API token, or HTTP Basic. */

import type { Request } from 'express';
import type { Clock, Engine } from '../../engine/contract.js';
import type { UserDocument } from '../../engine/store/documents.js';
import type { Audit } from '../audit.js';
import { Problem } from '../problems.js';
import { type Authorizations, createAuthorizations } from './authorizations.js';
import { createChanged } from './changed.js';
import { createInvitations, type Invitations } from './invitations.js';
import { inTurn, verifyPassword } from './passwords.js';
import { createPeople, type People, type Person, signsIn } from './people.js';
import { createRateLimit } from './rate.js';
import { refuseOutOfScope } from './scopes.js';
import { createSessions, type Sessions } from './sessions.js';
import { createTenants, type Tenants } from './tenants.js';
import { createThrottle } from './throttle.js';
import { createTokens, type Tokens } from './tokens.js';
import { createVerified } from './verified.js';

/** How somebody proved who he is; a cookie is sent by a browser unasked, the others are not. */
export interface Proof {
  person: Person;
  by: 'session' | 'token' | 'basic';
  /** Name of the API token. */
  token?: string;
}

/** What the audit says of a new password: never the password. */
export type PasswordChanged = Record<'before' | 'after', { hasPassword: boolean; sessions: number }>;

export interface Identity {
  people: People;
  tenants: Tenants;
  authorizations: Authorizations;
  sessions: Sessions;
  tokens: Tokens;
  invitations: Invitations;
  /** Name of the session cookie. */
  cookie: string;
  /** Called when somebody's rights, groups, tenants or password changed, here or on another node. */
  onChange(listener: () => void): void;
  /** The person behind a request; undefined: nobody is signed in. Throws Problem 401 for wrong credentials, 429. */
  of(request: Request): Promise<Proof | undefined>;
  /** The person of a request that goes on, as he is now; undefined: his session or token ended, or he may not be here. */
  still(request: Request, proof: Proof): Promise<Person | undefined>;
  /** Throws Problem 401 (the same for an unknown user and a wrong password), 429. */
  signIn(user: string, password: string, address: string): Promise<Person>;
  /** Forgets the failed sign-ins of a user. */
  unlock(user: string): Promise<void>;
  /** Changes the password and ends what the old one opened; answers what that changed beside, for the audit. */
  changePassword(user: string, password: string): Promise<PasswordChanged>;
  /** Disabled: nobody signs in as this user any more, and what is open ends. Throws NotFound. */
  setDisabled(user: string, disabled: boolean): Promise<void>;
  /** Removes the user with sessions, tokens and authorizations. Throws NotFound. */
  removeUser(user: string): Promise<void>;
}

/** Somebody signs in by password. */
interface Attempt {
  user: string;
  password: string;
  address: string;
}

export const wrongCredentials = () =>
  new Problem(401, 'wrong-credentials', 'user name or password is wrong', {}, challenge);

/** No `Basic` here: a browser would open its own dialogue over the sign-in page. */
export const challenge = { 'WWW-Authenticate': 'Bearer realm="weft"' };

export interface IdentityOptions {
  engine: Pick<Engine, 'store' | 'tell' | 'onNews'>;
  clock: Clock;
  audit: Audit;
  /** Name of the session cookie. */
  cookie: string;
  /** Requests of one person in a minute; 0: without limit. */
  rateLimit: number;
}

export function createIdentity({ engine, clock, audit, cookie, rateLimit }: IdentityOptions): Identity {
  const { store } = engine;
  const identityChanged = createChanged(engine);
  const tenants = createTenants(store, identityChanged);
  const authorizations = createAuthorizations({ store, identityChanged });
  const people = createPeople({ store, authorizations, tenants, identityChanged });
  const sessions = createSessions({ store, clock, identityChanged });
  const tokens = createTokens({ store, clock, identityChanged });
  const throttle = createThrottle({ store, clock });
  const verified = createVerified(clock);
  const count = createRateLimit(clock, rateLimit);
  const invitations = createInvitations({ store, clock });
  // Another node may have changed a password, too.
  identityChanged.listen(() => verified.forgetAll());

  async function signIn(user: string, password: string, address: string): Promise<Person> {
    // Who was right a minute ago does not suffer from somebody else's guesses.
    if (!verified.has(user, password)) {
      await throttle.admit(user, address);
      const found = await people.user(user);
      if (!(await fits(found, { user, password, address }))) {
        await audit.append({ action: 'sign-in failed', address, subject: user });
        throw wrongCredentials();
      }
      await throttle.succeeded(user);
      verified.add(user, password);
    }
    const person = await people.person(user);
    if (!person) throw wrongCredentials();
    return person;
  }

  /** Asked and counted in its turn: of a thousand guesses at once those that wait see what became of the first ones. */
  const fits = (found: UserDocument | undefined, { user, password, address }: Attempt) =>
    inTurn(async () => {
      await throttle.admit(user, address);
      if (await verifyPassword(password, found?.password)) return true;
      await throttle.failed(user, address);
      return false;
    });

  /** What an API token says, within its scopes. */
  async function bearer(credentials: string, request: Request): Promise<Proof> {
    const token = await tokens.find(credentials);
    const person = token && (await people.person(token.user));
    if (!person) throw new Problem(401, 'wrong-token', 'the API token is unknown or has expired', {}, challenge);
    if (token.scopes) refuseOutOfScope(token.scopes, request.method, pathOf(request));
    return { person, by: 'token', token: token.name };
  }

  const schemes: Record<string, (credentials: string, request: Request) => Promise<Proof>> = {
    bearer,
    async basic(credentials, { ip: address = '' }) {
      const [, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(credentials, 'base64').toString()) ?? [];
      if (user === undefined || password === undefined) throw wrongCredentials();
      return { person: await signIn(user, password, address), by: 'basic' };
    },
  };

  async function proofOf(request: Request): Promise<Proof | undefined> {
    const [scheme = '', credentials = ''] = (request.headers.authorization ?? '').split(/ +(.*)/s);
    if (scheme !== '') return schemes[scheme.toLowerCase()]?.(credentials, request);
    const secret = cookieOf(request, cookie);
    const user = secret === undefined ? undefined : await sessions.userOf(secret);
    const person = user === undefined ? undefined : await people.person(user);
    return person && { person, by: 'session' };
  }

  return {
    people,
    tenants,
    authorizations,
    sessions,
    tokens,
    invitations,
    cookie,
    onChange: identityChanged.listen,
    signIn,
    async of(request) {
      const proof = await proofOf(request);
      if (proof) count(proof.person.person);
      return proof;
    },
    async still(request, { by, person }) {
      // A password is not compared again: whoever changes it, or disables the user, is known by the person.
      if (by === 'basic') return people.person(person.person);
      return (await proofOf(request).catch(() => undefined))?.person;
    },
    unlock: user => throttle.succeeded(user),
    async changePassword(user, password) {
      const before = await people.user(user);
      await people.setPassword(user, password);
      await invitations.forget(user);
      // Tokens from before somebody signed in are not his: whoever administers made them.
      if (before && !signsIn(before)) await tokens.removeAll(user);
      const ended = await sessions.closeAll(user);
      return {
        before: { hasPassword: before?.password !== undefined, sessions: ended },
        after: { hasPassword: true, sessions: 0 },
      };
    },
    async setDisabled(user, disabled) {
      await people.changeUser(user, { disabled });
      if (disabled) await sessions.closeAll(user);
    },
    async removeUser(user) {
      await people.removeUser(user);
      await Promise.all([sessions.closeAll(user), tokens.removeAll(user), invitations.forget(user)]);
    },
  };
}

/** The path by which express looks for a route: what else an address may hold, such as `#`, must not decide of rights. */
const pathOf = ({ baseUrl, path }: Request): string => baseUrl + path;

/** The value of one cookie of a request. */
export function cookieOf(request: Request, name: string): string | undefined {
  return request.headers.cookie
    ?.split(';')
    .map(pair => pair.trim())
    .find(pair => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}
