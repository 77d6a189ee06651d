/** Refuses what another web site makes a browser send: OWASP "fetch metadata" and Origin, no token needed for JSON. */

import type { NextFunction, Request, Response } from 'express';
import { forbidden, Problem } from '../problems.js';

const harmless = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request that changes something comes from our own pages, or from no page at all. `unasked`: it bears a
 * cookie, which browsers send on their own; then it must prove where it comes from.
 */
export function refuseCrossSite(request: Request, unasked: boolean, publicUrl: string): void {
  if (harmless.has(request.method)) return;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) {
    if (site === 'same-origin' || site === 'none') return;
    throw forbidden('this request comes from another web site');
  }
  const origin = request.headers.origin;
  if (origin !== undefined) {
    if (origin === ownOrigin(request, publicUrl)) return;
    throw forbidden(`this request comes from ${origin}, not from Weft itself`);
  }
  if (unasked) throw forbidden('a request with a session cookie needs Sec-Fetch-Site or Origin; programs use a token');
}

const ownOrigin = (request: Request, publicUrl: string) =>
  publicUrl === '' ? `${request.protocol}://${request.headers.host}` : new URL(publicUrl).origin;

const loopbackHost = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/;

/** Demo mode signs in by one click: a foreign name that points to 127.0.0.1 (DNS rebinding) must not reach it. */
export function onlyLoopbackNames(request: Request, _response: Response, next: NextFunction): void {
  const host = request.headers.host ?? '';
  next(
    loopbackHost.test(host)
      ? undefined
      : new Problem(421, 'wrong-host', `demo mode answers to localhost only, not to "${host}"`),
  );
}
