/** Process instances as a table: its filters stand in lists, counts, and in what is done to many at once. */

import { z } from 'zod';
import type { Instance } from '../../engine/core/types.js';
import type { ActivityDocument, DefinitionDocument } from '../../engine/store/documents.js';
import { Id } from '../schemas.js';
import { visibleInstances } from '../visible.js';
import { instanceFor } from './access.js';
import { where } from './conditions.js';
import {
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
  variablesFit,
  when,
} from './filters.js';
import { incidentFilters } from './incidents.js';
import { queryIn } from './lists.js';
import { instanceTable as historicInstanceTable } from './routes/history/instances.js';
import { listingOf, type Table, type TableQuery } from './table.js';
import { instanceView } from './views.js';

/** The instances of definitions that a deployment made. */
const ofDeployment = (path: string) =>
  byText(async (deployment, { services }) => {
    const made = await services.store.find<DefinitionDocument>('definitions', { filter: { deployment } });
    return where({ [path]: { $in: made.map(({ id }) => id) } });
  });

async function withIncident({ services }: QueryContext) {
  await services.engine.projector.caughtUp();
  const open = await services.store.group('incidents', ['instance'], { state: 'open' });
  return where({ id: { $in: open.map(({ key }) => String(key[0])) } });
}

/** Those that have called no other instance that still runs. */
async function leaves({ services }: QueryContext) {
  return {
    filter: {},
    async narrow(rows: Instance[]) {
      const called = await services.store.find<Instance>('instances', {
        filter: { 'parent.instance': { $in: rows.map(({ id }) => id) }, endedAt: null },
      });
      const callers = new Set(called.map(({ parent }) => parent!.instance));
      return rows.filter(({ id }) => !callers.has(id));
    },
  };
}

export const instanceTable: Table<Instance> = {
  from: 'instances',
  visible: ({ person }) => ({ $and: [{ endedAt: null }, visibleInstances(person)] }),
  filters: {
    processInstanceIds: oneOf('id'),
    businessKey: equals('businessKey'),
    businessKeyLike: fits('businessKey'),
    caseInstanceId: neverText,
    processDefinitionId: equals('definition'),
    processDefinitionKey: equals('key'),
    processDefinitionKeyIn: oneOf('key'),
    processDefinitionKeyNotIn: noneOf('key'),
    deploymentId: ofDeployment('definition'),
    superProcessInstance: equals('parent.instance'),
    subProcessInstance: byText(async (id, { services }) => {
      const child = await services.store.get<Instance>('instances', id);
      return where({ id: child?.parent?.instance ?? null });
    }),
    superCaseInstance: neverText,
    subCaseInstance: neverText,
    active: when({ state: 'running' }),
    suspended: when({ state: 'suspended' }),
    withIncident: when(withIncident),
    ...incidentFilters<Instance>('id', ({ instance }) => instance),
    ...tenants(),
    processDefinitionWithoutTenantId: when({ tenant: '' }),
    activityIdIn: byTexts(async (elements, { services }) => {
      await services.engine.projector.caughtUp();
      const filter = { element: { $in: elements }, state: 'active' };
      const open = await services.store.find<ActivityDocument>('activities', { filter });
      return where({ id: { $in: [...new Set(open.map(({ instance }) => instance))] } });
    }),
    rootProcessInstances: when({ 'parent.instance': null }),
    rootProcessInstanceId: equals('root'),
    leafProcessInstances: when<Instance>(leaves),
    variables: byVariables<Instance>((queries, { given }) => {
      const fit = variablesFit(queries, given);
      return { filter: {}, narrow: rows => rows.filter(({ activations }) => fit(activations['1']?.variables ?? {})) };
    }),
    variableNamesIgnoreCase: option,
    variableValuesIgnoreCase: option,
  },
  sorts: {
    instanceId: 'id',
    definitionKey: 'key',
    definitionId: 'definition',
    tenantId: 'tenant',
    businessKey: 'businessKey',
  },
  or: true,
  view: rows => rows.map(instanceView),
};

/** What names instances that something is done to: one of these, in a body. */
export const chosenBy = {
  processInstanceIds: z.array(Id).max(10_000).optional(),
  processInstanceQuery: queryIn(instanceTable).optional(),
  historicProcessInstanceQuery: queryIn(historicInstanceTable).optional(),
};

export interface Chosen {
  processInstanceIds?: string[] | undefined;
  processInstanceQuery?: TableQuery | undefined;
  /** Without a condition it means all instances. */
  historicProcessInstanceQuery?: TableQuery | undefined;
}

/** The instances that ids and a query name together. Throws 404 for an id that is none. */
export async function chosenInstances(context: QueryContext, chosen: Chosen): Promise<Instance[]> {
  const { services, person } = context;
  const { processInstanceIds = [], processInstanceQuery, historicProcessInstanceQuery } = chosen;
  const named = await Promise.all(processInstanceIds.map(id => instanceFor(services.store, person, id)));
  const queried = processInstanceQuery ? await listingOf(instanceTable).find(processInstanceQuery, context) : [];
  const past = historicProcessInstanceQuery
    ? await listingOf(historicInstanceTable).find(historicProcessInstanceQuery, context)
    : [];
  const running = past.filter(({ endedAt }) => endedAt === undefined).map(({ id }) => id);
  const found = [...named, ...queried, ...(await services.store.getMany<Instance>('instances', running))];
  return [...new Map(found.map(instance => [instance.id, instance])).values()];
}
