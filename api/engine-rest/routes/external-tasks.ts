/** External tasks: what people see of them, and change. */

import { z } from 'zod';
import type { JobDocument } from '../../../engine/store/documents.js';
import type { Filter } from '../../../engine/store/port.js';
import type { Services } from '../../services.js';
import { engineError, invalid, refused } from '../errors.js';
import { demandWork, externalTaskFor, externalTaskTable, externalTaskView } from '../external-tasks.js';
import { restId } from '../ids.js';
import { chosenBy, chosenInstances } from '../instances.js';
import { listOperations, queryIn } from '../lists.js';
import { type Operation, operation, Reply } from '../operation.js';
import { FlagOfQuery, Long, members, Texts, Whole } from '../schemas.js';
import { listingOf } from '../table.js';

const Retries = members({
  retries: Whole.optional(),
  externalTaskIds: Texts.optional(),
  externalTaskQuery: queryIn(externalTaskTable).optional(),
  ...chosenBy,
});

export function externalTaskOperations(services: Services): Operation[] {
  const { store, engine, clock } = services;
  const { jobs } = engine;
  const listing = listingOf(externalTaskTable);

  return [
    ...listOperations(services, externalTaskTable, { path: '/external-task', methods: ['get', 'post'] }),

    operation(
      {
        method: 'get',
        path: '/external-task/topic-names',
        query: z.object({
          withLockedTasks: FlagOfQuery.optional(),
          withUnlockedTasks: FlagOfQuery.optional(),
          withRetriesLeft: FlagOfQuery.optional(),
        }),
      },
      async ({ query, person }) => {
        const now = clock();
        const filter: Filter = {
          $and: [
            await externalTaskTable.visible({ services, person, now, given: {} }),
            query.withLockedTasks ? { lockedUntil: { $gt: now } } : {},
            query.withUnlockedTasks ? { $or: [{ lockedUntil: null }, { lockedUntil: { $lte: now } }] } : {},
            query.withRetriesLeft ? { retries: { $gt: 0 } } : {},
          ],
        };
        const groups = await store.group('jobs', ['topic'], filter);
        return groups.map(({ key }) => String(key[0])).sort();
      },
    ),

    operation(
      { method: 'put', path: '/external-task/retries', body: Retries, audit: 'external tasks retried' },
      async ({ body: { retries: wanted, ...which }, person, note }) => {
        const retries = retriesIn(wanted);
        const context = { services, person, now: clock(), given: {} };
        const { externalTaskIds = [], externalTaskQuery, ...chosen } = which;
        if (Object.values(which).every(one => one === undefined))
          throw invalid('externalTaskIds are empty; name external tasks, process instances, or a query');
        const instances = (await chosenInstances(context, chosen)).map(({ id }) => id);
        const queries = [
          ...(instances.length > 0 ? [{ values: { processInstanceIdIn: instances }, or: [], sorting: [] }] : []),
          ...(externalTaskQuery ? [externalTaskQuery] : []),
        ];
        const found = new Map<string, JobDocument>();
        for (const id of externalTaskIds) found.set(id, await externalTaskFor(services, person, id));
        for (const query of queries) for (const job of await listing.find(query, context)) found.set(job.id, job);
        for (const job of found.values()) demandWork(person, job, 'answer');
        for (const job of found.values()) await jobs.setRetries({ id: job.id, retries, by: person.person });
        const before = Object.fromEntries([...found.values()].map(job => [restId(job.id), job.retries]));
        note({ subject: Object.keys(before).join(', '), before: { retries: before }, after: { retries } });
      },
    ),

    operation({ method: 'get', path: '/external-task/{id}' }, async ({ params, person }) => {
      return externalTaskView(services, await externalTaskFor(services, person, params.id!, 'read'));
    }),

    operation(
      { method: 'get', path: '/external-task/{id}/errorDetails', produces: 'text/plain' },
      async ({ params, person }) => {
        const { errorDetails } = await externalTaskFor(services, person, params.id!, 'read');
        return errorDetails === undefined ? undefined : new Reply({ type: 'text/plain', body: errorDetails });
      },
    ),

    operation(
      { method: 'post', path: '/external-task/{id}/unlock', audit: 'external task unlocked' },
      async ({ params, person }) => {
        const job = await externalTaskFor(services, person, params.id!);
        await jobs.release({ id: job.id });
      },
    ),

    operation(
      {
        method: 'put',
        path: '/external-task/{id}/priority',
        body: members({ priority: Long.optional() }),
        audit: 'external task priority changed',
      },
      async ({ params, body: { priority }, person }) => {
        if (priority === undefined) throw refused(400, 'The priority cannot be null.');
        const job = await externalTaskFor(services, person, params.id!);
        await jobs.setPriority({ id: job.id, priority, by: person.person });
      },
    ),

    operation(
      {
        method: 'put',
        path: '/external-task/{id}/retries',
        body: members({ retries: Whole.optional() }),
        audit: 'external task retried',
      },
      async ({ params, body: { retries }, person }) => {
        const job = await externalTaskFor(services, person, params.id!);
        await jobs.setRetries({ id: job.id, retries: retriesIn(retries), by: person.person });
      },
    ),
  ];
}

function retriesIn(retries: number | undefined): number {
  if (retries === undefined) throw refused(400, 'The number of retries cannot be null.');
  if (retries < 0) throw engineError('The number of retries cannot be negative');
  return retries;
}
