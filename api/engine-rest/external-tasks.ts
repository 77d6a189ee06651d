/** External tasks as a table: jobs that workers do. */

import type { Instance } from '../../engine/core/types.js';
import type { WorkJob } from '../../engine/jobs/index.js';
import type { JobDocument } from '../../engine/store/documents.js';
import type { Filter } from '../../engine/store/port.js';
import { matches } from '../../engine/store/queries.js';
import type { Person } from '../auth/people.js';
import { either, permitted } from '../auth/permissions.js';
import type { Services } from '../services.js';
import { ofTenants } from './access.js';
import { anything, type Condition, where } from './conditions.js';
import { maybeDate, restDate } from './dates.js';
import { forbidden, refused } from './errors.js';
import {
  byText,
  byTexts,
  byVariables,
  equals,
  numberIs,
  oneOf,
  option,
  type QueryContext,
  tenants,
  timeIs,
  variablesFit,
  when,
} from './filters.js';
import { activityInstanceId, executionId, restId, rowOf } from './ids.js';
import { inExecution } from './in-execution.js';
import { like } from './like.js';
import type { Table } from './table.js';

/** What is wanted with external tasks → the permissions of which one is needed, on their process and on their instance. */
const permissions = {
  read: { ofDefinition: ['WORK', 'READ_INSTANCE'], ofInstance: 'READ' },
  answer: { ofDefinition: ['WORK', 'UPDATE_INSTANCE'], ofInstance: 'UPDATE' },
} as const;

export type WantedWork = keyof typeof permissions;

/** The part of a query for those that somebody may read, or fetch and answer. */
export function workFor(person: Person, wanted: WantedWork): Filter {
  const { ofDefinition, ofInstance } = permissions[wanted];
  const allowed = either(
    ...ofDefinition.map(permission => permitted(person, 'processDefinition', permission, 'definitionKey')),
    permitted(person, 'processInstance', ofInstance, 'instance'),
  );
  return { $and: [ofTenants(person), allowed] };
}

export const noExternalTask = (id: string) => refused(404, `External task with id ${id} does not exist`);

/** The open external task of an id. Throws 404, 403. */
export async function externalTaskFor(
  { store }: Pick<Services, 'store'>,
  person: Person,
  id: string,
  wanted: WantedWork = 'answer',
): Promise<JobDocument> {
  const job = await rowOf<JobDocument>(store, 'jobs', id);
  if (job?.kind !== 'work' || job.wait.state !== 'open' || !person.tenants.includes(job.tenant))
    throw noExternalTask(id);
  demandWork(person, job, wanted);
  return job;
}

/** Throws 403. */
export function demandWork(person: Person, job: JobDocument, wanted: WantedWork): void {
  if (matches(workFor(person, wanted), job)) return;
  throw forbidden(person, permissions[wanted].ofInstance, 'ProcessInstance', job.instance);
}

/** The instances of some rows, by id. */
export async function instancesOf({ store }: Pick<Services, 'store'>, rows: { instance: string }[]) {
  const ids = [...new Set(rows.map(({ instance }) => instance).filter(id => id !== ''))];
  const found = await store.getMany<Instance>('instances', ids);
  return new Map(found.map(instance => [instance.id, instance]));
}

/** What is told of it in every answer, whether it is looked at or fetched. */
export async function commonView({ engine }: Pick<Services, 'engine'>, job: JobDocument | WorkJob) {
  const { versionTag = null } = await engine.definition(job.definition);
  return {
    id: restId(job.id),
    activityId: job.element,
    activityInstanceId: activityInstanceId(job.instance, job.activation, job.element),
    executionId: executionId(job.instance, job.activation),
    errorMessage: job.error ?? null,
    lockExpirationTime: maybeDate(job.lockedUntil),
    processDefinitionId: job.definition,
    processDefinitionKey: job.definitionKey,
    processDefinitionVersionTag: versionTag,
    processInstanceId: job.instance,
    // Nobody has said so far how often it may be tried.
    retries: job.retriesGiven ? job.retries : null,
    topicName: job.topic ?? null,
    tenantId: job.tenant || null,
    priority: job.priority,
    businessKey: job.businessKey ?? null,
    createTime: restDate(job.createdAt),
  };
}

export const externalTaskView = async (services: Services, job: JobDocument) => ({
  ...(await commonView(services, job)),
  suspended: job.suspended === true,
  workerId: job.lockedBy ?? null,
});

/** Ids of rows that clients name. */
const namedJobs = async ({ services: { store } }: QueryContext, ids: string[]): Promise<Filter> => {
  const jobs = await Promise.all(ids.map(id => rowOf<JobDocument>(store, 'jobs', id)));
  return { id: { $in: jobs.flatMap(job => (job ? [job.id] : [])) } };
};

/** Definitions by their name, as a part of a query for what belongs to them. */
const ofDefinitions =
  (fits: (wanted: string) => (name: string) => boolean) =>
  async (wanted: string, { services: { store } }: QueryContext) => {
    const fit = fits(wanted);
    const groups = await store.group('definitions', ['id', 'name'], {});
    const ids = groups.flatMap(({ key: [id, name] }) => (typeof name === 'string' && fit(name) ? [id!] : []));
    return where({ definition: { $in: ids } });
  };

export const externalTaskTable: Table<JobDocument> = {
  from: 'jobs',
  visible: ({ person }) => ({ $and: [{ kind: 'work', 'wait.state': 'open' }, workFor(person, 'read')] }),
  filters: {
    externalTaskId: byText(async (id, context) => where(await namedJobs(context, [id]))),
    externalTaskIdIn: byTexts(async (ids, context) =>
      ids.length === 0 ? anything : where(await namedJobs(context, ids)),
    ),
    topicName: equals('topic'),
    workerId: equals('lockedBy'),
    locked: when(({ now }) => where({ lockedUntil: { $gt: now } })),
    notLocked: when(({ now }) => where({ $or: [{ lockedUntil: null }, { lockedUntil: { $lte: now } }] })),
    withRetriesLeft: when({ retries: { $gt: 0 } }),
    noRetriesLeft: when({ retries: 0 }),
    lockExpirationAfter: timeIs('lockedUntil', '$gt'),
    lockExpirationBefore: timeIs('lockedUntil', '$lt'),
    activityId: equals('element'),
    activityIdIn: oneOf('element'),
    executionId: inExecution,
    processInstanceId: equals('instance'),
    processInstanceIdIn: oneOf('instance'),
    processDefinitionId: equals('definition'),
    processDefinitionKey: equals('definitionKey'),
    processDefinitionKeyIn: oneOf('definitionKey'),
    processDefinitionName: byText(ofDefinitions(wanted => name => name === wanted)),
    processDefinitionNameLike: byText(ofDefinitions(like)),
    tenantIdIn: tenants().tenantIdIn,
    active: when({ suspended: { $ne: true } }),
    suspended: when({ suspended: true }),
    priorityHigherThanOrEquals: numberIs('priority', '$gte'),
    priorityLowerThanOrEquals: numberIs('priority', '$lte'),
    variableNamesIgnoreCase: option,
    variableValuesIgnoreCase: option,
    processVariables: byVariables((queries, { services, given }): Condition<JobDocument> => {
      if (queries.length === 0) return anything;
      const fit = variablesFit(queries, given);
      return {
        filter: {},
        async narrow(jobs) {
          const instances = await instancesOf(services, jobs);
          return jobs.filter(({ instance }) => fit(instances.get(instance)?.activations[1]?.variables ?? {}));
        },
      };
    }),
  },
  order: { due: 1 },
  sorts: {
    id: ({ id }) => restId(id),
    lockExpirationTime: 'lockedUntil',
    processInstanceId: 'instance',
    processDefinitionId: 'definition',
    processDefinitionKey: 'definitionKey',
    taskPriority: 'priority',
    createTime: 'createdAt',
    tenantId: 'tenant',
  },
  view: (jobs, { services }) => Promise.all(jobs.map(job => externalTaskView(services, job))),
};
