/** Finds what a request names, as far as the asker may see it: 404 for what is not there, 403 for what is not for him. */

import type { Instance } from '../../engine/core/types.js';
import type { Deployments } from '../../engine/deployments.js';
import type { DefinitionDocument, DefinitionHead } from '../../engine/store/documents.js';
import type { Filter, Store } from '../../engine/store/port.js';
import { matches } from '../../engine/store/queries.js';
import type { Person } from '../auth/people.js';
import { may, type Permission, type Resource, resources } from '../auth/permissions.js';
import { visibleInstances } from '../visible.js';
import { forbidden, missing } from './errors.js';
import { placeOf } from './ids.js';

/** A permission on a document: `['processDefinition', 'READ', 'order']`. */
export type Claim = { [R in Resource]: [resource: R, permission: Permission<R>, id: string] }[Resource];

const holds = (person: Person, [resource, permission, id]: Claim) => may(person, resource, permission as never, id);

/** Throws 403, unless the asker has one of these permissions; the first one is named. */
export function demand(person: Person, ...claims: [Claim, ...Claim[]]): void {
  if (claims.some(claim => holds(person, claim))) return;
  const [resource, permission, id] = claims[0];
  throw forbidden(person, permission, resources[resource].name, id === '*' ? null : id);
}

/** The part of every query that keeps tenants apart. */
export const ofTenants = ({ tenants }: Person): Filter => ({ tenant: { $in: tenants } });

/** A tenant that a request names; it must be one of the asker's. */
export function tenantOf(person: Person, tenant: string | undefined): string {
  if (tenant === undefined) return '';
  if (person.tenants.includes(tenant)) return tenant;
  throw forbidden(person, 'READ', resources.tenant.name, tenant);
}

/** Throws 404, 403. */
export async function definitionFor(
  store: Store,
  person: Person,
  id: string,
  permission: Permission<'processDefinition'> = 'READ',
): Promise<DefinitionDocument> {
  const found = await store.get<DefinitionDocument>('definitions', id);
  if (!found || !person.tenants.includes(found.tenant))
    throw missing(`No matching definition with id ${id}: process definition with id '${id}'`);
  demand(person, ['processDefinition', permission, found.key]);
  return found;
}

/** The newest version of a key; without a tenant, that of no tenant. Throws 404, 403. */
export async function newestFor(
  deployments: Pick<Deployments, 'newest'>,
  person: Person,
  key: string,
  tenant: string | undefined,
  permission: Permission<'processDefinition'> = 'READ',
): Promise<DefinitionHead> {
  const own = (await deployments.newest(key)).filter(one => person.tenants.includes(one.tenant));
  const definition = own.find(one => one.tenant === (tenant ?? ''));
  if (!definition)
    throw missing(
      `No matching process definition with key: ${key} and ${tenant === undefined ? 'no tenant-id' : `tenant-id: ${tenant}`}: it`,
    );
  demand(person, ['processDefinition', permission, key]);
  return definition;
}

/** What is wanted with an instance → the permission on its definition, and on itself. */
const onInstances = {
  read: ['READ_INSTANCE', 'READ'],
  update: ['UPDATE_INSTANCE', 'UPDATE'],
  delete: ['DELETE_INSTANCE', 'DELETE'],
  suspend: ['SUSPEND_INSTANCE', 'SUSPEND'],
  readVariables: ['READ_INSTANCE_VARIABLE', 'READ'],
  updateVariables: ['UPDATE_INSTANCE_VARIABLE', 'UPDATE_VARIABLE'],
  retry: ['RETRY_JOB', 'RETRY_JOB'],
} as const;

export type Wanted = keyof typeof onInstances;

/** Throws 403, unless the asker may do this with the instance; `UPDATE` includes the smaller changes. */
export function demandOnInstance(person: Person, wanted: Wanted, { id, key }: Pick<Instance, 'id' | 'key'>): void {
  const [ofDefinition, ofInstance] = onInstances[wanted];
  const claims: [Claim, ...Claim[]] = [
    ['processInstance', ofInstance, id],
    ['processDefinition', ofDefinition, key],
  ];
  if (wanted !== 'delete' && wanted !== 'read' && wanted !== 'readVariables')
    claims.push(['processInstance', 'UPDATE', id], ['processDefinition', 'UPDATE_INSTANCE', key]);
  if (wanted === 'readVariables') claims.push(['processDefinition', 'READ_INSTANCE', key]);
  demand(person, ...claims);
}

/** A running instance by its id. Throws 404, 403. */
export async function instanceFor(
  store: Store,
  person: Person,
  id: string,
  wanted: Wanted = 'read',
): Promise<Instance> {
  const found = await store.get<Instance>('instances', id);
  if (!found || !person.tenants.includes(found.tenant) || found.endedAt !== undefined)
    throw missing(`Process instance with id ${id}: it`);
  permit(person, wanted, found);
  return found;
}

/** Whoever started an instance may read it. */
function permit(person: Person, wanted: Wanted, instance: Instance): void {
  const reads = wanted === 'read' || wanted === 'readVariables';
  if (!reads || !matches(visibleInstances(person), instance)) demandOnInstance(person, wanted, instance);
}

/** Where an execution is: its instance and the number of its activation, 1 for the instance itself. Throws 404, 403. */
export async function executionFor(
  store: Store,
  person: Person,
  id: string,
  wanted: Wanted = 'read',
): Promise<{ instance: Instance; activation: number }> {
  const place = await placeOf(store, id);
  const instance = place && (await store.get<Instance>('instances', place.instance));
  if (!instance || !person.tenants.includes(instance.tenant) || instance.endedAt !== undefined)
    throw missing(`Execution with id ${id}: it`);
  permit(person, wanted, instance);
  return { instance, activation: place.number ?? 1 };
}
