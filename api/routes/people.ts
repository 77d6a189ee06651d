/** Users, groups and API tokens. */

import { z } from 'zod';
import { rights } from '../auth/documents.js';
import { type Route, route } from '../route.js';
import { Instant, idParams, listOf, maybeTime, Name, NewPersonId, paging, Time, time } from '../schemas.js';
import type { Services } from '../services.js';
import { NewPassword } from './session.js';

const User = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    groups: z.array(z.string()),
    email: z.string().optional(),
    title: z.string().optional(),
  })
  .meta({ id: 'User' });

const Group = z.strictObject({ id: z.string(), name: z.string() }).meta({ id: 'Group' });

const Token = z
  .strictObject({ id: z.string(), name: z.string(), createdAt: Time, expiresAt: Time.optional() })
  .meta({ id: 'Token' });

export function peopleRoutes({ directory, identity }: Pick<Services, 'directory' | 'identity'>): Route[] {
  const { people, tokens } = identity;
  return [
    route(
      {
        method: 'get',
        path: '/users',
        tag: 'People',
        summary: 'Everybody, by name',
        query: z.strictObject({ limit: paging.limit }),
        answer: listOf(User),
      },
      async ({ query, person }) => {
        const all = await directory.people(person.tenants);
        const items = all.slice(0, query.limit).map(({ administrator: _, ...user }) => user);
        return { items, total: all.length, totalIsExact: true };
      },
    ),
    route(
      {
        method: 'post',
        path: '/users',
        tag: 'People',
        summary: 'Creates a user',
        access: 'administrator',
        body: z.strictObject({
          id: NewPersonId,
          name: Name,
          email: z.email().optional(),
          password: NewPassword.optional(),
          groups: z.array(NewPersonId).max(1000).default([]),
          administrator: z.boolean().default(false),
        }),
        status: 201,
        answer: User,
        errors: [409],
        audit: 'user created',
      },
      async ({ body }) => {
        const { id, name, email, groups } = await people.createUser(body);
        return { id, name, groups, ...(email === undefined ? {} : { email }) };
      },
    ),
    route(
      { method: 'get', path: '/groups', tag: 'People', summary: 'All groups, by name', answer: listOf(Group) },
      async ({ person }) => ({ items: await directory.groups(person.tenants) }),
    ),
    route(
      {
        method: 'post',
        path: '/groups',
        tag: 'People',
        summary: 'Creates a group; its rights are those of its members',
        access: 'administrator',
        body: z.strictObject({
          id: NewPersonId,
          name: Name,
          rights: z.array(z.enum(rights)).max(rights.length).default([]),
        }),
        status: 201,
        answer: Group,
        errors: [409],
        audit: 'group created',
      },
      async ({ body }) => {
        const { id, name } = await people.createGroup(body);
        return { id, name };
      },
    ),
    route(
      { method: 'get', path: '/tokens', tag: 'People', summary: 'The own API tokens', answer: listOf(Token) },
      async ({ person }) => ({
        items: (await tokens.list(person.person)).map(({ id, name, createdAt, expiresAt }) => ({
          id,
          name,
          createdAt: time(createdAt),
          expiresAt: maybeTime(expiresAt),
        })),
      }),
    ),
    route(
      {
        method: 'post',
        path: '/tokens',
        tag: 'People',
        summary: 'Makes an API token with the own rights; it is shown this once',
        body: z.strictObject({ name: Name, expiresAt: Instant.optional() }),
        status: 201,
        answer: z.strictObject({ id: z.string(), token: z.string() }),
        audit: 'token created',
      },
      ({ body, person }) => tokens.create({ user: person.person, ...body }),
    ),
    route(
      {
        method: 'delete',
        path: '/tokens/{id}',
        tag: 'People',
        summary: 'Makes an own API token void',
        params: idParams,
        errors: [404],
        audit: 'token deleted',
      },
      ({ params, person }) => tokens.remove(person.person, params.id),
    ),
  ];
}
