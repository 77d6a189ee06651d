/** Users and groups: who they are and what they may. */

import { DuplicateKey, NotFound, type Reader } from '../../engine/contract.js';
import { FORMAT, type GroupDocument, type UserDocument } from '../../engine/store/documents.js';
import type { Change, Filter, Query, Store } from '../../engine/store/port.js';
import { revise, reviseBy } from '../revisions.js';
import type { Authorizations } from './authorizations.js';
import { createBriefMemory } from './briefly.js';
import type { Changed } from './changed.js';
import type { Right } from './documents.js';
import { endMemberships, type Membership, setMembership } from './memberships.js';
import { type Cost, hashPassword } from './passwords.js';
import { either, permitted } from './permissions.js';
import type { Tenants } from './tenants.js';

/** Somebody who is signed in. */
export interface Person extends Reader {
  name: string;
  rights: ReadonlySet<Right>;
}

export interface NewUser {
  id: string;
  name: string;
  firstName?: string;
  lastName?: string;
  email?: string;
  /** The e-mail, where an administrator gives it. */
  confirmedEmail?: string;
  title?: string;
  /** Issuer and subject at the OpenID provider. */
  subject?: string;
  password?: string;
  groups?: string[];
  tenants?: string[];
  administrator?: boolean;
}

export interface NewGroup {
  id: string;
  name: string;
  type?: string;
  rights?: Right[];
  tenants?: string[];
}

/** Whether the user is a person who signs in; else it is a program, or nobody has come yet. */
export const signsIn = ({ password, subject }: UserDocument): boolean =>
  password !== undefined || subject !== undefined;

/** What can be changed of a user beside the password; null takes it away. */
export type UserChange = Partial<
  Pick<UserDocument, 'name' | 'groups' | 'tenants' | 'administrator' | 'disabled' | 'subject' | 'providerGroups'> & {
    firstName: string | null;
    lastName: string | null;
    email: string | null;
    confirmedEmail: string | null;
    title: string | null;
  }
>;

export type GroupChange = Partial<Pick<GroupDocument, 'name' | 'rights' | 'tenants'> & { type: string | null }>;

export interface People {
  user(id: string): Promise<UserDocument | undefined>;
  /** The user with what he may; undefined when there is none (any more), or it is disabled. */
  person(id: string): Promise<Person | undefined>;
  /** The part of a query for users that says whom the reader may see: those of his tenants, and of none. */
  visibleUsers(reader: Reader): Promise<Filter>;
  findUsers(query: Query): Promise<UserDocument[]>;
  countUsers(filter: Filter): Promise<number>;
  /** Throws DuplicateKey when the id is taken. */
  createUser(user: NewUser): Promise<UserDocument>;
  /** `revision`: what the asker has read. Throws NotFound, Problem 412. */
  changeUser(id: string, change: UserChange, revision?: number): Promise<UserDocument>;
  /**
   * Changes a user by what stands there, whoever else changes it meanwhile; answers both, undefined when there is nothing
   * to change.
   */
  changeUserBy(
    id: string,
    changeOf: (user: UserDocument) => UserChange | undefined,
  ): Promise<{ before: UserDocument; after: UserDocument } | undefined>;
  /** With the authorizations of the user. Throws NotFound. */
  removeUser(id: string): Promise<void>;
  group(id: string): Promise<GroupDocument | undefined>;
  visibleGroups(reader: Reader): Filter;
  findGroups(query: Query): Promise<GroupDocument[]>;
  countGroups(filter: Filter): Promise<number>;
  /** Throws DuplicateKey when the id is taken. */
  createGroup(group: NewGroup): Promise<GroupDocument>;
  /** Throws as changeUser. */
  changeGroup(id: string, change: GroupChange, revision?: number): Promise<GroupDocument>;
  /** With its memberships and authorizations. Throws NotFound. */
  removeGroup(id: string): Promise<void>;
  /** Throws NotFound for an unknown user or group. */
  setMember(group: string, user: string, belongs: boolean): Promise<void>;
  setPassword(id: string, password: string, cost?: Cost): Promise<void>;
  hasAdministrator(): Promise<boolean>;
  /** Whether nobody else is a working administrator. */
  isLastAdministrator(id: string): Promise<boolean>;
}

export interface PeopleOptions {
  store: Store;
  authorizations: Authorizations;
  tenants: Tenants;
  identityChanged: Changed;
}

export function createPeople({ store, authorizations, tenants, identityChanged }: PeopleOptions): People {
  const user = (id: string) => store.get<UserDocument>('users', id);
  const group = (id: string) => store.get<GroupDocument>('groups', id);
  const noUser = (id: string) => new NotFound(`user "${id}" does not exist`);
  const noGroup = (id: string) => new NotFound(`group "${id}" does not exist`);
  const membershipIn = (id: string): Membership => ({ kind: 'users', list: 'groups', id });

  /** Memberships first, so that the first one is where a person works; what has no tenant is for everybody. */
  async function tenantsOf({ administrator, tenants: own = [] }: UserDocument, groups: GroupDocument[]) {
    if (administrator) return ['', ...(await tenants.all())];
    return [...new Set([...own, ...groups.flatMap(one => one.tenants ?? []), ''])];
  }

  async function change<T extends UserDocument | GroupDocument>(
    collection: 'users' | 'groups',
    id: string,
    values: UserChange | GroupChange,
    revision?: number,
  ): Promise<T | undefined> {
    const changed = await revise<T>(store, collection, id, changeOf(values), revision);
    if (changed) identityChanged.tell();
    return changed;
  }

  async function person(id: string): Promise<Person | undefined> {
    const found = await user(id);
    if (!found || found.disabled) return undefined;
    const groups = await store.getMany<GroupDocument>('groups', found.groups);
    return {
      person: found.id,
      name: found.name,
      tenants: await tenantsOf(found, groups),
      groups: found.groups,
      administrator: found.administrator,
      rights: new Set(groups.flatMap(one => one.rights ?? [])),
      rules: await authorizations.rules(found.id, groups),
    };
  }

  const known = createBriefMemory(person);
  identityChanged.listen(known.forgetAll);

  return {
    user,
    person: known.of,
    async visibleUsers(reader) {
      const permittedOnes = permitted(reader, 'user', 'READ', 'id');
      if (reader.administrator) return permittedOnes;
      const bound = await store.find<GroupDocument>('groups', { filter: { tenants: { $exists: true } } });
      const isMine = ({ tenants: some = [] }: GroupDocument) => some.some(one => reader.tenants.includes(one));
      const idsOf = (some: GroupDocument[]) => some.map(one => one.id);
      const together = either(
        { tenants: { $in: reader.tenants } },
        { groups: { $in: idsOf(bound.filter(isMine)) } },
        { $and: [{ tenants: { $exists: false } }, { groups: { $nin: idsOf(bound) } }] },
      );
      return { $and: [permittedOnes, together] };
    },
    findUsers: query => store.find<UserDocument>('users', query),
    countUsers: filter => store.count('users', filter),
    async createUser({ id, password, groups = [], administrator = false, ...said }) {
      const document: UserDocument = {
        id,
        tenant: '',
        format: FORMAT,
        ...given({ ...said, tenants: isEmpty(said.tenants) ? undefined : said.tenants }),
        name: said.name,
        ...(password === undefined ? {} : { password: await hashPassword(password) }),
        groups,
        administrator,
      };
      if (!(await store.insert('users', document))) throw new DuplicateKey(`user "${id}" exists already`);
      identityChanged.tell();
      return document;
    },
    async changeUser(id, values, revision) {
      const changed = await change<UserDocument>('users', id, values, revision);
      if (!changed) throw noUser(id);
      return changed;
    },
    async changeUserBy(id, changeBy) {
      const changed = await reviseBy<UserDocument>(store, 'users', id, found => {
        const values = changeBy(found);
        return values && changeOf(values);
      });
      if (changed) identityChanged.tell();
      return changed;
    },
    async removeUser(id) {
      if ((await store.remove('users', { id }, 1)) === 0) throw noUser(id);
      await authorizations.forget({ user: id });
      identityChanged.tell();
    },
    group,
    visibleGroups: reader => ({
      $and: [
        permitted(reader, 'group', 'READ', 'id'),
        reader.administrator ? {} : { $or: [{ tenants: { $in: reader.tenants } }, { tenants: { $exists: false } }] },
      ],
    }),
    findGroups: query => store.find<GroupDocument>('groups', query),
    countGroups: filter => store.count('groups', filter),
    async createGroup({ id, rights = [], ...others }) {
      const said = { ...others, tenants: isEmpty(others.tenants) ? undefined : others.tenants };
      const document: GroupDocument = { id, tenant: '', format: FORMAT, ...given(said), name: said.name, rights };
      if (!(await store.insert('groups', document))) throw new DuplicateKey(`group "${id}" exists already`);
      identityChanged.tell();
      return document;
    },
    async changeGroup(id, values, revision) {
      const changed = await change<GroupDocument>('groups', id, values, revision);
      if (!changed) throw noGroup(id);
      return changed;
    },
    async removeGroup(id) {
      if ((await store.remove('groups', { id }, 1)) === 0) throw noGroup(id);
      await endMemberships(store, membershipIn(id));
      await authorizations.forget({ group: id });
      identityChanged.tell();
    },
    async setMember(id, member, belongs) {
      const [found, of] = await Promise.all([user(member), group(id)]);
      if (!found) throw noUser(member);
      if (!of) throw noGroup(id);
      await setMembership(store, membershipIn(id), member, belongs);
      // Removed meanwhile: whoever removed it may have looked for its members before this one was in.
      const isGone = belongs && !(await group(id));
      if (isGone) await setMembership(store, membershipIn(id), member, false);
      identityChanged.tell();
      if (isGone) throw noGroup(id);
    },
    async setPassword(id, password, cost) {
      await store.patch('users', id, {}, { set: { password: await hashPassword(password, cost) } });
      identityChanged.tell();
    },
    hasAdministrator: async () => (await store.count('users', { administrator: true }, 1)) > 0,
    async isLastAdministrator(id) {
      const others = { administrator: true, disabled: null, id: { $ne: id } };
      const [found, left] = await Promise.all([user(id), store.count('users', others, 1)]);
      return found?.administrator === true && !found.disabled && left === 0;
    },
  };
}

/**
 * What an administrator makes of an e-mail by changing it: he stands for whose it is. What others write, or was there
 * before, is anybody's word.
 *
 * @example await people.changeUser(id, { ...body, ...confirmedBy(person, body.email, before.email) })
 */
export const confirmedBy = <T extends string | null>(
  { administrator }: Person,
  email: T | undefined,
  before?: string,
): { confirmedEmail?: T } =>
  administrator && email !== undefined && email !== before ? { confirmedEmail: email } : {};

/** Without what was not given: documents hold no undefined. */
const given = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;

/** What is null, false or of no tenant goes; what is undefined stays. */
function changeOf(values: UserChange | GroupChange): Change {
  const entries = Object.entries(given(values));
  const goes = ([name, value]: [string, unknown]) =>
    value === null || (name === 'disabled' && value === false) || (name === 'tenants' && isEmpty(value));
  return {
    set: Object.fromEntries(entries.filter(entry => !goes(entry))),
    unset: entries.filter(goes).map(([name]) => name),
  };
}

const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0;
