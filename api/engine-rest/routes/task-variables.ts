/** Variables of tasks: those that are visible at it, and its own. */

import type { Instance } from '../../../engine/core/types.js';
import type { Services } from '../../services.js';
import type { Operation } from '../operation.js';
import { taskFor } from '../tasks/access.js';
import { type VariablePlace, variableOperations } from '../variable-operations.js';

export function taskVariableOperations(services: Services): Operation[] {
  const { store } = services;
  const { administration } = services.tasks;

  const place = (path: string, local: boolean): VariablePlace => ({
    path,
    of: 'task',
    async scope({ params, person }, wanted) {
      const wish = wanted === 'read' ? 'readVariables' : 'updateVariables';
      const task = await taskFor(services, person, params.id!, wish);
      const instance = task.instance === '' ? undefined : await store.get<Instance>('instances', task.instance);
      return {
        tenant: task.tenant,
        variables: await administration.variables(task, local),
        types: instance?.types,
        write: writes => administration.setVariables(person, task.id, { ...writes, local }),
      };
    },
  });

  return [
    ...variableOperations(services, place('/task/{id}/variables', false)),
    ...variableOperations(services, place('/task/{id}/localVariables', true)),
  ];
}
