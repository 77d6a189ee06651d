/** The express application: security first, then health, API, pages. It is made from services and listens nowhere. */

import express, { type Express, type Request, type RequestHandler } from 'express';
import { isHttps } from './auth/cookie.js';
import { onlyLoopbackNames } from './auth/crossSite.js';
import { cors } from './cors.js';
import { docsPage } from './docs.js';
import { engineRest, restBase } from './engine-rest/index.js';
import type { Metrics } from './metrics.js';
import { answerProblem, mount } from './mount.js';
import { nowhere } from './nowhere.js';
import { openApi, type Served } from './openapi.js';
import { pages, securityHeaders } from './pages.js';
import { Problem } from './problems.js';
import { createReadiness } from './readiness.js';
import type { Route } from './route.js';
import { route } from './route.js';
import { auditRoutes } from './routes/audit.js';
import { authorizationRoutes } from './routes/authorizations.js';
import { capabilityRoutes } from './routes/capabilities.js';
import { definitionRoutes } from './routes/definitions.js';
import { deploymentRoutes } from './routes/deployments.js';
import { groupRoutes } from './routes/groups.js';
import { incidentRoutes } from './routes/incidents.js';
import { insightRoutes } from './routes/insight.js';
import { instanceRoutes } from './routes/instances.js';
import { jobRoutes } from './routes/jobs.js';
import { lifecycleRoutes } from './routes/lifecycle.js';
import { liveRoutes } from './routes/live.js';
import { messageRoutes } from './routes/messages.js';
import { oidcRoutes } from './routes/oidc.js';
import { pastRoutes } from './routes/past.js';
import { sessionRoutes } from './routes/session.js';
import { sessionsRoutes } from './routes/sessions.js';
import { standaloneRoutes } from './routes/standalone.js';
import { startingRoutes } from './routes/starting.js';
import { taskRoutes } from './routes/tasks.js';
import { tenantRoutes } from './routes/tenants.js';
import { tokenRoutes } from './routes/tokens.js';
import { topicRoutes } from './routes/topics.js';
import { userRoutes } from './routes/users.js';
import { webhookRoutes } from './routes/webhooks.js';
import { AnyJson } from './schemas.js';
import type { Services } from './services.js';
import { publicPath } from './settings.js';
import { operates } from './visible.js';

export interface AppOptions {
  services: Services;
  metrics: Metrics;
  /** Aborted when the server drains: not ready any more, no new work. */
  draining: AbortSignal;
  /** Folder of the built pages. */
  web: string;
  version: string;
}

/** Where `/api/v1` is mounted. */
export const base = '/api/v1';

/** Every endpoint, resource by resource. */
const resources = [
  sessionRoutes,
  sessionsRoutes,
  oidcRoutes,
  userRoutes,
  groupRoutes,
  tokenRoutes,
  tenantRoutes,
  authorizationRoutes,
  auditRoutes,
  deploymentRoutes,
  definitionRoutes,
  startingRoutes,
  instanceRoutes,
  insightRoutes,
  pastRoutes,
  lifecycleRoutes,
  incidentRoutes,
  messageRoutes,
  taskRoutes,
  standaloneRoutes,
  jobRoutes,
  topicRoutes,
  liveRoutes,
  webhookRoutes,
];

/** All routes of `/api/v1` but its documentation. */
export const apiRoutes = (services: Services): Route[] => resources.flatMap(routesOf => routesOf(services));

export function createApp({ services, metrics, draining, web, version }: AppOptions): Express {
  const { settings, identity, audit, store } = services;
  const app = express();
  app.disable('x-powered-by');
  // Nothing of the API may be kept, so nobody asks whether it is still the same; the pages have tags of their own.
  app.disable('etag');
  app.set('trust proxy', settings.trustedProxies);
  app.use(securityHeaders(isHttps(settings)));
  if (settings.demo) app.use(onlyLoopbackNames);
  app.use(withoutPrefix(settings.basePath));

  const notReady = createReadiness(services, draining);
  app.get('/health/live', (_request, response) => void response.json({ status: 'live' }));
  app.get('/health/ready', async (_request, response) => {
    const reason = await notReady();
    if (reason === undefined) response.json({ status: 'ready' });
    else response.status(503).json({ status: 'not ready', reason });
  });
  app.get('/metrics', async (request, response) => {
    const person = isLocal(request) ? undefined : (await identity.of(request))?.person;
    if (!isLocal(request) && !(person && operates(person)))
      throw new Problem(401, 'not-signed-in', 'metrics are for this machine, or for a token with the right "operate"');
    const meters = await metrics.load();
    response.type(meters.contentType).send(await meters.text());
  });
  app.use((_request, _response, next) => {
    if (draining.aborted) throw new Problem(503, 'draining', 'this server is stopping', {}, { Connection: 'close' });
    next();
  });

  const routes = [...apiRoutes(services), ...capabilityRoutes(services, version)];
  const served = { version, base: publicPath(settings) + base, cookie: identity.cookie };
  routes.push(...documentation(routes, served));
  app.use([base, restBase], cors(settings.corsOrigins));
  app.use(base, mount(routes, { settings, identity, audit, store, draining, observe: metrics.observe }));
  app.use(restBase, engineRest(services, { audit, draining, observe: metrics.observe }));
  app.use(pages({ folder: web, identity, path: publicPath(settings) }));
  app.use(nowhere({ path: publicPath(settings), programs: [base, restBase] }));
  app.use(answerProblem);
  return app;
}

/** Takes away the path that a proxy passes on; probes that come without one are served, too. */
function withoutPrefix(prefix: string): RequestHandler {
  return (request, _response, next) => {
    const { url } = request;
    const rest = url.slice(prefix.length);
    if (prefix !== '' && url.startsWith(prefix) && /^($|[/?])/.test(rest))
      request.url = rest.startsWith('/') ? rest : `/${rest}`;
    next();
  };
}

/** Made when somebody first reads it: a start does not wait for it. */
function documentation(routes: Route[], served: Served): Route[] {
  let made: ReturnType<typeof openApi> | undefined;
  const document = () => {
    made ??= openApi(routes, served);
    return made;
  };
  return [
    route(
      {
        method: 'get',
        path: '/openapi.json',
        tag: 'Documentation',
        summary: 'This API as an OpenAPI 3.1 document',
        access: 'anyone',
        answer: AnyJson,
      },
      () => JSON.parse(JSON.stringify(document())),
    ),
    route(
      {
        method: 'get',
        path: '/docs',
        tag: 'Documentation',
        summary: 'This API as a page to read',
        access: 'anyone',
        produces: 'text/html',
        answer: AnyJson,
      },
      () => docsPage(document()),
    ),
  ];
}

/** Asked on this very machine. What a proxy here passes on comes from elsewhere, whether the proxy is trusted or not. */
const isLocal = ({ ip = '', headers }: Request) =>
  /^(127\.|::1$|::ffff:127\.)/.test(ip) && headers['x-forwarded-for'] === undefined && headers.forwarded === undefined;
