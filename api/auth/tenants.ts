/** Tenants and who belongs to them: users by themselves, and by their groups. */

import { DuplicateKey, NotFound } from '../../engine/contract.js';
import { FORMAT, type TenantDocument } from '../../engine/store/documents.js';
import type { Filter, Query, Store } from '../../engine/store/port.js';
import { revise } from '../revisions.js';
import type { Changed } from './changed.js';
import { endMemberships, type Membership, membersOf, setMembership } from './memberships.js';

/** What can belong to a tenant. */
export type MemberKind = 'users' | 'groups';

export interface Tenants {
  get(id: string): Promise<TenantDocument | undefined>;
  find(query: Query): Promise<TenantDocument[]>;
  count(filter: Filter): Promise<number>;
  /** Ids of all tenants, without the default one. */
  all(): Promise<string[]>;
  /** Throws DuplicateKey. */
  create(tenant: { id: string; name: string }): Promise<TenantDocument>;
  /** `revision`: what the asker has read. Throws NotFound, Problem 412. */
  update(id: string, change: { name: string }, revision?: number): Promise<TenantDocument>;
  /** Ends its memberships, too; what lies in it stays. Throws NotFound. */
  remove(id: string): Promise<void>;
  /** Ids of the users or groups that belong to it. */
  members(id: string, kind: MemberKind): Promise<string[]>;
  /** Throws NotFound for an unknown tenant, user or group. */
  setMember(id: string, kind: MemberKind, member: string, belongs: boolean): Promise<void>;
}

export function createTenants(store: Store, identityChanged: Changed): Tenants {
  const get = (id: string) => store.get<TenantDocument>('tenants', id);

  const noTenant = (id: string) => new NotFound(`tenant "${id}" does not exist`);

  async function existing(id: string): Promise<TenantDocument> {
    const found = await get(id);
    if (!found) throw noTenant(id);
    return found;
  }

  const membershipIn = (id: string, kind: MemberKind): Membership => ({ kind, list: 'tenants', id });

  return {
    get,
    find: query => store.find<TenantDocument>('tenants', query),
    count: filter => store.count('tenants', filter),
    all: async () => (await store.find<TenantDocument>('tenants', { sort: { id: 1 } })).map(({ id }) => id),
    async create({ id, name }) {
      const document: TenantDocument = { id, tenant: '', format: FORMAT, name };
      if (!(await store.insert('tenants', document))) throw new DuplicateKey(`tenant "${id}" exists already`);
      identityChanged.tell();
      return document;
    },
    async update(id, { name }, revision) {
      const changed = await revise<TenantDocument>(store, 'tenants', id, { set: { name } }, revision);
      return changed ?? existing(id);
    },
    async remove(id) {
      await existing(id);
      const endAll = async () => {
        for (const kind of ['users', 'groups'] as const) await endMemberships(store, membershipIn(id, kind));
      };
      await endAll();
      await store.remove('tenants', { id }, 1);
      // Those who were let in meanwhile.
      await endAll();
      identityChanged.tell();
    },
    members: async (id, kind) => (await membersOf(store, membershipIn(id, kind))).map(member => member.id),
    async setMember(id, kind, member, belongs) {
      await existing(id);
      if (!(await store.get(kind, member))) throw new NotFound(`there is no "${member}" among the ${kind}`);
      await setMembership(store, membershipIn(id, kind), member, belongs);
      // Removed meanwhile: whoever removed it may have looked for its members before this one was in.
      const isGone = belongs && !(await get(id));
      if (isGone) await setMembership(store, membershipIn(id, kind), member, false);
      identityChanged.tell();
      if (isGone) throw noTenant(id);
    },
  };
}
