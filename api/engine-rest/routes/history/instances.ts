/** Historic process instances: found by what they were, when they ran and what happened in them. */

import { z } from 'zod';
import { logOperation } from '../../../../engine/operation-log.js';
import type { RunDocument } from '../../../../engine/store/documents.js';
import type { CollectionName, Filter } from '../../../../engine/store/port.js';
import type { Services } from '../../../services.js';
import { demand } from '../../access.js';
import { anything, type Condition, where } from '../../conditions.js';
import { maybeDate, restDate } from '../../dates.js';
import { RestError } from '../../errors.js';
import {
  byDate,
  byText,
  byTexts,
  byVariables,
  equals,
  fits,
  neverText,
  noneOf,
  oneOf,
  option,
  type QueryContext,
  tenants,
  timeIs,
  when,
} from '../../filters.js';
import { like } from '../../like.js';
import { listOperations } from '../../lists.js';
import { type Operation, operation } from '../../operation.js';
import { LooseFlag } from '../../schemas.js';
import type { Table } from '../../table.js';
import { tenantId } from '../../views.js';
import { incidentsOfType } from './incidents.js';
import { instancesWith, outermost, rowFor, storeId, visibleHistory } from './parts.js';
import { havingVariables } from './variable-conditions.js';

/** Instances in which this is found. */
const having =
  (collection: CollectionName, filter: Filter) =>
  async ({ services: { store } }: QueryContext): Promise<Condition<RunDocument>> =>
    where({ id: { $in: await instancesWith(store, collection, filter) } });

const incident = (filter: Filter, context: QueryContext) => having('incidents', filter)(context);

/** Jobs that failed and are tried again. */
const retrying: Filter = { 'wait.state': 'open', retries: { $gt: 0 }, error: { $exists: true } };

const visited = (more: Filter = {}) =>
  byTexts<RunDocument>((elements, context) =>
    elements.length === 0
      ? where({})
      : having('activities', { element: { $in: elements }, ...more } as Filter)(context),
  );

export const instanceTable: Table<RunDocument> = {
  from: 'runs',
  visible: visibleHistory('id'),
  or: true,
  filters: {
    processInstanceId: equals('id'),
    processInstanceIds: oneOf('id'),
    processInstanceIdNotIn: noneOf('id'),
    processDefinitionId: equals('definition'),
    processDefinitionKey: equals('definitionKey'),
    processDefinitionKeyIn: oneOf('definitionKey'),
    processDefinitionName: equals('definitionName'),
    processDefinitionNameLike: fits('definitionName'),
    processDefinitionKeyNotIn: noneOf('definitionKey'),
    processInstanceBusinessKey: equals('businessKey'),
    processInstanceBusinessKeyIn: oneOf('businessKey'),
    processInstanceBusinessKeyLike: fits('businessKey'),
    rootProcessInstances: when({ parent: null }),
    rootProcessInstanceId: equals('root'),
    finished: when({ endedAt: { $exists: true } }),
    unfinished: when({ endedAt: null }),
    withJobsRetrying: when<RunDocument>(having('jobs', retrying)),
    withIncidents: when<RunDocument>(having('incidents', {})),
    withRootIncidents: when<RunDocument>(having('incidents', {})),
    incidentIdIn: byTexts<RunDocument>(async (ids, context) => {
      if (ids.length === 0) return where({});
      const own = await Promise.all(ids.map(id => storeId(context.services.store, id)));
      return incident({ id: { $in: own } }, context);
    }),
    incidentType: byText<RunDocument>(async (type, { services: { store } }) => {
      const found = await incidentsOfType(store, type);
      return where({ id: { $in: found.map(({ instance }) => instance) } });
    }),
    // As the real server: an unknown word filters nothing.
    incidentStatus: byText<RunDocument>((status, context) =>
      ['open', 'resolved'].includes(status) ? incident({ state: status, deleted: null }, context) : anything,
    ),
    incidentMessage: byText<RunDocument>((message, context) => incident({ message }, context)),
    incidentMessageLike: byText<RunDocument>(async (pattern, { services: { store } }) => {
      const isFit = like(pattern);
      const messages = await store.group('incidents', ['message', 'instance'], {});
      return where({ id: { $in: messages.filter(({ key }) => isFit(String(key[0]))).map(({ key }) => key[1]!) } });
    }),
    startedBefore: timeIs('startedAt', '$lte'),
    startedAfter: timeIs('startedAt', '$gte'),
    finishedBefore: timeIs('endedAt', '$lte'),
    finishedAfter: timeIs('endedAt', '$gte'),
    executedActivityAfter: byDate<RunDocument>((at, context) =>
      having('activities', { startedAt: { $gte: at } })(context),
    ),
    executedActivityBefore: byDate<RunDocument>((at, context) =>
      having('activities', { startedAt: { $lte: at } })(context),
    ),
    executedJobAfter: byDate<RunDocument>((at, context) =>
      having('jobLog', { at: { $gte: at }, type: 'succeeded' })(context),
    ),
    executedJobBefore: byDate<RunDocument>((at, context) =>
      having('jobLog', { at: { $lte: at }, type: 'succeeded' })(context),
    ),
    startedBy: equals('startedBy'),
    superProcessInstanceId: equals('parent'),
    subProcessInstanceId: byText<RunDocument>(async (id, { services: { store } }) => {
      const child = await store.get<RunDocument>('runs', id);
      return where({ id: child?.parent ?? null });
    }),
    superCaseInstanceId: neverText,
    subCaseInstanceId: neverText,
    caseInstanceId: neverText,
    ...tenants(),
    activityIdIn: visited({ state: 'active' }),
    executedActivityIdIn: visited({ endedAt: { $exists: true } }),
    activeActivityIdIn: visited({ state: 'active' }),
    active: when({ state: 'active' }),
    suspended: when({ state: 'suspended' }),
    completed: when({ state: 'completed' }),
    externallyTerminated: when({ state: 'externallyTerminated' }),
    internallyTerminated: when({ state: 'internallyTerminated' }),
    variables: byVariables<RunDocument>((queries, context) => havingVariables(queries, context, 'id', ({ id }) => id)),
    variableNamesIgnoreCase: option,
    variableValuesIgnoreCase: option,
  },
  order: { startedAt: 1 },
  sorts: {
    instanceId: 'id',
    definitionId: 'definition',
    definitionKey: 'definitionKey',
    definitionName: 'definitionName',
    definitionVersion: 'definitionVersion',
    businessKey: 'businessKey',
    startTime: 'startedAt',
    endTime: 'endedAt',
    duration: 'duration',
    tenantId: 'tenant',
  },
  async view(rows, { services: { store } }) {
    const rootOf = await outermost(
      store,
      rows.map(({ id }) => id),
    );
    return rows.map(row => ({ ...runView(row), ...rootOf(row.id) }));
  },
};

const states: Record<RunDocument['state'], string> = {
  active: 'ACTIVE',
  suspended: 'SUSPENDED',
  completed: 'COMPLETED',
  externallyTerminated: 'EXTERNALLY_TERMINATED',
  internallyTerminated: 'INTERNALLY_TERMINATED',
};

const runView = (run: RunDocument) => ({
  id: run.id,
  businessKey: run.businessKey ?? null,
  processDefinitionId: run.definition,
  processDefinitionKey: run.definitionKey,
  processDefinitionName: run.definitionName ?? null,
  processDefinitionVersion: run.definitionVersion,
  startTime: restDate(run.startedAt),
  endTime: maybeDate(run.endedAt),
  durationInMillis: run.duration ?? null,
  startUserId: run.startedBy ?? null,
  startActivityId: run.startElement ?? null,
  deleteReason: run.reason ?? null,
  superProcessInstanceId: run.parent ?? null,
  superCaseInstanceId: null,
  caseInstanceId: null,
  tenantId: tenantId(run.tenant),
  state: states[run.state],
  restartedProcessInstanceId: null,
});

export function instanceOperations(services: Services): Operation[] {
  const { store, engine } = services;
  const path = '/history/process-instance';
  const find = (id: string | undefined, person: QueryContext['person']) =>
    rowFor(services, instanceTable, { id, what: `Historic process instance with id ${id}: it`, person });

  return [
    ...listOperations(services, instanceTable, { path, methods: ['get', 'post'] }),
    operation({ method: 'get', path: `${path}/{id}` }, async ({ params, person }) => {
      const run = await find(params.id, person);
      const context = { services, person, now: services.clock(), given: {} };
      return (await instanceTable.view([run], context))[0];
    }),
    operation(
      {
        method: 'delete',
        path: `${path}/{id}`,
        query: z.object({ failIfNotExists: LooseFlag.optional() }),
        audit: 'deleted the history of an instance',
      },
      async ({ params, query, person, note }) => {
        const id = params.id!;
        if (query.failIfNotExists === false && !(await store.get('runs', id))) return note(undefined);
        const run = await find(id, person);
        demand(person, ['processDefinition', 'DELETE_HISTORY', run.definitionKey]);
        if (run.endedAt === undefined) throw stillRunning(id);
        await engine.operations.deleteHistory(id);
        await logOperation(store, {
          ...{ id: `${id}:forgotten`, tenant: run.tenant, at: services.clock(), by: person.person },
          ...{ type: 'DeleteHistory', entity: 'ProcessInstance', category: 'Operator' },
          ...{ definition: run.definition, definitionKey: run.definitionKey },
        });
        note({ before: toldOf(run) });
      },
    ),
    operation(
      { method: 'delete', path: `${path}/{id}/variable-instances`, audit: 'deleted the variables of an instance' },
      async ({ params, person, note }) => {
        const run = await find(params.id, person);
        demand(person, ['processDefinition', 'DELETE_HISTORY', run.definitionKey]);
        const variables = await store.count('variables', { instance: run.id });
        await engine.projector.forgetVariables({ instance: run.id });
        note({ before: { ...toldOf(run), variables } });
      },
    ),
  ];
}

/** What the audit says of an instance whose past is gone. */
const toldOf = ({ definitionKey, businessKey, state, startedAt, endedAt }: RunDocument) => ({
  ...{ definitionKey, businessKey, state, startedAt: restDate(startedAt), endedAt: maybeDate(endedAt) },
});

const stillRunning = (id: string) =>
  new RestError(
    400,
    'InvalidRequestException',
    `Process instance is still running, cannot delete historic process instance: ${id}`,
  );
