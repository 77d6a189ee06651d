/** Variable instances: every variable of every running instance. */

import { z } from 'zod';
import type { Instance, Json, TypeHint } from '../../../engine/core/types.js';
import { variableId } from '../../../engine/projections/variables.js';
import { matches } from '../../../engine/store/queries.js';
import type { Person } from '../../auth/people.js';
import type { Services } from '../../services.js';
import { visibleInstances } from '../../visible.js';
import { test } from '../conditions.js';
import { missing } from '../errors.js';
import { executionOf, togetherIn, wholeOf } from '../executions.js';
import { byText, byTexts, byVariables, fits, neverTexts, oneOf, option, tenants, variablesFit } from '../filters.js';
import { executionId, restId } from '../ids.js';
import { listOperations } from '../lists.js';
import { type Operation, operation } from '../operation.js';
import { type Running, runningInstances } from '../running.js';
import { FlagOfQuery } from '../schemas.js';
import type { Table } from '../table.js';
import { activityInstanceOf } from '../tree.js';
import { bytesOf } from '../variable-operations.js';
import { hintIn, typedValue, typeOf } from '../variables.js';
import { tenantId } from '../views.js';

interface VariableRow {
  id: string;
  name: string;
  value: Json;
  hint: TypeHint | null;
  type: string;
  definition: string;
  instance: string;
  execution: string;
  /** Ids that stand for the execution: those of the activities that run in it. */
  executions: string[];
  activityInstance: string;
  /** The task that it is local to. */
  task: string | null;
  tenant: string;
}

function rowsOf({ whole, definition }: Running): VariableRow[] {
  const { instance, activations, waits } = whole;
  const together = togetherIn(whole, definition);
  return Object.values(activations).flatMap(activation => {
    const task = (activation.waits ?? []).find(id => waits[id]?.kind === 'task');
    return Object.entries(activation.variables ?? {}).map(([name, value]) => {
      const hint = hintIn(instance.types, name) ?? null;
      return {
        id: variableId(instance.id, activation.id, name),
        name,
        value,
        hint,
        type: typeOf(value, hint),
        definition: instance.definition,
        instance: instance.id,
        execution: executionOf(whole, definition, activation.id),
        executions: together.get(activation.id)!.map(number => executionId(instance.id, number)),
        activityInstance: activityInstanceOf(instance.id, definition, activation),
        task: task === undefined ? null : restId(task),
        tenant: instance.tenant,
      };
    });
  });
}

export const variableTable: Table<VariableRow> = {
  from: async (_condition, context) => (await runningInstances(context)).flatMap(rowsOf),
  visible: () => ({}),
  filters: {
    variableName: byText<VariableRow>((wanted, { given }) => {
      const fit = given.variableNamesIgnoreCase === true ? lower(wanted) : undefined;
      return test<VariableRow>(({ name }) => (fit === undefined ? name === wanted : lower(name) === fit));
    }),
    variableNameLike: fits('name'),
    processInstanceIdIn: oneOf('instance'),
    executionIdIn: byTexts<VariableRow>(ids =>
      test<VariableRow>(({ executions }) => ids.length === 0 || executions.some(id => ids.includes(id))),
    ),
    caseInstanceIdIn: neverTexts,
    caseExecutionIdIn: neverTexts,
    taskIdIn: oneOf('task'),
    batchIdIn: neverTexts,
    activityInstanceIdIn: oneOf('activityInstance'),
    tenantIdIn: tenants().tenantIdIn,
    variableValues: byVariables<VariableRow>((queries, { given }) => {
      const tests = queries.map(query => variablesFit([query], given));
      return test<VariableRow>(({ name, value }) => tests.every(fit => fit({ [name]: value })));
    }),
    variableNamesIgnoreCase: option,
    variableValuesIgnoreCase: option,
    variableScopeIdIn: byTexts<VariableRow>(ids =>
      test<VariableRow>(
        ({ execution, activityInstance, task, instance }) =>
          ids.length === 0 || [execution, activityInstance, task, instance].some(id => id !== null && ids.includes(id)),
      ),
    ),
  },
  sorts: {
    variableName: 'name',
    variableType: 'type',
    activityInstanceId: 'activityInstance',
    tenantId: 'tenant',
  },
  options: ['deserializeValues'],
  view: (rows, { options }) => rows.map(row => variableView(row, options?.deserializeValues)),
};

const lower = (text: string) => text.toLowerCase();

const variableView = (row: VariableRow, deserialize: boolean | undefined) => ({
  id: row.id,
  name: row.name,
  ...typedValue(row.value, { hint: row.hint, deserialize }),
  processDefinitionId: row.definition,
  processInstanceId: row.instance,
  executionId: row.execution,
  caseInstanceId: null,
  caseExecutionId: null,
  taskId: row.task,
  batchId: null,
  activityInstanceId: row.activityInstance,
  tenantId: tenantId(row.tenant),
  errorMessage: null,
});

export function variableInstanceOperations(services: Services): Operation[] {
  const { store, engine } = services;

  async function variableFor(person: Person, id: string): Promise<VariableRow> {
    const [instanceId = ''] = id.split('~');
    const instance = await store.get<Instance>('instances', instanceId);
    if (instance && instance.endedAt === undefined && matches(visibleInstances(person), instance)) {
      const definition = await engine.definition(instance.definition);
      const found = rowsOf({ whole: await wholeOf(store, instance), definition }).find(row => row.id === id);
      if (found) return found;
    }
    throw missing(`Variable instance with Id '${id}'`);
  }

  return [
    ...listOperations(services, variableTable, { path: '/variable-instance', methods: ['get', 'post'] }),
    operation(
      {
        method: 'get',
        path: '/variable-instance/{id}',
        query: z.object({ deserializeValue: FlagOfQuery.optional() }),
      },
      async ({ params, query, person }) => variableView(await variableFor(person, params.id!), query.deserializeValue),
    ),
    operation({ method: 'get', path: '/variable-instance/{id}/data' }, async ({ params, person }) => {
      const { tenant, name, value, hint } = await variableFor(person, params.id!);
      return bytesOf(services, tenant, name, value, hint ?? undefined);
    }),
  ];
}
