/** Every documented filter of tasks, a line each. */

import type { Instance, Json, Variables } from '../../../engine/core/types.js';
import type { TaskDocument } from '../../../engine/store/documents.js';
import type { Filter, Scalar } from '../../../engine/store/port.js';
import type { Services } from '../../services.js';
import { anything, type Condition, inActivations, none, test, where } from '../conditions.js';
import {
  type AnyFilter,
  byDate,
  byText,
  byTexts,
  byVariables,
  byWord,
  equals,
  expression,
  fits,
  neverText,
  noneOf,
  numberIs,
  oneOf,
  option,
  type QueryContext,
  tenants,
  timeIs,
  type VariableQuery,
  variablesFit,
  when,
} from '../filters.js';
import { placeOf, rowOf, uuidIn } from '../ids.js';
import { inExecution } from '../in-execution.js';
import { like } from '../like.js';

type TaskCondition = Condition<TaskDocument>;

/** The store's ids of tasks that clients name. */
async function idsOf({ services: { store } }: QueryContext, ids: string[]): Promise<string[]> {
  const tasks = await Promise.all(ids.map(id => rowOf<TaskDocument>(store, 'tasks', id)));
  return tasks.flatMap(task => (task ? [task.id] : []));
}

/** The activation that an id of an execution or activity names. */
async function atPlace({ services: { store } }: QueryContext, id: string) {
  const place = await placeOf(store, id);
  return place?.number === undefined ? [] : [{ instance: place.instance, activation: place.number }];
}

/** Offered to candidates: whoever has a task already is asked for apart. */
const offered = (condition: TaskCondition, { given }: QueryContext): TaskCondition =>
  given.includeAssignedTasks === true
    ? condition
    : { ...condition, filter: { $and: [{ assignee: null }, condition.filter] } };

/** Names and descriptions are compared without regard to upper and lower case, as in Camunda 7. */
const reads = (field: 'name' | 'description', holds: (wanted: string) => (text: string) => boolean) =>
  byText(wanted => {
    const fit = holds(wanted.toLowerCase());
    return test<TaskDocument>(task => task[field] !== undefined && fit(task[field].toLowerCase()));
  });
const same = (wanted: string) => (text: string) => text === wanted;
const not =
  (holds: typeof same): typeof same =>
  wanted =>
  text =>
    !holds(wanted)(text);

const has = (field: 'candidateUsers' | 'candidateGroups', some: boolean) =>
  when(() => test<TaskDocument>(task => task[field].length > 0 === some));

/** Reads variables of some tasks, all at once. */
export type ReadVariables = (services: Services, tasks: TaskDocument[]) => Promise<Map<string, Variables>>;

/** Those of the process itself. */
export const processVariables: ReadVariables = async ({ store }, tasks) => {
  const ids = [...new Set(tasks.map(({ instance }) => instance).filter(id => id !== ''))];
  const instances = await store.getMany<Instance>('instances', ids);
  const known = new Map(instances.map(({ id, activations }) => [id, activations[1]?.variables ?? {}]));
  return new Map(tasks.map(({ id, instance }) => [id, known.get(instance) ?? {}]));
};

/** Those of the task alone. */
export const taskVariables: ReadVariables = async ({ tasks: { administration } }, tasks) => {
  const each = async (task: TaskDocument) => [task.id, await administration.variables(task, true)] as const;
  return new Map(await Promise.all(tasks.map(each)));
};

const having = (read: ReadVariables) =>
  byVariables((queries: VariableQuery[], { services, given }): TaskCondition => {
    if (queries.length === 0) return anything;
    const fit = variablesFit(queries, given);
    return {
      filter: {},
      async narrow(tasks) {
        const variables = await read(services, tasks);
        return tasks.filter(({ id }) => fit(variables.get(id) ?? {}));
      },
    };
  });

/** A sort by one variable, which the parameters name. */
export const byVariable = (read: ReadVariables) => ({
  async look(tasks: TaskDocument[], { variable }: Record<string, Json>, { services }: QueryContext) {
    // Without a name nothing is sorted by.
    if (typeof variable !== 'string') return () => null;
    const variables = await read(services, tasks);
    return ({ id }: TaskDocument): Scalar => {
      const value = variables.get(id)?.[variable];
      return value === undefined || typeof value === 'object' ? null : value;
    };
  },
});

/** Whose candidate somebody is: by himself, and by his groups. */
const candidateUser = byText(async (user, context) => {
  const groups = (await context.services.directory.person(user))?.groups ?? [];
  const filter: Filter = { $or: [{ candidateUsers: user }, { candidateGroups: { $in: groups } }] };
  return offered(where(filter), context);
});

export const taskFilters: Record<string, AnyFilter<TaskDocument>> = {
  taskId: byText(async (id, context) => where({ id: { $in: await idsOf(context, [id]) } })),
  taskIdIn: byTexts(async (ids, context) => where({ id: { $in: await idsOf(context, ids) } })),
  processInstanceId: equals('instance'),
  processInstanceIdIn: oneOf('instance'),
  processInstanceBusinessKey: equals('businessKey'),
  processInstanceBusinessKeyIn: oneOf('businessKey'),
  processInstanceBusinessKeyLike: fits('businessKey'),
  // The key is the first part of a definition's id, and has the index.
  processDefinitionId: byText(id => where({ definition: id, definitionKey: id.split(':')[0]! })),
  processDefinitionKey: equals('definitionKey'),
  processDefinitionKeyIn: oneOf('definitionKey'),
  processDefinitionName: equals('definitionName'),
  processDefinitionNameLike: fits('definitionName'),
  executionId: inExecution,
  activityInstanceIdIn: byTexts(async (ids, context) => {
    const places = await Promise.all(ids.map(id => atPlace(context, uuidIn(id))));
    return inActivations<TaskDocument>(places.flat());
  }),
  ...tenants(),
  assignee: equals('assignee'),
  assigneeLike: fits('assignee'),
  assigneeIn: oneOf('assignee'),
  assigneeNotIn: noneOf('assignee'),
  owner: equals('owner'),
  candidateGroup: byText((group, context) => offered(where({ candidateGroups: group }), context)),
  candidateGroupLike: byText((pattern, context) => {
    const fit = like(pattern);
    return offered(
      test<TaskDocument>(({ candidateGroups }) => candidateGroups.some(fit)),
      context,
    );
  }),
  candidateGroups: byTexts((groups, context) =>
    groups.length === 0 ? anything : offered(where({ candidateGroups: { $in: groups } }), context),
  ),
  candidateUser,
  includeAssignedTasks: option,
  involvedUser: byText(user =>
    where({ $or: [{ assignee: user }, { owner: user }, { candidateUsers: user }, { linkedUsers: user }] }),
  ),
  assigned: when({ assignee: { $exists: true } }),
  unassigned: when({ assignee: null }),
  withCandidateGroups: has('candidateGroups', true),
  withoutCandidateGroups: has('candidateGroups', false),
  withCandidateUsers: has('candidateUsers', true),
  withoutCandidateUsers: has('candidateUsers', false),
  taskDefinitionKey: equals('element'),
  taskDefinitionKeyIn: oneOf('element'),
  taskDefinitionKeyNotIn: noneOf('element'),
  taskDefinitionKeyLike: fits('element'),
  name: reads('name', same),
  nameNotEqual: reads('name', not(same)),
  nameLike: reads('name', like),
  nameNotLike: reads('name', not(like)),
  description: reads('description', same),
  descriptionLike: reads('description', like),
  priority: numberIs('priority', '$eq'),
  maxPriority: numberIs('priority', '$lte'),
  minPriority: numberIs('priority', '$gte'),
  dueDate: timeIs('due', '$eq'),
  dueAfter: timeIs('due', '$gt'),
  dueBefore: timeIs('due', '$lt'),
  withoutDueDate: when({ due: null }),
  followUpDate: timeIs('followUp', '$eq'),
  followUpAfter: timeIs('followUp', '$gt'),
  followUpBefore: timeIs('followUp', '$lt'),
  followUpBeforeOrNotExistent: byDate(at => where({ $or: [{ followUp: null }, { followUp: { $lt: at } }] })),
  createdOn: timeIs('createdAt', '$eq'),
  createdAfter: timeIs('createdAt', '$gt'),
  createdBefore: timeIs('createdAt', '$lt'),
  updatedAfter: byDate(at => where({ $or: [{ updatedAt: { $gt: at } }, { updatedAt: null, createdAt: { $gt: at } }] })),
  delegationState: byWord(['PENDING', 'RESOLVED'], state => where({ delegation: state.toLowerCase() })),
  active: when({ suspended: { $ne: true } }),
  suspended: when({ suspended: true }),
  taskVariables: having(taskVariables),
  processVariables: having(processVariables),
  caseInstanceVariables: byVariables(queries => (queries.length === 0 ? anything : none)),
  variableNamesIgnoreCase: option,
  variableValuesIgnoreCase: option,
  parentTaskId: byText(async (id, context) => where({ parent: { $in: await idsOf(context, [id]) } })),
  withCommentAttachmentInfo: option,
  withTaskVariablesInReturn: option,
  withTaskLocalVariablesInReturn: option,
  ...Object.fromEntries(
    [
      'caseInstanceId',
      'caseInstanceBusinessKey',
      'caseInstanceBusinessKeyLike',
      'caseDefinitionId',
      'caseDefinitionKey',
      'caseDefinitionName',
      'caseDefinitionNameLike',
      'caseExecutionId',
    ].map(name => [name, neverText]),
  ),
  ...Object.fromEntries(
    [
      'processInstanceBusinessKey',
      'processInstanceBusinessKeyLike',
      'assignee',
      'assigneeLike',
      'owner',
      'candidateGroup',
      'candidateGroups',
      'candidateUser',
      'involvedUser',
      'dueDate',
      'dueAfter',
      'dueBefore',
      'followUpDate',
      'followUpAfter',
      'followUpBefore',
      'followUpBeforeOrNotExistent',
      'createdOn',
      'createdAfter',
      'createdBefore',
      'updatedAfter',
    ].map(name => [`${name}Expression`, expression]),
  ),
};
