/** Cross-origin requests: programs in pages of the sites that a setting names, with a token, never with a cookie. */

import type { Request, RequestHandler } from 'express';

/** Headers that such a program may send, and those of an answer that it may read. */
const sent = 'Authorization, Content-Type, If-Match, Idempotency-Key, Last-Event-ID';
const read = 'ETag, Location, Allow, Retry-After, Content-Disposition';

/** Does the request come from a page of one of these origins? */
export const fromAllowedOrigin = (request: Request, origins: readonly string[]): boolean =>
  request.headers.origin !== undefined && origins.includes(request.headers.origin);

/** Tells browsers so, and answers their preflight requests. */
export function cors(origins: readonly string[]): RequestHandler {
  return (request, response, next) => {
    response.vary('Origin');
    if (!fromAllowedOrigin(request, origins)) return next();
    response.set({
      'Access-Control-Allow-Origin': request.headers.origin,
      'Access-Control-Expose-Headers': read,
      'Cross-Origin-Resource-Policy': 'cross-origin',
    });
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return next();
    response
      .set({
        'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE',
        'Access-Control-Allow-Headers': sent,
        'Access-Control-Max-Age': '600',
      })
      .status(204)
      .end();
  };
}
