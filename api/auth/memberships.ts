/** Memberships: ids in the lists of users and groups, of which one comes or goes while others do beside it. */

import type { Document, Store } from '../../engine/store/port.js';
import { reviseBy } from '../revisions.js';

/** Whose list it is, which list, and the group or tenant that stands in it. */
export interface Membership {
  kind: 'users' | 'groups';
  list: 'groups' | 'tenants';
  id: string;
}

type Member = Document & { groups?: string[]; tenants?: string[] };

/**
 * Lets a member in or out; who is gone, in or out already is passed over.
 *
 * @example await setMembership(store, { kind: 'users', list: 'groups', id: 'clerks' }, 'ada', false)
 */
export async function setMembership(
  store: Store,
  { kind, list, id }: Membership,
  member: string,
  belongs: boolean,
): Promise<void> {
  await reviseBy<Member>(store, kind, member, found => {
    const before = found[list] ?? [];
    if (before.includes(id) === belongs) return undefined;
    const after = belongs ? [...before, id] : before.filter(one => one !== id);
    // Who belongs to no tenant has no such field: that is what queries ask.
    return list === 'tenants' && after.length === 0 ? { unset: [list] } : { set: { [list]: after } };
  });
}

export const membersOf = (store: Store, { kind, list, id }: Membership): Promise<Member[]> =>
  store.find<Member>(kind, { filter: { [list]: id }, sort: { id: 1 } });

/** Takes all out. */
export async function endMemberships(store: Store, membership: Membership): Promise<void> {
  for (const { id } of await membersOf(store, membership)) await setMembership(store, membership, id, false);
}
