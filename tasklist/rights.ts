/** Who may do what with a task, as in Camunda 7: candidates claim, the assignee works, and whom an authorization empowers. */

import type { Reader } from '../engine/contract.js';
import type { TaskDocument } from '../engine/store/documents.js';
import { may as isPermitted } from './permissions.js';
import type { Permission } from './resources.js';

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
  /** An administrator, or an authorization says so. */
  empowered: boolean;
  assigned: boolean;
  owner: boolean;
  candidate: boolean;
  free: boolean;
  pending: boolean;
}

/** Action → who may, and what to say to those who may not. */
const rules: Record<Action, { may: (relation: Relation) => boolean; otherwise: string }> = {
  claim: {
    may: ({ free, candidate, empowered, assigned }) => (free && (candidate || empowered)) || assigned,
    otherwise: 'only its candidates can claim it, while nobody else has',
  },
  unclaim: {
    may: ({ task, free, assigned, empowered }) =>
      !free && (assigned || empowered) && task.candidateUsers.length + task.candidateGroups.length > 0,
    otherwise: 'only its assignee can give it back, and only to candidates',
  },
  assign: {
    may: ({ assigned, owner, empowered }) => assigned || owner || empowered,
    otherwise: 'only its assignee, its owner or an administrator can hand it over',
  },
  delegate: {
    may: ({ assigned, empowered, pending, free }) => (assigned || empowered) && !pending && !free,
    otherwise: 'only its assignee can delegate it, and only once',
  },
  resolve: {
    may: ({ assigned, empowered, pending }) => pending && (assigned || empowered),
    otherwise: 'only whom it was delegated to can resolve it',
  },
  complete: {
    may: ({ assigned, empowered, free, candidate, pending }) =>
      !pending && (assigned || empowered || (free && candidate)),
    otherwise:
      'only its assignee, or a candidate while it is free, can complete it; a delegated task is resolved first',
  },
  change: {
    may: ({ assigned, owner, empowered }) => assigned || owner || empowered,
    otherwise: 'only its assignee, its owner or an administrator can change its dates and priority',
  },
  draft: {
    may: ({ assigned, empowered, free, candidate }) => assigned || empowered || (free && candidate),
    otherwise: 'only who may work on it can keep a draft',
  },
  comment: { may: () => true, otherwise: '' },
};

const works = { ofTask: ['TASK_WORK', 'UPDATE'], ofProcess: ['TASK_WORK', 'UPDATE_TASK'] } as const;
const assigns = { ofTask: ['TASK_ASSIGN', 'UPDATE'], ofProcess: ['TASK_ASSIGN', 'UPDATE_TASK'] } as const;
const updates = { ofTask: ['UPDATE'], ofProcess: ['UPDATE_TASK'] } as const;

/** Action → permissions of which one empowers to it: on the task, or on its process. */
const powers: Record<
  Action,
  { ofTask: readonly Permission<'task'>[]; ofProcess: readonly Permission<'processDefinition'>[] }
> = {
  claim: works,
  unclaim: works,
  complete: works,
  resolve: works,
  draft: works,
  assign: assigns,
  delegate: assigns,
  change: updates,
  comment: updates,
};

function isEmpowered(reader: Reader, action: Action, { id, definitionKey }: TaskDocument): boolean {
  const { ofTask, ofProcess } = powers[action];
  return (
    ofTask.some(permission => isPermitted(reader, 'task', permission, id)) ||
    ofProcess.some(permission => isPermitted(reader, 'processDefinition', permission, definitionKey))
  );
}

const actions = Object.keys(rules) as Action[];

export function isOpen(task: TaskDocument): boolean {
  return task.wait.state === 'open';
}

/** May the reader do this with the task as it is now? */
export function may(reader: Reader, action: Action, task: TaskDocument): boolean {
  if (!isOpen(task) && action !== 'comment') return false;
  const { person, groups } = reader;
  return rules[action].may({
    task,
    empowered: reader.administrator || isEmpowered(reader, action, task),
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
