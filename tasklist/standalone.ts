/** Tasks that no process opened: they are born, filled and closed here, since no instance does it. */

import { randomUUID } from 'node:crypto';
import { type Clock, DuplicateKey } from '../engine/contract.js';
import { BadCommand } from '../engine/core/errors.js';
import { logOperation } from '../engine/operation-log.js';
import { FORMAT, type TaskDocument } from '../engine/store/documents.js';
import type { Store } from '../engine/store/port.js';

/** What a new task may be born with. */
export type NewTask = Partial<
  Pick<
    TaskDocument,
    | 'id'
    | 'tenant'
    | 'name'
    | 'description'
    | 'assignee'
    | 'owner'
    | 'delegation'
    | 'due'
    | 'followUp'
    | 'priority'
    | 'parent'
    | 'candidateUsers'
    | 'candidateGroups'
  >
>;

export const isStandalone = ({ instance }: Pick<TaskDocument, 'instance'>): boolean => instance === '';

export type Standalone = ReturnType<typeof createStandalone>;

export function createStandalone(store: Store, clock: Clock) {
  const log = (task: TaskDocument, type: 'Create' | 'Complete' | 'Delete', by: string) =>
    logOperation(store, {
      ...{ id: `${task.id}:${type}`, tenant: task.tenant, task: task.id, at: clock(), by },
      ...{ type, entity: 'Task', category: 'TaskWorker' },
    });

  return {
    /** By somebody. Throws DuplicateKey when the id is taken. */
    async create(
      by: string,
      { id = randomUUID(), tenant = '', name = '', priority = 50, ...fields }: NewTask,
    ): Promise<TaskDocument> {
      if (id.includes('~'))
        throw new BadCommand(`a task cannot be called '${id}': ids with a ~ are those of processes`);
      const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
      const task: TaskDocument = {
        ...{ id, tenant, format: FORMAT, name, priority, candidateUsers: [], candidateGroups: [], ...given },
        ...{ instance: '', root: '', definition: '', definitionKey: '', element: '', activation: 0 },
        createdAt: clock(),
        wait: { v: 1, state: 'open' },
        rev: 0,
      };
      if (!(await store.insert('tasks', task))) throw new DuplicateKey(`there is a task '${id}' already`);
      await log(task, 'Create', by);
      return task;
    },

    /** Done, or given up; undefined when it is closed already. */
    async close({ id }: TaskDocument, state: 'answered' | 'dropped', by: string): Promise<TaskDocument | undefined> {
      const set = { 'wait.v': 2, 'wait.state': state, 'wait.answeredBy': by, 'wait.answeredAt': clock() };
      const open = { 'wait.state': 'open' };
      const closed = await store.patch<TaskDocument>('tasks', id, open, { set, increase: { rev: 1 } });
      if (closed) await log(closed, state === 'answered' ? 'Complete' : 'Delete', by);
      return closed;
    },

    /** Open parts of a task. */
    parts: (id: string) => store.find<TaskDocument>('tasks', { filter: { parent: id, 'wait.state': 'open' } }),
  };
}
