/** The collections and their indexes: a line for each way in which something is looked up. */

import type { CollectionName, Index } from './port.js';

const open = { 'wait.state': 'open' };
const purged = { name: 'purged', paths: ['wait.answeredAt'], sparse: true };
/** Documents with large values in blobs; see `large.ts`. */
const parted = { name: 'parted', paths: ['blobs.0'], sparse: true };
const byInstance = { name: 'instance', paths: ['instance'] };

/** Indexes per collection; both adapters make them when they open. `id` needs none. */
export const collections: Record<CollectionName, Index[]> = {
  definitions: [
    { name: 'version', paths: ['tenant', 'key', 'version'], unique: true },
    { name: 'latest', paths: ['key', 'tenant'], where: { latest: true } },
    { name: 'key', paths: ['key', '-version'] },
    { name: 'deployment', paths: ['deployment'] },
    { name: 'versionTag', paths: ['versionTag'], sparse: true },
    parted,
  ],
  deployments: [
    { name: 'at', paths: ['at'] },
    { name: 'name', paths: ['name', 'at'] },
    { name: 'pending', paths: ['pending'], sparse: true },
  ],
  instances: [
    { name: 'started', paths: ['startedAt'] },
    { name: 'state', paths: ['state', 'startedAt'] },
    { name: 'key', paths: ['key', 'state', 'startedAt'] },
    { name: 'definition', paths: ['definition', 'state', 'startedAt'] },
    { name: 'businessKey', paths: ['businessKey', 'tenant'], sparse: true },
    { name: 'parent', paths: ['parent.instance'], sparse: true },
    { name: 'starter', paths: ['startedBy', 'startedAt'], sparse: true },
    { name: 'unsettled', paths: ['outbox.0.id'], sparse: true },
    parted,
  ],
  chunks: [{ name: 'body', paths: ['instance', 'body', 'number'] }, parted],
  tasks: [
    { name: 'assignee', paths: ['assignee', 'due', 'createdAt'], where: open },
    { name: 'owner', paths: ['owner', 'due'], where: open, sparse: true },
    { name: 'candidateUsers', array: 'candidateUsers', paths: ['due'], where: open },
    { name: 'candidateGroups', array: 'candidateGroups', paths: ['due'], where: open },
    { name: 'due', paths: ['due', 'createdAt'], where: open },
    { name: 'followUp', paths: ['followUp', 'createdAt'], where: open, sparse: true },
    { name: 'created', paths: ['createdAt'], where: open },
    { name: 'priority', paths: ['-priority', 'createdAt'], where: open },
    { name: 'definitionKey', paths: ['definitionKey', 'due'], where: open },
    { name: 'name', paths: ['name'], where: open },
    { name: 'element', paths: ['element'], where: open },
    { name: 'parent', paths: ['parent'], sparse: true },
    { name: 'linkedUsers', array: 'linkedUsers', paths: [], where: open },
    { name: 'businessKey', paths: ['businessKey'], sparse: true },
    { name: 'completing', paths: ['completing.at'], where: open, sparse: true },
    { name: 'answeredBy', paths: ['wait.answeredBy', 'wait.answeredAt'], sparse: true },
    { name: 'closed', paths: ['wait.answeredAt'] },
    { name: 'ever', paths: ['createdAt'] },
    byInstance,
  ],
  jobs: [
    { name: 'due', paths: ['kind', 'due'], where: open },
    { name: 'topic', paths: ['topic', '-priority', 'due'], where: open, sparse: true },
    { name: 'locked', paths: ['lockedUntil'], where: open, sparse: true },
    { name: 'definition', paths: ['definition', 'kind'], where: open },
    { name: 'jobDefinition', paths: ['jobDefinition'], where: open, sparse: true },
    byInstance,
    purged,
  ],
  subscriptions: [
    { name: 'name', paths: ['name', 'kind', 'tenant', 'key'], where: open },
    { name: 'businessKey', paths: ['businessKey', 'name'], where: open, sparse: true },
    { name: 'hashes', array: 'hashes', paths: ['kind', 'name'], where: open },
    { name: 'definition', paths: ['definition', 'kind'], where: open },
    { name: 'condition', paths: ['tenant'], where: { ...open, kind: 'condition' } },
    byInstance,
    purged,
  ],
  history: [
    { name: 'instance', paths: ['instance', 'seq'] },
    { name: 'unfolded', paths: ['at', 'seq'], where: { unfolded: 1 } },
    parted,
  ],
  runs: [
    { name: 'started', paths: ['startedAt'] },
    { name: 'ended', paths: ['endedAt'], sparse: true },
    { name: 'state', paths: ['state', 'startedAt'] },
    { name: 'key', paths: ['definitionKey', 'startedAt'] },
    { name: 'definition', paths: ['definition', 'startedAt'] },
    { name: 'businessKey', paths: ['businessKey'], sparse: true },
    { name: 'parent', paths: ['parent'], sparse: true },
    { name: 'root', paths: ['root'] },
    { name: 'starter', paths: ['startedBy', 'startedAt'], sparse: true },
    { name: 'removal', paths: ['removalAt'], sparse: true },
  ],
  activities: [
    { name: 'instance', paths: ['instance', 'startedAt'] },
    { name: 'started', paths: ['startedAt'] },
    { name: 'definition', paths: ['definition', 'startedAt'] },
    { name: 'element', paths: ['element', 'startedAt'] },
    { name: 'active', paths: ['definition', 'element'], where: { state: 'active' } },
    { name: 'wait', paths: ['wait'], sparse: true },
  ],
  variables: [
    { name: 'instance', paths: ['instance', 'name'] },
    { name: 'hash', paths: ['hash'], sparse: true },
    { name: 'name', paths: ['name', 'definition'] },
    parted,
  ],
  details: [{ name: 'instance', paths: ['instance', 'at'] }, { name: 'at', paths: ['at'] }, parted],
  jobLog: [
    { name: 'instance', paths: ['instance', 'at'] },
    { name: 'at', paths: ['at'] },
  ],
  linkLog: [
    { name: 'instance', paths: ['instance', 'at'] },
    { name: 'at', paths: ['at'] },
  ],
  operations: [
    { name: 'instance', paths: ['instance', 'at'] },
    { name: 'by', paths: ['by', 'at'] },
    { name: 'at', paths: ['at'] },
  ],
  statistics: [
    { name: 'definition', paths: ['definition', 'hour'] },
    { name: 'key', paths: ['definitionKey', 'hour'] },
  ],
  incidents: [
    { name: 'at', paths: ['state', 'at'] },
    { name: 'ever', paths: ['at'] },
    { name: 'key', paths: ['definitionKey', 'state', 'at'] },
    { name: 'definition', paths: ['definition', 'state', 'element'] },
    byInstance,
  ],
  keys: [{ name: 'expires', paths: ['expiresAt'], sparse: true }],
  messages: [
    { name: 'stored', paths: ['name', 'tenant', 'key', 'at'], where: { state: 'stored' } },
    { name: 'expires', paths: ['expiresAt'] },
    { name: 'wait', paths: ['wait'], sparse: true },
    { name: 'given', paths: ['givenAt'], where: { state: 'given' } },
    parted,
  ],
  signals: [{ name: 'at', paths: ['at'] }, parted],
  comments: [{ name: 'task', paths: ['task', 'at'] }, byInstance],
  attachments: [{ name: 'task', paths: ['task', 'at'] }, byInstance],
  drafts: [{ name: 'task', paths: ['task'] }, parted],
  filters: [
    { name: 'owner', paths: ['owner', 'name'] },
    { name: 'name', paths: ['name'] },
  ],
  users: [
    { name: 'name', paths: ['name'] },
    { name: 'groups', array: 'groups', paths: [] },
    { name: 'tenants', array: 'tenants', paths: [] },
    { name: 'subject', paths: ['subject'], unique: true, sparse: true },
    { name: 'email', paths: ['email'], sparse: true },
  ],
  groups: [
    { name: 'name', paths: ['name'] },
    { name: 'tenants', array: 'tenants', paths: [] },
  ],
  tenants: [{ name: 'name', paths: ['name'] }],
  authorizations: [
    { name: 'user', paths: ['user'], sparse: true },
    { name: 'group', paths: ['group'], sparse: true },
    { name: 'type', paths: ['type'] },
    { name: 'resource', paths: ['resource', 'resourceId'] },
  ],
  tokens: [
    { name: 'user', paths: ['user'] },
    { name: 'expires', paths: ['expiresAt'], sparse: true },
  ],
  sessions: [
    { name: 'user', paths: ['user'] },
    { name: 'expires', paths: ['expiresAt'], sparse: true },
  ],
  audit: [
    { name: 'at', paths: ['at'] },
    { name: 'number', paths: ['number'], sparse: true, unique: true },
    { name: 'subject', paths: ['subject', 'number'], sparse: true },
    { name: 'by', paths: ['by', 'at'] },
  ],
  workers: [
    { name: 'topic', paths: ['topic', 'seenAt'] },
    { name: 'seen', paths: ['seenAt'] },
  ],
  webhooks: [{ name: 'name', paths: ['name'] }],
  deliveries: [
    { name: 'due', paths: ['state', 'due'] },
    { name: 'webhook', paths: ['webhook', 'state', 'due'] },
    { name: 'at', paths: ['webhook', 'at'] },
    { name: 'purged', paths: ['state', 'at'] },
  ],
  agenda: [
    { name: 'next', paths: ['name', 'nextRunAt'] },
    { name: 'locked', paths: ['lockedAt'], sparse: true },
  ],
  nodes: [{ name: 'seen', paths: ['seenAt'] }],
  meta: [],
};
