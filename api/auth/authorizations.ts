/** Authorizations: create, change, find, remove; and what they say about one person, as rules in the order of decision. */

import { randomUUID } from 'node:crypto';
import { NotFound, type Rule } from '../../engine/contract.js';
import { type AuthorizationDocument, FORMAT, type GroupDocument } from '../../engine/store/documents.js';
import type { Filter, Query, Store } from '../../engine/store/port.js';
import { every, inOrder } from '../../tasklist/permissions.js';
import { isResource, resources } from '../../tasklist/resources.js';
import { badInput, type Complaint } from '../problems.js';
import { revise } from '../revisions.js';
import { bundles, everybody, rulesOf } from './bundles.js';
import type { Changed } from './changed.js';

export interface AuthorizationOptions {
  store: Store;
  identityChanged: Changed;
}

export type NewAuthorization = Omit<AuthorizationDocument, 'id' | 'tenant' | 'format' | 'rev'>;

export interface Authorizations {
  get(id: string): Promise<AuthorizationDocument | undefined>;
  find(query: Query): Promise<AuthorizationDocument[]>;
  count(filter: Filter): Promise<number>;
  /** Throws Problem 400 where the parts do not fit together. */
  create(authorization: NewAuthorization): Promise<AuthorizationDocument>;
  /** Replaces all but the type. `revision`: what the asker has read. Throws NotFound, Problem 400, 412. */
  update(id: string, authorization: Omit<NewAuthorization, 'type'>, revision?: number): Promise<AuthorizationDocument>;
  /** Throws NotFound. */
  remove(id: string): Promise<void>;
  /** Removes all of a user, a group or a document that is gone. */
  forget(of: { user: string } | { group: string } | { resource: string; resourceId: string }): Promise<void>;
  /** What holds for a person with these groups. */
  rules(person: string, groups: GroupDocument[]): Promise<ReadonlyMap<string, readonly Rule[]>>;
}

/** `told` says that what somebody may has changed. */
export function createAuthorizations({ store, identityChanged }: AuthorizationOptions): Authorizations {
  const changed = identityChanged.tell;
  const get = (id: string) => store.get<AuthorizationDocument>('authorizations', id);
  const missing = (id: string) => new NotFound(`authorization "${id}" does not exist`);

  function refuseWrong(authorization: NewAuthorization): void {
    const wrong = complaintsAbout(authorization);
    if (wrong.length > 0) throw badInput(wrong);
  }

  return {
    get,
    find: query => store.find<AuthorizationDocument>('authorizations', query),
    count: filter => store.count('authorizations', filter),
    async create(authorization) {
      refuseWrong(authorization);
      const document: AuthorizationDocument = { id: randomUUID(), tenant: '', format: FORMAT, ...authorization };
      await store.insert('authorizations', document);
      changed();
      return document;
    },
    async update(id, { user, group, ...others }, revision) {
      const before = await get(id);
      if (!before) throw missing(id);
      const who = { ...(user !== undefined && { user }), ...(group !== undefined && { group }) };
      refuseWrong({ type: before.type, ...who, ...others });
      const unset = ['user', 'group'].filter(field => !Object.hasOwn(who, field));
      const change = { set: { ...who, ...others }, unset };
      const after = await revise<AuthorizationDocument>(store, 'authorizations', id, change, revision);
      if (!after) throw missing(id);
      changed();
      return after;
    },
    async remove(id) {
      if ((await store.remove('authorizations', { id }, 1)) === 0) throw missing(id);
      changed();
    },
    async forget(of) {
      if ((await store.remove('authorizations', { ...of }, 100_000)) > 0) changed();
    },
    async rules(person, groups) {
      const documents = await store.find<AuthorizationDocument>('authorizations', {
        filter: { $or: [{ user: person }, { group: { $in: groups.map(group => group.id) } }, { type: 'global' }] },
      });
      return byResource(documents, groups);
    },
  };
}

/** The rules of documents and groups, and the default where no global authorization replaces it. */
function byResource(documents: AuthorizationDocument[], groups: GroupDocument[]): Map<string, Rule[]> {
  const replaced = new Set(
    documents.flatMap(({ type, resource, resourceId }) =>
      type === 'global' && resourceId === every ? [resource] : [],
    ),
  );
  const rules: [string, Rule][] = [
    ...documents.map((document): [string, Rule] => [document.resource, ruleOf(document)]),
    ...groups.flatMap(group => (group.rights ?? []).flatMap(right => rulesOf(bundles[right], 'group'))),
    ...rulesOf(everybody, 'default').filter(([resource]) => !replaced.has(resource)),
  ];
  const sorted = new Map<string, Rule[]>();
  for (const [resource, rule] of rules) {
    const known = sorted.get(resource);
    if (known) known.push(rule);
    else sorted.set(resource, [rule]);
  }
  return new Map([...sorted].map(([resource, some]) => [resource, inOrder(some)]));
}

function ruleOf({ type, user, resourceId, permissions }: AuthorizationDocument): Rule {
  const of = type === 'global' ? 'everybody' : user === undefined ? 'group' : 'user';
  return { id: resourceId, permissions, grants: type !== 'revoke', of };
}

/** What does not fit together, in sentences. */
function complaintsAbout({ type, user, group, resource, permissions }: NewAuthorization): Complaint[] {
  const wrong: Complaint[] = [];
  const named = [user, group].filter(one => one !== undefined).length;
  if (type === 'global' && (group !== undefined || (user ?? every) !== every))
    wrong.push({ path: 'body.type', value: type, reason: 'is for everybody: name no user and no group' });
  if (type !== 'global' && named !== 1)
    wrong.push({ path: 'body.type', value: type, reason: 'needs either a user or a group' });
  if (!isResource(resource))
    wrong.push({
      path: 'body.resource',
      value: resource,
      reason: `is no resource; there are ${Object.keys(resources).join(', ')}`,
    });
  else {
    const known = ['ALL', 'NONE', ...resources[resource].permissions];
    const reason = `is no permission on ${resource}; there are ${known.join(', ')}`;
    for (const value of permissions)
      if (!known.includes(value)) wrong.push({ path: 'body.permissions', value, reason: `"${value}" ${reason}` });
  }
  return wrong;
}
