/** What is inside of running instances, read from their documents: the rows of executions and variables. */

import type { Definition, Instance } from '../../engine/core/types.js';
import type { Filter } from '../../engine/store/port.js';
import { visibleInstances } from '../visible.js';
import { type Whole, wholeOf } from './executions.js';
import type { QueryContext } from './filters.js';

/** An instance with its definition. */
export interface Running {
  whole: Whole;
  definition: Definition;
}

/** Filters of a query that already say which instances can be concerned: name → field. */
const narrowing: Record<string, string> = {
  processInstanceId: 'id',
  processInstanceIdIn: 'id',
  processDefinitionId: 'definition',
  processDefinitionKey: 'key',
  businessKey: 'businessKey',
};

/** The running instances that the asker may see, as far as the query does not exclude them. */
export async function runningInstances(context: QueryContext): Promise<Running[]> {
  const { services, person, given } = context;
  const conditions = Object.entries(narrowing)
    .filter(([name]) => given[name] !== undefined)
    .map(([name, path]): Filter => {
      const value = given[name] as string | string[];
      return { [path]: Array.isArray(value) ? { $in: value } : value };
    });
  const filter = { $and: [{ endedAt: null }, visibleInstances(person), ...conditions] };
  const found = await services.store.find<Instance>('instances', { filter, sort: { id: 1 } });
  return Promise.all(
    found.map(async instance => ({
      whole: await wholeOf(services.store, instance),
      definition: await services.engine.definition(instance.definition),
    })),
  );
}
