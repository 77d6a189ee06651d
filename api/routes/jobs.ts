/** Jobs: workers fetch and answer them, operators look and give attempts again. */

import { z } from 'zod';
import { StaleCommand } from '../../engine/core/errors.js';
import type { JobDocument } from '../../engine/store/documents.js';
import { matches } from '../../engine/store/queries.js';
import type { Person } from '../auth/people.js';
import { allOf, given, listPage } from '../lists.js';
import { forbidden, notFound, Problem } from '../problems.js';
import { type Route, route } from '../route.js';
import {
  Flag,
  Id,
  Instant,
  idParams,
  Key,
  listOf,
  maybeTime,
  Name,
  paging,
  TenantAsked,
  VariablesIn,
} from '../schemas.js';
import type { Services } from '../services.js';
import { FetchedJob, fetchedJobView, Job, jobSettings, jobView } from '../views/job.js';
import { mayDo, rowsFor } from '../visible.js';

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

const onJob = { method: 'post', params: idParams, tag: 'Jobs', errors: [404, 409] } as const;

const FailIn = z.strictObject({
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
});

const ErrorIn = z.strictObject({
  worker: Worker,
  code: Name,
  message: z.string().max(10_000).optional(),
  variables: VariablesIn.optional(),
});

export function jobRoutes({ engine: { jobs }, store }: Services): Route[] {
  /** A job that is answered already: by whom, and when. */
  async function told(error: unknown, person: Person, id: string): Promise<unknown> {
    const wait = error instanceof StaleCommand ? (await jobs.get(person, id))?.wait : undefined;
    if (!wait) return error;
    return new Problem(409, 'stale', (error as Error).message, { by: wait.answeredBy, at: maybeTime(wait.answeredAt) });
  }

  /** The job, if the person may see it or work on it. Throws NotFound, Problem 403, 404. */
  async function jobFor(id: string, person: Person, action: 'read' | 'work'): Promise<JobDocument> {
    const mine = rowsFor(person, action);
    const job = await jobs.get(person, id);
    if (!matches(mine, job)) throw notFound(`job "${id}"`);
    return job;
  }

  /** The job, if the person may see it and change it. */
  async function repairable(id: string, person: Person): Promise<JobDocument> {
    const job = await jobFor(id, person, 'read');
    if (!mayDo(person, 'retry', { id: job.instance, key: job.definitionKey }))
      throw forbidden(`this needs the permission RETRY_JOB on process "${job.definitionKey}"`);
    return job;
  }

  /** What a worker says about a job that it holds. */
  const answer = <B extends z.ZodType>(
    verb: string,
    summary: string,
    body: B,
    run: (held: { id: string; reader: Person }, body: z.output<B>) => Promise<unknown>,
  ): Route =>
    route({ ...onJob, path: `/jobs/{id}/${verb}`, summary, body }, async ({ params, body, person }) => {
      await jobFor(params.id, person, 'work');
      try {
        await run({ id: params.id, reader: person }, body);
      } catch (error) {
        throw await told(error, person, params.id);
      }
    });

  return [
    route(
      {
        method: 'post',
        path: '/jobs/fetch',
        tag: 'Jobs',
        summary: 'Fetches work and locks it; waits for some to turn up',
        body: FetchIn,
        answer: z.strictObject({ items: z.array(FetchedJob) }),
        errors: [429],
      },
      async ({ body, person, signal }) => {
        const { tenants, person: client } = person;
        const request = { ...body, tenants, client, filter: rowsFor(person, 'work'), signal: signal() };
        return { items: (await jobs.fetchAndLock(request)).map(fetchedJobView) };
      },
    ),
    answer(
      'complete',
      'The work is done',
      z.strictObject({ worker: Worker, variables: VariablesIn.default({}) }),
      (held, body) => jobs.complete({ ...held, ...body }),
    ),
    answer(
      'fail',
      'The attempt failed; without attempts left an incident waits for a person',
      FailIn,
      (held, { backoff, ...body }) => jobs.fail({ ...held, ...body, pause: backoff }),
    ),
    answer('error', 'A BPMN error, for a boundary event or event sub-process to catch', ErrorIn, (held, body) =>
      jobs.bpmnError({ ...held, ...body }),
    ),
    answer(
      'extend',
      'Keeps the lock for that many milliseconds from now',
      z.strictObject({ worker: Worker, lock: Lock }),
      (held, body) => jobs.extendLock({ ...held, ...body }),
    ),
    answer('unlock', 'Gives the job back untouched', z.strictObject({ worker: Worker }), (held, body) =>
      jobs.unlock({ ...held, ...body }),
    ),
    route(
      {
        method: 'get',
        path: '/jobs',
        tag: 'Jobs',
        summary: 'Jobs and timers by due date; open ones unless told otherwise',
        query: z.strictObject({
          ...paging,
          instance: Id.optional(),
          topic: Name.optional(),
          definition: Id.optional(),
          key: Key.optional(),
          tenant: TenantAsked,
          dueBefore: Instant.optional(),
          failed: Flag.optional().meta({ description: 'Only those without attempts left' }),
          kind: z.enum(['work', 'async', 'timer', 'start', 'order']).optional(),
          state: z.enum(['open', 'answered', 'dropped']).default('open'),
        }),
        answer: listOf(Job),
      },
      async ({ query: { limit, after, state, dueBefore, failed, key, ...exact }, person }) => {
        const filter = allOf(
          rowsFor(person, 'read'),
          { 'wait.state': state },
          given({ definitionKey: key, ...exact }),
          dueBefore === undefined ? undefined : { due: { $lt: dueBefore } },
          failed ? { retries: 0 } : undefined,
        );
        const page = await listPage<JobDocument>(store, 'jobs', { filter, sort: { due: 1 }, limit, after });
        return { ...page, items: page.items.map(jobView) };
      },
    ),
    route(
      {
        ...onJob,
        method: 'get',
        path: '/jobs/{id}',
        summary: 'One job or timer',
        answer: Job,
        errors: [404],
      },
      async ({ params, person }) => jobView(await jobFor(params.id, person, 'read')),
    ),
    route(
      {
        ...onJob,
        method: 'patch',
        path: '/jobs/{id}',
        summary: 'Gives a job or timer another due date',
        body: z.strictObject({ due: Instant }),
        answer: Job,
        errors: [404, 409, 412],
        audit: 'job due date changed',
      },
      async ({ params, body, person, revision, note }) => {
        const before = await repairable(params.id, person);
        const who = { reader: person, by: person.person };
        await jobs.setDue({ ...params, ...body, ...who, ...(revision !== undefined && { rev: revision }) });
        const after = await jobs.get(person, params.id);
        note({ before: jobSettings(before), after: jobSettings(after) });
        return jobView(after);
      },
    ),
    route(
      {
        ...onJob,
        path: '/jobs/{id}/retry',
        summary: 'Gives a job that many attempts again and resolves its incident',
        body: z.strictObject({ retries: z.int().min(1).max(1000).default(1) }),
        audit: 'job retried',
      },
      async ({ params, body, person, note }) => {
        const before = await repairable(params.id, person);
        await jobs.setRetries({ ...params, ...body, reader: person, by: person.person });
        note({ before: jobSettings(before), after: jobSettings(await jobs.get(person, params.id)) });
      },
    ),
    route(
      {
        ...onJob,
        path: '/jobs/{id}/run',
        summary: 'Makes a timer or continuation due now',
        audit: 'job run now',
      },
      async ({ params, person, note }) => {
        const before = await repairable(params.id, person);
        await jobs.hurry({ ...params, reader: person, by: person.person });
        note({ before: jobSettings(before), after: jobSettings(await jobs.get(person, params.id)) });
      },
    ),
  ];
}
