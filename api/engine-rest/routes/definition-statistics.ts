/** What runs now, by definition and by activity: instances, failed jobs, incidents. */

import { z } from 'zod';
import type {
  ActivityDocument,
  DefinitionDocument,
  DefinitionHead,
  IncidentDocument,
  JobDocument,
} from '../../../engine/store/documents.js';
import type { Filter } from '../../../engine/store/port.js';
import type { Person } from '../../auth/people.js';
import type { Services } from '../../services.js';
import { visibleInstances } from '../../visible.js';
import { activityIdOf } from '../activityTypes.js';
import { invalid } from '../errors.js';
import { creations, typeOf } from '../incidents.js';
import { type Operation, operation } from '../operation.js';
import { FlagOfQuery, Text } from '../schemas.js';
import { definitionTable, definitionViews, ofDefinition } from './definitions.js';

const Query = z.object({
  failedJobs: FlagOfQuery.optional(),
  incidents: FlagOfQuery.optional(),
  incidentsForType: Text.optional(),
  rootIncidents: FlagOfQuery.optional(),
});
type Query = z.output<typeof Query>;

interface Counts {
  instances: number;
  failedJobs: number;
  /** Type → how many. */
  incidents: Map<string, number>;
}

export function definitionStatisticsOperations(services: Services): Operation[] {
  const { store, engine } = services;

  /** Counts by what `of` a row is grouped by, over the rows of three collections. */
  async function countsOf(
    query: Query,
    filter: Filter,
    of: (row: IncidentDocument | JobDocument) => string,
  ): Promise<{ failedJobs: Map<string, number>; incidents: Map<string, Map<string, number>> }> {
    const failed = query.failedJobs
      ? await store.find<JobDocument>('jobs', {
          filter: { $and: [filter, { 'wait.state': 'open', retries: { $lte: 0 }, kind: { $ne: 'work' } }] },
        })
      : [];
    const incidents = new Map<string, Map<string, number>>();
    if (query.incidents || query.rootIncidents || query.incidentsForType !== undefined) {
      const open = await store.find<IncidentDocument>('incidents', { filter: { $and: [filter, { state: 'open' }] } });
      const creationBy = await creations(store, open);
      for (const row of open) {
        const type = typeOf(row, creationBy(row));
        if (query.incidentsForType !== undefined && type !== query.incidentsForType) continue;
        const types = incidents.get(of(row)) ?? new Map<string, number>();
        incidents.set(of(row), types.set(type, (types.get(type) ?? 0) + 1));
      }
    }
    return { failedJobs: tally(failed.map(of)), incidents };
  }

  async function ofDefinitions(query: Query, person: Person) {
    const context = { services, person, now: services.clock(), given: {} };
    const filter = await definitionTable.visible(context);
    const definitions = await store.find<DefinitionDocument>('definitions', { filter, sort: { id: 1 } });
    const own = { definition: { $in: definitions.map(({ id }) => id) } };
    const running = await store.group('instances', ['definition'], {
      $and: [own, { endedAt: null }, visibleInstances(person)],
    });
    const instances = new Map(running.map(({ key, count }) => [String(key[0]), count]));
    const { failedJobs, incidents } = await countsOf(query, own, ({ definition }) => definition);
    const views = await definitionViews(services, definitions);
    return definitions.map(({ id }, at) => ({
      ...view(id, {
        instances: instances.get(id) ?? 0,
        failedJobs: failedJobs.get(id) ?? 0,
        incidents: incidents.get(id) ?? new Map(),
      }),
      '@class': 'org.camunda.bpm.engine.rest.dto.repository.ProcessDefinitionStatisticsResultDto',
      definition: views[at],
    }));
  }

  async function ofActivities({ id }: DefinitionHead, query: Query) {
    const active = await store.find<ActivityDocument>('activities', { filter: { definition: id, state: 'active' } });
    const instances = tally(active.map(activityIdOf));
    const { failedJobs, incidents } = await countsOf(query, { definition: id }, ({ element }) => element);
    const process = (await engine.definition(id)).key;
    const elements = new Set([...instances.keys(), ...failedJobs.keys(), ...incidents.keys()]);
    elements.delete(process);
    return [...elements].sort().map(element => ({
      ...view(element, {
        instances: instances.get(element) ?? 0,
        failedJobs: failedJobs.get(element) ?? 0,
        incidents: incidents.get(element) ?? new Map(),
      }),
      '@class': 'org.camunda.bpm.engine.rest.dto.repository.ActivityStatisticsResultDto',
    }));
  }

  return [
    operation({ method: 'get', path: '/process-definition/statistics', query: Query }, async ({ query, person }) => {
      await ready(query);
      return ofDefinitions(query, person);
    }),
    ...ofDefinition(services, { method: 'get', path: '/statistics', query: Query }, async (definition, { query }) => {
      await ready(query);
      return ofActivities(definition, query);
    }),
  ];

  async function ready({ incidents, incidentsForType, rootIncidents }: Query): Promise<void> {
    const ways = [incidents, incidentsForType !== undefined, rootIncidents].filter(Boolean);
    if (ways.length > 1)
      throw invalid('Only one of the query parameter includeIncidents or includeIncidentsForType can be set.');
    await engine.projector.caughtUp();
  }
}

function tally(names: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

const view = (id: string, { instances, failedJobs, incidents }: Counts) => ({
  id,
  instances,
  failedJobs,
  incidents: [...incidents].map(([incidentType, incidentCount]) => ({ incidentType, incidentCount })),
});
