/** The pages: static files from dist/web, sent home to sign in first, under a strict content security policy. */

import { existsSync } from 'node:fs';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import express, { type RequestHandler, Router } from 'express';
import helmet from 'helmet';
import type { Identity } from './auth/authenticate.js';

/** Headers of everything that Weft answers (OWASP ASVS 5.0, 3.4). They are the same for everybody: made once. */
export function securityHeaders(https: boolean): RequestHandler {
  const request = new IncomingMessage(new Socket());
  const model = new ServerResponse(request);
  protection(https)(request, model, () => {});
  const headers = new Map(Object.entries(model.getHeaders() as Record<string, string>));
  return (_request, response, next) => {
    response.setHeaders(headers);
    next();
  };
}

/** Styles in line: diagrams and forms set them. */
const protection = (https: boolean) =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    crossOriginEmbedderPolicy: false,
    strictTransportSecurity: https,
    referrerPolicy: { policy: 'same-origin' },
  });

const home = 'tasklist.html';
const signIn = 'signin.html';

interface PagesOptions {
  folder: string;
  identity: Identity;
  /** The path under which browsers see them, such as `/weft`. */
  path: string;
}

/** `folder` is what Vite built: pages at the top, everything else named by its content under `assets`. */
export function pages({ folder, identity, path }: PagesOptions): Router {
  const router = Router();
  router.get('/', (_request, response) => response.redirect(`${path}/${home}`));
  router.get(/\.html$/, async (request, response, next) => {
    if (request.path === `/${signIn}` || (await identity.of(request).catch(() => undefined))) return next();
    response.redirect(`${path}/${signIn}?to=${encodeURIComponent(request.url.slice(1))}`);
  });
  if (existsSync(folder))
    router.use(
      express.static(folder, {
        index: false,
        setHeaders: (response, path) =>
          response.setHeader(
            'Cache-Control',
            /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
          ),
      }),
    );
  return router;
}
