/** Who there is: people and groups, to show a name, to check that somebody exists, to offer whom to hand a task to. */

import type { Reader } from '../engine/contract.js';
import type { GroupDocument, UserDocument } from '../engine/store/documents.js';
import type { Store } from '../engine/store/port.js';

/** A person as others may see it: never the password. */
export type Person = Pick<UserDocument, 'id' | 'name' | 'email' | 'title' | 'groups' | 'administrator'>;

export interface Directory {
  person(id: string): Promise<Person | undefined>;
  /** Whether there is such a person among those of these tenants, and of none. */
  isAmong(id: string, tenants: string[]): Promise<boolean>;
  /** People of the tenants, by name. */
  people(tenants?: string[]): Promise<Person[]>;
  groups(tenants?: string[]): Promise<{ id: string; name: string }[]>;
  /** Names by id; an id that nobody has is its own name. */
  names(ids: Iterable<string | undefined>): Promise<Map<string, string>>;
  /** What a person may see, of the default tenant if no other is named. */
  reader(id: string, tenants?: string[]): Promise<Reader | undefined>;
}

/**
 * The directory over the stored users and groups.
 *
 *     const directory = createDirectory({ store });
 *     (await directory.person('mary'))?.groups; // ['leads']
 */
export function createDirectory({ store }: { store: Store }): Directory {
  const inTenants = (tenants: string[]) => ({ filter: { tenant: { $in: tenants } }, sort: { name: 1 } }) as const;

  async function person(id: string): Promise<Person | undefined> {
    const user = await store.get<UserDocument>('users', id);
    return user && withoutSecret(user);
  }

  return {
    person,

    async isAmong(id, tenants) {
      const user = await store.get<UserDocument>('users', id);
      if (!user) return false;
      const groups = await store.getMany<GroupDocument>('groups', user.groups);
      const own = [user, ...groups].flatMap(one => one.tenants ?? []);
      return own.length === 0 || own.some(tenant => tenants.includes(tenant));
    },

    async people(tenants = ['']) {
      return (await store.find<UserDocument>('users', inTenants(tenants))).map(withoutSecret);
    },

    async groups(tenants = ['']) {
      const groups = await store.find<GroupDocument>('groups', inTenants(tenants));
      return groups.map(({ id, name }) => ({ id, name }));
    },

    async names(ids) {
      const wanted = [...new Set(ids)].filter(id => id !== undefined);
      const users = await store.getMany<UserDocument>('users', wanted);
      const known = new Map(users.map(user => [user.id, user.name]));
      return new Map(wanted.map(id => [id, known.get(id) ?? id]));
    },

    async reader(id, tenants = ['']) {
      const found = await person(id);
      return found && { tenants, person: id, groups: found.groups, administrator: found.administrator };
    },
  };
}

function withoutSecret({ id, name, email, title, groups, administrator }: UserDocument): Person {
  return { id, name, email, title, groups, administrator };
}
