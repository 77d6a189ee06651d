/** Who may do what with a task, as in Camunda 7: candidates claim, the assignee works, an administrator may all. */

import type { Reader } from '../engine/contract.js';
import type { TaskDocument } from '../engine/store/documents.js';

export type Action =
  | 'claim'
  | 'unclaim'
  | 'assign'
  | 'delegate'
  | 'resolve'
  | 'complete'
  | 'change'
  | 'draft'
  | 'comment';

/** What a rule may ask about a person and a task. */
interface Relation {
  task: TaskDocument;
  administrator: boolean;
  assigned: boolean;
  owner: boolean;
  candidate: boolean;
  free: boolean;
  pending: boolean;
}

/** Action → who may, and what to say to those who may not. */
const rules: Record<Action, { may: (relation: Relation) => boolean; otherwise: string }> = {
  claim: {
    may: ({ free, candidate, administrator, assigned }) => (free && (candidate || administrator)) || assigned,
    otherwise: 'only its candidates can claim it, while nobody else has',
  },
  unclaim: {
    may: ({ task, free, assigned, administrator }) =>
      !free && (assigned || administrator) && task.candidateUsers.length + task.candidateGroups.length > 0,
    otherwise: 'only its assignee can give it back, and only to candidates',
  },
  assign: {
    may: ({ assigned, owner, administrator }) => assigned || owner || administrator,
    otherwise: 'only its assignee, its owner or an administrator can hand it over',
  },
  delegate: {
    may: ({ assigned, administrator, pending, free }) => (assigned || administrator) && !pending && !free,
    otherwise: 'only its assignee can delegate it, and only once',
  },
  resolve: {
    may: ({ assigned, administrator, pending }) => pending && (assigned || administrator),
    otherwise: 'only whom it was delegated to can resolve it',
  },
  complete: {
    may: ({ assigned, administrator, free, candidate, pending }) =>
      !pending && (assigned || administrator || (free && candidate)),
    otherwise:
      'only its assignee, or a candidate while it is free, can complete it; a delegated task is resolved first',
  },
  change: {
    may: ({ assigned, owner, administrator }) => assigned || owner || administrator,
    otherwise: 'only its assignee, its owner or an administrator can change its dates and priority',
  },
  draft: {
    may: ({ assigned, administrator, free, candidate }) => assigned || administrator || (free && candidate),
    otherwise: 'only who may work on it can keep a draft',
  },
  comment: { may: () => true, otherwise: '' },
};

const actions = Object.keys(rules) as Action[];

export function isOpen(task: TaskDocument): boolean {
  return task.wait.state === 'open';
}

/** May the reader do this with the task as it is now? */
export function may(reader: Reader, action: Action, task: TaskDocument): boolean {
  if (!isOpen(task) && action !== 'comment') return false;
  const { person, groups, administrator } = reader;
  return rules[action].may({
    task,
    administrator,
    assigned: task.assignee === person,
    owner: task.owner === person,
    candidate: task.candidateUsers.includes(person) || task.candidateGroups.some(group => groups.includes(group)),
    free: task.assignee === undefined,
    pending: task.delegation === 'pending',
  });
}

/** Why not. */
export const otherwise = (action: Action): string => rules[action].otherwise;

/** All actions at once: what the buttons of a page need. */
export function rightsOn(reader: Reader, task: TaskDocument): Record<Action, boolean> {
  const rights = actions.map(action => [action, may(reader, action, task)]);
  return Object.fromEntries(rights) as Record<Action, boolean>;
}
