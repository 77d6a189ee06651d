/** What the audit tells of a change of users, groups, tenants and authorizations: the document as it was, and as it became. */

import type { Request } from 'express';
import type { CollectionName, Document, Store } from '../../engine/store/port.js';

/** Resource of the path → where its documents lie. */
const collections: Record<string, CollectionName> = {
  user: 'users',
  group: 'groups',
  tenant: 'tenants',
  authorization: 'authorizations',
};

/** The document that a request is about; of a membership the member. Undefined: another resource, or not there. */
export async function stateOf(store: Store, { path, params, body }: Request): Promise<Document | undefined> {
  const resource = path.split('/').find(part => Object.hasOwn(collections, part));
  if (resource === undefined) return undefined;
  const { userId, groupId, id } = params as Record<string, string>;
  const { id: created, profile } = (body ?? {}) as { id?: unknown; profile?: { id?: unknown } };
  const [kind, name] =
    userId !== undefined
      ? (['user', userId] as const)
      : groupId !== undefined
        ? (['group', groupId] as const)
        : ([resource, id ?? created ?? profile?.id] as const);
  return typeof name === 'string' ? store.get(collections[kind]!, name) : undefined;
}
