/** The historic log of external tasks: what workers did with the work that waited for them. */

import type { JobLogDocument } from '../../../../engine/store/documents.js';
import type { Services } from '../../../services.js';
import { restDate } from '../../dates.js';
import { equals, numberIs, oneOf, type QueryContext, tenants } from '../../filters.js';
import { activityInstanceId, executionId, restId } from '../../ids.js';
import { listOperations } from '../../lists.js';
import { type Operation, operation } from '../../operation.js';
import type { Table } from '../../table.js';
import { tenantId } from '../../views.js';
import { detailsReply, entryFilters, entryFlags } from './job-log.js';
import { activationIn, outermost, rowFor, rowIs, visibleHistory } from './parts.js';

const executionOf = ({ instance, activation }: JobLogDocument) => executionId(instance, activation);

const externalTaskLogTable: Table<JobLogDocument> = {
  from: 'jobLog',
  visible: visibleHistory('instance', { kind: 'work' }),
  filters: {
    logId: equals('id'),
    externalTaskId: rowIs('job'),
    topicName: equals('topic'),
    workerId: equals('worker'),
    errorMessage: equals('error'),
    activityIdIn: oneOf('element'),
    activityInstanceIdIn: activationIn(),
    executionIdIn: activationIn(),
    processInstanceId: equals('instance'),
    processDefinitionId: equals('definition'),
    processDefinitionKey: equals('definitionKey'),
    ...tenants(),
    priorityLowerThanOrEquals: numberIs('priority', '$lte'),
    priorityHigherThanOrEquals: numberIs('priority', '$gte'),
    ...entryFilters,
  },
  order: { at: 1 },
  sorts: {
    timestamp: 'at',
    externalTaskId: 'job',
    topicName: 'topic',
    workerId: 'worker',
    retries: 'retries',
    priority: 'priority',
    activityId: 'element',
    activityInstanceId: executionOf,
    executionId: executionOf,
    processInstanceId: 'instance',
    processDefinitionId: 'definition',
    processDefinitionKey: 'definitionKey',
    tenantId: 'tenant',
  },
  async view(rows, { services: { store } }) {
    const rootOf = await outermost(
      store,
      rows.map(({ instance }) => instance),
    );
    return rows.map(row => ({ ...entryView(row), ...rootOf(row.instance) }));
  },
};

const entryView = (entry: JobLogDocument) => ({
  id: entry.id,
  timestamp: restDate(entry.at),
  externalTaskId: restId(entry.job),
  topicName: entry.topic ?? null,
  workerId: entry.worker ?? null,
  retries: entry.retries,
  priority: entry.priority,
  errorMessage: entry.error ?? null,
  activityId: entry.element,
  activityInstanceId: activityInstanceId(entry.instance, entry.activation, entry.element),
  executionId: executionOf(entry),
  processInstanceId: entry.instance,
  processDefinitionId: entry.definition,
  processDefinitionKey: entry.definitionKey,
  tenantId: tenantId(entry.tenant),
  ...entryFlags(entry),
});

export function externalTaskLogOperations(services: Services): Operation[] {
  const path = '/history/external-task-log';
  const find = (id: string | undefined, person: QueryContext['person']) =>
    rowFor(services, externalTaskLogTable, { id, what: `Historic external task log with id ${id}: it`, person });
  return [
    ...listOperations(services, externalTaskLogTable, { path, methods: ['get', 'post'] }),
    operation({ method: 'get', path: `${path}/{id}` }, async ({ params, person }) => {
      const entry = await find(params.id, person);
      return (await externalTaskLogTable.view([entry], { services, person, now: services.clock(), given: {} }))[0];
    }),
    operation(
      { method: 'get', path: `${path}/{id}/error-details`, produces: 'text/plain' },
      async ({ params, person }) => detailsReply(await find(params.id, person)),
    ),
  ];
}
