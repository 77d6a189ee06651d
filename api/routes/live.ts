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
        description:
          'Each has an id, the topic as its event, and as data a JSON object with type (created, changed, completed, started, ' +
          'ended, opened, resolved), id, and for most topics instance and key: the rest is read by id. A comment every 15 seconds ' +
          'is a sign of life. After 15 minutes the stream ends, and the client comes again with the id of its last event.',
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
