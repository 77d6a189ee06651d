/** Signing in at an OpenID provider: to it, and back from it. */

import type { Request } from 'express';
import { z } from 'zod';
import { cookieOf } from '../auth/authenticate.js';
import { cookieOptions } from '../auth/cookie.js';
import { notFound, Problem } from '../problems.js';
import { type Route, route } from '../route.js';
import type { Services } from '../services.js';
import { publicAddress, publicPath } from '../settings.js';
import { openSession } from './session.js';

const cookie = 'weft-oidc';

/** A page beside the others, never another place. */
const Page = z
  .string()
  .max(2000)
  .regex(/^[a-z]+\.html([?#].*)?$/, 'must be a page beside this one, such as tasklist.html');

export function oidcRoutes({ identity, oidc, audit, settings }: Services): Route[] {
  const { maxAge: _, ...options } = cookieOptions(settings);

  function provider() {
    if (!oidc) throw notFound('an OpenID provider');
    return oidc;
  }

  const page = (name: string) => `${publicPath(settings)}/${name}`;

  const callbackOf = (request: Request) =>
    `${publicAddress(settings) ?? `${request.protocol}://${request.headers.host}${settings.basePath}`}/api/v1/session/oidc/callback`;

  return [
    route(
      {
        method: 'get',
        path: '/session/oidc',
        tag: 'Signing in',
        summary: 'Sends the browser to the OpenID provider, where one is set',
        access: 'anyone',
        query: z.strictObject({ to: Page.default('tasklist.html') }),
        status: 302,
        errors: [404],
      },
      async ({ query, request, response }) => {
        const { address, secret } = await provider().begin({ callback: callbackOf(request), to: query.to });
        response.cookie(cookie, secret, { ...options, maxAge: 600_000 });
        response.redirect(address);
      },
    ),
    route(
      {
        method: 'get',
        path: '/session/oidc/callback',
        tag: 'Signing in',
        summary: 'Where the OpenID provider sends the browser back to; it goes on to the page it wanted',
        access: 'anyone',
        // RFC 6749 §4.1.2: what a provider adds is none of our business.
        query: z.looseObject({}),
        status: 302,
        errors: [404],
      },
      async ({ request, response }) => {
        const url = new URL(callbackOf(request));
        url.search = new URL(request.originalUrl, url).search;
        response.clearCookie(cookie, options);
        const address = request.ip ?? '';
        try {
          const { user, changes, to } = await provider().end({ url, secret: cookieOf(request, cookie) });
          for (const change of changes) await audit.append({ ...change, by: user, subject: user, address });
          const person = await identity.people.person(user);
          if (!person) throw new Problem(403, 'forbidden', `user "${user}" is disabled`);
          await openSession({ identity, settings }, person, request, response);
          await audit.append({ action: 'signed in', by: user, subject: user, address });
          response.redirect(page(to));
        } catch (error) {
          if (!(error instanceof Problem) || error.status !== 403) throw error;
          await audit.append({ action: 'sign-in failed', address, after: { reason: error.message } });
          response.redirect(page('signin.html?refused=provider'));
        }
      },
    ),
  ];
}
