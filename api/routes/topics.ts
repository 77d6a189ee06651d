/** Topics: how much work waits, and who does it. */

import { z } from 'zod';
import type { Filter } from '../../engine/store/port.js';
import type { Person } from '../auth/people.js';
import { allOf } from '../lists.js';
import { type Route, route } from '../route.js';
import { listOf, Time, time } from '../schemas.js';
import type { Services } from '../services.js';
import { rowsFor } from '../visible.js';

const Topic = z
  .strictObject({
    topic: z.string(),
    open: z.int().meta({ description: 'Jobs that wait or are being worked on' }),
    locked: z.int().meta({ description: 'Of these: a worker has them' }),
    failed: z.int().meta({ description: 'Of these: without attempts left' }),
    workers: z
      .array(z.strictObject({ worker: z.string(), seenAt: Time }))
      .meta({ description: 'Those that asked for it within the last five minutes, newest first' }),
  })
  .meta({ id: 'Topic' });

/** Does it work for a tenant of this person, or for none but his? What is of no tenant everybody works for. */
const isColleague = (person: Person, { tenants }: { tenants?: string[] }) =>
  !tenants ||
  tenants.every(one => person.tenants.includes(one)) ||
  tenants.some(one => one !== '' && person.tenants.includes(one));

export function topicRoutes({ engine: { jobs }, store, clock }: Services): Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/topics',
        tag: 'Jobs',
        summary: 'Topics by name: how much work waits, and which workers ask for it',
        answer: listOf(Topic),
      },
      async ({ person }) => {
        const open = allOf(rowsFor(person, 'read'), { kind: 'work', 'wait.state': 'open' });
        const count = async (filter: Filter) => {
          const groups = await store.group('jobs', ['topic'], allOf(open, filter));
          return new Map(groups.map(({ key, count }) => [String(key[0]), count]));
        };
        const [all, locked, failed, workers] = await Promise.all([
          count({}),
          count({ lockedUntil: { $gt: clock() } }),
          count({ retries: 0 }),
          jobs.workers(),
        ]);
        const seen = workers.filter(one => isColleague(person, one));
        // A topic without work that this person sees may be of another tenant whom the same worker serves.
        const own = seen.filter(({ tenants = [] }) => tenants.every(one => person.tenants.includes(one)));
        const names = [...new Set([...all.keys(), ...own.map(({ topic }) => topic)])].sort();
        const items = names.map(topic => ({
          topic,
          open: all.get(topic) ?? 0,
          locked: locked.get(topic) ?? 0,
          failed: failed.get(topic) ?? 0,
          workers: seen
            .filter(one => one.topic === topic)
            .map(({ worker, seenAt }) => ({ worker, seenAt: time(seenAt) })),
        }));
        return { items, total: items.length, totalIsExact: true };
      },
    ),
  ];
}
