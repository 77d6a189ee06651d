/** Tasks: lists, one, and what is done with it. */

import { z } from 'zod';
import { TaskConflict } from '../../../tasklist/tasks.js';
import { AnyJson, Id } from '../../schemas.js';
import type { Services } from '../../services.js';
import { demand, tenantOf } from '../access.js';
import { DateIn } from '../dates.js';
import { engineError, invalid, RestError } from '../errors.js';
import { listOperations } from '../lists.js';
import { type Asked, type Operation, operation, Reply } from '../operation.js';
import { variablesAfter } from '../results.js';
import { FlagOfQuery, LongText, members, Text, Whole } from '../schemas.js';
import { listingOf } from '../table.js';
import { noTask, taskFor, type Wish } from '../tasks/access.js';
import { refuseSuspended, telling } from '../tasks/errors.js';
import { halTasks, taskTable } from '../tasks/table.js';
import { taskViews } from '../tasks/view.js';
import { readVariables, TypedVariablesIn, typedVariables } from '../variables.js';

/** A task as clients send it back: what it cannot change is read and left alone. */
const TaskIn = members({
  id: Id.regex(/^[^~]*$/, 'contains a ~, as only ids of processes do').optional(),
  name: Text.optional(),
  description: LongText.optional(),
  assignee: Id.optional(),
  owner: Id.optional(),
  delegationState: z.enum(['PENDING', 'RESOLVED']).optional(),
  due: DateIn.optional(),
  followUp: DateIn.optional(),
  // A number that is left out is 0, as in Java.
  priority: Whole.default(0),
  parentTaskId: Id.optional(),
  tenantId: Id.optional(),
  ...Object.fromEntries(
    [
      'created',
      'lastUpdated',
      'executionId',
      'processDefinitionId',
      'processInstanceId',
      'taskDefinitionKey',
      'caseExecutionId',
      'caseInstanceId',
      'caseDefinitionId',
      'suspended',
      'formKey',
      'camundaFormRef',
      'taskState',
      'variables',
      'attachment',
      'comment',
    ].map(name => [name, AnyJson.optional()]),
  ),
});

/** What is told beside the task itself. */
const Shown = z.object({
  withCommentAttachmentInfo: FlagOfQuery.optional(),
  withTaskVariablesInReturn: FlagOfQuery.optional(),
  withTaskLocalVariablesInReturn: FlagOfQuery.optional(),
});

const User = members({ userId: Id.optional() });

export const Completion = members({
  variables: TypedVariablesIn.optional(),
  withVariablesInReturn: z.boolean().optional(),
});
export type Completion = z.output<typeof Completion>;

const BpmnError = members({
  errorCode: Text.optional(),
  errorMessage: LongText.optional(),
  variables: TypedVariablesIn.optional(),
});

const Escalation = members({ escalationCode: Text.optional(), variables: TypedVariablesIn.optional() });

type TaskOf = Awaited<ReturnType<typeof taskFor>>;

/** Variables of a body, for this task. */
export const readFor = ({ store, settings }: Services, task: TaskOf, variables: TypedVariablesIn | undefined) =>
  readVariables(variables, { store, tenant: task.tenant, settings });

/** What a completed task answers: nothing, or the variables of its process. */
export async function completionAnswer(services: Services, task: TaskOf, body: Completion) {
  if (!body.withVariablesInReturn) return undefined;
  const { variables, types } = await variablesAfter(services, task.instance);
  return typedVariables(variables, { types, deserialize: false });
}

export function taskOperations(services: Services): Operation[] {
  const { administration } = services.tasks;
  const { find } = listingOf(taskTable);

  /** A change of one task: who may, is its instance active, and then. */
  const change = <B extends z.ZodType>(
    path: string,
    body: B,
    wish: Wish,
    handle: (task: TaskOf, asked: Asked<unknown, z.output<B>>) => Promise<unknown>,
    { method = 'post', suspended = true }: { method?: 'post' | 'put'; suspended?: boolean } = {},
  ) =>
    operation({ method, path: `/task/{id}${path}`, body }, async asked => {
      const task = await taskFor(services, asked.person, asked.params.id!, wish);
      if (suspended) await refuseSuspended(services, task, asked.params.id!);
      return handle(task, asked as Asked<unknown, z.output<B>>);
    });

  return [
    ...listOperations(services, taskTable, { path: '/task', methods: ['get', 'post'] }),

    operation({ method: 'get', path: '/task/{id}', query: Shown }, async ({ params, query, person, hal }) => {
      const context = { services, person, now: services.clock(), given: {} };
      const [task] = await find({ values: { taskId: params.id! }, or: [], sorting: [] }, context);
      if (!task) {
        await taskFor(services, person, params.id!, 'read');
        throw noTask(params.id!);
      }
      const views = await taskViews(services, [task], query);
      return hal ? oneAsHal(await halTasks(services, '/task', views, 1)) : views[0];
    }),

    operation({ method: 'post', path: '/task/create', body: TaskIn }, async ({ body, person }) => {
      demand(person, ['task', 'CREATE', '*']);
      const { delegationState, tenantId, parentTaskId, id, name, description, assignee, owner, due, followUp } = body;
      const parent =
        parentTaskId === undefined ? undefined : await taskFor(services, person, parentTaskId, 'read', 400);
      await administration.create(person, {
        ...{ id, name, description, assignee, owner, due, followUp, priority: body.priority },
        tenant: tenantOf(person, tenantId),
        ...(parent && { parent: parent.id }),
        ...(delegationState && { delegation: delegationState === 'PENDING' ? 'pending' : 'resolved' }),
      });
    }),

    change(
      '',
      TaskIn,
      'update',
      async (task, { body, person }) => {
        const { delegationState, parentTaskId } = body;
        const parent =
          parentTaskId === undefined ? undefined : await taskFor(services, person, parentTaskId, 'read', 400);
        await administration.update(person, task.id, {
          name: body.name ?? '',
          description: body.description ?? null,
          assignee: body.assignee ?? null,
          owner: body.owner ?? null,
          delegation: delegationState === undefined ? null : delegationState === 'PENDING' ? 'pending' : 'resolved',
          due: body.due ?? null,
          followUp: body.followUp ?? null,
          priority: body.priority,
          parent: parent?.id ?? null,
        });
      },
      { method: 'put' },
    ),

    operation({ method: 'delete', path: '/task/{id}' }, async ({ params, person }) => {
      const task = await taskFor(services, person, params.id!, 'delete');
      if (task.instance !== '') throw engineError('The task cannot be deleted because is part of a running process');
      await administration.remove(person, task.id);
    }),

    change('/claim', User, 'work', async (task, { body, person, params }) => {
      if (body.userId === undefined) return administration.assign(person, task.id, null).then(() => undefined);
      await administration.claim(person, task.id, body.userId).catch((error: unknown) => {
        if (!(error instanceof TaskConflict)) throw error;
        const message = `Task '${params.id}' is already claimed by someone else.`;
        throw new RestError(500, 'TaskAlreadyClaimedException', message, 0);
      });
      return undefined;
    }),

    change('/unclaim', z.unknown(), 'work', async (task, { person }) => {
      await administration.assign(person, task.id, null);
    }),

    change('/assignee', User, 'assign', async (task, { body, person }) => {
      await administration.assign(person, task.id, body.userId ?? null);
    }),

    change('/delegate', User, 'assign', async (task, { body, person }) => {
      await administration.delegate(person, task.id, body.userId ?? null);
    }),

    change(
      '/resolve',
      Completion,
      'work',
      (task, { body, person, params }) =>
        telling('resolve task', params.id!, async () => {
          const { variables, types } = await readFor(services, task, body.variables);
          await administration.resolve(person, task.id, variables, types);
          return undefined;
        }),
      { suspended: false },
    ),

    change(
      '/complete',
      Completion,
      'work',
      (task, { body, person, params }) =>
        telling('complete task', params.id!, async () => {
          const { variables, types } = await readFor(services, task, body.variables);
          await administration.complete(person, task.id, variables, types);
          return completionAnswer(services, task, body);
        }),
      { suspended: false },
    ),

    change(
      '/bpmnError',
      BpmnError,
      'work',
      async (task, { body, person }) => {
        const { errorCode: code, errorMessage: message } = body;
        if (!code) throw invalid('errorCode is null');
        const { variables, types } = await readFor(services, task, body.variables);
        await administration.throw(person, task.id, { type: 'error', code, message, variables }, types);
      },
      { suspended: false },
    ),

    change(
      '/bpmnEscalation',
      Escalation,
      'work',
      async (task, { body, person }) => {
        const { escalationCode: code } = body;
        if (!code) throw invalid('escalationCode is null');
        const { variables, types } = await readFor(services, task, body.variables);
        await administration.throw(person, task.id, { type: 'escalation', code, variables }, types);
      },
      { suspended: false },
    ),

    operation({ method: 'get', path: '/task/report/candidate-group-count' }, async ({ person, request }) => {
      const tasks = await find(
        { values: {}, or: [], sorting: [] },
        { services, person, now: services.clock(), given: {} },
      );
      const counts = new Map<string | null, number>();
      for (const { candidateGroups } of tasks)
        for (const group of candidateGroups.length > 0 ? candidateGroups : [null])
          counts.set(group, (counts.get(group) ?? 0) + 1);
      const report = [...counts].map(([groupName, taskCount]) => ({ groupName, taskCount }));
      const csv = ['text/csv', 'application/csv'].find(type => request.headers.accept === type);
      if (csv === undefined) return report;
      const lines = report.map(({ groupName, taskCount }) => `${cell(groupName ?? '')},${taskCount}`);
      return new Reply({ type: csv, body: ['groupName,taskCount', ...lines, ''].join('\n') });
    }),
  ];
}

/** A text in a CSV: one that a spreadsheet would take for a formula is told apart. */
const cell = (text: string) => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

/** Of a list as HAL the one. */
function oneAsHal(list: Reply): Reply {
  const { _embedded: embedded } = JSON.parse(String(list.options.body));
  const { task, ...related } = embedded;
  const [one] = task;
  return new Reply({ type: 'application/hal+json', body: JSON.stringify({ ...one, _embedded: related }) });
}
