/** The live feed of changes. */

import { z } from 'zod';
import { type Topic, topics } from '../events.js';
import { type Route, route } from '../route.js';
import type { Services } from '../services.js';

const Topics = z
  .string()
  .default(topics.join(','))
  .transform((text, context): ReadonlySet<Topic> => {
    const names = text.split(',');
    const unknown = names.find(name => !topics.includes(name as Topic));
    if (unknown === undefined) return new Set(names as Topic[]);
    context.addIssue(`"${unknown}" is no topic; there are ${topics.join(', ')}`);
    return z.NEVER;
  });

export function liveRoutes({ events, identity }: Services): Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/events',
        tag: 'Live',
        summary: 'Server-sent events about what the asker may see; `Last-Event-ID` resumes, `reset` says: read anew',
        query: z.strictObject({ topics: Topics.meta({ description: `Any of ${topics.join(', ')}` }) }),
        headers: z.object({ 'last-event-id': z.string().max(200).optional() }),
        produces: 'text/event-stream',
        errors: [429, 503],
      },
      ({ query, headers, person, proof, request, response }) =>
        events.open({
          ...{ person, topics: query.topics, last: headers['last-event-id'], response },
          again: () => identity.still(request, proof!),
        }),
    ),
  ];
}
