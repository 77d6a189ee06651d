/** Tenants, and the users and groups that belong to them. */

import { z } from 'zod';
import type { GroupDocument, TenantDocument, UserDocument } from '../../engine/store/documents.js';
import type { Filter } from '../../engine/store/port.js';
import { matches } from '../../engine/store/queries.js';
import type { Person } from '../auth/people.js';
import { need, permitted } from '../auth/permissions.js';
import type { MemberKind } from '../auth/tenants.js';
import { countEach, dryRunnable, losing, numbersOf, said } from '../dryRun.js';
import { listPage } from '../lists.js';
import { notFound } from '../problems.js';
import { refuseOther } from '../revisions.js';
import { type Route, route } from '../route.js';
import { Id, idParams, listOf, Name, NewPersonId, paging } from '../schemas.js';
import type { Services } from '../services.js';
import { Tenant, tenantView } from '../views/people.js';

const kinds = ['users', 'groups'] as const;

const memberParams = z.strictObject({ id: Id, kind: z.enum(kinds), member: Id });

/** His own ones; the others do not exist for him. */
const visibleTenants = (person: Person): Filter => ({
  $and: [{ id: { $in: person.tenants } }, permitted(person, 'tenant', 'READ', 'id')],
});

export function tenantRoutes({ identity: { tenants }, store }: Services): Route[] {
  async function visible(id: string, person: Person): Promise<TenantDocument> {
    const found = await tenants.get(id);
    if (!found || !matches(visibleTenants(person), found)) throw notFound(`tenant "${id}"`);
    return found;
  }

  async function tenantsOf(kind: MemberKind, member: string): Promise<string[]> {
    return (await store.get<UserDocument | GroupDocument>(kind, member))?.tenants ?? [];
  }

  const member = (method: 'put' | 'delete') =>
    route(
      {
        method,
        path: '/tenants/{id}/{kind}/{member}',
        tag: 'Tenants',
        summary: method === 'put' ? 'Lets a user or a group into a tenant' : 'Takes a user or a group out of a tenant',
        params: memberParams,
        errors: [404],
        audit: method === 'put' ? 'tenant member added' : 'tenant member removed',
      },
      async ({ params: { id, kind, member }, person, note }) => {
        await visible(id, person);
        need(person, 'tenantMembership', method === 'put' ? 'CREATE' : 'DELETE', id);
        const before = await tenantsOf(kind, member);
        await tenants.setMember(id, kind, member, method === 'put');
        note({ before: { tenants: before }, after: { tenants: await tenantsOf(kind, member) } });
      },
    );

  return [
    route(
      {
        method: 'get',
        path: '/tenants',
        tag: 'Tenants',
        summary: 'The own tenants, by name; all of them for an administrator',
        query: z.strictObject(paging),
        answer: listOf(Tenant),
      },
      async ({ query, person }) => {
        const filter = visibleTenants(person);
        const page = await listPage<TenantDocument>(store, 'tenants', { ...query, filter, sort: { name: 1 } });
        return { ...page, items: page.items.map(tenantView) };
      },
    ),
    route(
      {
        method: 'post',
        path: '/tenants',
        tag: 'Tenants',
        summary: 'Creates a tenant',
        body: z.strictObject({ id: NewPersonId, name: Name }),
        status: 201,
        answer: Tenant,
        errors: [409],
        audit: 'tenant created',
      },
      async ({ body, person, note }) => {
        need(person, 'tenant', 'CREATE', '*');
        const created = tenantView(await tenants.create(body));
        note({ after: created });
        return created;
      },
    ),
    route(
      {
        method: 'get',
        path: '/tenants/{id}',
        tag: 'Tenants',
        summary: 'One tenant',
        params: idParams,
        answer: Tenant,
        errors: [404],
      },
      async ({ params, person }) => tenantView(await visible(params.id, person)),
    ),
    route(
      {
        method: 'patch',
        path: '/tenants/{id}',
        tag: 'Tenants',
        summary: 'Renames a tenant',
        params: idParams,
        body: z.strictObject({ name: Name }),
        answer: Tenant,
        errors: [404, 412],
        audit: 'tenant changed',
      },
      async ({ params: { id }, body, person, revision, note }) => {
        const before = await visible(id, person);
        need(person, 'tenant', 'UPDATE', id);
        const after = tenantView(await tenants.update(id, body, revision));
        note({ before: tenantView(before), after });
        return after;
      },
    ),
    route(
      {
        method: 'delete',
        path: '/tenants/{id}',
        tag: 'Tenants',
        summary:
          'Removes a tenant with its memberships (`dryRun` says how many); what lies in it stays, and only administrators of a new one of that id see it',
        params: idParams,
        query: z.strictObject(dryRunnable),
        status: 204,
        ...losing(numbersOf('users', 'groups')),
        errors: [404, 412],
        audit: 'tenant removed',
      },
      async ({ params: { id }, query: { dryRun }, person, revision, ...asked }) => {
        const before = await visible(id, person);
        need(person, 'tenant', 'DELETE', id);
        refuseOther(before, revision);
        const members = { tenants: id };
        if (dryRun) return said(asked, await countEach(store, { users: members, groups: members }));
        await tenants.remove(id);
        asked.note({ before: tenantView(before) });
        return undefined;
      },
    ),
    route(
      {
        method: 'get',
        path: '/tenants/{id}/members',
        tag: 'Tenants',
        summary: 'Ids of the users and groups that belong to a tenant',
        params: idParams,
        answer: z.strictObject({ users: z.array(z.string()), groups: z.array(z.string()) }),
        errors: [404],
      },
      async ({ params: { id }, person }) => {
        await visible(id, person);
        const [users, groups] = await Promise.all(kinds.map(kind => tenants.members(id, kind)));
        return { users: users!, groups: groups! };
      },
    ),
    member('put'),
    member('delete'),
  ];
}
