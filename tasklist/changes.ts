/** How a task changes: only open ones, only from the state that was read, so that of two changes one wins and one is told. */

import { type Clock, NotFound, type Reader } from '../engine/contract.js';
import type { TaskDocument } from '../engine/store/documents.js';
import type { Change, Store } from '../engine/store/port.js';
import { matches } from '../engine/store/queries.js';
import { NotAllowed, TaskConflict } from './errors.js';
import { visibleTo } from './filters.js';
import { noticed } from './notices.js';
import { type Action, isOpen, may, otherwise } from './rights.js';
import { leaveTrail } from './trail.js';

/** A "completing" mark older than this is void: its node died between the mark and the command. */
const MARK_LIFE = 30_000;
/** A change that keeps losing meets a task that changes all the time: then somebody else is told. */
const ATTEMPTS = 10;

export interface Changes {
  /** The task, if the reader may see it. Throws NotFound. */
  read(reader: Reader, id: string): Promise<TaskDocument>;
  /** Changes the task by what `decide` says about it as it is now. Throws NotFound, NotAllowed, TaskConflict. */
  apply(
    reader: Reader,
    id: string,
    action: Action,
    decide: (task: TaskDocument) => Change | undefined,
  ): Promise<TaskDocument>;
  /** As apply, for a caller who has checked by other rules that the reader may. Throws NotFound, TaskConflict. */
  alter(reader: Reader, id: string, decide: (task: TaskDocument) => Change | undefined): Promise<TaskDocument>;
  /** Throws unless the reader may do this with the task now. */
  allow(reader: Reader, action: Action, task: TaskDocument): void;
  /** Takes a completing mark back, and the implicit claim with it; false when it is no longer there. */
  takeBack(task: TaskDocument, unset: string[]): Promise<boolean>;
  /** The conflict that a closed task means. */
  closed(task: TaskDocument): TaskConflict;
  onChange(listener: (task: TaskDocument) => void): () => void;
}

export function createChanges(store: Store, clock: Clock): Changes {
  const listeners = new Set<(task: TaskDocument) => void>();

  async function read(reader: Reader, id: string): Promise<TaskDocument> {
    const task = await store.get<TaskDocument>('tasks', id);
    if (task && matches(visibleTo(reader), task)) return task;
    throw new NotFound(`there is no task '${id}'`);
  }

  function closed({ name, wait }: TaskDocument): TaskConflict {
    const { state, answeredBy, answeredAt } = wait;
    const who = answeredBy ?? 'the process';
    const what = state === 'answered' ? `was completed by ${who}` : 'was cancelled by its process';
    return new TaskConflict(`task '${name}' ${what}`, answeredBy, answeredAt);
  }

  function allow(reader: Reader, action: Action, task: TaskDocument): void {
    if (!isOpen(task)) throw closed(task);
    const { name, completing, assignee } = task;
    if (completing && completing.by !== reader.person && completing.at > clock() - MARK_LIFE) {
      throw new TaskConflict(`task '${name}' is being completed by ${completing.by}`, completing.by, completing.at);
    }
    if (may(reader, action, task)) return;
    // Whoever could have had it a moment ago was not forbidden but too slow.
    const { assignee: _, ...free } = task;
    if (assignee !== undefined && assignee !== reader.person && may(reader, action, free)) {
      throw new TaskConflict(`task '${name}' was claimed by ${assignee}`, assignee, task.claimedAt ?? task.createdAt);
    }
    throw new NotAllowed(`task '${name}': ${otherwise(action)}`);
  }

  async function patch(task: TaskDocument, wanted: Change, by?: string): Promise<TaskDocument | undefined> {
    const guard = { rev: task.rev, 'wait.state': 'open' };
    const change = by === undefined ? wanted : noticed(task, wanted, by, clock());
    const set = { ...change.set, updatedAt: clock() };
    const changed = await store.patch<TaskDocument>('tasks', task.id, guard, { ...change, set, increase: { rev: 1 } });
    if (changed && by !== undefined) await leaveTrail(store, { before: task, after: changed, by }, clock());
    if (changed) for (const listener of listeners) listener(changed);
    return changed;
  }

  /** Until a change is made to the task as it was when the change was decided on. */
  async function repeat(
    fresh: () => Promise<TaskDocument>,
    decide: (task: TaskDocument) => Change | undefined,
    by: string,
  ): Promise<TaskDocument> {
    let task = await fresh();
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const change = decide(task);
      if (!change) return task;
      const changed = await patch(task, change, by);
      if (changed) return changed;
      task = await fresh();
    }
    throw new TaskConflict(`task '${task.name}' keeps being changed by others`, task.assignee, task.claimedAt);
  }

  return {
    read,
    allow,
    closed,

    apply: (reader, id, action, decide) =>
      repeat(
        () => read(reader, id),
        task => {
          allow(reader, action, task);
          return decide(task);
        },
        reader.person,
      ),

    alter: ({ tenants, person }, id, decide) =>
      repeat(
        () => read({ tenants, person: '', groups: [], administrator: true }, id),
        task => {
          if (!isOpen(task)) throw closed(task);
          return decide(task);
        },
        person,
      ),

    async takeBack(task, unset) {
      const current = await store.get<TaskDocument>('tasks', task.id);
      if (!current || current.rev !== task.rev) return false;
      return (await patch(current, { unset }, task.completing?.by)) !== undefined;
    },

    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
