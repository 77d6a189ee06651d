/** The user operation log: what people did, property by property. */

import type { OperationDocument } from '../../../../engine/store/documents.js';
import { either, permitted } from '../../../auth/permissions.js';
import type { Services } from '../../../services.js';
import { demand } from '../../access.js';
import { where } from '../../conditions.js';
import { restDate } from '../../dates.js';
import { invalid } from '../../errors.js';
import { byText, equals, neverText, oneOf, timeIs } from '../../filters.js';
import { executionId, restId } from '../../ids.js';
import { listOperations } from '../../lists.js';
import { type Operation, operation } from '../../operation.js';
import { LongText, members } from '../../schemas.js';
import type { Table } from '../../table.js';
import { tenantId } from '../../views.js';
import { activationIs, outermost, rowIs } from './parts.js';

const operationTable: Table<OperationDocument> = {
  from: 'operations',
  async visible({ services, person }) {
    await services.engine.projector.caughtUp();
    return {
      $and: [
        { tenant: { $in: person.tenants } },
        either(
          permitted(person, 'processDefinition', 'READ_HISTORY', 'definitionKey'),
          permitted(person, 'operationLogCategory', 'READ', 'category'),
        ),
      ],
    };
  },
  filters: {
    deploymentId: equals('deployment'),
    processDefinitionId: equals('definition'),
    processDefinitionKey: equals('definitionKey'),
    processInstanceId: equals('instance'),
    executionId: activationIs(),
    caseDefinitionId: neverText,
    caseInstanceId: neverText,
    caseExecutionId: neverText,
    taskId: rowIs('task'),
    externalTaskId: rowIs('externalTask'),
    batchId: neverText,
    jobId: rowIs('job'),
    jobDefinitionId: equals('jobDefinition'),
    userId: equals('by'),
    // Its id begins those of its properties.
    operationId: byText(operation => where({ operation, id: { $prefix: operation } })),
    operationType: equals('type'),
    entityType: equals('entity'),
    entityTypeIn: oneOf('entity'),
    category: equals('category'),
    categoryIn: oneOf('category'),
    property: equals('property'),
    afterTimestamp: timeIs('at', '$gte'),
    beforeTimestamp: timeIs('at', '$lte'),
  },
  order: { at: 1 },
  sorts: { timestamp: 'at' },
  async view(rows, { services: { store } }) {
    const rootOf = await outermost(
      store,
      rows.flatMap(({ instance }) => instance ?? []),
    );
    return rows.map(row => ({ ...operationView(row), ...rootOf(row.instance ?? '') }));
  },
};

const some = (text: string | undefined) => (text === undefined || text === '' ? null : text);

const operationView = (entry: OperationDocument) => ({
  id: entry.id,
  userId: entry.by,
  timestamp: restDate(entry.at),
  operationId: entry.operation,
  operationType: entry.type,
  entityType: entry.entity,
  category: entry.category,
  annotation: entry.annotation ?? null,
  property: entry.property ?? null,
  orgValue: entry.before ?? null,
  newValue: entry.after ?? null,
  deploymentId: some(entry.deployment),
  processDefinitionId: some(entry.definition),
  processDefinitionKey: some(entry.definitionKey),
  processInstanceId: some(entry.instance),
  executionId:
    entry.instance === undefined || entry.activation === undefined
      ? null
      : executionId(entry.instance, entry.activation),
  caseDefinitionId: null,
  caseInstanceId: null,
  caseExecutionId: null,
  taskId: entry.task === undefined ? null : restId(entry.task),
  externalTaskId: entry.externalTask === undefined ? null : restId(entry.externalTask),
  batchId: null,
  jobId: entry.job === undefined ? null : restId(entry.job),
  jobDefinitionId: entry.jobDefinition ?? null,
  tenantId: tenantId(entry.tenant),
});

export function userOperationOperations(services: Services): Operation[] {
  const { store } = services;
  const path = '/history/user-operation';

  async function annotate(
    operationId: string,
    annotation: string | undefined,
    { person, note }: Parameters<Operation['run']>[0],
  ) {
    const found = await store.find<OperationDocument>('operations', {
      filter: { operation: operationId, id: { $prefix: operationId } },
    });
    const own = found.filter(({ tenant }) => person.tenants.includes(tenant));
    if (own.length === 0) throw invalid(`there is no user operation with id '${operationId}'`);
    const { category, definitionKey = '*' } = own[0]!;
    demand(
      person,
      ['operationLogCategory', 'UPDATE', category],
      ['processDefinition', 'UPDATE_HISTORY', definitionKey],
    );
    const change = annotation === undefined ? { unset: ['annotation'] } : { set: { annotation } };
    await Promise.all(own.map(({ id }) => store.patch('operations', id, {}, change)));
    note({ before: { annotation: own[0]!.annotation ?? null }, after: { annotation: annotation ?? null } });
  }

  return [
    ...listOperations(services, operationTable, { path }),
    operation(
      {
        method: 'put',
        path: `${path}/{operationId}/set-annotation`,
        body: members({ annotation: LongText }),
        audit: 'annotated an operation',
      },
      ({ params, body, ...asked }) => annotate(params.operationId!, body.annotation, asked),
    ),
    operation(
      {
        method: 'put',
        path: `${path}/{operationId}/clear-annotation`,
        audit: 'removed the annotation of an operation',
      },
      ({ params, ...asked }) => annotate(params.operationId!, undefined, asked),
    ),
  ];
}
