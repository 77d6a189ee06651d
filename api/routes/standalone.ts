/** Tasks that no process opens: made by hand, done as others are, or given up. */

import { z } from 'zod';
import { BadCommand } from '../../engine/core/errors.js';
import type { TaskDocument } from '../../engine/store/documents.js';
import { need } from '../auth/permissions.js';
import { countEach, dryRunnable, losing, numbersOf, said } from '../dryRun.js';
import { unknownIn } from '../problems.js';
import { type Route, route } from '../route.js';
import { Id, Instant, idParams, maybeTime, Name, TenantIn } from '../schemas.js';
import type { Services } from '../services.js';
import { Task, taskView } from '../views/task.js';
import { tenantFor } from '../visible.js';

const NewTask = z.strictObject({
  name: Name,
  description: z.string().max(10_000).optional(),
  assignee: Id.optional(),
  candidateUsers: z.array(Id).max(1000).default([]),
  candidateGroups: z.array(Id).max(1000).default([]),
  due: Instant.optional(),
  followUp: Instant.optional(),
  priority: z.int().min(-1_000_000).max(1_000_000).default(50),
  tenant: TenantIn,
});

/** What the audit says of such a task. */
const told = ({ name, assignee, candidateUsers, candidateGroups, due, priority, tenant }: TaskDocument) => ({
  ...{ name, assignee, candidateUsers, candidateGroups, due: maybeTime(due), priority, tenant },
});

export function standaloneRoutes({ tasks, directory, events, store }: Services): Route[] {
  return [
    route(
      {
        method: 'post',
        path: '/tasks',
        tag: 'Tasks',
        summary: 'Makes a task without a process, which the asker owns',
        needs: ['task', 'CREATE'],
        body: NewTask,
        example: { name: 'Call the customer back', candidateGroups: ['clerks'], due: '2026-03-01T12:00:00Z' },
        status: 201,
        answer: Task,
        errors: [404],
        audit: 'task created',
      },
      async ({ body, person, note }) => {
        const tenant = tenantFor(person, body.tenant);
        const { assignee } = body;
        if (assignee !== undefined && !(await directory.isAmong(assignee, person.tenants)))
          throw unknownIn('assignee', 'user', assignee);
        const made = await tasks.administration.create(person, { ...body, tenant, owner: person.person });
        note({ subject: made.id, after: told(made) });
        events.taskChanged(made.id);
        return taskView(await tasks.get(person, made.id));
      },
    ),
    route(
      {
        method: 'delete',
        path: '/tasks/{id}',
        tag: 'Tasks',
        summary: 'Gives up a task without a process, and its parts; `dryRun` says how many',
        params: idParams,
        query: z.strictObject(dryRunnable),
        status: 204,
        ...losing(numbersOf('tasks')),
        errors: [404, 409],
        audit: 'task removed',
      },
      async ({ params: { id }, query: { dryRun }, person, ...asked }) => {
        const { owner, instance } = await tasks.get(person, id);
        if (instance !== '') throw new BadCommand(`task '${id}' is one of a process; cancel or modify its instance`);
        if (owner !== person.person) need(person, 'task', 'DELETE', id);
        if (dryRun) return said(asked, await countEach(store, { tasks: { parent: id, 'wait.state': 'open' } }));
        const before = (await store.get<TaskDocument>('tasks', id))!;
        await tasks.administration.remove(person, id);
        events.taskChanged(id);
        asked.note({ before: told(before) });
        return undefined;
      },
    ),
  ];
}
