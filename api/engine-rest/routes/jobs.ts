/** Jobs: what is going to run by itself, and what people change of it. */

import { z } from 'zod';
import type { JobDocument } from '../../../engine/store/documents.js';
import type { Filter } from '../../../engine/store/port.js';
import { Id } from '../../schemas.js';
import type { Services } from '../../services.js';
import { demand } from '../access.js';
import { DateIn } from '../dates.js';
import { engineError, invalid, RestError, refused, toRestError } from '../errors.js';
import { jobFor, jobTable, jobView, runsByItself } from '../jobs.js';
import { listOperations } from '../lists.js';
import { type Operation, operation, Reply } from '../operation.js';
import { FlagOfQuery, Long, members, Whole } from '../schemas.js';

const Suspended = members({ suspended: z.boolean().optional() });

const SuspendedWhere = members({
  suspended: z.boolean().optional(),
  jobDefinitionId: Id.optional(),
  processDefinitionId: Id.optional(),
  processInstanceId: Id.optional(),
  processDefinitionKey: Id.optional(),
  processDefinitionTenantId: Id.optional(),
  processDefinitionWithoutTenantId: z.boolean().optional(),
});

export const retriesIn = (retries: number | undefined): number => {
  if (retries === undefined) throw invalid('retries is null');
  if (retries < 0) throw engineError('The number of job retries must be a non-negative Integer.');
  return retries;
};

export function jobOperations(services: Services): Operation[] {
  const { store } = services;
  const { jobs } = services.engine;

  return [
    ...listOperations(services, jobTable, { path: '/job', methods: ['get', 'post'] }),

    operation(
      { method: 'put', path: '/job/suspended', body: SuspendedWhere, audit: 'jobs suspended or activated' },
      async ({ body, person, note }) => {
        const { suspended = false, processDefinitionKey: key } = body;
        const named: Filter[] = [
          ...(body.jobDefinitionId === undefined ? [] : [{ jobDefinition: body.jobDefinitionId }]),
          ...(body.processDefinitionId === undefined ? [] : [{ definition: body.processDefinitionId }]),
          ...(body.processInstanceId === undefined ? [] : [{ instance: body.processInstanceId }]),
          ...(key === undefined ? [] : [{ definitionKey: key }]),
        ];
        if (named.length !== 1)
          throw invalid(
            'Either jobDefinitionId, processInstanceId, processDefinitionId or processDefinitionKey should be set to update the suspension state.',
          );
        const tenant: Filter = body.processDefinitionWithoutTenantId
          ? { tenant: '' }
          : body.processDefinitionTenantId === undefined
            ? { tenant: { $in: person.tenants } }
            : { tenant: body.processDefinitionTenantId };
        const filter: Filter = { $and: [...named, runsByItself, tenant, { tenant: { $in: person.tenants } }] };
        const keys = await store.group('jobs', ['definitionKey'], { $and: [filter, { 'wait.state': 'open' }] });
        for (const {
          key: [of],
        } of keys)
          demand(person, ['processDefinition', 'SUSPEND_INSTANCE', String(of)]);
        const { suspended: _, ...where } = body;
        note({
          subject: Object.values(named[0]!).join(),
          after: { ...where, suspended, jobs: await jobs.setAllSuspended(filter, suspended) },
        });
      },
    ),

    operation({ method: 'get', path: '/job/{id}' }, async ({ params, person }) =>
      jobView(await jobFor(services, person, params.id!)),
    ),

    operation({ method: 'delete', path: '/job/{id}', audit: 'job removed' }, async ({ params, person }) => {
      const { id } = await jobFor(services, person, params.id!, 'update');
      await jobs.remove({ id, by: person.person });
    }),

    operation(
      {
        method: 'put',
        path: '/job/{id}/duedate',
        body: members({ duedate: DateIn.optional(), cascade: z.boolean().optional() }),
        audit: 'job due date changed',
      },
      async ({ params, body, person }) => {
        const { id, repeats = 0 } = await jobFor(services, person, params.id!, 'update');
        // What follows in a cycle is counted from when the model said; only the whole cycle could be moved.
        if (body.cascade && repeats !== 0)
          throw new RestError(
            501,
            'RestException',
            'the times behind this one are not moved with it; leave cascade out',
          );
        await jobs.setDue({ id, by: person.person, ...(body.duedate !== undefined && { due: body.duedate }) });
      },
    ),

    operation(
      {
        method: 'post',
        path: '/job/{id}/duedate/recalculate',
        query: z.object({ creationDateBased: FlagOfQuery.optional() }),
        audit: 'job due date calculated again',
      },
      async ({ params, query: { creationDateBased: fromCreation = true }, person }) => {
        const { id } = await jobFor(services, person, params.id!, 'update');
        await jobs.recalculateDue({ id, fromCreation, by: person.person });
      },
    ),

    operation({ method: 'post', path: '/job/{id}/execute', audit: 'job run now' }, async ({ params, person }) => {
      const { id } = await jobFor(services, person, params.id!, 'update');
      await jobs.execute({ id, by: person.person }).catch((error: unknown) => {
        const told = toRestError(error);
        // A job that fails is told so, strange as the status is.
        throw new RestError(404, 'InvalidRequestException', told.message);
      });
    }),

    operation(
      {
        method: 'put',
        path: '/job/{id}/priority',
        body: members({ priority: Long.optional() }),
        audit: 'job priority changed',
      },
      async ({ params, body: { priority }, person }) => {
        if (priority === undefined) throw refused(400, `Priority for job '${params.id}' cannot be null.`);
        const { id } = await jobFor(services, person, params.id!, 'update');
        await jobs.setPriority({ id, priority, by: person.person });
      },
    ),

    operation(
      {
        method: 'put',
        path: '/job/{id}/retries',
        body: members({ retries: Whole.optional(), dueDate: DateIn.optional() }),
        audit: 'job retried',
      },
      async ({ params, body, person }) => {
        const { id } = await jobFor(services, person, params.id!, 'retry');
        await jobs.setRetries({ id, retries: retriesIn(body.retries), by: person.person });
        if (body.dueDate !== undefined) await jobs.setDue({ id, due: body.dueDate, by: person.person });
      },
    ),

    operation(
      { method: 'put', path: '/job/{id}/suspended', body: Suspended, audit: 'job suspended or activated' },
      async ({ params, body, person }) => {
        const { id } = await jobFor(services, person, params.id!, 'suspend');
        await jobs.setSuspended({ id, suspended: body.suspended ?? false });
      },
    ),

    operation({ method: 'get', path: '/job/{id}/stacktrace', produces: 'text/plain' }, async ({ params, person }) => {
      const job: JobDocument = await jobFor(services, person, params.id!);
      const text = job.errorDetails ?? job.error;
      return text === undefined ? undefined : new Reply({ type: 'text/plain', body: text });
    }),
  ];
}
