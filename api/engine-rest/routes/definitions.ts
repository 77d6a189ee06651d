/** Process definitions: found and read, by id, or as the newest version of a key, with or without a tenant. */

import { z } from 'zod';
import { LONGEST_TIME_TO_LIVE } from '../../../engine/core/removal.js';
import type { CallSpec } from '../../../engine/core/types.js';
import type {
  DefinitionDocument,
  DefinitionHead,
  DeploymentDocument,
  Resource,
} from '../../../engine/store/documents.js';
import type { Filter } from '../../../engine/store/port.js';
import type { Person } from '../../auth/people.js';
import { permitted } from '../../auth/permissions.js';
import type { Services } from '../../services.js';
import { mayStart } from '../../visible.js';
import { definitionFor, demand, newestFor, ofTenants } from '../access.js';
import { test, where } from '../conditions.js';
import { missing } from '../errors.js';
import { byText, byWhole, equals, fits, oneOf, type QueryContext, tenants, timeIs, when } from '../filters.js';
import { incidentFilters } from '../incidents.js';
import { listOperations } from '../lists.js';
import { mediaTypeOf } from '../media-types.js';
import { type Asked, download, type Operation, operation, type Spec } from '../operation.js';
import { members } from '../schemas.js';
import type { Table } from '../table.js';
import { definitionView, diagramOf } from '../views.js';

/** The files of the deployments of some definitions. */
async function resourcesOf({ store }: Services, rows: DefinitionHead[]): Promise<Map<string, Resource[]>> {
  const ids = [...new Set(rows.map(({ deployment }) => deployment))];
  const found = await store.getMany<DeploymentDocument>('deployments', ids);
  return new Map(found.map(({ id, resources }) => [id, resources]));
}

/** Definitions as answers. */
export async function definitionViews(services: Services, rows: DefinitionDocument[]) {
  const resources = await resourcesOf(services, rows);
  return rows.map(row => definitionView(row, resources.get(row.deployment)));
}

/** The part of a query for definitions that says whether somebody may start them. */
async function startableBy(user: string, { services }: QueryContext) {
  const person = await services.identity.people.person(user);
  return test<DefinitionDocument>(row => person !== undefined && mayStart(row, person));
}

export const definitionTable: Table<DefinitionDocument> = {
  from: 'definitions',
  visible: ({ person }) => ({ $and: [ofTenants(person), permitted(person, 'processDefinition', 'READ', 'key')] }),
  filters: {
    processDefinitionId: equals('id'),
    processDefinitionIdIn: oneOf('id'),
    name: equals('name'),
    nameLike: fits('name'),
    deploymentId: equals('deployment'),
    deployedAfter: timeIs('at', '$gt'),
    deployedAt: timeIs('at', '$eq'),
    key: equals('key'),
    keysIn: oneOf('key'),
    keyLike: fits('key'),
    category: equals('category'),
    categoryLike: fits('category'),
    version: byWhole(version => where({ version })),
    latestVersion: when({ latest: true }),
    resourceName: equals('resource'),
    resourceNameLike: fits('resource'),
    startableBy: byText<DefinitionDocument>(startableBy),
    active: when({ state: 'active' }),
    suspended: when({ state: 'suspended' }),
    ...incidentFilters<DefinitionDocument>('id', ({ definition }) => definition),
    ...tenants('tenant', 'includeProcessDefinitionsWithoutTenantId'),
    versionTag: equals('versionTag'),
    versionTagLike: fits('versionTag'),
    withoutVersionTag: when({ versionTag: null }),
    startableInTasklist: when({ startableInTasklist: true }),
    notStartableInTasklist: when({ startableInTasklist: false }),
    startablePermissionCheck: when<DefinitionDocument>(({ person }) =>
      test<DefinitionDocument>(row => mayStart(row, person)),
    ),
  },
  sorts: {
    category: 'category',
    key: 'key',
    id: 'id',
    name: 'name',
    version: 'version',
    deploymentId: 'deployment',
    deployTime: 'at',
    tenantId: 'tenant',
    versionTag: 'versionTag',
  },
  view: (rows, { services }) => definitionViews(services, rows),
};

/** How a definition is named in an address: what stands behind `/process-definition`, and how it is found. */
const ways: {
  path: string;
  find(services: Services, person: Person, params: Record<string, string>): Promise<DefinitionHead>;
}[] = [
  { path: '/{id}', find: ({ store }, person, { id }) => definitionFor(store, person, id!) },
  { path: '/key/{key}', find: ({ engine }, person, { key }) => newestFor(engine.deployments, person, key!, undefined) },
  {
    path: '/key/{key}/tenant-id/{tenantId}',
    find: ({ engine }, person, { key, tenantId }) => newestFor(engine.deployments, person, key!, tenantId),
  },
];

/**
 * The same operation for a definition by id, by key, and by key and tenant; `path` is what stands behind.
 *
 * @example ofDefinition(services, { method: 'get', path: '/xml' }, (definition, asked) => …)
 */
export const ofDefinition = <Q extends z.ZodType, B extends z.ZodType>(
  services: Services,
  spec: Spec<Q, B>,
  handle: (definition: DefinitionHead, asked: Asked<z.output<Q>, z.output<B>>) => unknown,
): Operation[] =>
  ways.map(({ path, find }) =>
    operation({ ...spec, path: `/process-definition${path}${spec.path}` }, async asked =>
      handle(await find(services, asked.person, asked.params), asked),
    ),
  );

export function definitionOperations(services: Services): Operation[] {
  const { store } = services;
  return [
    ...listOperations(services, definitionTable, { path: '/process-definition' }),
    ...ofDefinition(
      services,
      { method: 'get', path: '' },
      async ({ id }) =>
        (await definitionViews(services, await store.getMany<DefinitionDocument>('definitions', [id])))[0],
    ),
    ...ofDefinition(services, { method: 'get', path: '/xml' }, async ({ id, tenant, blob }) => {
      const bytes = await store.getBlob(tenant, blob);
      if (!bytes) throw missing(`The file of process definition '${id}'`);
      return { id, bpmn20Xml: new TextDecoder().decode(bytes) };
    }),
    ...ofDefinition(services, { method: 'get', path: '/diagram' }, async definition => {
      const resources = (await resourcesOf(services, [definition])).get(definition.deployment) ?? [];
      const diagram = diagramOf(definition, resources);
      const bytes = diagram && (await store.getBlob(definition.tenant, diagram.blob));
      if (!diagram || !bytes) return undefined;
      return download(bytes, diagram.name, mediaTypeOf(diagram.name));
    }),
    ...ofDefinition(
      services,
      {
        method: 'put',
        path: '/history-time-to-live',
        body: members({ historyTimeToLive: z.int().min(0).max(LONGEST_TIME_TO_LIVE).optional() }),
        audit: 'history time to live changed',
      },
      async ({ id, key, historyTimeToLive: before = null }, { body: { historyTimeToLive = null }, person, note }) => {
        demand(person, ['processDefinition', 'UPDATE', key]);
        await store.patch('definitions', id, {}, { set: { historyTimeToLive } });
        note({ subject: id, before: { historyTimeToLive: before }, after: { historyTimeToLive } });
        services.engine.deployments.forget(id);
        services.engine.tell({ of: 'definition', definition: id });
      },
    ),
    operation(
      { method: 'get', path: '/process-definition/{id}/static-called-process-definitions' },
      async ({ params, person }) => calledFrom(services, await definitionFor(store, person, params.id!), person),
    ),
  ];
}

/** The definitions that the call activities of one name by a fixed text, each with the activities that call it. */
async function calledFrom(services: Services, caller: DefinitionDocument, person: Person) {
  const { nodes } = await services.engine.definition(caller.id);
  const callers = new Map<string, { called: DefinitionDocument; activities: string[] }>();
  for (const { id, call } of nodes) {
    if (call?.process.language !== 'literal') continue;
    const called = await calledBy(services, call, caller, person);
    if (!called) continue;
    const known = callers.get(called.id) ?? { called, activities: [] };
    callers.set(called.id, { called, activities: [...known.activities, id] });
  }
  const found = [...callers.values()];
  const views = await definitionViews(
    services,
    found.map(({ called }) => called),
  );
  return views.map((view, at) => ({
    ...view,
    calledFromActivityIds: found[at]!.activities,
    callingProcessDefinitionId: caller.id,
  }));
}

/** What a call means now; undefined: nothing that the asker may see. */
async function calledBy(
  { store }: Services,
  { process, binding, version, versionTag }: CallSpec,
  { tenant, deployment }: DefinitionDocument,
  person: Person,
): Promise<DefinitionDocument | undefined> {
  const bindings: Record<CallSpec['binding'], Filter> = {
    latest: { latest: true },
    deployment: { deployment },
    version: { version: Number(version?.source) },
    versionTag: { versionTag: versionTag?.source ?? null },
  };
  const [found] = await store.find<DefinitionDocument>('definitions', {
    filter: {
      $and: [{ key: process.source, tenant }, bindings[binding], permitted(person, 'processDefinition', 'READ', 'key')],
    },
    sort: { version: -1 },
    limit: 1,
  });
  return found;
}
