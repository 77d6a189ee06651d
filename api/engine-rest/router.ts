/** Puts the operations on express: who asks, what he sent, what is answered; all in the words of Camunda 7. */

import express, { type NextFunction, type Request, type RequestHandler, type Response, Router } from 'express';
import type { Store } from '../../engine/store/port.js';
import { byResource, methodsOf } from '../addresses.js';
import type { Audit } from '../audit.js';
import type { Identity, Proof } from '../auth/authenticate.js';
import { refuseCrossSite } from '../auth/crossSite.js';
import { fromAllowedOrigin } from '../cors.js';
import { createHangUp } from '../hangUp.js';
import { refuseDepth, refuseOtherThanUtf8, refuseUnsafe } from '../json.js';
import { idIn, subjectOf } from '../mount.js';
import { readMultipart } from '../multipart.js';
import { type Note, recorded } from '../recorded.js';
import type { Settings } from '../settings.js';
import { tenantOf } from '../tenantOf.js';
import { stateOf } from './audited.js';
import { errorBody, RestError, toRestError } from './errors.js';
import { laterOf } from './later.js';
import { type Operation, Reply } from './operation.js';
import { refuseRoundedValues } from './wholes.js';

export interface RouterOptions {
  settings: Settings;
  identity: Identity;
  audit: Audit;
  store: Store;
  /** Aborted when the server drains: parked requests are answered. */
  draining: AbortSignal;
  /** Told of every answer: for the metrics. */
  observe(route: Pick<Operation, 'method' | 'path'>, status: number, seconds: number): void;
}

/** Name of the one engine. */
export const engineName = 'default';

/** All operations, below the root and below `/engine/default`. */
export function restRouter(operations: Operation[], options: RouterOptions): Router {
  const router = Router();
  router.use((_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  router.use(signIn(options));
  const resources = Router();
  const hungUp = createHangUp(options.draining);
  const addressed = operations
    .toSorted(fixedFirst)
    .map(one => ({ ...one, handlers: [...gates(one, options), answer(one, options, hungUp)] }));
  const methods = methodsOf(operations);
  resources.use(byResource(addressed));
  resources.use(request => {
    const later = laterOf(request.path);
    if (later !== undefined) throw new RestError(501, 'RestException', `${request.method} ${request.path}: ${later}`);
    const { baseUrl, path } = request;
    if (methods(path).length > 0)
      throw new RestError(405, 'RestException', `${request.method} is not for ${baseUrl}${path}`);
    throw new RestError(404, 'RestException', `there is nothing at ${baseUrl}${path}`);
  });
  router.use(
    '/engine/:engine',
    (request, _response, next) => {
      if (request.params.engine === engineName) next();
      else
        throw new RestError(
          400,
          'InvalidRequestException',
          `Process engine with name ${request.params.engine} does not exist`,
        );
    },
    resources,
  );
  router.use(resources);
  router.use(answerError);
  return router;
}

/** `/deployment/count` goes before `/deployment/{id}`. */
const fixedFirst = (a: Operation, b: Operation) => (orderOf(a) < orderOf(b) ? -1 : 1);
const orderOf = ({ path }: Operation) => path.replaceAll(/\{\w+\}/g, '\uffff');

const proofs = new WeakMap<Request, Proof>();

const challenge = { 'WWW-Authenticate': 'Basic realm="weft"' };
const notSignedIn = (message: string) => new RestError(401, 'AuthenticationException', message, null, {}, challenge);

/** Before anything is read of the body. Clients without credentials send an empty `Basic` header: as if there were none. */
function signIn({ identity, settings }: RouterOptions): RequestHandler {
  return async (request, _response, next) => {
    const [scheme = '', credentials = ''] = (request.headers.authorization ?? '').split(/ +(.*)/s);
    const isEmpty =
      scheme.toLowerCase() === 'basic' && ['', ':'].includes(Buffer.from(credentials, 'base64').toString());
    if (isEmpty) delete request.headers.authorization;
    const proof = await identity.of(request).catch((error: unknown) => {
      const { status, message } = toRestError(error);
      throw status === 401 ? notSignedIn(message) : error;
    });
    const bySession = proof?.by === 'session';
    if (bySession || !fromAllowedOrigin(request, settings.corsOrigins))
      refuseCrossSite(request, bySession, settings.publicUrl);
    if (!proof) throw notSignedIn('sign in by HTTP Basic, or send an API token');
    proofs.set(request, proof);
    next();
  };
}

/** What comes with a request, within its limits. */
function gates(one: Operation, { settings, observe }: RouterOptions): RequestHandler[] {
  const isForm = one.accepts !== undefined;
  const limit = isForm ? settings.deploymentLimit : settings.bodyLimit;
  const admit: RequestHandler = (request, response, next) => {
    const begun = performance.now();
    response.on('finish', () =>
      observe(
        { method: one.method, path: `/engine-rest${one.path}` },
        response.statusCode,
        (performance.now() - begun) / 1000,
      ),
    );
    refuseMediaType(one, request);
    next();
  };
  const json = express.json({
    limit,
    strict: false,
    verify(_request, _response, bytes, encoding) {
      refuseOtherThanUtf8(bytes, encoding);
      refuseDepth(bytes, settings.jsonDepth);
      refuseRoundedValues(bytes);
    },
  });
  const guard: RequestHandler = (request, _response, next) => {
    refuseUnsafe(request.body);
    next();
  };
  return isForm ? [admit, json, ...form(limit), guard] : [admit, json, guard];
}

/** A body of another kind is told so, not taken for an empty one; it also keeps HTML forms of other sites out. */
function refuseMediaType({ accepts, body, method }: Operation, request: Request): void {
  const length = Number(request.headers['content-length'] ?? 0);
  const hasBody = request.headers['transfer-encoding'] !== undefined || length > 0;
  if (!hasBody || method === 'get' || (!body && !accepts)) return;
  if (accepts !== 'multipart' && request.is('application/json')) return;
  if (accepts && request.is('multipart/form-data')) return;
  throw new RestError(
    415,
    'RestException',
    `this media type is not understood here: ${request.headers['content-type'] ?? 'none'}`,
  );
}

const form = (limit: number): RequestHandler[] => [
  express.raw({ type: 'multipart/form-data', limit }),
  async (request, _response, next) => {
    if (request.body instanceof Uint8Array)
      request.body = await readMultipart(request.body, request.headers['content-type'] ?? '');
    next();
  },
];

const answer =
  (one: Operation, options: RouterOptions, hungUp: (response: Response) => AbortSignal): RequestHandler =>
  async (request, response) => {
    if (one.produces && !request.accepts(one.produces))
      throw new RestError(406, 'RestException', `this is ${one.produces}, which the Accept header does not name`);
    const { person, token } = proofs.get(request)!;
    const hal = wantsHal(request);
    const run = (note: Note) => one.run({ person, hal, signal: () => hungUp(response), request, note });
    if (one.audit === undefined) return send(response, await run(() => undefined));
    const { audit, store } = options;
    // Asked before the work: who hangs up meanwhile has no address any more.
    const address = request.ip ?? '';
    const who = { by: person.person, token, address, subject: subjectOf(request) };
    const entry = { action: one.audit, ...who, before: await stateOf(store, one, request) };
    const after = () => stateOf(store, one, request);
    const about = { id: idIn(request), tenantOf: (id: string | undefined) => tenantOf(store, one.path, id) };
    const answered = await recorded({ audit, entry, known: true, after, ...about }, run);
    send(response, answered);
  };

/** Weighing media types costs more than most requests: only where this one is named at all. */
const wantsHal = (request: Request) =>
  (request.headers.accept ?? '').includes('application/hal+json') &&
  request.accepts('application/json', 'application/hal+json') === 'application/hal+json';

/** The media type stands alone: clients compare the whole header. */
function send(response: Response, answered: unknown): void {
  if (response.destroyed) return;
  if (answered === undefined) {
    response.status(204).end();
    return;
  }
  const {
    status = 200,
    type = 'application/json',
    body,
    headers = {},
  } = answered instanceof Reply ? answered.options : { body: JSON.stringify(answered) };
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (body !== undefined) response.setHeader('Content-Type', type);
  response.end(body);
}

/** Any error in the words of Camunda 7. */
function answerError(error: unknown, request: Request, response: Response, _next: NextFunction): void {
  const said = toRestError(error);
  if (said.status === 500 && said.code === null) console.error(`${request.method} ${request.path}:`, error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  send(response, new Reply({ status: said.status, headers: said.headers, body: JSON.stringify(errorBody(said)) }));
}
