/** Small documents for tests of stores. */
import type { Instance } from '../../engine/core/types.js';
import type { JobDocument, SubscriptionDocument, TaskDocument } from '../../engine/store/documents.js';
import type { RowWrite, Unit, WaitState } from '../../engine/store/port.js';

/** What every document has. */
export const document = <T extends object>(id: string, fields?: T) =>
  ({ id, tenant: '', format: 1, ...fields }) as T & {
    id: string;
    tenant: string;
    format: number;
  };

export const instance = (id: string, version: number, fields: Partial<Instance> = {}): Instance =>
  document(id, {
    definition: 'order:1',
    key: 'order',
    state: 'running' as const,
    version,
    commit: `${id}-${version}`,
    startedAt: 1000,
    root: id,
    depth: 0,
    next: 1,
    activations: {},
    waits: {},
    incidents: {},
    queue: [],
    visits: {},
    outbox: [],
    ...fields,
  });

/** The commit that makes this version of an instance. */
export const unit = (id: string, version: number, parts: Partial<Unit> = {}, fields: Partial<Instance> = {}): Unit => ({
  expects: version - 1,
  instance: instance(id, version, fields),
  chunks: [],
  rows: [],
  history: document(`${id}~${version}`, {
    instance: id,
    seq: version,
    definition: 'order:1',
    at: 1000 + version,
    commit: `${id}-${version}`,
    unfolded: 1 as const,
    events: [],
  }),
  ...parts,
});

const row = (id: string) => ({
  instance: id.split('~')[0]!,
  root: id.split('~')[0]!,
  definition: 'order:1',
  definitionKey: 'order',
  element: 'Approve',
  activation: 2,
  createdAt: 1000,
  wait: { v: 1, state: 'open' } as WaitState,
  rev: 0,
});

export const task = (id: string, fields: Partial<TaskDocument> = {}): TaskDocument =>
  document(id, { ...row(id), name: 'Approve', candidateUsers: [], candidateGroups: [], priority: 50, ...fields });

export const job = (id: string, fields: Partial<JobDocument> = {}): JobDocument =>
  document(id, { ...row(id), kind: 'timer' as const, due: 1000, retries: 3, priority: 0, ...fields });

export const opens = (task: TaskDocument): RowWrite => ({
  collection: 'tasks',
  id: task.id,
  insert: task,
  wait: task.wait,
});

export const closes = (id: string, v: number): RowWrite => ({
  collection: 'tasks',
  id,
  wait: { v, state: 'answered', answeredBy: 'ann', answeredAt: 2000 },
});

export const subscription = (id: string, fields: Partial<SubscriptionDocument> = {}): SubscriptionDocument =>
  document(id, { ...row(id), kind: 'message' as const, name: 'paid', hashes: [], ...fields });
