/** What this server can do: for programs that meet servers of several versions. */

import { z } from 'zod';
import { behaviours } from '../../engine/elements/index.js';
import { dialects } from '../../engine/model/dialects/index.js';
import { triggers } from '../../engine/triggers/index.js';
import { resources } from '../auth/permissions.js';
import { topics } from '../events.js';
import { type Route, route } from '../route.js';
import type { Services } from '../services.js';
import { occasions } from '../webhooks/occasions.js';

const Capabilities = z
  .strictObject({
    version: z.string(),
    store: z.enum(['sqlite', 'mongodb']),
    demo: z.boolean(),
    elements: z.array(z.string()).meta({ description: 'BPMN elements that run' }),
    events: z.array(z.string()).meta({ description: 'Event definitions that run' }),
    dialects: z.array(z.string()),
    liveTopics: z.array(z.string()).meta({ description: 'Of `/events`' }),
    webhookEvents: z.array(z.enum(occasions)),
    permissions: z
      .record(z.string(), z.array(z.string()))
      .meta({ description: 'Resource → what an authorization may permit on it, beside ALL and NONE' }),
    limits: z
      .strictObject({
        body: z.int(),
        deployment: z.int(),
        variable: z.int(),
        file: z.int(),
        jsonDepth: z.int(),
        elements: z.int(),
      })
      .meta({ description: 'Sizes in bytes' }),
  })
  .meta({ id: 'Capabilities' });

export function capabilityRoutes({ settings }: Pick<Services, 'settings'>, version: string): Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/capabilities',
        tag: 'Server',
        summary: 'What this server can do, and its limits',
        answer: Capabilities,
      },
      () => ({
        version,
        store: settings.mongodb === '' ? ('sqlite' as const) : ('mongodb' as const),
        demo: settings.demo,
        elements: Object.keys(behaviours).sort(),
        events: Object.keys(triggers).sort(),
        dialects: dialects.map(({ name }) => name),
        liveTopics: [...topics],
        webhookEvents: [...occasions],
        permissions: Object.fromEntries(
          Object.entries(resources).map(([name, { permissions }]) => [name, [...permissions]]),
        ),
        limits: {
          body: settings.bodyLimit,
          deployment: settings.deploymentLimit,
          variable: settings.variableLimit,
          file: settings.fileLimit,
          jsonDepth: settings.jsonDepth,
          elements: settings.elementLimit,
        },
      }),
    ),
  ];
}
