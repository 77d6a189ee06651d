/** How what the task service refuses is told to clients of Camunda 7. */

import type { Instance } from '../../../engine/core/types.js';
import type { TaskDocument } from '../../../engine/store/documents.js';
import type { Services } from '../../services.js';
import { RestError, refused, toRestError } from '../errors.js';

/** Throws 400 where the instance of a task is suspended. */
export async function refuseSuspended({ store }: Pick<Services, 'store'>, task: TaskDocument, id: string) {
  const instance = task.instance === '' ? undefined : await store.get<Instance>('instances', task.instance);
  if (instance?.state === 'suspended')
    throw new RestError(400, 'SuspendedEntityInteractionException', `task with id '${id}' is suspended`, 0);
}

/** `doing`: such as `complete task`. What the engine refuses is 500, and bears whose sentence it is. */
export async function telling<T>(doing: string, id: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const told = toRestError(error);
    if (told.status === 404 || (told.status === 403 && isMissingAuthorization(error))) throw told;
    const status = told.status === 403 ? 500 : told.status;
    throw told.status === 400
      ? new RestError(400, told.type, `Cannot ${doing} ${id}: ${told.message}`, told.code)
      : refused(status, `Cannot ${doing} ${id}: ${told.message}`);
  }
}

const isMissingAuthorization = (error: unknown) => error instanceof RestError;
