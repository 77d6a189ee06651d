/** Jobs as the API shows them: to the worker who fetched one, and to the operator who looks at all of them. */

import { z } from 'zod';
import type { WorkJob } from '../../engine/jobs/index.js';
import type { JobDocument } from '../../engine/store/documents.js';
import { maybeTime, TenantOut, Time, tenantOut, time, VariablesOut } from '../schemas.js';

export const FetchedJob = z
  .strictObject({
    id: z.string(),
    topic: z.string(),
    instance: z.string(),
    definition: z.string(),
    key: z.string(),
    tenant: TenantOut,
    element: z.string(),
    businessKey: z.string().optional(),
    variables: VariablesOut,
    retries: z.int().meta({ description: 'Attempts left, this one included' }),
    priority: z.number(),
    headers: z.record(z.string(), z.string()),
    lockedUntil: Time,
    error: z.string().optional().meta({ description: 'Why the attempt before failed' }),
  })
  .meta({ id: 'FetchedJob' });

export const Job = z
  .strictObject({
    id: z.string(),
    kind: z.enum(['work', 'async', 'timer', 'start', 'order']),
    topic: z.string().optional(),
    instance: z.string().optional(),
    definition: z.string(),
    key: z.string(),
    tenant: TenantOut,
    element: z.string(),
    businessKey: z.string().optional(),
    createdAt: Time,
    due: Time,
    retries: z.int(),
    priority: z.number(),
    lockedBy: z.string().optional(),
    lockedUntil: Time.optional(),
    error: z.string().optional(),
    state: z.enum(['open', 'answered', 'dropped']),
    rev: z.int(),
  })
  .meta({ id: 'Job' });

export function fetchedJobView(job: WorkJob): z.infer<typeof FetchedJob> {
  const { id, topic, instance, definition, definitionKey, tenant, element, businessKey } = job;
  const { variables, retries, priority, headers, lockedUntil, error } = job;
  const place = {
    id,
    topic,
    instance,
    definition,
    key: definitionKey,
    tenant: tenantOut(tenant),
    element,
    businessKey,
  };
  return { ...place, variables, retries, priority, headers, lockedUntil: time(lockedUntil), error };
}

/** What the audit says of a job: all that people change of it. */
export const jobSettings = ({ due, retries, priority, suspended = false, lockedBy, wait }: JobDocument) => ({
  due: time(due),
  retries,
  priority,
  suspended,
  lockedBy,
  state: wait.state,
});

export function jobView(job: JobDocument): z.infer<typeof Job> {
  const { id, kind, topic, instance, definition, definitionKey, tenant, element, businessKey } = job;
  const { createdAt, due, retries, priority, lockedBy, lockedUntil, error, wait, rev } = job;
  return {
    id,
    kind,
    topic,
    instance: instance === '' ? undefined : instance,
    definition,
    key: definitionKey,
    tenant: tenantOut(tenant),
    element,
    businessKey,
    createdAt: time(createdAt),
    due: time(due),
    retries,
    priority,
    lockedBy,
    lockedUntil: maybeTime(lockedUntil),
    error,
    state: wait.state,
    rev,
  };
}
