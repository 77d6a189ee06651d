/** Authorizations: who may do what, with the numbers and names of Camunda 7. */

import { z } from 'zod';
import type { AuthorizationDocument } from '../../../engine/store/documents.js';
import type { NewAuthorization } from '../../auth/authorizations.js';
import type { Person } from '../../auth/people.js';
import { may, type Permission, permitted, type Resource, resourceOf, resources } from '../../auth/permissions.js';
import { Id } from '../../schemas.js';
import type { Services } from '../../services.js';
import { demand } from '../access.js';
import { none, where } from '../conditions.js';
import { invalid, missing } from '../errors.js';
import { type AnyFilter, byTexts, byWhole, equals } from '../filters.js';
import { linkTo, type MakeLink } from '../links.js';
import { listOperations } from '../lists.js';
import { type Operation, operation } from '../operation.js';
import { members, Text, Whole, WholeOfQuery } from '../schemas.js';
import type { Table } from '../table.js';

/** Number of Camunda 7 → type. */
const types = ['global', 'grant', 'revoke'] as const;

const Change = {
  permissions: z.array(Text).max(100).optional(),
  userId: Id.optional(),
  groupId: Id.optional(),
  resourceType: Whole,
  resourceId: Id.optional(),
};

function resourceIn(number: number): Resource {
  const resource = resourceOf(number);
  if (resource) return resource;
  throw invalid(`No enum constant for resource type ${number}`);
}

function authorizationIn(
  type: (typeof types)[number],
  { permissions = [], userId, groupId, resourceType, resourceId = '*' }: z.output<z.ZodObject<typeof Change>>,
): NewAuthorization {
  return {
    type,
    ...(userId !== undefined && { user: userId }),
    ...(groupId !== undefined && { group: groupId }),
    resource: resourceIn(resourceType),
    resourceId,
    permissions: [...new Set(permissions)],
  };
}

/** Everybody is the user `*`. */
export const authorizationView = (one: AuthorizationDocument) => ({
  id: one.id,
  type: types.indexOf(one.type),
  permissions: one.permissions,
  userId: one.user ?? (one.type === 'global' ? '*' : null),
  groupId: one.group ?? null,
  resourceType: numberOf(one),
  resourceId: one.resourceId,
  removalTime: null,
  rootProcessInstanceId: null,
});

const numberOf = ({ resource }: AuthorizationDocument) => resources[resource as Resource].number;

const filters: Record<string, AnyFilter<AuthorizationDocument>> = {
  id: equals('id'),
  type: byWhole(type => (types[type] ? where({ type: types[type] }) : none)),
  userIdIn: byTexts(users => {
    const named = { user: { $in: users } };
    return where(users.includes('*') ? { $or: [named, { type: 'global' }] } : named);
  }),
  groupIdIn: byTexts(groups => where({ group: { $in: groups } })),
  resourceType: byWhole(number => {
    const resource = resourceOf(number);
    return resource ? where({ resource }) : none;
  }),
  resourceId: equals('resourceId'),
};

export const authorizationTable: Table<AuthorizationDocument> = {
  from: 'authorizations',
  visible: ({ person }) => permitted(person, 'authorization', 'READ', 'id'),
  filters,
  sorts: { resourceType: numberOf, resourceId: 'resourceId' },
  view: found => found.map(authorizationView),
};

export function authorizationOperations(services: Services): Operation[] {
  const { identity, settings } = services;
  const { authorizations, people } = identity;

  async function found(id: string, person: Person, permission: Permission<'authorization'>) {
    const authorization = await authorizations.get(id);
    if (!authorization) throw missing(`Authorization with id ${id}`);
    demand(person, ['authorization', permission, id]);
    return authorization;
  }

  function linksOf(link: MakeLink, person: Person, id: string) {
    const at = `/authorization/${encodeURIComponent(id)}`;
    return [
      link('GET', at, 'self'),
      ...(may(person, 'authorization', 'DELETE', id) ? [link('DELETE', at, 'delete')] : []),
      ...(may(person, 'authorization', 'UPDATE', id) ? [link('PUT', at, 'update')] : []),
    ];
  }

  return [
    ...listOperations(services, authorizationTable, { path: '/authorization' }),

    operation(
      {
        method: 'get',
        path: '/authorization/check',
        query: z.object({
          permissionName: Text.optional(),
          resourceName: Text.optional(),
          resourceType: WholeOfQuery.optional(),
          resourceId: Id.optional(),
          userId: Id.optional(),
        }),
      },
      async ({ query: { permissionName, resourceName, resourceType, resourceId, userId }, person }) => {
        for (const [name, value] of Object.entries({ permissionName, resourceName, resourceType }))
          if (value === undefined) throw invalid(`Query parameter '${name}' cannot be null`);
        const resource = resourceIn(resourceType!);
        const known: readonly string[] = [...resources[resource].permissions, 'ALL', 'NONE'];
        if (!known.includes(permissionName!))
          throw invalid(
            `The permission '${permissionName}' is not valid for '${resources[resource].name}' resource type.`,
          );
        if (userId !== undefined && userId !== person.person) demand(person, ['authorization', 'READ', '*']);
        const asked = userId === undefined || userId === person.person ? person : await people.person(userId);
        const authorized = asked !== undefined && may(asked, resource, permissionName as never, resourceId ?? '*');
        return { permissionName, resourceName, resourceId: resourceId ?? null, authorized };
      },
    ),

    operation(
      {
        method: 'post',
        path: '/authorization/create',
        body: members({ type: Whole, ...Change }),
        audit: 'authorization created',
      },
      async ({ body: { type, ...body }, person, request, note }) => {
        demand(person, ['authorization', 'CREATE', '*']);
        const kind = types[type];
        if (!kind) throw invalid(`Invalid authorization type '${type}'`);
        const created = await authorizations.create(authorizationIn(kind, body));
        note({ subject: created.id, after: created });
        return { links: linksOf(linkTo(settings, request), person, created.id), ...authorizationView(created) };
      },
    ),

    operation({ method: 'get', path: '/authorization/{id}' }, async ({ params, person, request }) => {
      const authorization = await found(params.id!, person, 'READ');
      return { links: linksOf(linkTo(settings, request), person, params.id!), ...authorizationView(authorization) };
    }),

    operation(
      { method: 'put', path: '/authorization/{id}', body: members(Change), audit: 'authorization changed' },
      async ({ params, body, person }) => {
        const { id, type } = await found(params.id!, person, 'UPDATE');
        const { type: _, ...changed } = authorizationIn(type, body);
        await authorizations.update(id, changed);
      },
    ),

    operation(
      { method: 'delete', path: '/authorization/{id}', audit: 'authorization removed' },
      async ({ params, person }) => {
        const { id } = await found(params.id!, person, 'DELETE');
        await authorizations.remove(id);
      },
    ),

    operation({ method: 'options', path: '/authorization' }, ({ person, request }) => {
      const link = linkTo(settings, request);
      return {
        links: [
          link('GET', '/authorization', 'list'),
          link('GET', '/authorization/count', 'count'),
          ...(may(person, 'authorization', 'CREATE', '*') ? [link('POST', '/authorization/create', 'create')] : []),
        ],
      };
    }),

    operation({ method: 'options', path: '/authorization/{id}' }, ({ params, person, request }) => ({
      links: linksOf(linkTo(settings, request), person, params.id!),
    })),
  ];
}
