/** API tokens, for programs: with scopes and an end. Everybody has his own; an administrator has those of all in hand. */

import { z } from 'zod';
import { signsIn } from '../auth/people.js';
import { areas, type Scope, scopes } from '../auth/scopes.js';
import { notFound, Problem } from '../problems.js';
import { type Asked, type Route, route } from '../route.js';
import { Id, Instant, idParams, listOf, maybeTime, Name } from '../schemas.js';
import type { Services } from '../services.js';
import { Token, tokenView } from '../views/people.js';

const sentences = scopes.map(scope => `${scope}: ${areas[scope].sentence}`).join('; ');

const TokenIn = z.strictObject({
  name: Name,
  expiresAt: Instant.optional(),
  scopes: z
    .array(z.enum(scopes as [Scope, ...Scope[]]))
    .min(1)
    .max(scopes.length)
    .optional()
    .meta({ description: `Absent: whatever the owner may. ${sentences}` }),
});

const Created = z.strictObject({ id: z.string(), token: z.string() });

type Noting = Pick<Asked<unknown, unknown, unknown>, 'note'>;

const own = { tag: 'People' } as const;
const ofUser = { tag: 'People', access: 'administrator' } as const;

export function tokenRoutes({ identity: { tokens, people } }: Pick<Services, 'identity'>): Route[] {
  const list = async (user: string) => ({ items: (await tokens.list(user)).map(tokenView) });

  async function create(user: string, body: z.output<typeof TokenIn>, { note }: Noting) {
    const created = await tokens.create({ user, ...body });
    const { name, scopes, expiresAt } = body;
    note({ subject: created.id, after: { user, name, scopes, expiresAt: maybeTime(expiresAt) } });
    return created;
  }

  async function remove(user: string, id: string, { note }: Noting): Promise<void> {
    const { name, scopes, expiresAt } = await tokens.remove(user, id);
    note({ subject: id, before: { user, name, scopes, expiresAt: maybeTime(expiresAt) } });
  }

  async function existing(id: string): Promise<string> {
    if (!(await people.user(id))) throw notFound(`user "${id}"`);
    return id;
  }

  /** A user who is a program. Throws Problem 409 for one who signs in: a token would act in his name. */
  async function program(id: string): Promise<string> {
    const user = await people.user(id);
    if (!user) throw notFound(`user "${id}"`);
    if (signsIn(user))
      throw new Problem(
        409,
        'signs-in',
        `user "${id}" signs in, and makes his tokens himself; make a user for the program`,
      );
    return id;
  }

  return [
    route(
      { ...own, method: 'get', path: '/tokens', summary: 'The own API tokens', answer: listOf(Token) },
      ({ person }) => list(person.person),
    ),
    route(
      {
        ...own,
        method: 'post',
        path: '/tokens',
        summary: 'Makes an API token with the own rights, or some of them; it is shown this once',
        body: TokenIn,
        status: 201,
        answer: Created,
        audit: 'token created',
      },
      ({ body, person, ...asked }) => create(person.person, body, asked),
    ),
    route(
      {
        ...own,
        method: 'delete',
        path: '/tokens/{id}',
        summary: 'Makes an own API token void',
        params: idParams,
        errors: [404],
        audit: 'token deleted',
      },
      ({ params, person, ...asked }) => remove(person.person, params.id, asked),
    ),
    route(
      {
        ...ofUser,
        method: 'get',
        path: '/users/{id}/tokens',
        summary: 'The API tokens of a user',
        params: idParams,
        answer: listOf(Token),
        errors: [404],
      },
      async ({ params }) => list(await existing(params.id)),
    ),
    route(
      {
        ...ofUser,
        method: 'post',
        path: '/users/{id}/tokens',
        summary: 'Makes an API token of a user who is a program and signs in nowhere; it is shown this once',
        params: idParams,
        body: TokenIn,
        status: 201,
        answer: Created,
        errors: [404, 409],
        audit: 'token created',
      },
      async ({ params, body, ...asked }) => create(await program(params.id), body, asked),
    ),
    route(
      {
        ...ofUser,
        method: 'delete',
        path: '/users/{id}/tokens/{token}',
        summary: 'Makes an API token of a user void',
        params: z.strictObject({ id: Id, token: Id }),
        errors: [404],
        audit: 'token deleted',
      },
      ({ params: { id, token }, ...asked }) => remove(id, token, asked),
    ),
  ];
}
