/** Authorizations: what a user, a group or everybody may do with one or all documents of a kind. */

import { z } from 'zod';
import type { AuthorizationDocument } from '../../engine/store/documents.js';
import { matches } from '../../engine/store/queries.js';
import type { Person } from '../auth/people.js';
import { isResource, may, need, permitted, resources } from '../auth/permissions.js';
import { allOf, given, listPage } from '../lists.js';
import { badInput, notFound } from '../problems.js';
import { refuseOther } from '../revisions.js';
import { type Route, route } from '../route.js';
import { idParams, Key, listOf, paging } from '../schemas.js';
import type { Services } from '../services.js';
import { Authorization, AuthorizationIn, authorizationView } from '../views/people.js';

export function authorizationRoutes({ identity: { authorizations }, store }: Services): Route[] {
  const visibleOnes = (person: Person) => permitted(person, 'authorization', 'READ', 'id');

  async function visible(id: string, person: Person): Promise<AuthorizationDocument> {
    const found = await authorizations.get(id);
    if (!found || !matches(visibleOnes(person), found)) throw notFound(`authorization "${id}"`);
    return found;
  }

  return [
    route(
      {
        method: 'get',
        path: '/authorizations',
        tag: 'Authorizations',
        summary: 'Authorizations that the asker may see',
        query: z.strictObject({
          ...paging,
          user: Key.optional(),
          group: Key.optional(),
          resource: Key.optional(),
          resourceId: Key.optional(),
        }),
        answer: listOf(Authorization),
      },
      async ({ query: { limit, after, ...conditions }, person }) => {
        const filter = allOf(visibleOnes(person), given(conditions));
        const sort = { resource: 1, resourceId: 1 } as const;
        const page = await listPage<AuthorizationDocument>(store, 'authorizations', { filter, sort, limit, after });
        return { ...page, items: page.items.map(authorizationView) };
      },
    ),
    route(
      {
        method: 'get',
        path: '/authorizations/check',
        tag: 'Authorizations',
        summary: 'Whether the asker may do something',
        query: z.strictObject({ resource: Key, permission: Key, resourceId: Key.default('*') }),
        answer: z.strictObject({ allowed: z.boolean() }),
      },
      ({ query: { resource, permission, resourceId }, person }) => {
        if (!isResource(resource)) throw badInput([{ path: 'query.resource', value: resource, reason: 'is none' }]);
        const known: readonly string[] = resources[resource].permissions;
        if (!known.includes(permission))
          throw badInput([{ path: 'query.permission', value: permission, reason: `is none on ${resource}` }]);
        return { allowed: may(person, resource, permission as never, resourceId) };
      },
    ),
    route(
      {
        method: 'post',
        path: '/authorizations',
        tag: 'Authorizations',
        summary: 'Grants or revokes; a global one for all of a resource takes the place of the default',
        body: AuthorizationIn,
        status: 201,
        answer: Authorization,
        audit: 'authorization created',
      },
      async ({ body, person, note }) => {
        need(person, 'authorization', 'CREATE', '*');
        const created = authorizationView(await authorizations.create(body));
        note({ subject: created.id, after: created });
        return created;
      },
    ),
    route(
      {
        method: 'get',
        path: '/authorizations/{id}',
        tag: 'Authorizations',
        summary: 'One authorization',
        params: idParams,
        answer: Authorization,
        errors: [404],
      },
      async ({ params, person }) => authorizationView(await visible(params.id, person)),
    ),
    route(
      {
        method: 'put',
        path: '/authorizations/{id}',
        tag: 'Authorizations',
        summary: 'Replaces an authorization; its type stays',
        params: idParams,
        body: AuthorizationIn.omit({ type: true }),
        answer: Authorization,
        errors: [404, 412],
        audit: 'authorization changed',
      },
      async ({ params: { id }, body, person, revision, note }) => {
        const before = await visible(id, person);
        need(person, 'authorization', 'UPDATE', id);
        const after = authorizationView(await authorizations.update(id, body, revision));
        note({ before: authorizationView(before), after });
        return after;
      },
    ),
    route(
      {
        method: 'delete',
        path: '/authorizations/{id}',
        tag: 'Authorizations',
        summary: 'Removes an authorization',
        params: idParams,
        errors: [404, 412],
        audit: 'authorization removed',
      },
      async ({ params: { id }, person, revision, note }) => {
        const before = await visible(id, person);
        need(person, 'authorization', 'DELETE', id);
        refuseOther(before, revision);
        await authorizations.remove(id);
        note({ before: authorizationView(before) });
      },
    ),
  ];
}
