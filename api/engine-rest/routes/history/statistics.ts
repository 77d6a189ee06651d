/** Historic statistics of a process: per activity how many visits there were, and how they ended. */

import { z } from 'zod';
import type { Filter, Store } from '../../../../engine/store/port.js';
import type { Services } from '../../../services.js';
import { definitionFor } from '../../access.js';
import { activityIdOf } from '../../activityTypes.js';
import { DateIn } from '../../dates.js';
import { invalid } from '../../errors.js';
import { type Operation, operation } from '../../operation.js';
import { FlagOfQuery, TextsOfQuery } from '../../schemas.js';

const StatisticsQuery = z.object({
  canceled: FlagOfQuery.optional(),
  finished: FlagOfQuery.optional(),
  completeScope: FlagOfQuery.optional(),
  incidents: FlagOfQuery.optional(),
  startedBefore: DateIn.optional(),
  startedAfter: DateIn.optional(),
  finishedBefore: DateIn.optional(),
  finishedAfter: DateIn.optional(),
  processInstanceIdIn: TextsOfQuery.optional(),
  sortBy: z.enum(['activityId']).optional(),
  sortOrder: z.enum(['asc', 'desc']).optional(),
});
type StatisticsQuery = z.output<typeof StatisticsQuery>;

const zero = {
  instances: 0,
  canceled: 0,
  finished: 0,
  completeScope: 0,
  openIncidents: 0,
  resolvedIncidents: 0,
  deletedIncidents: 0,
};
type Counts = typeof zero;

/** Within which times a path must lie. */
const within = (path: string, after: number | undefined, before: number | undefined): Filter =>
  after === undefined && before === undefined
    ? {}
    : { [path]: { ...(after !== undefined && { $gte: after }), ...(before !== undefined && { $lte: before }) } };

/** The instances that the query is about; undefined: all of the definition. */
async function instancesOf(store: Store, definition: string, query: StatisticsQuery): Promise<string[] | undefined> {
  const { startedBefore, startedAfter, finishedBefore, finishedAfter, processInstanceIdIn = [] } = query;
  const conditions = [
    within('startedAt', startedAfter, startedBefore),
    within('endedAt', finishedAfter, finishedBefore),
    processInstanceIdIn.length > 0 ? { id: { $in: processInstanceIdIn } } : {},
  ].filter(condition => Object.keys(condition).length > 0);
  if (conditions.length === 0) return undefined;
  const found = await store.find('runs', { filter: { $and: [{ definition }, ...conditions] } });
  return found.map(({ id }) => id);
}

/** Activity → what is counted of it. */
async function countsOf(store: Store, filter: Filter, query: StatisticsQuery): Promise<Map<string, Counts>> {
  const counts = new Map<string, Counts>();
  const add = (activity: string, count: keyof Counts, n: number) => {
    const own = counts.get(activity) ?? { ...zero };
    own[count] += n;
    counts.set(activity, own);
  };
  const visits = await store.group('activities', ['element', 'elementType', 'state', 'endsPath'], {
    $and: [filter, { elementType: { $ne: 'process' } }],
  });
  for (const { key, count } of visits) {
    const [element, elementType, state, endsPath] = key;
    const activity = activityIdOf({ element: String(element), elementType: String(elementType) });
    if (state === 'active') add(activity, 'instances', count);
    if (query.finished && state !== 'active') add(activity, 'finished', count);
    if (query.canceled && state === 'cancelled') add(activity, 'canceled', count);
    if (query.completeScope && endsPath === true) add(activity, 'completeScope', count);
  }
  if (!query.incidents) return counts;
  for (const { key, count } of await store.group('incidents', ['element', 'state', 'deleted'], filter)) {
    const [element, state, deleted] = key;
    const how = state === 'open' ? 'openIncidents' : deleted ? 'deletedIncidents' : 'resolvedIncidents';
    add(String(element), how, count);
  }
  return counts;
}

export const historicStatisticsOperations = (services: Services): Operation[] => [
  operation(
    { method: 'get', path: '/history/process-definition/{id}/statistics', query: StatisticsQuery },
    async ({ params, query, person }) => {
      const { store, engine } = services;
      if ((query.sortBy === undefined) !== (query.sortOrder === undefined))
        throw invalid('Only a single sorting parameter specified. sortBy and sortOrder required');
      const { id } = await definitionFor(store, person, params.id!, 'READ_HISTORY');
      await engine.projector.caughtUp();
      const instances = await instancesOf(store, id, query);
      const filter: Filter = instances ? { definition: id, instance: { $in: instances } } : { definition: id };
      const counts = await countsOf(store, filter, query);
      const sign = query.sortOrder === 'desc' ? -1 : 1;
      return [...counts]
        .map(([activity, count]) => ({ id: activity, ...count }))
        .sort((a, b) => (a.id < b.id ? -sign : sign));
    },
  ),
];
