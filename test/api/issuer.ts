/** An OpenID provider in the test process: discovery, keys, authorization without a page, tokens; each part can lie. */

import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';

export interface Issuer {
  url: string;
  /** What is said about whoever signs in. */
  claims: JWTPayload & Record<string, unknown>;
  /** How the identity token lies. */
  lie?: 'unsigned' | 'other key' | 'other nonce' | 'other audience' | 'other issuer' | undefined;
}

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

/** Starts one that ends with the test. */
export async function startIssuer(t: TestContext): Promise<Issuer> {
  const [own, other] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')];
  const keys = [{ ...(await exportJWK(own.publicKey)), kid: 'own', alg: 'RS256', use: 'sig' }];
  const codes = new Map<string, { challenge: string; nonce: string; client: string }>();
  const issuer: Issuer = { url: '', claims: { sub: 'mary-at-provider' } };

  async function identityToken(nonce: string, client: string): Promise<string> {
    const { lie } = issuer;
    const claims = { ...issuer.claims, nonce: lie === 'other nonce' ? 'x' : nonce };
    const said = (token: SignJWT | UnsecuredJWT) =>
      token
        .setIssuer(lie === 'other issuer' ? 'https://elsewhere.example' : issuer.url)
        .setAudience(lie === 'other audience' ? 'another client' : client)
        .setIssuedAt()
        .setExpirationTime('5m');
    if (lie === 'unsigned') return (said(new UnsecuredJWT(claims)) as UnsecuredJWT).encode();
    const signed = said(new SignJWT(claims)) as SignJWT;
    const { privateKey } = lie === 'other key' ? other : own;
    return signed.setProtectedHeader({ alg: 'RS256', kid: 'own' }).sign(privateKey);
  }

  const routes: Record<string, (url: URL, request: IncomingMessage) => Promise<object | string>> = {
    '/.well-known/openid-configuration': async () => ({
      issuer: issuer.url,
      authorization_endpoint: `${issuer.url}/authorize`,
      token_endpoint: `${issuer.url}/token`,
      jwks_uri: `${issuer.url}/keys`,
      response_types_supported: ['code'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
    }),
    '/keys': async () => ({ keys }),
    '/authorize': async ({ searchParams: asked }) => {
      const code = randomUUID();
      const [challenge, nonce, client] = ['code_challenge', 'nonce', 'client_id'].map(name => asked.get(name) ?? '');
      codes.set(code, { challenge: challenge!, nonce: nonce!, client: client! });
      const back = new URL(asked.get('redirect_uri')!);
      back.search = new URLSearchParams({ code, state: asked.get('state') ?? '' }).toString();
      return back.href;
    },
    '/token': async (_, request) => {
      const asked = await bodyOf(request);
      const begun = codes.get(asked.get('code') ?? '');
      codes.delete(asked.get('code') ?? '');
      const challenge = createHash('sha256')
        .update(asked.get('code_verifier') ?? '')
        .digest('base64url');
      if (begun?.challenge !== challenge) return { error: 'invalid_grant' };
      const id_token = await identityToken(begun.nonce, begun.client);
      return { access_token: randomUUID(), token_type: 'bearer', id_token };
    },
  };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url!, issuer.url);
    const answer = await routes[url.pathname]?.(url, request);
    if (typeof answer === 'string') response.writeHead(302, { Location: answer }).end();
    else
      response
        .writeHead(answer === undefined ? 404 : 'error' in answer ? 400 : 200, { 'Content-Type': 'application/json' })
        .end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  issuer.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return issuer;
}
