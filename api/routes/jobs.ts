/** Jobs: workers fetch and answer them, operators look and give attempts again. */

import { z } from 'zod';
import type { JobDocument } from '../../engine/store/documents.js';
import { allOf, given, listPage } from '../lists.js';
import { type Route, route } from '../route.js';
import { Id, idParams, listOf, Name, paging, VariablesIn } from '../schemas.js';
import type { Services } from '../services.js';
import { FetchedJob, fetchedJobView, Job, jobView } from '../views/job.js';

const Worker = Name.meta({ description: 'Name of the worker, as in its fetch' });
const Lock = z
  .int()
  .min(1)
  .max(24 * 3_600_000)
  .meta({ description: 'Milliseconds' });

const FetchIn = z.strictObject({
  worker: Worker,
  topics: z
    .array(z.strictObject({ topic: Name, lock: Lock.default(60_000), variables: z.array(Name).max(1000).optional() }))
    .min(1)
    .max(100),
  max: z.int().min(1).max(1000).default(1),
  wait: z.int().min(0).max(60_000).default(0).meta({ description: 'Milliseconds to wait for work (long poll)' }),
});

const onJob = { params: idParams, access: 'work', tag: 'Jobs', errors: [404, 409] } as const;

export function jobRoutes({ engine: { jobs }, store }: Services): Route[] {
  return [
    route(
      {
        method: 'post',
        path: '/jobs/fetch',
        tag: 'Jobs',
        summary: 'Fetches work and locks it; waits for some to turn up',
        access: 'work',
        body: FetchIn,
        answer: z.strictObject({ items: z.array(FetchedJob) }),
        errors: [429],
      },
      async ({ body, person, signal }) => {
        const request = { ...body, tenants: person.tenants, client: person.person, signal };
        return { items: (await jobs.fetchAndLock(request)).map(fetchedJobView) };
      },
    ),
    route(
      {
        ...onJob,
        method: 'post',
        path: '/jobs/{id}/complete',
        summary: 'The work is done',
        body: z.strictObject({ worker: Worker, variables: VariablesIn.default({}) }),
      },
      async ({ params, body, person }) => void (await jobs.complete({ ...params, ...body, reader: person })),
    ),
    route(
      {
        ...onJob,
        method: 'post',
        path: '/jobs/{id}/fail',
        summary: 'The attempt failed; without attempts left an incident waits for a person',
        body: z.strictObject({
          worker: Worker,
          message: z.string().min(1).max(10_000),
          details: z.string().max(100_000).optional(),
          retries: z.int().min(0).max(1000).optional(),
          backoff: z
            .int()
            .min(0)
            .max(365 * 24 * 3_600_000)
            .optional()
            .meta({ description: 'Milliseconds until the next attempt' }),
        }),
      },
      ({ params, body: { worker, message, details, retries, backoff }, person }) =>
        jobs.fail({
          ...params,
          worker,
          message: details === undefined ? message : `${message}\n${details}`,
          retries,
          pause: backoff,
          reader: person,
        }),
    ),
    route(
      {
        ...onJob,
        method: 'post',
        path: '/jobs/{id}/error',
        summary: 'A BPMN error, for a boundary event or event sub-process to catch',
        body: z.strictObject({
          worker: Worker,
          code: Name,
          message: z.string().max(10_000).optional(),
          variables: VariablesIn.optional(),
        }),
      },
      async ({ params, body, person }) => void (await jobs.bpmnError({ ...params, ...body, reader: person })),
    ),
    route(
      {
        ...onJob,
        method: 'post',
        path: '/jobs/{id}/extend',
        summary: 'Keeps the lock for that many milliseconds from now',
        body: z.strictObject({ worker: Worker, lock: Lock }),
      },
      async ({ params, body, person }) => void (await jobs.extendLock({ ...params, ...body, reader: person })),
    ),
    route(
      {
        ...onJob,
        method: 'post',
        path: '/jobs/{id}/unlock',
        summary: 'Gives the job back untouched',
        body: z.strictObject({ worker: Worker }),
      },
      ({ params, body, person }) => jobs.unlock({ ...params, ...body, reader: person }),
    ),
    route(
      {
        method: 'get',
        path: '/jobs',
        tag: 'Jobs',
        summary: 'Jobs and timers by due date; open ones unless told otherwise',
        access: 'operate',
        query: z.strictObject({
          ...paging,
          instance: Id.optional(),
          topic: Name.optional(),
          kind: z.enum(['work', 'async', 'timer', 'start']).optional(),
          state: z.enum(['open', 'answered', 'dropped']).default('open'),
        }),
        answer: listOf(Job),
      },
      async ({ query: { limit, after, instance, topic, kind, state }, person }) => {
        const filter = allOf(
          { tenant: { $in: person.tenants }, 'wait.state': state },
          given({ instance, topic, kind }),
        );
        const page = await listPage<JobDocument>(store, 'jobs', { filter, sort: { due: 1 }, limit, after });
        return { ...page, items: page.items.map(jobView) };
      },
    ),
    route(
      {
        ...onJob,
        access: 'operate',
        method: 'post',
        path: '/jobs/{id}/retry',
        summary: 'Gives a job that many attempts again and resolves its incident',
        body: z.strictObject({ retries: z.int().min(1).max(1000).default(1) }),
        audit: 'job retried',
      },
      ({ params, body, person }) => jobs.setRetries({ ...params, ...body, reader: person, by: person.person }),
    ),
    route(
      {
        ...onJob,
        access: 'operate',
        method: 'post',
        path: '/jobs/{id}/run',
        summary: 'Makes a timer or continuation due now',
        audit: 'job run now',
      },
      async ({ params, person }) => {
        const retries = Math.max(1, (await jobs.get(person, params.id))?.retries ?? 1);
        await jobs.setRetries({ ...params, retries, reader: person, by: person.person });
      },
    ),
  ];
}
