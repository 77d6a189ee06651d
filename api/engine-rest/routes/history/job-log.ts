/** The historic log of jobs that run by themselves: created, failed, done, taken away. */

import { type JobDefinition, jobDefinitionsOf } from '../../../../engine/deployments/job-definitions.js';
import type { DefinitionDocument, JobLogDocument } from '../../../../engine/store/documents.js';
import type { Services } from '../../../services.js';
import { type Condition, where } from '../../conditions.js';
import { maybeDate, restDate } from '../../dates.js';
import { byText, equals, numberIs, oneOf, type QueryContext, tenants, when } from '../../filters.js';
import { executionId, restId } from '../../ids.js';
import { listOperations } from '../../lists.js';
import { type Operation, operation, Reply } from '../../operation.js';
import type { Table } from '../../table.js';
import { tenantId } from '../../views.js';
import { activationIn, outermost, rowFor, rowIs, visibleHistory } from './parts.js';

/** The four flags that tell what an entry says. */
export const entryFlags = ({ type }: JobLogDocument) => ({
  creationLog: type === 'created',
  failureLog: type === 'failed',
  successLog: type === 'succeeded',
  deletionLog: type === 'deleted',
});

/** As filters. */
export const entryFilters = {
  creationLog: when({ type: 'created' }),
  failureLog: when({ type: 'failed' }),
  successLog: when({ type: 'succeeded' }),
  deletionLog: when({ type: 'deleted' }),
};

/** Where the jobs of some entries come from. */
async function origins(
  { engine }: Services,
  rows: JobLogDocument[],
): Promise<(row: JobLogDocument) => JobDefinition | undefined> {
  const ids = [...new Set(rows.map(({ definition }) => definition))];
  const definitions = await Promise.all(ids.map(id => engine.definition(id).catch(() => undefined)));
  const found = definitions.flatMap(definition => (definition ? jobDefinitionsOf(definition) : []));
  const byId = new Map(found.map(definition => [definition.id, definition]));
  return ({ jobDefinition = '' }) => byId.get(jobDefinition);
}

const originIs = (property: 'type' | 'configuration') =>
  byText<JobLogDocument>(
    (wanted, { services }): Condition<JobLogDocument> => ({
      filter: { jobDefinition: { $exists: true } },
      async narrow(rows) {
        const originOf = await origins(services, rows);
        return rows.filter(row => originOf(row)?.[property] === wanted);
      },
    }),
  );

const jobLogTable: Table<JobLogDocument> = {
  from: 'jobLog',
  visible: visibleHistory('instance', { kind: { $ne: 'work' } }),
  filters: {
    logId: equals('id'),
    jobId: rowIs('job'),
    jobExceptionMessage: equals('error'),
    jobDefinitionId: equals('jobDefinition'),
    jobDefinitionType: originIs('type'),
    jobDefinitionConfiguration: originIs('configuration'),
    activityIdIn: oneOf('element'),
    failedActivityIdIn: oneOf('element'),
    executionIdIn: activationIn(),
    processInstanceId: equals('instance'),
    processDefinitionId: equals('definition'),
    processDefinitionKey: equals('definitionKey'),
    deploymentId: byText<JobLogDocument>(async (deployment, { services: { store } }) => {
      const found = await store.find<DefinitionDocument>('definitions', { filter: { deployment } });
      return where({ definition: { $in: found.map(({ id }) => id) } });
    }),
    ...tenants(),
    hostname: equals('worker'),
    jobPriorityLowerThanOrEquals: numberIs('priority', '$lte'),
    jobPriorityHigherThanOrEquals: numberIs('priority', '$gte'),
    ...entryFilters,
  },
  order: { at: 1 },
  sorts: {
    timestamp: 'at',
    jobId: 'job',
    jobDefinitionId: 'jobDefinition',
    jobDueDate: 'due',
    jobRetries: 'retries',
    jobPriority: 'priority',
    activityId: 'element',
    executionId: ({ instance, activation }) => executionId(instance, activation),
    processInstanceId: 'instance',
    processDefinitionId: 'definition',
    processDefinitionKey: 'definitionKey',
    deploymentId: 'definition',
    hostname: 'worker',
    occurrence: 'seq',
    tenantId: 'tenant',
  },
  async view(rows, { services }) {
    const { store } = services;
    const [rootOf, originOf, definitions] = await Promise.all([
      outermost(
        store,
        rows.map(({ instance }) => instance),
      ),
      origins(services, rows),
      store.getMany<DefinitionDocument>('definitions', [...new Set(rows.map(({ definition }) => definition))]),
    ]);
    const deploymentOf = new Map(definitions.map(({ id, deployment }) => [id, deployment]));
    return rows.map(row => ({
      ...entryView(row),
      jobDefinitionType: originOf(row)?.type ?? null,
      jobDefinitionConfiguration: originOf(row)?.configuration ?? null,
      deploymentId: deploymentOf.get(row.definition) ?? null,
      ...rootOf(row.instance),
    }));
  },
};

const entryView = (entry: JobLogDocument) => ({
  id: entry.id,
  timestamp: restDate(entry.at),
  jobId: restId(entry.job),
  jobDueDate: maybeDate(entry.due),
  jobRetries: entry.retries,
  jobPriority: entry.priority,
  jobExceptionMessage: entry.error ?? null,
  failedActivityId: entry.type === 'failed' ? entry.element : null,
  jobDefinitionId: entry.jobDefinition ?? null,
  activityId: entry.element,
  executionId: entry.instance === '' ? null : executionId(entry.instance, entry.activation),
  processInstanceId: entry.instance === '' ? null : entry.instance,
  processDefinitionId: entry.definition,
  processDefinitionKey: entry.definitionKey,
  tenantId: tenantId(entry.tenant),
  hostname: entry.worker ?? null,
  batchId: null,
  ...entryFlags(entry),
});

/** What a failure left to read, as text; nothing where it left nothing. */
export const detailsReply = ({ error, errorDetails = error }: JobLogDocument) =>
  errorDetails === undefined ? new Reply({ status: 204 }) : new Reply({ type: 'text/plain', body: errorDetails });

export function jobLogOperations(services: Services): Operation[] {
  const path = '/history/job-log';
  const find = (id: string | undefined, person: QueryContext['person']) =>
    rowFor(services, jobLogTable, { id, what: `Historic job log with id ${id}: it`, person });
  return [
    ...listOperations(services, jobLogTable, { path, methods: ['get', 'post'] }),
    operation({ method: 'get', path: `${path}/{id}` }, async ({ params, person }) => {
      const entry = await find(params.id, person);
      return (await jobLogTable.view([entry], { services, person, now: services.clock(), given: {} }))[0];
    }),
    operation({ method: 'get', path: `${path}/{id}/stacktrace`, produces: 'text/plain' }, async ({ params, person }) =>
      detailsReply(await find(params.id, person)),
    ),
  ];
}
