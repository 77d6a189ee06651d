/** Messages to one listener, signals to all. */

import { z } from 'zod';
import { Problem } from '../problems.js';
import { type Route, route } from '../route.js';
import { Id, Key, Name, Time, time, VariablesIn } from '../schemas.js';
import type { Services } from '../services.js';

const day = 24 * 3_600_000;

const MessageIn = z.strictObject({
  name: Name,
  businessKey: Key.optional(),
  key: Key.optional().meta({ description: 'Matches the correlation key of the model' }),
  correlation: VariablesIn.optional().meta({ description: 'Variables that the listener must see with these values' }),
  variables: VariablesIn.default({}),
  timeToLive: z
    .int()
    .min(0)
    .max(365 * day)
    .default(0)
    .meta({ description: 'Milliseconds to keep it when nobody listens yet' }),
  id: Id.optional().meta({ description: 'The same id is published once' }),
});

const Published = z.union([
  z.strictObject({
    result: z.literal('delivered'),
    instance: z.string(),
    wait: z.string().optional(),
    started: z.boolean().optional(),
  }),
  z.strictObject({ result: z.literal('stored'), message: z.string(), expiresAt: Time }),
]);

export function messageRoutes({ engine }: Services): Route[] {
  return [
    route(
      {
        method: 'post',
        path: '/messages',
        tag: 'Messages and signals',
        summary: 'Publishes a message to the one who listens, or keeps it for him',
        access: 'work',
        body: MessageIn,
        answer: Published,
        errors: [404, 409],
      },
      async ({ body, person }) => {
        const published = await engine.publish({ ...body, tenant: person.tenants[0], by: person.person });
        if (published.result === 'nobody')
          throw new Problem(
            404,
            'nobody-listens',
            `nobody listens to the message "${body.name}" with these keys; "timeToLive" would keep it`,
          );
        if (published.result === 'ambiguous')
          throw new Problem(409, 'several-listen', `several listen to the message "${body.name}"; add a key`, {
            candidates: published.candidates,
          });
        return published.result === 'stored' ? { ...published, expiresAt: time(published.expiresAt) } : published;
      },
    ),
    route(
      {
        method: 'post',
        path: '/signals',
        tag: 'Messages and signals',
        summary: 'Broadcasts a signal; answers the instances that heard it or were started',
        access: 'work',
        body: z.strictObject({ name: Name, variables: VariablesIn.default({}) }),
        answer: z.strictObject({ instances: z.array(z.string()) }),
      },
      async ({ body, person }) => ({
        instances: await engine.broadcast({ ...body, tenant: person.tenants[0], by: person.person }),
      }),
    ),
  ];
}
