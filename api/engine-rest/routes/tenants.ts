/** Tenants, and the users and groups that belong to them. */

import type { GroupDocument, TenantDocument, UserDocument } from '../../../engine/store/documents.js';
import type { Person } from '../../auth/people.js';
import { may, permitted } from '../../auth/permissions.js';
import type { MemberKind } from '../../auth/tenants.js';
import { NewPersonId } from '../../schemas.js';
import type { Services } from '../../services.js';
import { demand } from '../access.js';
import { where } from '../conditions.js';
import { engineError, invalid, missing } from '../errors.js';
import { type AnyFilter, byText, equals, fits, option } from '../filters.js';
import { linkTo } from '../links.js';
import { listOperations } from '../lists.js';
import { type Operation, operation } from '../operation.js';
import { members, Text } from '../schemas.js';
import type { Table } from '../table.js';

const TenantIn = members({ id: NewPersonId.optional(), name: Text.optional() });

export const tenantView = ({ id, name }: TenantDocument) => ({ id, name });

const filters: Record<string, AnyFilter<TenantDocument>> = {
  id: equals('id'),
  name: equals('name'),
  nameLike: fits('name'),
  userMember: byText(async (user, { services: { store }, given }) => {
    const found = await store.get<UserDocument>('users', user);
    const groups =
      given.includingGroupsOfUser === true ? await store.getMany<GroupDocument>('groups', found?.groups ?? []) : [];
    return where({ id: { $in: [...(found?.tenants ?? []), ...groups.flatMap(group => group.tenants ?? [])] } });
  }),
  groupMember: byText(async (group, { services: { store } }) => {
    const found = await store.get<GroupDocument>('groups', group);
    return where({ id: { $in: found?.tenants ?? [] } });
  }),
  includingGroupsOfUser: option,
};

export const tenantTable: Table<TenantDocument> = {
  from: 'tenants',
  // Tenants do not see each other.
  visible: ({ person }) => ({
    $and: [permitted(person, 'tenant', 'READ', 'id'), { id: { $in: person.tenants } }],
  }),
  filters,
  sorts: { id: 'id', name: 'name' },
  order: { id: 1 },
  view: tenants => tenants.map(tenantView),
};

/** Kind of member → path and parameter. */
const kinds: [kind: MemberKind, path: string, parameter: string][] = [
  ['users', 'user-members', 'userId'],
  ['groups', 'group-members', 'groupId'],
];

export function tenantOperations(services: Services): Operation[] {
  const { identity, settings } = services;
  const { tenants } = identity;

  async function visible(id: string, person: Person): Promise<TenantDocument> {
    const found = await tenants.get(id);
    if (found && person.tenants.includes(id) && may(person, 'tenant', 'READ', id)) return found;
    throw missing(`Tenant with id ${id}`);
  }

  return [
    ...listOperations(services, tenantTable, { path: '/tenant' }),

    operation(
      { method: 'post', path: '/tenant/create', body: TenantIn, audit: 'tenant created' },
      async ({ body: { id, name }, person }) => {
        demand(person, ['tenant', 'CREATE', '*']);
        if (id === undefined) throw invalid('Id cannot be null');
        if (await tenants.get(id)) throw engineError(`The tenant '${id}' already exists`);
        await tenants.create({ id, name: name ?? id });
      },
    ),

    operation({ method: 'get', path: '/tenant/{id}' }, async ({ params, person }) =>
      tenantView(await visible(params.id!, person)),
    ),

    operation(
      { method: 'put', path: '/tenant/{id}', body: TenantIn, audit: 'tenant changed' },
      async ({ params, body: { name }, person }) => {
        const { id } = await visible(params.id!, person);
        demand(person, ['tenant', 'UPDATE', id]);
        await tenants.update(id, { name: name ?? id });
      },
    ),

    operation({ method: 'delete', path: '/tenant/{id}', audit: 'tenant removed' }, async ({ params, person }) => {
      const { id } = await visible(params.id!, person);
      demand(person, ['tenant', 'DELETE', id]);
      await tenants.remove(id);
    }),

    ...kinds.flatMap(([kind, path, parameter]) => [
      ...(['put', 'delete'] as const).map(method =>
        operation(
          { method, path: `/tenant/{id}/${path}/{${parameter}}`, audit: 'tenant members changed' },
          async ({ params, person }) => {
            const { id } = await visible(params.id!, person);
            demand(person, ['tenantMembership', method === 'put' ? 'CREATE' : 'DELETE', id]);
            await tenants.setMember(id, kind, params[parameter]!, method === 'put').catch((error: Error) => {
              throw engineError(error.message);
            });
          },
        ),
      ),
      operation({ method: 'options', path: `/tenant/{id}/${path}` }, ({ params, person, request }) => {
        const link = linkTo(settings, request);
        const { id = '' } = params;
        const at = `/tenant/${encodeURIComponent(id)}/${path}`;
        return {
          links: [
            ...(may(person, 'tenantMembership', 'DELETE', id) ? [link('DELETE', at, 'delete')] : []),
            ...(may(person, 'tenantMembership', 'CREATE', id) ? [link('PUT', at, 'create')] : []),
          ],
        };
      }),
    ]),

    operation({ method: 'options', path: '/tenant' }, ({ person, request }) => {
      const link = linkTo(settings, request);
      return {
        links: [
          link('GET', '/tenant', 'list'),
          link('GET', '/tenant/count', 'count'),
          ...(may(person, 'tenant', 'CREATE', '*') ? [link('POST', '/tenant/create', 'create')] : []),
        ],
      };
    }),

    operation({ method: 'options', path: '/tenant/{id}' }, ({ params, person, request }) => {
      const link = linkTo(settings, request);
      const { id = '' } = params;
      const at = `/tenant/${encodeURIComponent(id)}`;
      return {
        links: [
          link('GET', at, 'self'),
          ...(may(person, 'tenant', 'DELETE', id) ? [link('DELETE', at, 'delete')] : []),
          ...(may(person, 'tenant', 'UPDATE', id) ? [link('PUT', at, 'update')] : []),
        ],
      };
    }),
  ];
}
