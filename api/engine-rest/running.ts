/** What is inside of running instances, read from their documents: the rows of executions and variables. */

import type { Definition, Instance } from '../../engine/core/types.js';
import type { CollectionName, Filter, Store } from '../../engine/store/port.js';
import { visibleInstances } from '../visible.js';
import { type Whole, wholeOf } from './executions.js';
import type { QueryContext } from './filters.js';
import { placeOf } from './ids.js';

/** An instance with its definition. */
export interface Running {
  whole: Whole;
  definition: Definition;
}

type Narrow = (values: string[], store: Store) => Promise<Filter> | Filter;

const isIn =
  (path: string): Narrow =>
  values => ({ [path]: { $in: values } });

/** Instances that ids of executions, activity instances or tasks lie in. */
const holding: Narrow = async (ids, store) => {
  const places = await Promise.all(ids.map(id => placeOf(store, id.slice(id.lastIndexOf(':') + 1))));
  return { id: { $in: places.flatMap(place => place?.instance ?? []) } };
};

/** Instances that have rows of a collection. */
const having =
  (collection: CollectionName, filterOf: (values: string[]) => Filter): Narrow =>
  async (values, store) => {
    const found = await store.group(collection, ['instance'], filterOf(values));
    return { id: { $in: found.map(({ key }) => String(key[0])) } };
  };

const listening = (kind: string) =>
  having('subscriptions', names => ({ kind, name: { $in: names }, 'wait.state': 'open' }));

/** Filters that say already which instances can be concerned: what they mean exactly, their tables say. */
const narrowing: Record<string, Narrow> = {
  processInstanceId: isIn('id'),
  processInstanceIdIn: isIn('id'),
  processDefinitionId: isIn('definition'),
  processDefinitionKey: isIn('key'),
  businessKey: isIn('businessKey'),
  executionIdIn: holding,
  activityInstanceIdIn: holding,
  taskIdIn: holding,
  variableScopeIdIn: holding,
  messageEventSubscriptionName: listening('message'),
  signalEventSubscriptionName: listening('signal'),
  activityId: having('activities', elements => ({ element: { $in: elements }, state: 'active' })),
};

/** The running instances that the asker may see, as far as the query does not exclude them. */
export async function runningInstances(context: QueryContext): Promise<Running[]> {
  const { services, person, given } = context;
  const { store, engine } = services;
  if (given.activityId !== undefined) await engine.projector.caughtUp();
  const conditions = await Promise.all(
    Object.entries(narrowing)
      .map(([name, narrow]) => ({ values: [(given[name] ?? []) as string | string[]].flat(), narrow }))
      .filter(({ values }) => values.length > 0)
      .map(({ values, narrow }) => narrow(values, store)),
  );
  const filter = { $and: [{ endedAt: null }, visibleInstances(person), ...conditions] };
  const found = await store.find<Instance>('instances', { filter, sort: { id: 1 } });
  return Promise.all(
    found.map(async instance => ({
      whole: await wholeOf(store, instance),
      definition: await engine.definition(instance.definition),
    })),
  );
}
