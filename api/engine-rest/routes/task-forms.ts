/** Forms of tasks: where they are, what fills them, and what is sent back. */

import { z } from 'zod';
import type { Instance, Variables } from '../../../engine/core/types.js';
import type { DefinitionDocument, TaskDocument } from '../../../engine/store/documents.js';
import type { Services } from '../../services.js';
import { RestError } from '../errors.js';
import { deployedForm, formDto, renderedForm } from '../forms.js';
import { type Operation, operation } from '../operation.js';
import { FlagOfQuery, TextsOfQuery } from '../schemas.js';
import { taskFor } from '../tasks/access.js';
import { refuseSuspended, telling } from '../tasks/errors.js';
import { keyOfForm } from '../tasks/view.js';
import { typedVariables } from '../variables.js';
import { Completion, completionAnswer, readFor } from './tasks.js';

export function taskFormOperations(services: Services): Operation[] {
  const { store, forms } = services;
  const { administration } = services.tasks;

  /** Values of the fields are checked, what no field asks for is taken as it is. */
  async function checked(task: TaskDocument, submitted: Variables): Promise<Variables> {
    const fields = task.form?.fields ?? [];
    if (fields.length === 0) return submitted;
    const names = new Set(fields.map(({ id, variable }) => variable ?? id));
    const current = await administration.variables(task);
    const asked = Object.entries(submitted).filter(([name]) => names.has(name));
    const form = await forms.task(task, current);
    return { ...submitted, ...forms.check(form, Object.fromEntries(asked), current) };
  }

  return [
    operation({ method: 'get', path: '/task/{id}/form' }, async ({ params, person }) => {
      const task = await taskFor(services, person, params.id!, 'read', 400);
      return formDto(task.form, await keyOfForm(services, task), `/task/${params.id}/rendered-form`);
    }),

    operation({ method: 'get', path: '/task/{id}/deployed-form' }, async ({ params, person }) => {
      const task = await taskFor(services, person, params.id!, 'read');
      const definition = await store.get<DefinitionDocument>('definitions', task.definition);
      const { deployment = '' } = definition ?? {};
      return deployedForm(services, { deployment, tenant: task.tenant }, task.form, await keyOfForm(services, task));
    }),

    operation({ method: 'get', path: '/task/{id}/rendered-form' }, async ({ params, person }) => {
      const task = await taskFor(services, person, params.id!, 'read');
      if (task.form?.fields?.length) return renderedForm(task.form.fields);
      const message = `No matching rendered form for task with the id ${params.id} found.`;
      throw new RestError(404, 'InvalidRequestException', message);
    }),

    operation(
      {
        method: 'get',
        path: '/task/{id}/form-variables',
        query: z.object({ variableNames: TextsOfQuery.optional(), deserializeValues: FlagOfQuery.optional() }),
      },
      async ({ params, query, person }) => {
        const task = await taskFor(services, person, params.id!, 'readVariables');
        const current = await administration.variables(task);
        const instance = task.instance === '' ? undefined : await store.get<Instance>('instances', task.instance);
        const variables = { ...(await defaultsOf(task, current)), ...current };
        const named = Object.entries(variables).filter(([name]) => query.variableNames?.includes(name) ?? true);
        const { deserializeValues: deserialize } = query;
        return typedVariables(Object.fromEntries(named), { types: instance?.types, deserialize });
      },
    ),

    operation(
      { method: 'post', path: '/task/{id}/submit-form', body: Completion },
      async ({ params, body, person }) => {
        const task = await taskFor(services, person, params.id!, 'work');
        return telling('submit task form', params.id!, async () => {
          const { variables, types } = await readFor(services, task, body.variables);
          const values = await checked(task, variables);
          // Whoever it was delegated to hands it back by that, and does not complete it.
          if (task.delegation === 'pending') {
            await refuseSuspended(services, task, params.id!);
            await administration.resolve(person, task.id, values, types);
          } else await administration.complete(person, task.id, values, types, true);
          return completionAnswer(services, task, body);
        });
      },
    ),
  ];

  /** What the fields of a form begin with. */
  async function defaultsOf(task: TaskDocument, current: Variables): Promise<Variables> {
    if (!task.form?.fields?.length) return {};
    const form = await forms.task(task, current);
    if (form.kind !== 'form-js') return {};
    const filled = form.schema.components.flatMap(({ key, defaultValue }) =>
      key === undefined ? [] : [[key, defaultValue ?? null]],
    );
    return Object.fromEntries(filled);
  }
}
