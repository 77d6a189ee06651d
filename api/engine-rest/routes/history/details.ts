/** Historic details: each assignment of a variable. */

import { z } from 'zod';
import type { DetailDocument } from '../../../../engine/store/documents.js';
import type { Services } from '../../../services.js';
import { where } from '../../conditions.js';
import { restDate } from '../../dates.js';
import { byText, equals, fits, neverText, oneOf, type QueryContext, tenants, timeIs, when } from '../../filters.js';
import { activityInstanceId, executionId, restId } from '../../ids.js';
import { listOperations } from '../../lists.js';
import { type Operation, operation } from '../../operation.js';
import { FlagOfQuery } from '../../schemas.js';
import type { Table } from '../../table.js';
import { type TypedValue, typedValue, typeOf } from '../../variables.js';
import { tenantId } from '../../views.js';
import { activationIs, noCase, outermost, rowFor, rowIs, visibleHistory } from './parts.js';
import { dataOf, hintsOf, typeIn } from './variables.js';

const detailTable: Table<DetailDocument> = {
  from: 'details',
  visible: visibleHistory(),
  filters: {
    processInstanceId: equals('instance'),
    processInstanceIdIn: oneOf('instance'),
    executionId: activationIs(),
    taskId: rowIs('task'),
    activityInstanceId: activationIs(),
    caseInstanceId: neverText,
    caseExecutionId: neverText,
    variableInstanceId: byText(variable => where({ variable, instance: variable.split('~')[0]! })),
    variableTypeIn: typeIn(),
    variableNameLike: fits('name'),
    ...tenants(),
    userOperationId: equals('operation'),
    formFields: when({ variable: null }),
    variableUpdates: when({ variable: { $exists: true } }),
    excludeTaskDetails: when({ task: null }),
    initial: when({ initial: true }),
    occurredBefore: timeIs('at', '$lte'),
    occurredAfter: timeIs('at', '$gte'),
  },
  order: { at: 1 },
  sorts: {
    processInstanceId: 'instance',
    variableName: 'name',
    variableType: ({ value }) => typeOf(value),
    variableRevision: 'revision',
    formPropertyId: 'name',
    time: 'at',
    occurrence: 'seq',
    tenantId: 'tenant',
  },
  options: ['deserializeValues'],
  view: (rows, context) => detailViews(rows, context, context.options?.deserializeValues),
};

async function detailViews(rows: DetailDocument[], { services: { store } }: QueryContext, deserialize?: boolean) {
  const [rootOf, hintOf] = await Promise.all([
    outermost(
      store,
      rows.map(({ instance }) => instance),
    ),
    hintsOf(store, rows),
  ]);
  return rows.map(row => {
    const value = typedValue(row.value, { hint: hintOf(row), deserialize });
    const own = row.variable === undefined ? fieldView(row, value) : updateView(row, value);
    return { ...detailView(row), ...own, ...rootOf(row.instance) };
  });
}

const updateView = ({ name, variable, initial, revision }: DetailDocument, { type, value, valueInfo }: TypedValue) => ({
  type: 'variableUpdate',
  variableName: name,
  variableInstanceId: variable,
  variableType: type,
  value,
  valueInfo,
  initial: initial === true,
  revision,
  errorMessage: null,
});

const fieldView = ({ name }: DetailDocument, { value }: TypedValue) => ({
  type: 'formField',
  fieldId: name,
  fieldValue: value,
});

const detailView = (detail: DetailDocument) => ({
  id: detail.id,
  processDefinitionKey: detail.definitionKey,
  processDefinitionId: detail.definition,
  processInstanceId: detail.instance,
  activityInstanceId: activityInstanceId(detail.instance, detail.activation, detail.element),
  executionId: executionId(detail.instance, detail.activation),
  ...noCase,
  taskId: detail.task === undefined ? null : restId(detail.task),
  tenantId: tenantId(detail.tenant),
  userOperationId: detail.operation ?? null,
  time: restDate(detail.at),
});

export function detailOperations(services: Services): Operation[] {
  const path = '/history/detail';
  const find = (id: string | undefined, person: QueryContext['person']) =>
    rowFor(services, detailTable, { id, what: `Historic detail with Id '${id}'`, person });

  return [
    ...listOperations(services, detailTable, { path, methods: ['get', 'post'] }),
    operation(
      { method: 'get', path: `${path}/{id}`, query: z.object({ deserializeValue: FlagOfQuery.optional() }) },
      async ({ params, query, person }) => {
        const detail = await find(params.id, person);
        const context = { services, person, now: services.clock(), given: {} };
        return (await detailViews([detail], context, query.deserializeValue))[0];
      },
    ),
    operation({ method: 'get', path: `${path}/{id}/data` }, async ({ params, person }) =>
      dataOf(services, await find(params.id, person)),
    ),
  ];
}
