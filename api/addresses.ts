/** Where routes lie: found by method and resource, and which methods a path has. */

import { type RequestHandler, Router } from 'express';

export interface Addressed {
  method: Lowercase<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'>;
  /** As in OpenAPI: `/tasks/{id}/claim`. */
  path: string;
  handlers: RequestHandler[];
}

/** Looks only among the routes of a method and a resource: express tries routes one after the other. */
export function byResource(routes: Addressed[]): RequestHandler {
  const routers = new Map<string, Router>();
  for (const { method, path, handlers } of routes) {
    const place = `${method} ${resourceOf(path)}`;
    const router = routers.get(place) ?? Router();
    router[method](expressPath(path), ...handlers);
    routers.set(place, router);
  }
  return (request, response, next) => {
    // express answers HEAD as GET, without the body
    const method = request.method === 'HEAD' ? 'get' : request.method.toLowerCase();
    const router = routers.get(`${method} ${resourceOf(request.path)}`);
    if (router) router(request, response, next);
    else next();
  };
}

/** `/task/{id}/claim` is about `task`; express does not tell capitals from small letters. */
const resourceOf = (path: string) => (path.split('/', 2)[1] ?? '').toLowerCase();

/** `{id}` of OpenAPI is `:id` of express. */
const expressPath = (path: string) => path.replaceAll(/\{(\w+)\}/g, ':$1');

/**
 * Which methods a path has.
 *
 * @example methodsOf(routes)('/tasks/7/claim') // ['POST']
 */
export function methodsOf(routes: Pick<Addressed, 'method' | 'path'>[]): (path: string) => string[] {
  const matchers = routes.map(({ method, path }) => ({
    method: method.toUpperCase(),
    matcher: new RegExp(`^${path.replaceAll(/[.]/g, '\\$&').replaceAll(/\{\w+\}/g, '[^/]+')}/?$`, 'i'),
  }));
  return path => [...new Set(matchers.filter(({ matcher }) => matcher.test(path)).map(({ method }) => method))];
}

/**
 * Which routes make something that is read at its id below their own path.
 *
 * @example routes.filter(locatesIn(routes)).map(({ path }) => path) // ['/instances', …]
 */
export function locatesIn<R extends { method: string; path: string; status?: number }>(routes: R[]) {
  const read = new Set(routes.filter(({ method }) => method === 'get').map(({ path }) => path));
  return ({ status, path }: R): boolean => status === 201 && read.has(`${path}/{id}`);
}
