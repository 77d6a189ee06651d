/** Signing in at an OpenID provider: authorization code flow with PKCE, state and nonce; who it is, is issuer and subject. */

import { isDeepStrictEqual } from 'node:util';
import type { Configuration } from 'openid-client';
import type { Clock } from '../../engine/contract.js';
import { FORMAT, type UserDocument } from '../../engine/store/documents.js';
import type { Document, Store } from '../../engine/store/port.js';
import type { AuditEntry } from '../audit.js';
import { Problem } from '../problems.js';
import type { Settings } from '../settings.js';
import { type People, signsIn } from './people.js';
import { hashOf, newSecret } from './secrets.js';
import type { Tokens } from './tokens.js';

/** How long somebody may take at the provider. */
const lifetime = 10 * 60_000;

/** A sign-in that is under way; its id is the hash of the state that the provider sends back. */
interface AttemptDocument extends Document {
  /** Hash of the secret in the cookie: only the browser that began may end it. */
  browser: string;
  verifier: string;
  nonce: string;
  /** Where to go afterwards, beside the pages. */
  to: string;
  expiresAt: number;
}

export interface Oidc {
  /** Answers where to send the browser, and what to keep in its cookie. */
  begin(attempt: { callback: string; to: string }): Promise<{ address: string; secret: string }>;
  /** Answers whom the provider named, what that changed, and where he wanted to go. Throws Problem 403. */
  end(answer: { url: URL; secret: string | undefined }): Promise<{ user: string; changes: UserChanged[]; to: string }>;
}

/** What a sign-in changes of a user, for the audit. */
export type UserChanged = Pick<AuditEntry, 'action' | 'before' | 'after'>;

export interface OidcOptions {
  settings: Settings;
  store: Store;
  clock: Clock;
  people: People;
  tokens: Pick<Tokens, 'removeAll'>;
}

const refused = (sentence: string) => new Problem(403, 'wrong-token', sentence);

/** Undefined where no provider is set. */
export function createOidc({ settings, store, clock, people, tokens }: OidcOptions): Oidc | undefined {
  if (settings.oidcIssuer === '') return undefined;
  let configured: Promise<Configuration> | undefined;
  const client = () => import('openid-client');

  async function configure(): Promise<Configuration> {
    const { discovery, allowInsecureRequests, enableNonRepudiationChecks } = await client();
    const issuer = new URL(settings.oidcIssuer);
    const execute = [enableNonRepudiationChecks, ...(issuer.protocol === 'http:' ? [allowInsecureRequests] : [])];
    // Fixed: a token cannot choose how it is checked.
    const metadata = { id_token_signed_response_alg: 'RS256', client_secret: settings.oidcSecret || undefined };
    return discovery(issuer, settings.oidcClient, metadata, undefined, { execute });
  }

  /** Read once; again when the provider did not answer. */
  function configuration(): Promise<Configuration> {
    configured ??= configure().catch(error => {
      configured = undefined;
      throw error;
    });
    return configured;
  }

  const idOf = (state: string) => `oidc:${hashOf(state)}`;

  /** The user of this subject; else the one whose e-mail this is, as provider and administrator say; else a new one, where that is allowed. */
  async function userOf(claims: Claims, changes: UserChanged[]): Promise<UserDocument> {
    const subject = `${claims.iss} ${claims.sub}`;
    const [known] = await people.findUsers({ filter: { subject }, limit: 1 });
    if (known) return known;
    const mine = await byEmail(claims);
    if (mine) {
      changes.push({ action: 'user known to the provider', after: { subject } });
      // As with a first password: those were made by whoever administers.
      if (!signsIn(mine)) await tokens.removeAll(mine.id);
      return people.changeUser(mine.id, { subject });
    }
    if (!settings.oidcCreate)
      throw refused('the provider knows you, but there is no user here to whom an administrator gave your e-mail');
    const name = claims.name ?? claims.preferred_username ?? claims.email ?? claims.sub;
    // Never an id that somebody has: what it may is not his.
    const id = await freeId(claims.preferred_username ?? claims.email ?? claims.sub);
    const user = { id, name, subject, ...(claims.email === undefined ? {} : { email: claims.email }) };
    changes.push({ action: 'user created', after: user });
    return people.createUser(user);
  }

  /** Gives the memberships that the provider names, and takes those that it named before; what Weft itself gave stays. */
  async function takeGroups(user: string, claims: Claims, changes: UserChanged[]): Promise<void> {
    if (settings.oidcGroups === '') return;
    const known = await people.findGroups({
      filter: { id: { $in: namesIn(claims[settings.oidcGroups]) } },
      sort: { id: 1 },
    });
    const changed = await people.changeUserBy(user, ({ groups, providerGroups: before = [] }) => {
      const own = groups.filter(group => !before.includes(group));
      const providerGroups = known.map(({ id }) => id).filter(group => !own.includes(group));
      if (isDeepStrictEqual(providerGroups, before)) return undefined;
      return { groups: [...own, ...providerGroups], providerGroups };
    });
    if (!changed) return;
    const [before, after] = [changed.before, changed.after].map(({ groups }) => ({ groups }));
    changes.push({ action: 'memberships by the provider', before, after });
  }

  async function byEmail({ email, email_verified }: Claims): Promise<UserDocument | undefined> {
    if (email === undefined || email_verified !== true) return undefined;
    const found = await people.findUsers({ filter: { email, confirmedEmail: email, subject: null }, limit: 2 });
    return found.length === 1 ? found[0] : undefined;
  }

  async function freeId(wanted: string): Promise<string> {
    const id = wanted.replaceAll(/[^\p{L}\p{N}._@-]/gu, '-').slice(0, 100) || 'user';
    return (await people.user(id)) ? `${id}-${newSecret().slice(0, 6)}` : id;
  }

  return {
    async begin({ callback, to }) {
      const { buildAuthorizationUrl, calculatePKCECodeChallenge } = await client();
      const [state, nonce, verifier, secret] = [newSecret(), newSecret(), newSecret(), newSecret()];
      const attempt: AttemptDocument = {
        id: idOf(state),
        tenant: '',
        format: FORMAT,
        browser: hashOf(secret),
        verifier,
        nonce,
        to,
        expiresAt: clock() + lifetime,
      };
      const address = buildAuthorizationUrl(await configuration(), {
        redirect_uri: callback,
        scope: 'openid profile email',
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
      await store.insert('keys', attempt);
      return { address: address.href, secret };
    },
    async end({ url, secret }) {
      const state = url.searchParams.get('state') ?? '';
      const attempt = await store.get<AttemptDocument>('keys', idOf(state));
      const fits = attempt && attempt.expiresAt > clock() && secret !== undefined && attempt.browser === hashOf(secret);
      // Taken away before anything is asked: a state ends one sign-in.
      if (!fits || (await store.remove('keys', { id: attempt.id }, 1)) === 0)
        throw refused('this sign-in was not begun in this browser, or took too long');
      const { authorizationCodeGrant } = await client();
      const granted = await authorizationCodeGrant(await configuration(), url, {
        pkceCodeVerifier: attempt.verifier,
        expectedState: state,
        expectedNonce: attempt.nonce,
        idTokenExpected: true,
      }).catch((error: Error) => {
        console.error('sign-in at the OpenID provider:', error.message);
        throw refused('the provider did not confirm who you are');
      });
      const claims = granted.claims() as Claims;
      const changes: UserChanged[] = [];
      const user = await userOf(claims, changes);
      await takeGroups(user.id, claims, changes);
      return { user: user.id, changes, to: attempt.to };
    },
  };
}

/** Texts of a claim that is one or a list of them. */
const namesIn = (claim: unknown): string[] => [claim].flat().filter(name => typeof name === 'string');

/** What the provider says about somebody. */
interface Claims {
  [claim: string]: unknown;
  iss: string;
  sub: string;
  name?: string;
  preferred_username?: string;
  email?: string;
  email_verified?: boolean;
}
