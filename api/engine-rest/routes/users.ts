/** Users, as the identity service of Camunda 7 keeps them. */

import type { UserDocument } from '../../../engine/store/documents.js';
import { matches } from '../../../engine/store/queries.js';
import { confirmedBy, type Person } from '../../auth/people.js';
import { may } from '../../auth/permissions.js';
import { NewPassword } from '../../routes/session.js';
import { NewPersonId } from '../../schemas.js';
import type { Services } from '../../services.js';
import { mayStart } from '../../visible.js';
import { demand } from '../access.js';
import { type Condition, none, test } from '../conditions.js';
import { engineError, forbidden, invalid, missing } from '../errors.js';
import { type AnyFilter, byText, equals, oneOf, type QueryContext } from '../filters.js';
import { like } from '../like.js';
import { linkTo } from '../links.js';
import { listOperations } from '../lists.js';
import { type Operation, operation } from '../operation.js';
import { LongText, members, Text } from '../schemas.js';
import type { Table } from '../table.js';

const Profile = members({
  id: NewPersonId.optional(),
  firstName: Text.optional(),
  lastName: Text.optional(),
  email: Text.optional(),
});
const Credentials = members({ password: NewPassword, authenticatedUserPassword: LongText.optional() });

/** First and last name; who has only one name has it as the last one. */
export const namesOf = ({ name, firstName, lastName }: UserDocument) =>
  firstName === undefined && lastName === undefined
    ? { firstName: null, lastName: name }
    : { firstName: firstName ?? null, lastName: lastName ?? null };

export const userView = (user: UserDocument) => ({ id: user.id, ...namesOf(user), email: user.email ?? null });

/** The name that pages show. */
const wholeName = (first: string | undefined, last: string | undefined, id: string) =>
  [first, last].filter(Boolean).join(' ') || id;

const named = (field: 'firstName' | 'lastName', fits: (wanted: string) => (text: string) => boolean) =>
  byText<UserDocument>(wanted => {
    const fit = fits(wanted);
    return test(user => fit(namesOf(user)[field] ?? ''));
  });
const same = (wanted: string) => (text: string) => text === wanted;

/** Who may start a process. */
async function starters(
  key: string,
  { services: { store, identity } }: QueryContext,
): Promise<Condition<UserDocument>> {
  const [definition] = await store.find<Parameters<typeof mayStart>[0]>('definitions', {
    filter: { key, latest: true },
    limit: 1,
  });
  if (!definition) return none;
  return {
    filter: {},
    async narrow(users) {
      const people = await Promise.all(users.map(({ id }) => identity.people.person(id)));
      return users.filter((_, at) => people[at] && mayStart(definition, people[at]));
    },
  };
}

const filters: Record<string, AnyFilter<UserDocument>> = {
  id: equals('id'),
  idIn: oneOf('id'),
  firstName: named('firstName', same),
  firstNameLike: named('firstName', like),
  lastName: named('lastName', same),
  lastNameLike: named('lastName', like),
  email: equals('email'),
  emailLike: byText<UserDocument>(pattern => {
    const fit = like(pattern);
    return test(({ email }) => email !== undefined && fit(email));
  }),
  memberOfGroup: equals('groups'),
  memberOfTenant: equals('tenants'),
  potentialStarter: byText(starters),
};

export const userTable: Table<UserDocument> = {
  from: 'users',
  visible: ({ person, services }) => services.identity.people.visibleUsers(person),
  filters,
  sorts: {
    userId: 'id',
    firstName: user => namesOf(user).firstName,
    lastName: user => namesOf(user).lastName,
    email: 'email',
  },
  order: { id: 1 },
  view: users => users.map(userView),
};

export function userOperations(services: Services): Operation[] {
  const { identity, settings } = services;
  const { people } = identity;

  async function visible(id: string, person: Person): Promise<UserDocument> {
    const found = await people.user(id);
    if (found && (id === person.person || matches(await people.visibleUsers(person), found))) return found;
    throw missing(`User with id ${id}`);
  }

  /** Only administrators touch an administrator. */
  async function changeable(id: string, person: Person, permission: 'UPDATE' | 'DELETE'): Promise<UserDocument> {
    const found = await visible(id, person);
    demand(person, ['user', permission, id]);
    if (found.administrator && !person.administrator) throw forbidden(person, permission, 'User', id);
    return found;
  }

  return [
    ...listOperations(services, userTable, { path: '/user' }),

    operation(
      {
        method: 'post',
        path: '/user/create',
        body: members({ profile: Profile.optional(), credentials: Credentials.optional() }),
        audit: 'user created',
      },
      async ({ body: { profile, credentials }, person, note }) => {
        demand(person, ['user', 'CREATE', '*']);
        if (profile?.id === undefined) throw invalid('request object must provide profile information with valid id.');
        const { id, firstName, lastName, email } = profile;
        if (await people.user(id)) throw engineError(`The user '${id}' already exists`);
        await people.createUser({
          id,
          name: wholeName(firstName, lastName, id),
          ...(firstName !== undefined && { firstName }),
          ...(lastName !== undefined && { lastName }),
          ...(email !== undefined && { email }),
          ...confirmedBy(person, email),
          ...(credentials && { password: credentials.password }),
        });
        note({ subject: id });
      },
    ),

    operation({ method: 'get', path: '/user/{id}/profile' }, async ({ params, person }) =>
      userView(await visible(params.id!, person)),
    ),

    operation(
      { method: 'put', path: '/user/{id}/profile', body: Profile, audit: 'user changed' },
      async ({ params, body: { firstName, lastName, email }, person }) => {
        const { id, email: before } = await changeable(params.id!, person, 'UPDATE');
        await people.changeUser(id, {
          name: wholeName(firstName, lastName, id),
          firstName: firstName ?? null,
          lastName: lastName ?? null,
          email: email ?? null,
          ...confirmedBy(person, email ?? null, before),
        });
      },
    ),

    operation(
      { method: 'put', path: '/user/{id}/credentials', body: Credentials, audit: 'password set' },
      async ({ params, body, person, request }) => {
        const { id } = await changeable(params.id!, person, 'UPDATE');
        // Who has a password proves that it is still he who sits there.
        if ((await people.user(person.person))?.password !== undefined)
          await identity
            .signIn(person.person, body.authenticatedUserPassword ?? '', request.ip ?? '')
            .catch((error: { status?: number }) => {
              if (error.status !== 401) throw error;
              throw invalid('The given authenticated user password is not valid.');
            });
        await identity.changePassword(id, body.password);
      },
    ),

    operation({ method: 'delete', path: '/user/{id}', audit: 'user removed' }, async ({ params, person }) => {
      const { id } = await changeable(params.id!, person, 'DELETE');
      if (await people.isLastAdministrator(id)) throw engineError(`'${id}' is the last administrator`);
      await identity.removeUser(id);
    }),

    operation({ method: 'post', path: '/user/{id}/unlock', audit: 'user unlocked' }, async ({ params, person }) => {
      await visible(params.id!, person);
      if (!person.administrator) throw forbidden(person, 'UPDATE', 'User', params.id!);
      await identity.unlock(params.id!);
    }),

    operation({ method: 'options', path: '/user' }, ({ person, request }) => {
      const link = linkTo(settings, request);
      return {
        links: [
          link('GET', '/user', 'list'),
          link('GET', '/user/count', 'count'),
          ...(may(person, 'user', 'CREATE', '*') ? [link('POST', '/user/create', 'create')] : []),
        ],
      };
    }),

    operation({ method: 'options', path: '/user/{id}' }, ({ params, person, request }) => {
      const link = linkTo(settings, request);
      const { id = '' } = params;
      const at = `/user/${encodeURIComponent(id)}`;
      const updates = may(person, 'user', 'UPDATE', id);
      return {
        links: [
          link('GET', `${at}/profile`, 'self'),
          ...(may(person, 'user', 'DELETE', id) ? [link('DELETE', at, 'delete')] : []),
          ...(updates
            ? [link('PUT', `${at}/profile`, 'updateProfile'), link('PUT', `${at}/credentials`, 'updateCredentials')]
            : []),
        ],
      };
    }),
  ];
}
