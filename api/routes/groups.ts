/** Groups: what their members are together, and what they may. */

import { z } from 'zod';
import type { GroupDocument } from '../../engine/store/documents.js';
import { matches } from '../../engine/store/queries.js';
import { rights } from '../auth/documents.js';
import type { Person } from '../auth/people.js';
import { need } from '../auth/permissions.js';
import { countEach, dryRunnable, losing, numbersOf, said } from '../dryRun.js';
import { listPage } from '../lists.js';
import { forbidden, notFound, unknownIn } from '../problems.js';
import { refuseOther } from '../revisions.js';
import { type Route, route } from '../route.js';
import { Id, idParams, listOf, Name, NewPersonId, paging } from '../schemas.js';
import type { Services } from '../services.js';
import { Group, groupView } from '../views/people.js';

const Rights = z.array(z.enum(rights)).max(rights.length);
const Tenants = z.array(NewPersonId).max(1000);

const memberParams = z.strictObject({ id: Id, user: Id });

export function groupRoutes({ identity: { people, tenants }, store }: Services): Route[] {
  async function visible(id: string, person: Person): Promise<GroupDocument> {
    const found = await people.group(id);
    if (!found || !matches(people.visibleGroups(person), found)) throw notFound(`group "${id}"`);
    return found;
  }

  /** Rights are powers, and a tenant opens its data: only administrators give them. */
  function refusePowers(person: Person, given: { rights?: unknown[]; tenants?: unknown[] }): void {
    if (person.administrator) return;
    if ((given.rights ?? []).length > 0) throw forbidden('only an administrator may give rights');
    if ((given.tenants ?? []).length > 0) throw forbidden('only an administrator may let a group into a tenant');
  }

  /** Throws Problem 400. */
  async function refuseUnknown(ids: string[] = []): Promise<void> {
    for (const id of ids) if (!(await tenants.get(id))) throw unknownIn('tenants', 'tenant', id);
  }

  const member = (method: 'put' | 'delete') =>
    route(
      {
        method,
        path: '/groups/{id}/members/{user}',
        tag: 'People',
        summary: method === 'put' ? 'Takes a user into a group' : 'Takes a user out of a group',
        params: memberParams,
        errors: [404],
        audit: method === 'put' ? 'member added' : 'member removed',
      },
      async ({ params: { id, user }, person, note }) => {
        await visible(id, person);
        need(person, 'groupMembership', method === 'put' ? 'CREATE' : 'DELETE', id);
        const found = await people.user(user);
        if (!found || !matches(await people.visibleUsers(person), found)) throw notFound(`user "${user}"`);
        await people.setMember(id, user, method === 'put');
        note({ before: { groups: found.groups }, after: { groups: (await people.user(user))?.groups } });
      },
    );

  return [
    route(
      {
        method: 'get',
        path: '/groups',
        tag: 'People',
        summary: 'Groups, by name',
        query: z.strictObject(paging),
        answer: listOf(Group),
      },
      async ({ query, person }) => {
        const filter = people.visibleGroups(person);
        const page = await listPage<GroupDocument>(store, 'groups', { ...query, filter, sort: { name: 1 } });
        return { ...page, items: page.items.map(groupView) };
      },
    ),
    route(
      {
        method: 'get',
        path: '/groups/{id}',
        tag: 'People',
        summary: 'One group',
        params: idParams,
        answer: Group,
        errors: [404],
      },
      async ({ params, person }) => groupView(await visible(params.id, person)),
    ),
    route(
      {
        method: 'post',
        path: '/groups',
        tag: 'People',
        summary: 'Creates a group; its rights are those of its members',
        body: z.strictObject({
          id: NewPersonId,
          name: Name,
          type: Name.optional(),
          rights: Rights.default([]),
          tenants: Tenants.default([]),
        }),
        status: 201,
        answer: Group,
        errors: [409],
        audit: 'group created',
      },
      async ({ body, person, note }) => {
        need(person, 'group', 'CREATE', '*');
        refusePowers(person, body);
        await refuseUnknown(body.tenants);
        const created = groupView(await people.createGroup(body));
        note({ after: created });
        return created;
      },
    ),
    route(
      {
        method: 'patch',
        path: '/groups/{id}',
        tag: 'People',
        summary: 'Changes a group; null takes a value away',
        params: idParams,
        body: z.strictObject({
          name: Name.optional(),
          type: Name.nullable().optional(),
          rights: Rights.optional(),
          tenants: Tenants.optional(),
        }),
        answer: Group,
        errors: [404, 412],
        audit: 'group changed',
      },
      async ({ params: { id }, body, person, revision, note }) => {
        const before = await visible(id, person);
        need(person, 'group', 'UPDATE', id);
        refusePowers(person, body);
        await refuseUnknown(body.tenants);
        const after = groupView(await people.changeGroup(id, body, revision));
        note({ before: groupView(before), after });
        return after;
      },
    ),
    route(
      {
        method: 'delete',
        path: '/groups/{id}',
        tag: 'People',
        summary: 'Removes a group with its memberships and authorizations; `dryRun` says how many',
        params: idParams,
        query: z.strictObject(dryRunnable),
        status: 204,
        ...losing(numbersOf('users', 'authorizations')),
        errors: [404, 412],
        audit: 'group removed',
      },
      async ({ params: { id }, query: { dryRun }, person, revision, ...asked }) => {
        const before = await visible(id, person);
        need(person, 'group', 'DELETE', id);
        refuseOther(before, revision);
        if (dryRun)
          return said(asked, await countEach(store, { users: { groups: id }, authorizations: { group: id } }));
        await people.removeGroup(id);
        asked.note({ before: groupView(before) });
        return undefined;
      },
    ),
    member('put'),
    member('delete'),
  ];
}
