/** Groups and who belongs to them. */

import type { GroupDocument, UserDocument } from '../../../engine/store/documents.js';
import { matches } from '../../../engine/store/queries.js';
import type { Person } from '../../auth/people.js';
import { may } from '../../auth/permissions.js';
import { NewPersonId } from '../../schemas.js';
import type { Services } from '../../services.js';
import { demand } from '../access.js';
import { where } from '../conditions.js';
import { engineError, invalid, missing } from '../errors.js';
import { type AnyFilter, byText, equals, fits, oneOf } from '../filters.js';
import { linkTo } from '../links.js';
import { listOperations } from '../lists.js';
import { type Operation, operation } from '../operation.js';
import { members, Text } from '../schemas.js';
import type { Table } from '../table.js';

const GroupIn = members({ id: NewPersonId.optional(), name: Text.optional(), type: Text.optional() });

export const groupView = ({ id, name, type }: GroupDocument) => ({ id, name, type: type ?? null });

const filters: Record<string, AnyFilter<GroupDocument>> = {
  id: equals('id'),
  idIn: oneOf('id'),
  name: equals('name'),
  nameLike: fits('name'),
  type: equals('type'),
  member: byText(async (user, { services: { store } }) => {
    const found = await store.get<UserDocument>('users', user);
    return where({ id: { $in: found?.groups ?? [] } });
  }),
  memberOfTenant: equals('tenants'),
};

export const groupTable: Table<GroupDocument> = {
  from: 'groups',
  visible: ({ person, services }) => services.identity.people.visibleGroups(person),
  filters,
  sorts: { id: 'id', name: 'name', type: 'type' },
  order: { id: 1 },
  view: groups => groups.map(groupView),
};

export function groupOperations(services: Services): Operation[] {
  const { identity, settings } = services;
  const { people } = identity;

  async function visible(id: string, person: Person): Promise<GroupDocument> {
    const found = await people.group(id);
    if (found && matches(people.visibleGroups(person), found)) return found;
    throw missing(`Group with id ${id}`);
  }

  return [
    ...listOperations(services, groupTable, { path: '/group', methods: ['get', 'post'] }),

    operation(
      { method: 'post', path: '/group/create', body: GroupIn, audit: 'group created' },
      async ({ body: { id, name, type }, person }) => {
        demand(person, ['group', 'CREATE', '*']);
        if (id === undefined) throw invalid('Id cannot be null');
        if (await people.group(id)) throw engineError(`The group '${id}' already exists`);
        await people.createGroup({ id, name: name ?? id, ...(type !== undefined && { type }) });
      },
    ),

    operation({ method: 'get', path: '/group/{id}' }, async ({ params, person }) =>
      groupView(await visible(params.id!, person)),
    ),

    operation(
      { method: 'put', path: '/group/{id}', body: GroupIn, audit: 'group changed' },
      async ({ params, body: { name, type }, person }) => {
        const { id } = await visible(params.id!, person);
        demand(person, ['group', 'UPDATE', id]);
        await people.changeGroup(id, { name: name ?? id, type: type ?? null });
      },
    ),

    operation({ method: 'delete', path: '/group/{id}', audit: 'group removed' }, async ({ params, person }) => {
      const { id } = await visible(params.id!, person);
      demand(person, ['group', 'DELETE', id]);
      await people.removeGroup(id);
    }),

    ...(['put', 'delete'] as const).map(method =>
      operation(
        { method, path: '/group/{id}/members/{userId}', audit: 'group members changed' },
        async ({ params, person }) => {
          const id = params.id!;
          demand(person, ['groupMembership', method === 'put' ? 'CREATE' : 'DELETE', id]);
          await people.setMember(id, params.userId!, method === 'put').catch((error: Error) => {
            throw engineError(error.message);
          });
        },
      ),
    ),

    operation({ method: 'options', path: '/group' }, ({ person, request }) => {
      const link = linkTo(settings, request);
      return {
        links: [
          link('GET', '/group', 'list'),
          link('GET', '/group/count', 'count'),
          ...(may(person, 'group', 'CREATE', '*') ? [link('POST', '/group/create', 'create')] : []),
        ],
      };
    }),

    operation({ method: 'options', path: '/group/{id}' }, ({ params, person, request }) => {
      const link = linkTo(settings, request);
      const { id = '' } = params;
      const at = `/group/${encodeURIComponent(id)}`;
      return {
        links: [
          link('GET', at, 'self'),
          ...(may(person, 'group', 'DELETE', id) ? [link('DELETE', at, 'delete')] : []),
          ...(may(person, 'group', 'UPDATE', id) ? [link('PUT', at, 'update')] : []),
        ],
      };
    }),

    operation({ method: 'options', path: '/group/{id}/members' }, ({ params, person, request }) => {
      const link = linkTo(settings, request);
      const { id = '' } = params;
      const at = `/group/${encodeURIComponent(id)}/members`;
      return {
        links: [
          ...(may(person, 'groupMembership', 'DELETE', id) ? [link('DELETE', at, 'delete')] : []),
          ...(may(person, 'groupMembership', 'CREATE', id) ? [link('PUT', at, 'create')] : []),
        ],
      };
    }),
  ];
}
