/** A task as people see it: with names for ids, what the reader may do, and whether a draft waits. */

import type { Reader } from '../engine/contract.js';
import type { DraftDocument, TaskDocument } from '../engine/store/documents.js';
import type { Store } from '../engine/store/port.js';
import type { Directory } from './directory.js';
import { type Action, rightsOn } from './rights.js';

export interface TaskView {
  id: string;
  tenant: string;
  name: string;
  description?: string;
  element: string;
  instance: string;
  definition: string;
  /** Process key. */
  key: string;
  definitionName?: string;
  businessKey?: string;
  /** All times: epoch milliseconds (UTC). */
  createdAt: number;
  due?: number;
  followUp?: number;
  priority: number;
  assignee?: string;
  assigneeName?: string;
  claimedAt?: number;
  owner?: string;
  ownerName?: string;
  delegation?: 'pending' | 'resolved';
  resolvedBy?: string;
  resolvedByName?: string;
  candidateUsers: string[];
  candidateGroups: string[];
  state: 'open' | 'completed' | 'cancelled';
  completedBy?: string;
  completedByName?: string;
  completedAt?: number;
  draft: boolean;
  rev: number;
  can: Record<Action, boolean>;
}

/** State of the wait → state of the task. */
const states = { open: 'open', answered: 'completed', dropped: 'cancelled' } as const;

export function createViews(store: Store, directory: Directory) {
  async function many(reader: Reader, tasks: TaskDocument[]): Promise<TaskView[]> {
    const people = tasks.flatMap(({ assignee, owner, resolvedBy, wait }) => [
      assignee,
      owner,
      resolvedBy,
      wait.answeredBy,
    ]);
    const names = await directory.names(people);
    const drafts = await store.getMany<DraftDocument>(
      'drafts',
      tasks.map(task => task.id),
    );
    const drafted = new Set(drafts.map(draft => draft.id));
    const nameOf = (id: string | undefined) => (id === undefined ? undefined : names.get(id));
    return tasks.map(task => ({
      id: task.id,
      tenant: task.tenant,
      name: task.name,
      description: task.description,
      element: task.element,
      instance: task.instance,
      definition: task.definition,
      key: task.definitionKey,
      definitionName: task.definitionName,
      businessKey: task.businessKey,
      createdAt: task.createdAt,
      due: task.due,
      followUp: task.followUp,
      priority: task.priority,
      assignee: task.assignee,
      assigneeName: nameOf(task.assignee),
      claimedAt: task.claimedAt,
      owner: task.owner,
      ownerName: nameOf(task.owner),
      delegation: task.delegation,
      resolvedBy: task.resolvedBy,
      resolvedByName: nameOf(task.resolvedBy),
      candidateUsers: task.candidateUsers,
      candidateGroups: task.candidateGroups,
      state: states[task.wait.state],
      completedBy: task.wait.answeredBy,
      completedByName: nameOf(task.wait.answeredBy),
      completedAt: task.wait.answeredAt,
      draft: drafted.has(task.id),
      rev: task.rev,
      can: rightsOn(reader, task),
    }));
  }

  return {
    many,
    one: async (reader: Reader, task: TaskDocument) => (await many(reader, [task]))[0]!,
  };
}
