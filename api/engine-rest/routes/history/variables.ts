/** Historic variable instances: the last value of each variable, also of those that were taken away. */

import { z } from 'zod';
import { variableHash } from '../../../../engine/commit.js';
import type { Instance, Json, TypeHint } from '../../../../engine/core/types.js';
import type { DetailDocument, VariableDocument } from '../../../../engine/store/documents.js';
import type { Store } from '../../../../engine/store/port.js';
import { AnyJson } from '../../../schemas.js';
import type { Services } from '../../../services.js';
import { demand } from '../../access.js';
import { type Condition, type Row, where } from '../../conditions.js';
import { restDate } from '../../dates.js';
import {
  byText,
  byTexts,
  equals,
  fits,
  neverText,
  neverTexts,
  oneOf,
  option,
  type QueryContext,
  type QueryFilter,
  tenants,
  variablesFit,
} from '../../filters.js';
import { activityInstanceId, executionId, restId } from '../../ids.js';
import { listOperations } from '../../lists.js';
import { type Operation, operation, type Reply } from '../../operation.js';
import { FlagOfQuery, Text } from '../../schemas.js';
import type { Table } from '../../table.js';
import { bytesOf } from '../../variable-operations.js';
import { hintIn, typedValue, typeOf } from '../../variables.js';
import { tenantId } from '../../views.js';
import { activationIn, noCase, outermost, rowFor, rowIn, visibleHistory } from './parts.js';

/** What clients said of variables beside their JSON, by instance and name. */
export async function hintsOf(
  store: Store,
  rows: { instance: string; name: string }[],
): Promise<(row: { instance: string; name: string }) => TypeHint | undefined> {
  const found = await store.getMany<Instance>('instances', [...new Set(rows.map(({ instance }) => instance))]);
  const types = new Map(found.map(instance => [instance.id, instance.types]));
  return ({ instance, name }) => hintIn(types.get(instance), name);
}

/** Rows whose value has one of these types. */
export const typeIn = <R extends Row & { instance: string; name: string; value: Json }>() =>
  byTexts<R>((names, { services: { store } }): Condition<R> => {
    if (names.length === 0) return where({});
    const wanted = new Set(names.map(name => name.toLowerCase()));
    return {
      filter: {},
      async narrow(rows) {
        const hintOf = await hintsOf(store, rows);
        return rows.filter(row => wanted.has(typeOf(row.value, hintOf(row)).toLowerCase()));
      },
    };
  });

/** The value, of the variable that `variableName` names, else of any; from an address it is a text. */
const valueIs: QueryFilter<VariableDocument, Json> = {
  query: Text as z.ZodType<Json, string>,
  body: AnyJson as z.ZodType<Json>,
  condition(value, { given }) {
    const fit = (row: VariableDocument) =>
      variablesFit([{ name: row.name, operator: 'eq', value }], given)({ [row.name]: row.value });
    const { variableName: name, variableNamesIgnoreCase: anyName, variableValuesIgnoreCase: anyCase } = given;
    const indexed = typeof name === 'string' && !anyName && !anyCase && typeof value !== 'object';
    return { filter: indexed ? { hash: variableHash(name, value) } : {}, narrow: rows => rows.filter(fit) };
  },
};

export const variableTable: Table<VariableDocument> = {
  from: 'variables',
  visible: (context: QueryContext) =>
    visibleHistory('instance', context.given.includeDeleted === true ? {} : { removed: null })(context),
  filters: {
    variableName: byText<VariableDocument>((name, { given }) => {
      if (given.variableNamesIgnoreCase !== true) return where({ name });
      const wanted = name.toLowerCase();
      return { filter: {}, narrow: rows => rows.filter(row => row.name.toLowerCase() === wanted) };
    }),
    variableNameLike: fits('name'),
    variableValue: valueIs,
    variableNamesIgnoreCase: option,
    variableValuesIgnoreCase: option,
    variableTypeIn: typeIn(),
    includeDeleted: option,
    processInstanceId: equals('instance'),
    processInstanceIdIn: oneOf('instance'),
    processDefinitionId: equals('definition'),
    processDefinitionKey: equals('definitionKey'),
    executionIdIn: activationIn(),
    caseInstanceId: neverText,
    caseExecutionIdIn: neverTexts,
    caseActivityIdIn: neverTexts,
    taskIdIn: rowIn('task'),
    activityInstanceIdIn: activationIn(),
    ...tenants(),
    variableNameIn: oneOf('name'),
  },
  sorts: { instanceId: 'instance', variableName: 'name', tenantId: 'tenant' },
  options: ['deserializeValues'],
  view: (rows, context) => variableViews(rows, context, context.options?.deserializeValues),
};

async function variableViews(rows: VariableDocument[], { services: { store } }: QueryContext, deserialize?: boolean) {
  const [rootOf, hintOf] = await Promise.all([
    outermost(
      store,
      rows.map(({ instance }) => instance),
    ),
    hintsOf(store, rows),
  ]);
  return rows.map(row => ({
    ...typedValue(row.value, { hint: hintOf(row), deserialize }),
    ...variableView(row),
    ...rootOf(row.instance),
  }));
}

const variableView = (variable: VariableDocument) => ({
  id: variable.id,
  name: variable.name,
  processDefinitionKey: variable.definitionKey,
  processDefinitionId: variable.definition,
  processInstanceId: variable.instance,
  executionId: executionId(variable.instance, variable.activation),
  activityInstanceId: activityInstanceId(variable.instance, variable.activation, variable.element),
  ...noCase,
  taskId: variable.task === undefined ? null : restId(variable.task),
  tenantId: tenantId(variable.tenant),
  errorMessage: null,
  state: variable.removed ? 'DELETED' : 'CREATED',
  createTime: restDate(variable.createdAt),
});

/** The bytes of a value that is a file or bytes. */
export async function dataOf(services: Services, row: VariableDocument | DetailDocument): Promise<Reply> {
  const hintOf = await hintsOf(services.store, [row]);
  return bytesOf(services, row.tenant, row.name, row.value, hintOf(row));
}

export function historicVariableOperations(services: Services): Operation[] {
  const path = '/history/variable-instance';
  const find = (id: string | undefined, person: QueryContext['person']) =>
    rowFor(services, variableTable, { id, what: `Historic variable instance with Id '${id}'`, person });

  return [
    ...listOperations(services, variableTable, { path, methods: ['get', 'post'] }),
    operation(
      { method: 'get', path: `${path}/{id}`, query: z.object({ deserializeValues: FlagOfQuery.optional() }) },
      async ({ params, query, person }) => {
        const variable = await find(params.id, person);
        const context = { services, person, now: services.clock(), given: {} };
        return (await variableViews([variable], context, query.deserializeValues))[0];
      },
    ),
    operation({ method: 'get', path: `${path}/{id}/data` }, async ({ params, person }) =>
      dataOf(services, await find(params.id, person)),
    ),
    operation(
      { method: 'delete', path: `${path}/{id}`, audit: 'deleted the history of a variable' },
      async ({ params, person, note }) => {
        const { id, name, instance, definitionKey } = await find(params.id, person);
        demand(person, ['processDefinition', 'DELETE_HISTORY', definitionKey]);
        await services.engine.projector.forgetVariables({ instance, variable: id });
        note({ before: { name, instance, definitionKey } });
      },
    ),
  ];
}
