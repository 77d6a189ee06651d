/** Which definitions and instances a person may see, start and change. */

import type { Reader } from '../engine/contract.js';
import type { Instance } from '../engine/core/types.js';
import type { DefinitionDocument, DefinitionHead } from '../engine/store/documents.js';
import type { Filter, Store } from '../engine/store/port.js';
import { matches } from '../engine/store/queries.js';
import type { Person } from './auth/people.js';
import { decisive, either, every, isNothing, may, permitted } from './auth/permissions.js';
import { forbidden, notFound } from './problems.js';

/** Sees and repairs every instance of his tenants. */
export const operates = (person: Person) => may(person, 'processDefinition', 'READ_INSTANCE', every);

const ofTenants = ({ tenants }: Person): Filter => ({ tenant: { $in: tenants } });

/**
 * The tenant that a person works in: the one that the request names, else his first one; an administrator, and who
 * belongs to none, work in the default one. Throws Problem 404 for one that is not his.
 */
export function tenantFor(person: Person, asked: string | undefined): string {
  if (asked === undefined) return person.tenants[0] ?? '';
  if (!person.tenants.includes(asked)) throw notFound(`tenant "${asked}"`);
  return asked;
}

/** The part of every query for deployments that says which he may see. */
export const visibleDeployments = (person: Person): Filter => ({
  $and: [ofTenants(person), permitted(person, 'deployment', 'READ', 'id')],
});

/** The part of every query for definitions that says which he may see. */
export const visibleDefinitions = (person: Person): Filter => ({
  $and: [ofTenants(person), permitted(person, 'processDefinition', 'READ', 'key')],
});

/** The definition, if this person may see it. Throws Problem 404. */
export async function visibleDefinition(store: Store, person: Person, id: string): Promise<DefinitionDocument> {
  const found = await store.get<DefinitionDocument>('definitions', id);
  if (!found || !matches(visibleDefinitions(person), found)) throw notFound(`definition "${id}"`);
  return found;
}

/**
 * Where the model names its starters, they may start it and whom an authorization names; else whoever may create
 * instances of it, which is everybody unless authorizations say otherwise.
 */
export function mayStart(definition: DefinitionHead, person: Reader): boolean {
  if (person.administrator) return true;
  const { candidateStarterUsers: users = [], candidateStarterGroups: groups = [] } = definition;
  const rule = decisive(person, 'processDefinition', 'CREATE_INSTANCE', definition.key);
  const byName = rule?.of === 'user' || rule?.of === 'group';
  if (byName || (users.length === 0 && groups.length === 0)) return rule?.grants ?? false;
  return users.includes(person.person) || person.groups.some(group => groups.includes(group));
}

/** The part of every query for instances that says whose they must be: those granted, and those he started. */
export const visibleInstances = (person: Person): Filter => ({
  $and: [
    ofTenants(person),
    either(
      permitted(person, 'processDefinition', 'READ_INSTANCE', 'key'),
      permitted(person, 'processInstance', 'READ', 'id'),
      { startedBy: person.person },
    ),
  ],
});

/** What can be done with an instance → the permissions of which one is needed, on its definition and on itself. */
const onInstances = {
  change: ['UPDATE_INSTANCE', 'UPDATE'],
  suspend: ['SUSPEND_INSTANCE', 'SUSPEND'],
  cancel: ['DELETE_INSTANCE', 'DELETE'],
  setVariables: ['UPDATE_INSTANCE_VARIABLE', 'UPDATE_VARIABLE'],
  retry: ['RETRY_JOB', 'RETRY_JOB'],
} as const;

export type InstanceAction = keyof typeof onInstances;

/** What can be done with jobs, incidents and listeners of many instances → permissions on their definition, and on the instance. */
const onRows = {
  read: { ofDefinition: ['READ_INSTANCE'], ofInstance: ['READ'] },
  work: { ofDefinition: ['WORK', 'UPDATE_INSTANCE'], ofInstance: ['UPDATE'] },
} as const;

/** The part of a query for rows of many instances that says on which of them he may do this, in any tenant. */
function permittedRows(person: Person, action: keyof typeof onRows): Filter {
  const { ofDefinition, ofInstance } = onRows[action];
  return either(
    ...ofDefinition.map(permission => permitted(person, 'processDefinition', permission, 'definitionKey')),
    ...ofInstance.map(permission => permitted(person, 'processInstance', permission, 'instance')),
  );
}

/** Those that he may work on. */
export const workedOn = (person: Person): Filter => permittedRows(person, 'work');

/**
 * The part of a query for jobs or incidents that says which he may see, or work on. Throws Problem 403 where there can be none.
 */
export function rowsFor(person: Person, action: keyof typeof onRows): Filter {
  const filter = permittedRows(person, action);
  if (isNothing(filter)) throw forbidden(`this needs the permission ${onRows[action].ofDefinition[0]} on some process`);
  return { $and: [ofTenants(person), filter] };
}

/** May he do this with the instance? `UPDATE_INSTANCE` and `UPDATE` include all but the end of it. */
export function mayDo(person: Person, action: InstanceAction, { id, key }: Pick<Instance, 'id' | 'key'>): boolean {
  const [ofDefinition, ofInstance] = onInstances[action];
  const changes = action === 'cancel' ? [] : ([onInstances.change] as const);
  return [[ofDefinition, ofInstance] as const, ...changes].some(
    ([definition, instance]) =>
      may(person, 'processDefinition', definition, key) || may(person, 'processInstance', instance, id),
  );
}

/** The instance, if he may see it and do this with it. Throws Problem 404, 403. */
export async function instanceFor(store: Store, person: Person, action: InstanceAction, id: string): Promise<Instance> {
  const instance = await visibleInstance(store, person, id);
  if (mayDo(person, action, instance)) return instance;
  throw forbidden(`this needs the permission ${onInstances[action][0]} on process "${instance.key}"`);
}

/** The part of a query for tasks that names this person; closed ones count: who took part may look back. */
const takesPart = ({ person, groups }: Person): Filter => ({
  $or: [
    { assignee: person },
    { owner: person },
    { 'wait.answeredBy': person },
    { candidateUsers: person },
    { candidateGroups: { $in: groups } },
  ],
});

/** The instance, if this person may see it. Throws Problem 404. */
export async function visibleInstance(store: Store, person: Person, id: string): Promise<Instance> {
  const instance = await store.get<Instance>('instances', id);
  if (!instance || !person.tenants.includes(instance.tenant)) throw notFound(`instance "${id}"`);
  if (matches(visibleInstances(person), instance)) return instance;
  const tasks = await store.count('tasks', { $and: [{ instance: id }, takesPart(person)] }, 1);
  if (tasks === 0) throw notFound(`instance "${id}"`);
  return instance;
}
