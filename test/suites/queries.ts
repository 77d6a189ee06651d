/** The queries that the services run, one line each: every one must find its way by an index. */
import type { CollectionName, Query } from '../../engine/store/port.js';

export interface DeclaredQuery extends Query {
  collection: CollectionName;
  /** The index gives the order: a first page costs the same however many documents match. */
  inOrder?: true;
  /** Name of the index that it goes by, where another one would do, too, but not as well. */
  by?: string;
}

const open = { 'wait.state': 'open' };
const due = { due: 1, createdAt: 1 } as const;
const pool = { candidateGroups: { $in: ['sales', 'lead'] } };
const own = {
  $or: [{ assignee: 'ann' }, { owner: 'ann' }, { 'wait.answeredBy': 'ann' }, { candidateUsers: 'ann' }, pool],
};
const free = { $or: [{ lockedUntil: null }, { lockedUntil: { $lte: 9 } }] };
const isDue = { $or: [{ due: { $lte: 9 } }, { due: null }] };
const work = {
  $and: [{ topic: 'pay', ...open, retries: { $gt: 0 }, suspended: { $ne: true } }, free, isDue, { asideUntil: null }],
};
const listener = { tenant: '', kind: 'message', name: 'paid', ...open, startEvent: null };
const tenants = { tenant: { $in: [''] } };

export const declaredQueries: Record<string, DeclaredQuery> = {
  'my tasks by due date': {
    collection: 'tasks',
    filter: { ...open, assignee: 'ann' },
    sort: due,
    limit: 20,
    inOrder: true,
  },
  'my tasks that are late': {
    collection: 'tasks',
    filter: { ...open, assignee: 'ann', due: { $lt: 9 } },
    sort: due,
    inOrder: true,
  },
  'the pool of my groups': {
    collection: 'tasks',
    filter: { $and: [open, { assignee: null }, pool] },
    sort: due,
    limit: 20,
  },
  'tasks for me as candidate': { collection: 'tasks', filter: { ...open, candidateUsers: 'ann' }, limit: 20 },
  'everything that I may see': { collection: 'tasks', filter: { $and: [open, own, tenants] }, sort: due, limit: 20 },
  'all open tasks by due date': {
    collection: 'tasks',
    filter: { ...open, due: { $exists: true } },
    sort: due,
    limit: 20,
    inOrder: true,
  },
  'all open tasks, the newest first': {
    collection: 'tasks',
    filter: open,
    sort: { createdAt: -1 },
    limit: 20,
    inOrder: true,
  },
  'all open tasks by priority': {
    collection: 'tasks',
    filter: open,
    sort: { priority: -1, createdAt: 1 },
    limit: 20,
    inOrder: true,
  },
  'open tasks to follow up': {
    collection: 'tasks',
    filter: { ...open, followUp: { $lte: 9 } },
    sort: { followUp: 1, createdAt: 1 },
    inOrder: true,
  },
  'open tasks of a process': {
    collection: 'tasks',
    filter: { ...open, definitionKey: 'order' },
    sort: { due: 1 },
    limit: 20,
    inOrder: true,
  },
  'tasks of an instance': { collection: 'tasks', filter: { instance: 'a' } },
  'tasks of a business key': { collection: 'tasks', filter: { businessKey: 'A-7' } },
  'closed tasks, the newest first': {
    collection: 'tasks',
    filter: { 'wait.state': { $in: ['answered', 'dropped'] } },
    sort: { 'wait.answeredAt': -1 },
    limit: 20,
    inOrder: true,
  },
  'what I have done': {
    collection: 'tasks',
    filter: { 'wait.answeredBy': 'ann' },
    sort: { 'wait.answeredAt': -1 },
    inOrder: true,
  },
  'tasks without a process': { collection: 'tasks', filter: { instance: '' }, sort: { id: 1 }, limit: 500 },
  'open tasks as the Camunda 7 API lists them': {
    collection: 'tasks',
    filter: { $and: [{ $and: [open, { $and: [{}, tenants] }] }] },
    sort: { createdAt: 1 },
    limit: 50,
    inOrder: true,
  },
  'open tasks that somebody has to do with': {
    collection: 'tasks',
    filter: {
      $and: [open, { $or: [{ assignee: 'ann' }, { owner: 'ann' }, { candidateUsers: 'ann' }, { linkedUsers: 'ann' }] }],
    },
    sort: { createdAt: 1 },
    limit: 50,
  },
  'open tasks of an element': { collection: 'tasks', filter: { ...open, element: 'approve' }, limit: 20 },
  'open tasks by name': { collection: 'tasks', filter: open, sort: { name: 1 }, limit: 20, inOrder: true },
  'parts of a task': { collection: 'tasks', filter: { parent: 'a~1' } },
  'tasks that somebody has to do with': { collection: 'tasks', filter: { ...open, linkedUsers: 'ann' }, limit: 20 },
  'marks of completions that are void': { collection: 'tasks', filter: { ...open, 'completing.at': { $lt: 9 } } },

  'due timers': {
    collection: 'jobs',
    filter: {
      $and: [{ due: { $lte: 9 } }, { kind: 'timer', ...open, retries: { $gt: 0 } }, free, { asideUntil: null }],
    },
    sort: { due: 1 },
    limit: 500,
    inOrder: true,
    by: 'kind',
  },
  'timers that stood aside long enough': {
    collection: 'jobs',
    filter: { $and: [{ kind: { $in: ['timer', 'async'] } }, { ...open, asideUntil: { $lte: 9 } }] },
    limit: 1,
    by: 'kind',
  },
  'jobs by date': { collection: 'jobs', filter: { $and: [open, tenants] }, sort: { due: 1 }, limit: 51, inOrder: true },
  'jobs that fall due soon': {
    collection: 'jobs',
    filter: { ...open, due: { $gt: 9, $lte: 99 } },
    sort: { due: 1 },
    limit: 1,
    inOrder: true,
  },
  'work for a topic': {
    collection: 'jobs',
    filter: work,
    sort: { priority: -1, due: 1 },
    limit: 10,
    inOrder: true,
    by: 'topic',
  },
  'work that stood aside long enough': {
    collection: 'jobs',
    filter: { $and: [{ topic: 'pay' }, { ...open, asideUntil: { $lte: 9 } }] },
    limit: 1,
    by: '(topic|age)',
  },
  'the oldest work of an urgency for a topic': {
    collection: 'jobs',
    filter: { $and: [work, { priority: 5 }] },
    sort: { createdAt: 1 },
    limit: 10,
    inOrder: true,
    by: 'age',
  },
  'the newest work of an urgency for a topic': {
    collection: 'jobs',
    filter: { $and: [work, { priority: 5 }] },
    sort: { createdAt: -1 },
    limit: 10,
    inOrder: true,
    by: 'age',
  },
  'the next urgency of work for a topic': {
    collection: 'jobs',
    filter: { $and: [{ topic: 'pay', ...open }, { asideUntil: null }, { priority: { $lt: 5 } }] },
    sort: { priority: -1, due: 1 },
    limit: 1,
    inOrder: true,
    by: 'topic',
  },
  'work for a topic that somebody may do': {
    collection: 'jobs',
    filter: {
      $and: [work, tenants, { $and: [tenants, { definitionKey: { $in: ['order'] } }] }],
    },
    sort: { priority: -1, due: 1 },
    limit: 10,
    inOrder: true,
    by: 'topic',
  },
  'all work of a topic': {
    collection: 'jobs',
    filter: { $and: [{ kind: 'work', topic: 'pay' }, open] },
    limit: 50,
  },
  'jobs that run by themselves': {
    collection: 'jobs',
    filter: { $and: [{ kind: { $in: ['timer', 'async', 'start', 'order'] } }, open, tenants] },
    limit: 50,
  },
  'jobs that run by themselves, by date': {
    collection: 'jobs',
    filter: { $and: [{ kind: { $in: ['timer', 'async', 'start', 'order'] } }, open, tenants] },
    sort: { due: 1 },
    limit: 50,
  },
  'work of all topics, by date': {
    collection: 'jobs',
    filter: { $and: [{ kind: 'work' }, open, tenants] },
    sort: { due: 1 },
    limit: 50,
  },
  'jobs of a job definition': { collection: 'jobs', filter: { jobDefinition: 'order:1~2~timer', ...open } },
  'leases that have run out': { collection: 'jobs', filter: { ...open, lockedUntil: { $lte: 9 } } },
  'jobs of an instance': { collection: 'jobs', filter: { instance: 'a', ...open } },
  'timer starts of a definition': { collection: 'jobs', filter: { definition: 'order:1', kind: 'start', ...open } },
  'jobs to purge': {
    collection: 'jobs',
    filter: { 'wait.state': 'answered', 'wait.answeredAt': { $lt: 9 } },
    limit: 1000,
  },

  'deliveries that are due': { collection: 'deliveries', filter: { state: 'open', due: { $lt: 9 } } },
  'due deliveries of a webhook': {
    collection: 'deliveries',
    filter: { webhook: 'w', state: 'open', due: { $lt: 9 } },
    sort: { due: 1 },
    limit: 4,
  },
  'deliveries of a webhook, newest first': {
    collection: 'deliveries',
    filter: { webhook: 'w' },
    sort: { at: -1 },
    limit: 50,
  },
  'tasks with something untold': {
    collection: 'tasks',
    filter: { untoldAt: { $gt: 0 } },
    sort: { untoldAt: 1 },
    limit: 200,
  },
  'notices, oldest first': { collection: 'notices', sort: { at: 1 }, limit: 200 },
  'notices to purge': { collection: 'notices', filter: { at: { $lt: 9 } }, limit: 500 },
  'deliveries to purge': { collection: 'deliveries', filter: { state: 'dead', at: { $lt: 9 } }, limit: 500 },
  'workers of topics that were seen lately': {
    collection: 'workers',
    filter: { topic: { $in: ['paint', 'print'] }, seenAt: { $gt: 9 } },
  },
  'workers that were seen lately': { collection: 'workers', filter: { seenAt: { $gt: 9 } }, sort: { seenAt: -1 } },
  'keys whose time is over': { collection: 'keys', filter: { expiresAt: { $lt: 9 } }, limit: 1000 },
  'open instances of a business key': {
    collection: 'instances',
    filter: { businessKey: 'b', key: 'order', tenant: '', state: { $in: ['running', 'suspended'] } },
    limit: 1,
  },

  'who waits for a message by key': {
    collection: 'subscriptions',
    filter: { $and: [listener, { $or: [{ key: 'k' }, { $and: [{ key: null }, { businessKey: 'k' }] }] }] },
    limit: 10,
  },
  'who waits for a message by variables': {
    collection: 'subscriptions',
    filter: { $and: [listener, { hashes: 'x=1' }] },
    limit: 10,
  },
  'who starts by a message': {
    collection: 'subscriptions',
    filter: { ...listener, startEvent: { $ne: null } },
    limit: 1,
  },
  'who hears a signal': {
    collection: 'subscriptions',
    filter: { tenant: '', kind: 'signal', name: 'stop', ...open },
    sort: { id: 1 },
  },
  'starts of a definition': { collection: 'subscriptions', filter: { definition: 'order:1', ...open } },
  'stored messages for a wait': {
    collection: 'messages',
    filter: {
      $and: [{ tenant: '', name: 'paid', state: 'stored', expiresAt: { $gt: 9 } }, { key: { $in: ['k', null] } }],
    },
    sort: { at: 1 },
    limit: 1,
  },
  'messages under way': { collection: 'messages', filter: { state: 'given', givenAt: { $lte: 9 } } },
  'messages that are over': { collection: 'messages', filter: { expiresAt: { $lt: 9 }, state: { $ne: 'given' } } },
  'signals that are over': { collection: 'signals', filter: { at: { $lt: 9 } } },
  'closed subscriptions': {
    collection: 'subscriptions',
    filter: { 'wait.state': 'answered', 'wait.answeredAt': { $lt: 9 } },
  },

  'instances with an unsettled outbox': {
    collection: 'instances',
    filter: { 'outbox.0.id': { $exists: true } },
    limit: 1000,
  },
  'instances, the newest first': {
    collection: 'instances',
    filter: tenants,
    sort: { startedAt: -1 },
    limit: 50,
    inOrder: true,
  },
  'running instances of a process': {
    collection: 'instances',
    filter: { key: 'order', state: 'running' },
    sort: { startedAt: -1 },
    inOrder: true,
  },
  'instances of a process, the newest first': {
    collection: 'instances',
    filter: { $and: [tenants, { key: 'order' }] },
    sort: { startedAt: -1 },
    limit: 50,
    inOrder: true,
  },
  'instances of a definition, the newest first': {
    collection: 'instances',
    filter: { $and: [tenants, { definition: 'order:1' }] },
    sort: { startedAt: -1 },
    limit: 50,
    inOrder: true,
  },
  'instances of a definition': {
    collection: 'instances',
    filter: { definition: 'order:1', state: 'running' },
    limit: 50,
  },
  'instances of a business key': { collection: 'instances', filter: { businessKey: 'A-7', ...tenants } },
  'instances that I started': {
    collection: 'instances',
    filter: { startedBy: 'ann' },
    sort: { startedAt: -1 },
    inOrder: true,
  },
  'children of an instance': { collection: 'instances', filter: { 'parent.instance': 'a' } },
  'chunks of an instance': { collection: 'chunks', filter: { instance: 'a' } },

  'history of an instance': { collection: 'history', filter: { instance: 'a' }, sort: { seq: 1 }, inOrder: true },
  'history to fold': {
    collection: 'history',
    filter: { unfolded: 1 },
    sort: { at: 1, seq: 1 },
    limit: 500,
    inOrder: true,
  },
  'history of an instance to fold': { collection: 'history', filter: { unfolded: 1, instance: 'a' }, limit: 1 },
  'activities of an instance': {
    collection: 'activities',
    filter: { instance: 'a' },
    sort: { startedAt: 1 },
    inOrder: true,
  },
  'active activities of a definition': { collection: 'activities', filter: { definition: 'order:1', state: 'active' } },
  'variables of an instance': { collection: 'variables', filter: { instance: 'a' }, sort: { name: 1 }, inOrder: true },
  'statistics of a definition': { collection: 'statistics', filter: { definition: 'order:1', hour: 0 } },

  'runs, the newest first': { collection: 'runs', filter: tenants, sort: { startedAt: -1 }, limit: 50, inOrder: true },
  'runs that ended lately': {
    collection: 'runs',
    filter: { endedAt: { $gte: 9 } },
    sort: { endedAt: -1 },
    limit: 50,
    inOrder: true,
  },
  'runs of a process by the time of their end': {
    collection: 'runs',
    filter: { $and: [tenants, { definitionKey: 'order' }, { endedAt: { $exists: true } }] },
    sort: { endedAt: -1 },
    limit: 50,
    inOrder: true,
  },
  'runs that have ended, by the time of their start': {
    collection: 'runs',
    filter: { $and: [tenants, { endedAt: { $exists: true } }] },
    sort: { startedAt: -1 },
    limit: 50,
    inOrder: true,
  },
  'runs that have not ended, the newest first': {
    collection: 'runs',
    filter: { $and: [tenants, { endedAt: null }] },
    sort: { startedAt: -1 },
    limit: 50,
    inOrder: true,
    by: 'open',
  },
  'runs of a process': {
    collection: 'runs',
    filter: { definitionKey: 'order', startedAt: { $gte: 9 } },
    sort: { startedAt: -1 },
    limit: 50,
    inOrder: true,
  },
  'runs of a definition': {
    collection: 'runs',
    filter: { definition: 'order:1' },
    sort: { startedAt: -1 },
    limit: 50,
    inOrder: true,
  },
  'runs of a business key': { collection: 'runs', filter: { businessKey: 'A-7' } },
  'runs that a run called': { collection: 'runs', filter: { parent: 'a' } },
  'runs of an outermost caller': { collection: 'runs', filter: { root: 'a' } },
  'runs to forget': { collection: 'runs', filter: { removalAt: { $lte: 9 } }, limit: 100 },
  'activities of a definition by time': {
    collection: 'activities',
    filter: { definition: 'order:1' },
    sort: { startedAt: -1 },
    limit: 50,
    inOrder: true,
  },
  'activities by time': {
    collection: 'activities',
    filter: { startedAt: { $gte: 9 } },
    sort: { startedAt: -1 },
    limit: 50,
    inOrder: true,
  },
  'activities by the time of their end': {
    collection: 'activities',
    filter: { $and: [tenants, { endedAt: { $gte: 9 } }, { endedAt: { $lte: 99 } }] },
    sort: { endedAt: -1 },
    limit: 50,
    inOrder: true,
  },
  'activities that have not ended, the newest first': {
    collection: 'activities',
    filter: { $and: [tenants, { endedAt: null }] },
    sort: { startedAt: -1 },
    limit: 50,
    inOrder: true,
    by: 'open',
  },
  'activities of an element': { collection: 'activities', filter: { element: 'approve' }, limit: 50 },
  'variables by value': { collection: 'variables', filter: { hash: 'amount=x' } },
  'variables by name': { collection: 'variables', filter: { name: 'amount' }, limit: 50 },
  'assignments in an instance': {
    collection: 'details',
    filter: { instance: 'a' },
    sort: { at: 1 },
    inOrder: true,
  },
  'assignments of a variable': { collection: 'details', filter: { instance: 'a', variable: 'a~1~x' } },
  'the log of a job': { collection: 'jobLog', filter: { instance: 'a', job: 'a~2' } },
  'the log of jobs of an instance': { collection: 'jobLog', filter: { instance: 'a' }, sort: { at: 1 }, inOrder: true },
  'the log of jobs by time': { collection: 'jobLog', sort: { at: -1 }, limit: 50, inOrder: true },
  'links of a task': { collection: 'linkLog', filter: { instance: 'a', task: 'a~2' } },
  'operations in an instance': { collection: 'operations', filter: { instance: 'a' }, sort: { at: 1 }, inOrder: true },
  'operations of a person': { collection: 'operations', filter: { by: 'ann' }, sort: { at: -1 }, inOrder: true },
  'properties of one operation': { collection: 'operations', filter: { operation: 'a:3', id: { $prefix: 'a:3' } } },
  'tasks ever, by time': { collection: 'tasks', sort: { createdAt: -1 }, limit: 50, inOrder: true },

  'incidents, the newest first': {
    collection: 'incidents',
    filter: { state: 'open' },
    sort: { at: -1 },
    inOrder: true,
  },
  'incidents of a process': {
    collection: 'incidents',
    filter: { state: 'open', definitionKey: 'order' },
    sort: { at: -1 },
    inOrder: true,
  },
  'incidents of an instance': { collection: 'incidents', filter: { instance: 'a', state: 'open' } },

  'the newest version of a key': { collection: 'definitions', filter: { key: 'order', tenant: '', latest: true } },
  'a version of a key': { collection: 'definitions', filter: { key: 'order', tenant: '', version: 3 } },
  'versions of a key': {
    collection: 'definitions',
    filter: { key: 'order' },
    sort: { key: 1, version: -1 },
    inOrder: true,
  },
  'definitions with a version tag': { collection: 'definitions', filter: { versionTag: '2.0' } },
  'definitions of a deployment': { collection: 'definitions', filter: { deployment: 'd' } },
  'deployments, the newest first': { collection: 'deployments', filter: tenants, sort: { at: -1 }, inOrder: true },

  'comments on a task': { collection: 'comments', filter: { task: 'a~1' }, sort: { at: 1 }, inOrder: true },
  'attachments of a task': { collection: 'attachments', filter: { task: 'a~1' }, sort: { at: 1 }, inOrder: true },
  'saved filters by name': { collection: 'filters', filter: tenants, sort: { name: 1 }, inOrder: true },
  'tokens of a user': { collection: 'tokens', filter: { user: 'ann' } },
  'sessions that have run out': { collection: 'sessions', filter: { expiresAt: { $lt: 9 } } },
  'users of a group': { collection: 'users', filter: { groups: 'sales' } },
  'the next agenda row': {
    collection: 'agenda',
    filter: {
      $or: [
        { name: 'wake', lockedAt: null, nextRunAt: { $lte: 9 } },
        { name: 'wake', lockedAt: { $lte: 9 } },
      ],
    },
    sort: { nextRunAt: 1, priority: -1 },
    limit: 1,
  },
  'an instance by the head of the UUID of something in it': {
    collection: 'instances',
    filter: { id: { $prefix: '019ab3c4-0000-7000-8000-0123' } },
    limit: 2,
  },
  'a task in a chunk by its number': {
    collection: 'tasks',
    filter: { id: { $prefix: '019ab3c4-0000-7000-8000-0123456789ab~300c' } },
    limit: 1,
  },
  'who starts by one of some messages': {
    collection: 'subscriptions',
    filter: {
      kind: 'message',
      name: { $in: ['paid', 'shipped'] },
      tenant: '',
      ...open,
      startEvent: { $ne: null },
      definitionKey: { $nin: ['order'] },
    },
    limit: 1,
  },
};
