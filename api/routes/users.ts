/** Users: who there is, inviting somebody, changing what they are, ending their access. */

import { z } from 'zod';
import type { UserDocument } from '../../engine/store/documents.js';
import { matches } from '../../engine/store/queries.js';
import { confirmedBy, type NewUser, type Person } from '../auth/people.js';
import { may, need } from '../auth/permissions.js';
import { countEach, dryRunnable, losing, numbersOf, said } from '../dryRun.js';
import { allOf, given, listPage } from '../lists.js';
import { forbidden, notFound, Problem, unknownIn } from '../problems.js';
import { refuseOther } from '../revisions.js';
import { type Route, route } from '../route.js';
import { idParams, Key, listOf, Name, NewPersonId, paging, Time, time } from '../schemas.js';
import type { Services } from '../services.js';
import { publicAddress } from '../settings.js';
import { User, userView } from '../views/people.js';
import { NewPassword } from './session.js';

const Ids = z.array(NewPersonId).max(1000);

const NewUserIn = z.strictObject({
  id: NewPersonId,
  name: Name,
  firstName: Name.optional(),
  lastName: Name.optional(),
  email: z.email().optional(),
  title: Name.optional(),
  password: NewPassword.optional(),
  groups: Ids.default([]),
  tenants: Ids.default([]),
  administrator: z.boolean().default(false),
});

const UserChangeIn = z.strictObject({
  name: Name.optional(),
  firstName: Name.nullable().optional(),
  lastName: Name.nullable().optional(),
  email: z.email().nullable().optional(),
  title: Name.nullable().optional(),
  groups: Ids.optional(),
  tenants: Ids.optional(),
  administrator: z.boolean().optional(),
  disabled: z.boolean().optional(),
});

/** What stands in both lists only once. */
const difference = (before: string[], after: string[]) => ({
  added: after.filter(one => !before.includes(one)),
  removed: before.filter(one => !after.includes(one)),
});

export function userRoutes({ identity, store, settings }: Services): Route[] {
  const { people, invitations } = identity;

  /** The user, if the person may see it. Throws Problem 404. */
  async function visible(id: string, person: Person): Promise<UserDocument> {
    const found = await people.user(id);
    const isSelf = id === person.person;
    if (!found || !(isSelf || matches(await people.visibleUsers(person), found))) throw notFound(`user "${id}"`);
    return found;
  }

  /** The user, if the person may change it. Only administrators touch an administrator. */
  async function changeable(id: string, person: Person, permission: 'UPDATE' | 'DELETE'): Promise<UserDocument> {
    const found = await visible(id, person);
    need(person, 'user', permission, id);
    if (found.administrator && !person.administrator) throw forbidden('only an administrator may change another one');
    return found;
  }

  /** Throws Problem 403 for memberships and powers that are not this person's to give or take. */
  function refusePowers(person: Person, before: Pick<NewUser, 'groups' | 'tenants' | 'administrator'>, after: NewUser) {
    if ((after.administrator ?? false) !== (before.administrator ?? false) && !person.administrator)
      throw forbidden('only an administrator may make one');
    const groups = difference(before.groups ?? [], after.groups ?? []);
    for (const id of groups.added) need(person, 'groupMembership', 'CREATE', id);
    for (const id of groups.removed) need(person, 'groupMembership', 'DELETE', id);
    const tenants = difference(before.tenants ?? [], after.tenants ?? []);
    for (const id of tenants.added) need(person, 'tenantMembership', 'CREATE', id);
    for (const id of tenants.removed) need(person, 'tenantMembership', 'DELETE', id);
  }

  /** Throws Problem 400. */
  async function refuseUnknown({ groups = [], tenants = [] }: Pick<NewUser, 'groups' | 'tenants'>): Promise<void> {
    for (const id of tenants) if (!(await identity.tenants.get(id))) throw unknownIn('tenants', 'tenant', id);
    for (const id of groups) if (!(await people.group(id))) throw unknownIn('groups', 'group', id);
  }

  async function refuseLast(id: string): Promise<void> {
    if (await people.isLastAdministrator(id))
      throw new Problem(409, 'last-administrator', `"${id}" is the last administrator; make another one first`);
  }

  const administers = (person: Person) => may(person, 'user', 'UPDATE', '*');

  return [
    route(
      {
        method: 'get',
        path: '/users',
        tag: 'People',
        summary: 'Everybody whom the asker may see, by name',
        query: z.strictObject({ ...paging, group: Key.optional(), tenant: Key.optional() }),
        answer: listOf(User),
      },
      async ({ query: { limit, after, group, tenant }, person }) => {
        const filter = allOf(await people.visibleUsers(person), given({ groups: group, tenants: tenant }));
        const page = await listPage<UserDocument>(store, 'users', { filter, sort: { name: 1 }, limit, after });
        return { ...page, items: page.items.map(user => userView(user, administers(person))) };
      },
    ),
    route(
      {
        method: 'get',
        path: '/users/{id}',
        tag: 'People',
        summary: 'One user',
        params: idParams,
        answer: User,
        errors: [404],
      },
      async ({ params, person }) => userView(await visible(params.id, person), administers(person)),
    ),
    route(
      {
        method: 'post',
        path: '/users',
        tag: 'People',
        summary: 'Creates a user; without a password, an invitation lets the person choose one',
        body: NewUserIn,
        status: 201,
        answer: User,
        errors: [409],
        audit: 'user created',
      },
      async ({ body, person, note }) => {
        need(person, 'user', 'CREATE', '*');
        refusePowers(person, {}, body);
        await refuseUnknown(body);
        const created = userView(await people.createUser({ ...body, ...confirmedBy(person, body.email) }), true);
        note({ after: created });
        return created;
      },
    ),
    route(
      {
        method: 'patch',
        path: '/users/{id}',
        tag: 'People',
        summary: 'Changes a user; `disabled` ends every session and refuses the next sign-in; null takes a value away',
        params: idParams,
        body: UserChangeIn,
        answer: User,
        errors: [404, 409, 412],
        audit: 'user changed',
      },
      async ({ params: { id }, body, person, revision, note }) => {
        const before = await changeable(id, person, 'UPDATE');
        const { disabled, ...change } = body;
        refusePowers(person, before, { ...before, ...defined(body) });
        await refuseUnknown(body);
        if (disabled || body.administrator === false) await refuseLast(id);
        await people.changeUser(id, { ...change, ...confirmedBy(person, body.email, before.email) }, revision);
        if (disabled !== undefined) await identity.setDisabled(id, disabled);
        const after = userView((await people.user(id))!, true);
        note({ before: userView(before, true), after });
        return after;
      },
    ),
    route(
      {
        method: 'delete',
        path: '/users/{id}',
        tag: 'People',
        summary: 'Removes a user with sessions, tokens and authorizations; `dryRun` says how many; what was done stays',
        params: idParams,
        query: z.strictObject(dryRunnable),
        status: 204,
        ...losing(numbersOf('sessions', 'tokens', 'authorizations')),
        errors: [404, 409, 412],
        audit: 'user removed',
      },
      async ({ params: { id }, query: { dryRun }, person, revision, ...asked }) => {
        const before = await changeable(id, person, 'DELETE');
        refuseOther(before, revision);
        await refuseLast(id);
        const of = { user: id };
        if (dryRun) return said(asked, await countEach(store, { sessions: of, tokens: of, authorizations: of }));
        await identity.removeUser(id);
        asked.note({ before: userView(before, true) });
        return undefined;
      },
    ),
    route(
      {
        method: 'put',
        path: '/users/{id}/password',
        tag: 'People',
        summary: 'Sets a password; every session of the user ends',
        params: idParams,
        body: z.strictObject({ password: NewPassword }),
        errors: [404],
        audit: 'password set',
      },
      async ({ params: { id }, body, person, note }) => {
        await changeable(id, person, 'UPDATE');
        note(await identity.changePassword(id, body.password));
      },
    ),
    route(
      {
        method: 'post',
        path: '/users/{id}/invitation',
        tag: 'People',
        summary: 'Makes a one-time link with which the user chooses a password; it is shown this once',
        params: idParams,
        status: 201,
        answer: z.strictObject({ link: z.string(), expiresAt: Time }),
        errors: [404],
        audit: 'user invited',
      },
      async ({ params: { id }, person, request, note }) => {
        await changeable(id, person, 'UPDATE');
        const { token, expiresAt } = await invitations.create(id);
        note({ after: { expiresAt: time(expiresAt) } });
        const here = publicAddress(settings) ?? `${request.protocol}://${request.headers.host}${settings.basePath}`;
        return { link: `${here}/signin.html?invitation=${token}`, expiresAt: time(expiresAt) };
      },
    ),
  ];
}

const defined = <T extends object>(values: T) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null));
