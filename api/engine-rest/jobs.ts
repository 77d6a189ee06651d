/** Jobs that run by themselves, as a table: timers, continuations, timer start events. */

import { z } from 'zod';
import { jobName } from '../../engine/job-log.js';
import type { JobDocument } from '../../engine/store/documents.js';
import type { Filter, Store } from '../../engine/store/port.js';
import type { Person } from '../auth/people.js';
import { either, permitted } from '../auth/permissions.js';
import type { Services } from '../services.js';
import { demandOnInstance, ofTenants, type Wanted } from './access.js';
import { anything, where } from './conditions.js';
import { DateIn, maybeDate, readDate, restDate } from './dates.js';
import { missing } from './errors.js';
import {
  type AnyFilter,
  byText,
  byTexts,
  equals,
  numberIs,
  oneOf,
  type QueryContext,
  type QueryFilter,
  tenants,
  when,
} from './filters.js';
import { executionId, restId, rowOf } from './ids.js';
import { inExecution } from './in-execution.js';
import { members } from './schemas.js';
import type { Table } from './table.js';

/** Kinds of the store that Camunda 7 calls jobs; the rest is work for workers. */
export const runsByItself: Filter = { kind: { $in: ['timer', 'async', 'start', 'order'] } };

const visibleJobs = (person: Person): Filter => ({
  $and: [
    ofTenants(person),
    either(
      permitted(person, 'processDefinition', 'READ_INSTANCE', 'definitionKey'),
      permitted(person, 'processInstance', 'READ', 'instance'),
    ),
  ],
});

/** The row of an id: a timer that starts instances is another job after each firing. */
export async function rowOfJob(store: Store, id: string): Promise<JobDocument | undefined> {
  const row = id.replace(/^(.*~\d+)~\d+$/, '$1');
  const job = await rowOf<JobDocument>(store, 'jobs', row);
  return job?.kind === 'start' && jobName(job) !== id ? undefined : job;
}

const jobsNamed = async (ids: string[], { services: { store } }: QueryContext) => {
  const jobs = await Promise.all(ids.map(id => rowOfJob(store, id)));
  return where({ id: { $in: jobs.flatMap(job => job?.id ?? []) } });
};

/** The open job of an id. Throws 404, 403. */
export async function jobFor(
  { store }: Pick<Services, 'store'>,
  person: Person,
  id: string,
  wanted: Wanted = 'read',
): Promise<JobDocument> {
  const job = await rowOfJob(store, id);
  if (!job || job.kind === 'work' || job.wait.state !== 'open' || !person.tenants.includes(job.tenant))
    throw missing(`Job with id ${id}`);
  demandOnInstance(person, wanted, { id: job.instance, key: job.definitionKey });
  return job;
}

export const jobView = (job: JobDocument) => ({
  id: restId(jobName(job)),
  jobDefinitionId: job.jobDefinition ?? null,
  // A continuation is due at once, unless somebody has said when.
  dueDate: job.kind === 'async' && job.due === job.createdAt ? null : restDate(job.due),
  processInstanceId: job.instance || null,
  executionId: job.instance === '' ? null : executionId(job.instance, job.activation),
  processDefinitionId: job.definition,
  processDefinitionKey: job.definitionKey,
  retries: job.retries,
  exceptionMessage: job.error ?? null,
  failedActivityId: (job.error !== undefined && job.element) || null,
  suspended: job.suspended === true,
  priority: job.priority,
  tenantId: job.tenant || null,
  createTime: maybeDate(job.createdAt),
  batchId: null,
});

interface DateCondition {
  operator: 'gt' | 'lt';
  value: number;
}

const DateConditions = z.array(members({ operator: z.enum(['gt', 'lt']), value: DateIn })).max(100);

/** `gt_2013-01-23T14:42:45.000+0000,lt_…` */
const DateConditionsOfQuery = z.string().transform((text, context): DateCondition[] =>
  text.split(',').map(part => {
    const [, operator, date = ''] = /^(gt|lt)_(.*)$/.exec(part) ?? [];
    const value = readDate(date);
    if (operator !== undefined && value !== undefined) return { operator: operator as 'gt' | 'lt', value };
    context.addIssue({ code: 'custom', message: `"${part}" is no gt_ or lt_ with a date` });
    return z.NEVER;
  }),
);

const byDates = (path: string): QueryFilter<never, DateCondition[]> => ({
  query: DateConditionsOfQuery as z.ZodType<DateCondition[], string>,
  body: DateConditions as unknown as z.ZodType<DateCondition[]>,
  condition: dates =>
    dates.length === 0
      ? anything
      : where({ $and: dates.map(({ operator, value }): Filter => ({ [path]: { [`$${operator}`]: value } })) }),
});

const filters: Record<string, AnyFilter<JobDocument>> = {
  jobId: byText((id, context) => jobsNamed([id], context)),
  jobIds: byTexts((ids, context) => (ids.length === 0 ? anything : jobsNamed(ids, context))),
  jobDefinitionId: equals('jobDefinition'),
  processInstanceId: equals('instance'),
  processInstanceIds: oneOf('instance'),
  executionId: inExecution,
  processDefinitionId: equals('definition'),
  processDefinitionKey: equals('definitionKey'),
  activityId: equals('element'),
  withRetriesLeft: when({ retries: { $gt: 0 } }),
  executable: when(({ now }) => where({ retries: { $gt: 0 }, due: { $lte: now }, suspended: { $ne: true } })),
  timers: when({ kind: { $in: ['timer', 'start', 'order'] } }),
  messages: when({ kind: 'async' }),
  dueDates: byDates('due'),
  createTimes: byDates('createdAt'),
  withException: when({ error: { $exists: true } }),
  exceptionMessage: equals('error'),
  failedActivityId: byText(id => where({ element: id, error: { $exists: true } })),
  noRetriesLeft: when({ retries: 0 }),
  active: when({ suspended: { $ne: true } }),
  suspended: when({ suspended: true }),
  priorityLowerThanOrEquals: numberIs('priority', '$lte'),
  priorityHigherThanOrEquals: numberIs('priority', '$gte'),
  ...tenants('tenant', 'includeJobsWithoutTenantId'),
  acquired: when(({ now }) => where({ lockedUntil: { $gt: now } })),
};

export const jobTable: Table<JobDocument> = {
  from: 'jobs',
  visible: ({ person }) => ({ $and: [runsByItself, { 'wait.state': 'open' }, visibleJobs(person)] }),
  filters,
  order: { due: 1 },
  sorts: {
    jobId: job => restId(jobName(job)),
    executionId: ({ instance, activation }) => executionId(instance, activation),
    processInstanceId: 'instance',
    processDefinitionId: 'definition',
    processDefinitionKey: 'definitionKey',
    jobPriority: 'priority',
    jobRetries: 'retries',
    jobDueDate: 'due',
    tenantId: 'tenant',
  },
  view: jobs => jobs.map(jobView),
};
