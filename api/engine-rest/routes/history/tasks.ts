/** Historic tasks: the rows of all tasks, open and closed. */

import type { LinkDocument, RunDocument, TaskDocument } from '../../../../engine/store/documents.js';
import type { Filter } from '../../../../engine/store/port.js';
import { either, permitted } from '../../../auth/permissions.js';
import type { Services } from '../../../services.js';
import { type Condition, test, where } from '../../conditions.js';
import { maybeDate, restDate } from '../../dates.js';
import {
  byText,
  byVariables,
  byWhole,
  equals,
  fits,
  neverText,
  oneOf,
  option,
  type QueryContext,
  tenants,
  timeIs,
  when,
} from '../../filters.js';
import { activityInstanceId, executionId, restId } from '../../ids.js';
import { like } from '../../like.js';
import { listOperations } from '../../lists.js';
import type { Operation } from '../../operation.js';
import type { Table } from '../../table.js';
import { tenantId } from '../../views.js';
import { activationIn, activationIs, noCase, outermost, rowIs, storeId } from './parts.js';
import { havingVariables } from './variable-conditions.js';

const open: Filter = { 'wait.state': 'open' };

/** Why a task is there no more. */
const reasonOf = ({ wait }: TaskDocument) =>
  wait.state === 'open' ? null : wait.state === 'answered' ? 'completed' : 'deleted';

const durationOf = ({ wait, createdAt }: TaskDocument) =>
  wait.state === 'open' || wait.answeredAt === undefined ? null : wait.answeredAt - createdAt;

/** Tasks that ever had such a candidate. */
const hadCandidate = (field: 'user' | 'group') =>
  byText<TaskDocument>(async (id, { services: { store, engine } }) => {
    await engine.projector.caughtUp();
    const links = await store.find<LinkDocument>('linkLog', { filter: { type: 'candidate', [field]: id } });
    return where({ id: { $in: links.map(({ task }) => task) } });
  });

/** Tasks of processes that have, or have not, ended. */
const ofProcess =
  (finished: boolean) =>
  ({ services: { store, engine } }: QueryContext): Condition<TaskDocument> => ({
    filter: { instance: { $ne: '' } },
    async narrow(rows) {
      await engine.projector.caughtUp();
      const runs = await store.getMany<RunDocument>('runs', [...new Set(rows.map(({ instance }) => instance))]);
      const ended = new Map(runs.map(({ id, endedAt }) => [id, endedAt !== undefined]));
      return rows.filter(({ instance }) => ended.get(instance) === finished);
    },
  });

export const taskTable: Table<TaskDocument> = {
  from: 'tasks',
  visible: ({ person }) => ({
    $and: [
      { tenant: { $in: person.tenants } },
      either(
        permitted(person, 'processDefinition', 'READ_HISTORY', 'definitionKey'),
        permitted(person, 'historicTask', 'READ', 'id'),
        permitted(person, 'task', 'READ_HISTORY', 'id'),
      ),
    ],
  }),
  or: true,
  filters: {
    taskId: rowIs('id'),
    // A part lies in no process, whatever it is a part of.
    taskParentTaskId: byText(async (id, { services: { store } }) => where({ parent: await storeId(store, id) })),
    processInstanceId: equals('instance'),
    rootProcessInstanceId: equals('root'),
    processInstanceBusinessKey: equals('businessKey'),
    processInstanceBusinessKeyIn: oneOf('businessKey'),
    processInstanceBusinessKeyLike: fits('businessKey'),
    executionId: activationIs(),
    processDefinitionId: equals('definition'),
    processDefinitionKey: equals('definitionKey'),
    processDefinitionName: equals('definitionName'),
    caseInstanceId: neverText,
    caseExecutionId: neverText,
    caseDefinitionId: neverText,
    caseDefinitionKey: neverText,
    caseDefinitionName: neverText,
    activityInstanceIdIn: activationIn(),
    taskName: equals('name'),
    taskNameLike: fits('name'),
    taskDescription: equals('description'),
    taskDescriptionLike: fits('description'),
    taskDefinitionKey: equals('element'),
    taskDefinitionKeyIn: oneOf('element'),
    taskDeleteReason: byText<TaskDocument>(reason => test(row => reasonOf(row) === reason)),
    taskDeleteReasonLike: byText<TaskDocument>(pattern => {
      const isFit = like(pattern);
      return test(row => isFit(reasonOf(row) ?? ''), { 'wait.state': { $ne: 'open' } });
    }),
    taskAssignee: equals('assignee'),
    taskAssigneeLike: fits('assignee'),
    taskOwner: equals('owner'),
    taskOwnerLike: fits('owner'),
    taskPriority: byWhole(priority => where({ priority })),
    assigned: when({ assignee: { $exists: true } }),
    unassigned: when({ assignee: null }),
    finished: when({ 'wait.state': { $ne: 'open' } }),
    unfinished: when(open),
    processFinished: when<TaskDocument>(ofProcess(true)),
    processUnfinished: when<TaskDocument>(ofProcess(false)),
    taskDueDate: timeIs('due', '$eq'),
    taskDueDateBefore: timeIs('due', '$lte'),
    taskDueDateAfter: timeIs('due', '$gte'),
    withoutTaskDueDate: when({ due: null }),
    taskFollowUpDate: timeIs('followUp', '$eq'),
    taskFollowUpDateBefore: timeIs('followUp', '$lte'),
    taskFollowUpDateAfter: timeIs('followUp', '$gte'),
    startedBefore: timeIs('createdAt', '$lte'),
    startedAfter: timeIs('createdAt', '$gte'),
    finishedBefore: timeIs('wait.answeredAt', '$lte'),
    finishedAfter: timeIs('wait.answeredAt', '$gte'),
    ...tenants(),
    taskVariables: byVariables<TaskDocument>((queries, context) =>
      havingVariables(queries, context, 'id', ({ id }) => id, 'task'),
    ),
    processVariables: byVariables<TaskDocument>((queries, context) =>
      havingVariables(queries, context, 'instance', ({ instance }) => instance),
    ),
    variableNamesIgnoreCase: option,
    variableValuesIgnoreCase: option,
    taskInvolvedUser: byText<TaskDocument>(user =>
      test(({ assignee, owner, candidateUsers, linkedUsers = [] }) =>
        [assignee, owner, ...candidateUsers, ...linkedUsers].includes(user),
      ),
    ),
    taskInvolvedGroup: byText<TaskDocument>(group =>
      test(
        ({ candidateGroups, links = [] }) =>
          candidateGroups.includes(group) || links.some(link => link.group === group),
      ),
    ),
    taskHadCandidateUser: hadCandidate('user'),
    taskHadCandidateGroup: hadCandidate('group'),
    withCandidateGroups: when<TaskDocument>(() => test(({ candidateGroups }) => candidateGroups.length > 0)),
    withoutCandidateGroups: when<TaskDocument>(() => test(({ candidateGroups }) => candidateGroups.length === 0)),
  },
  order: { createdAt: 1 },
  sorts: {
    taskId: 'id',
    activityInstanceId: 'activation',
    processDefinitionId: 'definition',
    processInstanceId: 'instance',
    executionId: ({ instance, activation }) => executionId(instance, activation),
    duration: durationOf,
    endTime: 'wait.answeredAt',
    startTime: 'createdAt',
    taskName: 'name',
    taskDescription: 'description',
    assignee: 'assignee',
    owner: 'owner',
    dueDate: 'due',
    followUpDate: 'followUp',
    deleteReason: reasonOf,
    taskDefinitionKey: 'element',
    priority: 'priority',
    caseDefinitionId: () => null,
    caseInstanceId: () => null,
    caseExecutionId: () => null,
    tenantId: 'tenant',
  },
  async view(rows, { services: { store, engine } }) {
    await engine.projector.caughtUp();
    const rootOf = await outermost(
      store,
      rows.map(({ instance }) => instance),
    );
    return rows.map(row => ({ ...taskView(row), ...rootOf(row.instance) }));
  },
};

function stateOf({ wait, updatedAt }: TaskDocument): string {
  if (wait.state === 'answered') return 'Completed';
  if (wait.state === 'dropped') return 'Deleted';
  return updatedAt === undefined ? 'Created' : 'Updated';
}

/** A task without a process has no place in one. */
const inProcess = (task: TaskDocument) => {
  const { instance, definition, definitionKey, element, activation } = task;
  if (instance === '') {
    const nowhere = { processDefinitionKey: null, processDefinitionId: null, processInstanceId: null };
    return { ...nowhere, executionId: null, activityInstanceId: null, taskDefinitionKey: null };
  }
  return {
    processDefinitionKey: definitionKey,
    processDefinitionId: definition,
    processInstanceId: instance,
    executionId: executionId(instance, activation),
    activityInstanceId: activityInstanceId(instance, activation, element),
    taskDefinitionKey: element,
  };
};

const taskView = (task: TaskDocument) => ({
  id: restId(task.id),
  ...inProcess(task),
  ...noCase,
  name: task.name,
  description: task.description ?? null,
  deleteReason: reasonOf(task),
  owner: task.owner ?? null,
  assignee: task.assignee ?? null,
  startTime: restDate(task.createdAt),
  endTime: task.wait.state === 'open' ? null : maybeDate(task.wait.answeredAt),
  duration: durationOf(task),
  priority: task.priority,
  due: maybeDate(task.due),
  parentTaskId: task.parent === undefined ? null : restId(task.parent),
  followUp: maybeDate(task.followUp),
  tenantId: tenantId(task.tenant),
  taskState: stateOf(task),
});

export const historicTaskOperations = (services: Services): Operation[] =>
  listOperations(services, taskTable, { path: '/history/task', methods: ['get', 'post'] });
