/** Open tasks as a table: who sees which, by what they are filtered and sorted, and as HAL. */

import type { DefinitionDocument, TaskDocument } from '../../../engine/store/documents.js';
import { visibleTo } from '../../../tasklist/tasks.js';
import type { Services } from '../../services.js';
import { executionId, restId } from '../ids.js';
import { Reply } from '../operation.js';
import type { Table } from '../table.js';
import { byVariable, processVariables, taskFilters, taskVariables } from './filters.js';
import { type Extras, taskViews } from './view.js';

const nothing = () => null;

export const taskTable: Table<TaskDocument> = {
  from: 'tasks',
  visible: ({ person }) => ({ $and: [{ 'wait.state': 'open' }, visibleTo(person)] }),
  filters: taskFilters,
  sorts: {
    instanceId: 'instance',
    executionId: ({ instance, activation }) => executionId(instance, activation),
    id: ({ id }) => restId(id),
    name: 'name',
    nameCaseInsensitive: ({ name }) => name.toLowerCase(),
    description: 'description',
    assignee: 'assignee',
    created: 'createdAt',
    lastUpdated: 'updatedAt',
    dueDate: 'due',
    followUpDate: 'followUp',
    priority: 'priority',
    processVariable: byVariable(processVariables),
    executionVariable: byVariable(taskVariables),
    taskVariable: byVariable(taskVariables),
    caseInstanceId: nothing,
    caseExecutionId: nothing,
    caseExecutionVariable: nothing,
    caseInstanceVariable: nothing,
  },
  order: { createdAt: 1 },
  or: true,
  view: (tasks, { services, given }) => taskViews(services, tasks, given as Extras),
  hal: halTasks,
};

/** Tasks with what the web applications want to know at once: who has them, which process they belong to. */
export async function halTasks(
  { store }: Services,
  path: string,
  items: unknown[],
  count: number,
  more: (task: Record<string, unknown>) => Record<string, unknown[]> = () => ({}),
): Promise<Reply> {
  const tasks = items as Record<string, unknown>[];
  const named = (field: string) => [...new Set(tasks.map(task => task[field]).filter(id => typeof id === 'string'))];
  const [users, definitions] = await Promise.all([
    store.getMany<UserRow>('users', named('assignee')),
    store.getMany<DefinitionDocument>('definitions', named('processDefinitionId')),
  ]);
  const embedded = {
    task: tasks.map(task => ({ ...task, _links: linksOf(task), _embedded: more(task) })),
    assignee: users.map(({ id, firstName = null, lastName = null, email = null }) => ({
      ...{ id, firstName, lastName, email },
      _links: { self: { href: `/user/${id}` } },
      _embedded: null,
    })),
    processDefinition: definitions.map(({ id, key, name = null, version, deployment, versionTag = null }) => ({
      ...{ id, key, name, version, versionTag, deploymentId: deployment },
      _links: { self: { href: `/process-definition/${id}` } },
      _embedded: null,
    })),
  };
  const body = JSON.stringify({ _links: { self: { href: path } }, _embedded: embedded, count });
  return new Reply({ type: 'application/hal+json', body });
}

interface UserRow {
  id: string;
  tenant: string;
  format: number;
  firstName?: string;
  lastName?: string;
  email?: string;
}

/** Relation of a task → property that names it, and where it is. */
const relations: Record<string, [property: string, path: string]> = {
  self: ['id', '/task'],
  assignee: ['assignee', '/user'],
  owner: ['owner', '/user'],
  parentTask: ['parentTaskId', '/task'],
  execution: ['executionId', '/execution'],
  processInstance: ['processInstanceId', '/process-instance'],
  processDefinition: ['processDefinitionId', '/process-definition'],
};

function linksOf(task: Record<string, unknown>): Record<string, { href: string }> {
  const given = Object.entries(relations).filter(([, [property]]) => typeof task[property] === 'string');
  const links = given.map(([name, [property, path]]) => [name, { href: `${path}/${task[property]}` }]);
  return { ...Object.fromEntries(links), identityLink: { href: `/task/${task.id}/identity-links` } };
}
