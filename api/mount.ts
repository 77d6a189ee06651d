/** Puts routes on express: who is asking, may he, what did he send, what is answered, what is written down. */

import express, { type NextFunction, type Request, type RequestHandler, type Response, Router } from 'express';
import type { Store } from '../engine/store/port.js';
import { byResource, locatesIn, methodsOf } from './addresses.js';
import type { Audit } from './audit.js';
import { challenge, type Identity, type Proof } from './auth/authenticate.js';
import { refuseCrossSite } from './auth/crossSite.js';
import type { Person } from './auth/people.js';
import { every, need } from './auth/permissions.js';
import { fromAllowedOrigin } from './cors.js';
import { createHangUp } from './hangUp.js';
import { refuseDepth, refuseLargeVariables, refuseOtherThanUtf8, refuseUnsafe } from './json.js';
import { refuseRounded } from './literals.js';
import { readMultipart } from './multipart.js';
import { forbidden, Problem, problemBody, toProblem } from './problems.js';
import { recorded } from './recorded.js';
import type { Incoming, Route } from './route.js';
import type { Settings } from './settings.js';
import { selected, sendCsv, shapeOf } from './shaping.js';
import { tenantOf } from './tenantOf.js';

export interface MountOptions {
  settings: Settings;
  identity: Identity;
  audit: Audit;
  store: Store;
  /** Aborted when the server drains: parked requests are answered. */
  draining: AbortSignal;
  /** Told of every answer: for the metrics. */
  observe(route: Route, status: number, seconds: number): void;
}

/** A router with all routes, its own 404 and its errors as problem details. */
export function mount(routes: Route[], options: MountOptions): Router {
  const router = Router();
  router.use((_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  const hungUp = createHangUp(options.draining);
  const methods = methodsOf(routes);
  const locates = locatesIn(routes);
  const addressed = routes.map(route => ({
    ...route,
    handlers: [...gates(route, options), answer(route, options, { hungUp, locates: locates(route) })],
  }));
  router.use(byResource(addressed));
  router.use(({ method, baseUrl, path }) => {
    const allowed = methods(path).join(', ');
    if (allowed === '')
      throw new Problem(404, 'no-such-endpoint', `${method} ${baseUrl}${path} is not part of this API`);
    const sentence = `${method} is not for ${baseUrl}${path}; use ${allowed}`;
    throw new Problem(405, 'method-not-allowed', sentence, {}, { Allow: allowed });
  });
  router.use(answerProblem);
  return router;
}

const proofs = new WeakMap<Request, Proof>();

/** Who asks, and may he: before anything is read of the body; then the body, within its limits. */
function gates(route: Route, options: MountOptions): RequestHandler[] {
  const { settings } = options;
  const gate: RequestHandler = async (request, response, next) => {
    const begun = performance.now();
    response.on('finish', () => options.observe(route, response.statusCode, (performance.now() - begun) / 1000));
    const proof = await options.identity.of(request);
    const bySession = proof?.by === 'session';
    if (bySession || !fromAllowedOrigin(request, settings.corsOrigins))
      refuseCrossSite(request, bySession, settings.publicUrl);
    if (route.access !== 'anyone') admit(route, proof?.person);
    if (proof) proofs.set(request, proof);
    refuseMediaType(route, request);
    next();
  };
  const limit = route.accepts === 'multipart' ? settings.deploymentLimit : settings.bodyLimit;
  const json = express.json({
    limit,
    strict: false,
    verify(_request, _response, bytes, encoding) {
      refuseOtherThanUtf8(bytes, encoding);
      refuseDepth(bytes, settings.jsonDepth);
      refuseRounded(bytes);
    },
  });
  const guard: RequestHandler = (request, _response, next) => {
    refuseUnsafe(request.body);
    refuseLargeVariables(request.body, settings.variableLimit);
    next();
  };
  return route.accepts === 'multipart' ? [gate, json, ...multipart(limit), guard] : [gate, json, guard];
}

/** Throws Problem 401 for nobody, 403 for a person without the right. */
function admit(route: Route, person: Person | undefined): void {
  if (!person) throw new Problem(401, 'not-signed-in', 'sign in, or send an API token', {}, challenge);
  if (route.needs) need(person, route.needs[0], route.needs[1] as never, every);
  if (route.access === 'administrator' && !person.administrator) throw forbidden('only an administrator may do this');
}

/** A body that is no JSON is told so, not taken for an empty one; it also keeps HTML forms of other sites out. */
function refuseMediaType(route: Route, request: Request): void {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (!hasBody || request.is('application/json')) return;
  if (route.accepts === 'multipart' && request.is('multipart/form-data')) return;
  const wanted = route.accepts === 'multipart' ? 'application/json or multipart/form-data' : 'application/json';
  throw new Problem(
    415,
    'unsupported-media-type',
    `send ${wanted}, not ${request.headers['content-type'] ?? 'nothing'}`,
  );
}

/** Turns a form into the body that the route's schema describes. */
const multipart = (limit: number): RequestHandler[] => [
  express.raw({ type: 'multipart/form-data', limit }),
  async (request, _response, next) => {
    if (request.body instanceof Uint8Array) {
      const { fields, files } = await readMultipart(request.body, request.headers['content-type'] ?? '');
      request.body = { ...fields, files: files.map(({ name, bytes }) => ({ name, bytes })) };
    }
    next();
  },
];

interface Answering {
  hungUp: (response: Response) => AbortSignal;
  /** Is the answer told where what was made is found? */
  locates: boolean;
}

const answer =
  (route: Route, options: MountOptions, { hungUp, locates }: Answering): RequestHandler =>
  async (request, response) => {
    const proof = proofs.get(request);
    const person = proof?.person as Person;
    response.status(route.status ?? 200);
    const { shape, query } = shapeOf(route, request);
    const incoming = { person, proof, note: () => undefined, signal: () => hungUp(response), request, response, query };
    if (shape.csv) return sendCsv(route, incoming, shape);
    const answered = await carriedOut(route, incoming, options);
    if (response.headersSent) return;
    tag(response, answered);
    if (locates) locate(response, route, answered);
    if (answered === undefined) response.status(204).end();
    else if (route.produces === undefined) response.json(selected(answered, shape.fields));
    else
      response.type(route.produces).send(typeof answered === 'string' ? answered : Buffer.from(answered as Uint8Array));
  };

/** What the route answers. What no history records is written down. */
function carriedOut(route: Route, incoming: Incoming, { audit, store }: MountOptions): Promise<unknown> {
  if (route.audit === undefined) return route.run(incoming);
  const { request, person, proof } = incoming;
  // Asked before the work: who hangs up meanwhile has no address any more.
  const from = { address: request.ip ?? '', subject: subjectOf(request) };
  const entry = { action: route.audit, by: person?.person, token: proof?.token, ...from };
  const about = { id: idIn(request), tenantOf: (id: string | undefined) => tenantOf(store, route.path, id) };
  return recorded({ audit, entry, known: proof !== undefined, ...about }, note => route.run({ ...incoming, note }));
}

/** What people edit has a revision: `If-Match` with this tag changes just what was read. */
function tag(response: Response, answered: unknown): void {
  const revision = (answered as { rev?: unknown } | undefined)?.rev;
  if (typeof revision === 'number') response.set('ETag', `"${revision}"`);
}

/** From the address that was asked (RFC 9110, 10.2.2), so that it holds behind every proxy. */
function locate(response: Response, { path }: Route, answered: unknown): void {
  // what is only tried is nowhere
  if (response.statusCode !== 201) return;
  const { id } = answered as { id: string };
  response.setHeader('Location', `${path.slice(path.lastIndexOf('/') + 1)}/${encodeURIComponent(id)}`);
}

/** The first id in the path. */
export const idIn = ({ params }: Request): string | undefined => {
  const { id } = params;
  return typeof id === 'string' ? id : undefined;
};

/** The id of what a request changes: it stands in the path, or in the body. */
export function subjectOf({ params, body }: Request): string | undefined {
  const { id, user } = (body ?? {}) as { id?: unknown; user?: unknown };
  const subject = Object.values(params).join('/') || (id ?? user);
  return typeof subject === 'string' && subject !== '' ? subject : undefined;
}

/** The last middleware: any error becomes problem details. */
export function answerProblem(error: unknown, request: Request, response: Response, _next: NextFunction): void {
  const problem = toProblem(error);
  if (problem.status === 500) console.error(`${request.method} ${request.path}:`, error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response
    .status(problem.status)
    .set(problem.headers)
    .type('application/problem+json')
    .send(JSON.stringify(problemBody(problem)));
}
