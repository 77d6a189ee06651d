/** Tasks: what people see, claim, hand over and complete. */

import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../../engine/store/queries.js';
import { orders } from '../../tasklist/filters.js';
import { type BatchAction, TaskConflict, type TaskOrder, type TaskView } from '../../tasklist/tasks.js';
import type { Person } from '../auth/people.js';
import { badInput, Problem, problemBody, toProblem } from '../problems.js';
import { type Asked, type Route, route, type Spec } from '../route.js';
import {
  AnyJson,
  Id,
  Instant,
  idParams,
  Key,
  listOf,
  paging,
  TenantAsked,
  time,
  VariablesIn,
  VariablesOut,
} from '../schemas.js';
import type { Services } from '../services.js';
import { Comment, commentView, Form, formView, Task, taskView } from '../views/task.js';

const views = ['mine', 'group', 'all', 'late', 'today', 'followed'] as const;

const TaskQuery = z.strictObject({
  ...paging,
  view: z.enum(views).default('all'),
  assignee: Id.optional(),
  group: Id.optional().meta({ description: 'Candidate group' }),
  key: Key.optional(),
  element: Id.optional(),
  instance: Id.optional(),
  businessKey: Key.optional(),
  tenant: TenantAsked,
  dueBefore: Instant.optional(),
  dueAfter: Instant.optional(),
  text: z.string().max(500).optional(),
  state: z.enum(['open', 'closed', 'any']).default('open'),
  sort: z.enum(Object.keys(orders) as [TaskOrder, ...TaskOrder[]]).optional(),
});

const Change = z.strictObject({
  due: Instant.nullable().optional(),
  followUp: Instant.nullable().optional(),
  priority: z.int().min(-1_000_000).max(1_000_000).optional(),
});

const Ids = z.array(Id).min(1).max(1000);

const Batch = z.discriminatedUnion('action', [
  z.strictObject({ ids: Ids, action: z.enum(['claim', 'unclaim']) }),
  z.strictObject({ ids: Ids, action: z.literal('assign'), assignee: Id.nullable() }),
  z.strictObject({ ids: Ids, action: z.literal('delegate'), to: Id }),
  z.strictObject({ ids: Ids, action: z.literal('complete'), variables: VariablesIn.default({}) }),
  z.strictObject({ ids: Ids, action: z.literal('change'), ...Change.shape }),
]);

const BatchItem = z.strictObject({
  id: z.string(),
  ok: z.boolean(),
  task: Task.optional(),
  problem: AnyJson.optional().meta({ description: 'Problem details of this one' }),
});

const onTask = { tag: 'Tasks', params: idParams, errors: [404, 409] } as const;
const Handed = z.strictObject({ variables: VariablesIn.default({}) });

export function taskRoutes({ tasks, directory }: Services): Route[] {
  /** Who was faster is told by name, too. */
  async function named(error: unknown): Promise<unknown> {
    if (!(error instanceof TaskConflict)) return error;
    const { message, by, at } = error;
    const more = at === undefined ? {} : { at: time(at) };
    if (by === undefined) return new Problem(409, 'somebody-was-faster', message, more);
    const byName = (await directory.names([by])).get(by)!;
    // The service ends its sentence with the id.
    const sentence = message.endsWith(` ${by}`) ? message.slice(0, -by.length) + byName : message;
    return new Problem(409, 'somebody-was-faster', sentence, { by, byName, ...more });
  }

  /** A route that does something with one task and answers it as it is then. */
  const action = <B extends z.ZodType>(
    verb: string,
    summary: string,
    body: B | undefined,
    run: (person: Person, id: string, body: z.output<B>) => Promise<TaskView>,
  ): Route => {
    const spec: Spec<typeof idParams, z.ZodObject, B, typeof Task> = {
      ...onTask,
      method: 'post',
      path: `/tasks/{id}/${verb}`,
      summary,
      ...(body === undefined ? {} : { body }),
      answer: Task,
    };
    return route(spec, async ({ person, params, body }: Asked<{ id: string }, unknown, z.output<B>>) => {
      try {
        return taskView(await run(person, params.id, body));
      } catch (error) {
        throw await named(error);
      }
    });
  };

  return [
    route(
      {
        method: 'get',
        path: '/tasks',
        tag: 'Tasks',
        summary: 'Tasks that the asker may see, in pages',
        query: TaskQuery,
        answer: listOf(Task),
      },
      async ({ query: { limit, after, ...query }, person }) => {
        const order = query.sort ?? (query.state === 'closed' ? '-completed' : 'due');
        const cursor = after === undefined ? undefined : decodeCursor(after, orders[order]);
        if (after !== undefined && !cursor)
          throw badInput([{ path: 'query.after', value: after, reason: 'is no "next" of this list' }]);
        const { items, next, ...counted } = await tasks.find(person, query, { limit, after: cursor });
        return { items: items.map(taskView), next: next && encodeCursor(next), ...counted };
      },
    ),
    route(
      {
        method: 'get',
        path: '/tasks/counts',
        tag: 'Tasks',
        summary: 'How many open tasks each view has',
        answer: z.strictObject(Object.fromEntries(views.map(view => [view, z.int()])) as Record<View, z.ZodInt>),
      },
      ({ person }) => tasks.counts(person),
    ),
    route(
      {
        method: 'post',
        path: '/tasks/batch',
        tag: 'Tasks',
        summary: 'The same for many tasks, each with its own result',
        body: Batch,
        answer: z.strictObject({ items: z.array(BatchItem) }),
      },
      async ({ person, body: { ids, ...what } }) => {
        const results = await tasks.batch(person, ids, what as BatchAction);
        const items = results.map(async result =>
          result.ok
            ? { id: result.id, ok: true, task: taskView(result.task) }
            : { id: result.id, ok: false, problem: problemBody(toProblem(await named(result.error))) as never },
        );
        return { items: await Promise.all(items) };
      },
    ),
    route(
      { ...onTask, method: 'get', path: '/tasks/{id}', summary: 'One task', answer: Task, errors: [404] },
      async ({ person, params }) => taskView(await tasks.get(person, params.id)),
    ),
    route(
      {
        ...onTask,
        method: 'get',
        path: '/tasks/{id}/form',
        summary: 'Its form, with the values of the variables and of the draft',
        answer: Form,
        errors: [404],
      },
      async ({ person, params }) => formView(await tasks.form(person, params.id)),
    ),
    route(
      {
        ...onTask,
        method: 'get',
        path: '/tasks/{id}/variables',
        summary: 'Variables visible at the open task',
        answer: z.strictObject({ variables: VariablesOut }),
        errors: [404],
      },
      async ({ person, params }) => ({ variables: await tasks.variables(person, params.id) }),
    ),
    action('claim', 'Takes it for oneself', undefined, (person, id) => tasks.claim(person, id)),
    action('unclaim', 'Gives it back to its candidates', undefined, (person, id) => tasks.unclaim(person, id)),
    action(
      'assign',
      'Hands it to a person, or with null back to its candidates',
      z.strictObject({ assignee: Id.nullable() }),
      (person, id, { assignee }) => tasks.assign(person, id, assignee),
    ),
    action(
      'delegate',
      'Lets somebody else work on it; it comes back when resolved',
      z.strictObject({ to: Id }),
      (person, id, { to }) => tasks.delegate(person, id, to),
    ),
    action('resolve', 'Gives a delegated task back to its owner', Handed, (person, id, { variables }) =>
      tasks.resolve(person, id, variables),
    ),
    route(
      {
        ...onTask,
        method: 'post',
        path: '/tasks/{id}/complete',
        summary: 'Completes it; the variables are checked against the form',
        body: Handed,
        answer: z.strictObject({
          task: Task,
          instance: z
            .strictObject({ id: z.string(), ended: z.boolean(), state: z.string() })
            .optional()
            .meta({ description: 'Absent: the task has no process' }),
        }),
      },
      async ({ person, params, body }) => {
        try {
          const { task, outcome } = await tasks.complete(person, params.id, body.variables);
          if (!outcome) return { task: taskView(task) };
          const { instance: id, ended, state } = outcome;
          return { task: taskView(task), instance: { id, ended, state } };
        } catch (error) {
          throw await named(error);
        }
      },
    ),
    route(
      {
        ...onTask,
        method: 'patch',
        path: '/tasks/{id}',
        summary: 'Changes due date, follow-up date or priority; null takes a date away',
        body: Change,
        answer: Task,
        errors: [404, 409, 412],
      },
      async ({ person, params, body, revision }) => taskView(await tasks.change(person, params.id, body, revision)),
    ),
    route(
      {
        ...onTask,
        method: 'put',
        path: '/tasks/{id}/draft',
        summary: 'Keeps the half-filled form',
        body: z.strictObject({ data: VariablesIn }),
      },
      ({ person, params, body }) => tasks.saveDraft(person, params.id, body.data),
    ),
    route(
      { ...onTask, method: 'delete', path: '/tasks/{id}/draft', summary: 'Throws the half-filled form away' },
      ({ person, params }) => tasks.dropDraft(person, params.id),
    ),
    route(
      {
        ...onTask,
        method: 'get',
        path: '/tasks/{id}/comments',
        summary: 'What people wrote beside it, oldest first',
        answer: listOf(Comment),
        errors: [404],
      },
      async ({ person, params }) => {
        const comments = await tasks.comments(person, params.id);
        const names = await directory.names(comments.map(comment => comment.by));
        return { items: comments.map(comment => commentView(comment, names.get(comment.by))) };
      },
    ),
    route(
      {
        ...onTask,
        method: 'post',
        path: '/tasks/{id}/comments',
        summary: 'Writes something beside it',
        body: z.strictObject({ text: z.string().trim().min(1).max(10_000) }),
        status: 201,
        answer: Comment,
        errors: [404],
      },
      async ({ person, params, body }) => commentView(await tasks.comment(person, params.id, body.text), person.name),
    ),
  ];
}

type View = (typeof views)[number];
