/** API tokens of the person who asks: for programs, with scopes and an end. */

import { z } from 'zod';
import { areas, type Scope, scopes } from '../auth/scopes.js';
import { type Route, route } from '../route.js';
import { Instant, idParams, listOf, maybeTime, Name } from '../schemas.js';
import type { Services } from '../services.js';
import { Token, tokenView } from '../views/people.js';

const sentences = scopes.map(scope => `${scope}: ${areas[scope].sentence}`).join('; ');

export function tokenRoutes({ identity: { tokens } }: Services): Route[] {
  return [
    route(
      { method: 'get', path: '/tokens', tag: 'People', summary: 'The own API tokens', answer: listOf(Token) },
      async ({ person }) => ({ items: (await tokens.list(person.person)).map(tokenView) }),
    ),
    route(
      {
        method: 'post',
        path: '/tokens',
        tag: 'People',
        summary: 'Makes an API token with the own rights, or some of them; it is shown this once',
        body: z.strictObject({
          name: Name,
          expiresAt: Instant.optional(),
          scopes: z
            .array(z.enum(scopes as [Scope, ...Scope[]]))
            .min(1)
            .max(scopes.length)
            .optional()
            .meta({ description: `Absent: whatever the owner may. ${sentences}` }),
        }),
        status: 201,
        answer: z.strictObject({ id: z.string(), token: z.string() }),
        audit: 'token created',
      },
      async ({ body, person, note }) => {
        const created = await tokens.create({ user: person.person, ...body });
        const { name, scopes, expiresAt } = body;
        note({ subject: created.id, after: { name, scopes, expiresAt: maybeTime(expiresAt) } });
        return created;
      },
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
      async ({ params, person, note }) => {
        const { name, scopes, expiresAt } = await tokens.remove(person.person, params.id);
        note({ before: { name, scopes, expiresAt: maybeTime(expiresAt) } });
      },
    ),
  ];
}
