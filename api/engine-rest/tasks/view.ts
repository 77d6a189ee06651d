/** Tasks as clients of Camunda 7 get them. */

import type { Instance } from '../../../engine/core/types.js';
import type { TaskDocument } from '../../../engine/store/documents.js';
import { formKeyOf } from '../../../tasklist/forms.js';
import { isStandalone } from '../../../tasklist/standalone.js';
import type { Services } from '../../services.js';
import { maybeDate, restDate } from '../dates.js';
import { instancesOf } from '../external-tasks.js';
import { executionId, restId } from '../ids.js';
import { typedVariables } from '../variables.js';

/** What an answer tells beside the task itself. */
export interface Extras {
  withCommentAttachmentInfo?: boolean | undefined;
  withTaskVariablesInReturn?: boolean | undefined;
  withTaskLocalVariablesInReturn?: boolean | undefined;
}

/** All of a page at once. */
export async function taskViews(
  services: Services,
  tasks: TaskDocument[],
  extras: Extras = {},
): Promise<Record<string, unknown>[]> {
  const instances =
    extras.withTaskVariablesInReturn || extras.withTaskLocalVariablesInReturn
      ? await instancesOf(services, tasks)
      : new Map<string, Instance>();
  const remarks = extras.withCommentAttachmentInfo ? await remarked(services, tasks) : () => ({});
  return Promise.all(
    tasks.map(async task => ({
      ...(await taskView(services, task)),
      ...remarks(task),
      ...(await variablesIn(services, task, instances.get(task.instance), extras)),
    })),
  );
}

async function taskView(services: Services, task: TaskDocument) {
  const { form } = task;
  return {
    id: restId(task.id),
    name: task.name,
    assignee: task.assignee ?? null,
    owner: task.owner ?? null,
    created: restDate(task.createdAt),
    lastUpdated: maybeDate(task.updatedAt),
    due: maybeDate(task.due),
    followUp: maybeDate(task.followUp),
    delegationState: task.delegation?.toUpperCase() ?? null,
    description: task.description ?? null,
    executionId: isStandalone(task) ? null : executionId(task.instance, task.activation),
    parentTaskId: task.parent === undefined ? null : restId(task.parent),
    priority: task.priority,
    processDefinitionId: task.definition || null,
    processInstanceId: task.instance || null,
    taskDefinitionKey: task.element || null,
    caseExecutionId: null,
    caseInstanceId: null,
    caseDefinitionId: null,
    suspended: task.suspended === true,
    formKey: (await keyOfForm(services, task)) ?? null,
    camundaFormRef:
      form?.ref === undefined
        ? null
        : { key: form.ref, binding: form.binding ?? 'latest', version: form.version ?? null },
    tenantId: task.tenant || null,
    taskState: task.updatedAt === undefined ? 'Created' : 'Updated',
  };
}

/** The form key as it is for this task: an expression sees its variables. */
export async function keyOfForm(services: Services, task: TaskDocument): Promise<string | undefined> {
  const key = task.form?.key;
  if (!key) return undefined;
  return formKeyOf(task, key.language === 'literal' ? {} : await services.tasks.administration.variables(task));
}

async function variablesIn(
  { tasks }: Services,
  task: TaskDocument,
  instance: Instance | undefined,
  { withTaskVariablesInReturn, withTaskLocalVariablesInReturn }: Extras,
) {
  if (!withTaskVariablesInReturn && !withTaskLocalVariablesInReturn) return {};
  const variables = await tasks.administration.variables(task, !withTaskVariablesInReturn);
  return { variables: typedVariables(variables, { types: instance?.types }) };
}

/** Whether there are comments and attachments. */
async function remarked({ store }: Services, tasks: TaskDocument[]) {
  const filter = { task: { $in: tasks.map(({ id }) => id) } };
  const [comments, attachments] = await Promise.all(
    (['comments', 'attachments'] as const).map(async collection => {
      const groups = await store.group(collection, ['task'], filter);
      return new Set(groups.map(({ key }) => key[0]));
    }),
  );
  return ({ id }: TaskDocument) => ({ attachment: attachments!.has(id), comment: comments!.has(id) });
}
