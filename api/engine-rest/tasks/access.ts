/** Finds the task that a request names, as far as the asker may do with it what he wants. */

import type { TaskDocument } from '../../../engine/store/documents.js';
import type { Person } from '../../auth/people.js';
import { may, type Permission } from '../../auth/permissions.js';
import type { Services } from '../../services.js';
import { forbidden, RestError } from '../errors.js';
import { rowOf } from '../ids.js';

type Claims = readonly [
  ofTask: readonly [Permission<'task'>, ...Permission<'task'>[]],
  ofProcess: readonly Permission<'processDefinition'>[],
];

/** What somebody wants with a task → permissions of which one is enough: on the task, or on its process. */
const wishes = {
  read: [['READ'], ['READ_TASK']],
  work: [
    ['UPDATE', 'TASK_WORK'],
    ['UPDATE_TASK', 'TASK_WORK'],
  ],
  assign: [
    ['UPDATE', 'TASK_ASSIGN'],
    ['UPDATE_TASK', 'TASK_ASSIGN'],
  ],
  update: [['UPDATE'], ['UPDATE_TASK']],
  readVariables: [
    ['READ', 'READ_VARIABLE'],
    ['READ_TASK', 'READ_TASK_VARIABLE'],
  ],
  updateVariables: [
    ['UPDATE', 'UPDATE_VARIABLE'],
    ['UPDATE_TASK', 'UPDATE_TASK_VARIABLE'],
  ],
  delete: [['DELETE'], []],
} as const satisfies Record<string, Claims>;

export type Wish = keyof typeof wishes;

/** Camunda 7 authorizes those to whom a task is given or offered by itself. */
const isInvolved = ({ person, groups }: Person, task: TaskDocument): boolean =>
  [task.assignee, task.owner, ...task.candidateUsers, ...(task.linkedUsers ?? [])].includes(person) ||
  task.candidateGroups.some(group => groups.includes(group));

function mayWish(person: Person, wish: Wish, task: TaskDocument): boolean {
  const [ofTask, ofProcess]: Claims = wishes[wish];
  return (
    (wish !== 'delete' && isInvolved(person, task)) ||
    ofTask.some(permission => may(person, 'task', permission, task.id)) ||
    ofProcess.some(permission => may(person, 'processDefinition', permission, task.definitionKey))
  );
}

export const noTask = (id: string, status = 404) =>
  new RestError(status, 'InvalidRequestException', `No matching task with id ${id}`);

/** The task, whether it is open or was. Throws 404 (or `status`), 403. */
export async function anyTaskFor(
  { store }: Pick<Services, 'store'>,
  person: Person,
  id: string,
  wish: Wish,
  status = 404,
): Promise<TaskDocument> {
  const task = await rowOf<TaskDocument>(store, 'tasks', id);
  if (!task || !person.tenants.includes(task.tenant)) throw noTask(id, status);
  if (!mayWish(person, wish, task)) throw forbidden(person, wishes[wish][0][0], 'Task', id);
  return task;
}

/** The open task. Throws 404 (or `status`), 403. */
export async function taskFor(
  services: Pick<Services, 'store'>,
  person: Person,
  id: string,
  wish: Wish,
  status = 404,
): Promise<TaskDocument> {
  const task = await anyTaskFor(services, person, id, wish, status);
  if (task.wait.state !== 'open') throw noTask(id, status);
  return task;
}
