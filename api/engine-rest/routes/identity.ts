/** Who somebody is: groups of a user, a check of credentials, the rule for passwords. */

import { z } from 'zod';
import type { GroupDocument, UserDocument } from '../../../engine/store/documents.js';
import { NewPassword, shortestPassword } from '../../routes/session.js';
import { AnyJson, Id } from '../../schemas.js';
import type { Services } from '../../services.js';
import { demand } from '../access.js';
import { invalid } from '../errors.js';
import { type Operation, operation } from '../operation.js';
import { LongText, members } from '../schemas.js';
import { namesOf } from './users.js';

/** The one rule, as Camunda 7 names it. */
const rule = { placeholder: 'PASSWORD_POLICY_LENGTH', parameter: { minLength: String(shortestPassword) } };

export function identityOperations({ store, identity }: Services): Operation[] {
  return [
    operation(
      { method: 'get', path: '/identity/groups', query: z.object({ userId: Id.optional() }) },
      async ({ query: { userId }, person }) => {
        if (userId === undefined) throw invalid('No user id was supplied');
        const user = await store.get<UserDocument>('users', userId);
        const filter = { $and: [{ id: { $in: user?.groups ?? [] } }, identity.people.visibleGroups(person)] };
        const groups = await store.find<GroupDocument>('groups', { filter, sort: { name: 1 } });
        const mates = {
          $and: [
            { groups: { $in: groups.map(({ id }) => id) } },
            { id: { $ne: userId } },
            await identity.people.visibleUsers(person),
          ],
        };
        const groupUsers =
          groups.length === 0 ? [] : await store.find<UserDocument>('users', { filter: mates, sort: { id: 1 } });
        return {
          groups: groups.map(({ id, name }) => ({ id, name })),
          groupUsers: groupUsers.map(user => {
            const { firstName, lastName } = namesOf(user);
            return { id: user.id, firstName, lastName, displayName: user.name };
          }),
        };
      },
    ),

    operation(
      {
        method: 'post',
        path: '/identity/verify',
        body: members({ username: Id.optional(), password: LongText.optional() }),
      },
      async ({ body: { username, password }, person, request }) => {
        if (username === undefined || password === undefined) throw invalid('Username and password are required');
        // Somebody who could try the passwords of others could guess them: it takes more than to be signed in.
        if (username !== person.person) demand(person, ['user', 'READ', username]);
        const user = await identity.signIn(username, password, request.ip ?? '').catch((error: { status?: number }) => {
          if (error.status === 401) return undefined;
          throw error;
        });
        return { authenticatedUser: username, authenticated: user !== undefined, tenants: null, groups: null };
      },
    ),

    operation({ method: 'get', path: '/identity/password-policy' }, () => ({ rules: [rule] })),

    operation(
      {
        method: 'post',
        path: '/identity/password-policy',
        body: members({ password: LongText.optional(), profile: AnyJson.optional() }),
      },
      ({ body }) => {
        const valid = NewPassword.safeParse(body.password).success;
        return { rules: [{ ...rule, valid }], valid };
      },
    ),
  ];
}
