/** Which instances a person may see: all of them to operate on, else those he started or has a task in. */

import type { Instance } from '../engine/core/types.js';
import type { Filter, Store } from '../engine/store/port.js';
import type { Person } from './auth/people.js';
import { notFound } from './problems.js';

/** Sees and repairs every instance of his tenants. */
export const operates = (person: Person) => person.administrator || person.rights.has('operate');

/** The part of every query for instances that says whose they must be. */
export function visibleInstances(person: Person): Filter {
  const tenants = { tenant: { $in: person.tenants } };
  return operates(person) ? tenants : { ...tenants, startedBy: person.person };
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
  if (operates(person) || instance.startedBy === person.person) return instance;
  const tasks = await store.count('tasks', { $and: [{ instance: id }, takesPart(person)] }, 1);
  if (tasks === 0) throw notFound(`instance "${id}"`);
  return instance;
}
