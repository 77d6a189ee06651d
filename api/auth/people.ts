/** Users and groups: who they are and what they may. */

import { DuplicateKey, type Reader } from '../../engine/contract.js';
import { FORMAT, type GroupDocument, type UserDocument } from '../../engine/store/documents.js';
import type { Store } from '../../engine/store/port.js';
import type { Right } from './documents.js';
import { hashPassword } from './passwords.js';

/** Somebody who is signed in. */
export interface Person extends Reader {
  name: string;
  rights: ReadonlySet<Right>;
}

export interface NewUser {
  id: string;
  name: string;
  email?: string;
  title?: string;
  password?: string;
  groups?: string[];
  administrator?: boolean;
}

export interface People {
  user(id: string): Promise<UserDocument | undefined>;
  /** The user with the rights of the groups; undefined when there is none (any more). */
  person(id: string): Promise<Person | undefined>;
  /** Throws DuplicateKey when the id is taken. */
  createUser(user: NewUser): Promise<UserDocument>;
  createGroup(group: { id: string; name: string; rights?: Right[] }): Promise<GroupDocument>;
  setPassword(id: string, password: string): Promise<void>;
  hasAdministrator(): Promise<boolean>;
}

export function createPeople(store: Store): People {
  const user = (id: string) => store.get<UserDocument>('users', id);

  return {
    user,
    async person(id) {
      const found = await user(id);
      if (!found) return undefined;
      const groups = await store.getMany<GroupDocument>('groups', found.groups);
      return {
        person: found.id,
        name: found.name,
        tenants: [found.tenant],
        groups: found.groups,
        administrator: found.administrator,
        rights: new Set(groups.flatMap(group => group.rights ?? [])),
      };
    },
    async createUser({ id, name, email, title, password, groups = [], administrator = false }) {
      const document: UserDocument = {
        id,
        tenant: '',
        format: FORMAT,
        name,
        ...(email === undefined ? {} : { email }),
        ...(title === undefined ? {} : { title }),
        ...(password === undefined ? {} : { password: await hashPassword(password) }),
        groups,
        administrator,
      };
      if (!(await store.insert('users', document))) throw new DuplicateKey(`user "${id}" exists already`);
      return document;
    },
    async createGroup({ id, name, rights = [] }) {
      const document: GroupDocument = { id, tenant: '', format: FORMAT, name, rights };
      if (!(await store.insert('groups', document))) throw new DuplicateKey(`group "${id}" exists already`);
      return document;
    },
    async setPassword(id, password) {
      await store.patch('users', id, {}, { set: { password: await hashPassword(password) } });
    },
    hasAdministrator: async () => (await store.count('users', { administrator: true }, 1)) > 0,
  };
}
