/** Incidents in the words of Camunda 7: which type they have there, and filters that ask for them. */

import { creationOf } from '../../engine/projections/jobs.js';
import type { IncidentDocument, JobLogDocument } from '../../engine/store/documents.js';
import type { Filter, Store } from '../../engine/store/port.js';
import type { Services } from '../services.js';
import { type Condition, type Row, where } from './conditions.js';
import { byText, type QueryContext } from './filters.js';
import { rowOf } from './ids.js';
import { like } from './like.js';

/** Types that Camunda 7 has for a job without attempts left: of a worker, and of the engine itself. */
const EXTERNAL = 'failedExternalTask';
const INTERNAL = 'failedJob';

/** Of the jobs that incidents are about: how they were created. */
export async function creations(
  store: Store,
  rows: IncidentDocument[],
): Promise<(row: IncidentDocument) => JobLogDocument | undefined> {
  const jobs = rows.flatMap(({ job }) => (job === undefined ? [] : [creationOf(job)]));
  const found = await store.getMany<JobLogDocument>('jobLog', jobs);
  const byJob = new Map(found.map(entry => [entry.job, entry]));
  return ({ job = '' }) => byJob.get(job);
}

export const typeOf = ({ type, job }: IncidentDocument, creation: JobLogDocument | undefined) => {
  if (job === undefined) return type;
  return creation?.kind === 'work' ? EXTERNAL : INTERNAL;
};

/** What the store can say about a type. */
const kindOf = (type: string): Filter =>
  type === EXTERNAL || type === INTERNAL ? { job: { $exists: true } } : { type, job: null };

async function ofType(store: Store, rows: IncidentDocument[], type: string): Promise<IncidentDocument[]> {
  const creationBy = await creations(store, rows);
  return rows.filter(row => typeOf(row, creationBy(row)) === type);
}

/** Filter of a list of incidents. */
export const typeIs = byText<IncidentDocument>((type, { services: { store } }) => ({
  filter: kindOf(type),
  narrow: rows => ofType(store, rows, type),
}));

/** Incidents of a type of Camunda 7, open and past. */
export const incidentsOfType = async (store: Store, type: string) =>
  ofType(store, await store.find<IncidentDocument>('incidents', { filter: kindOf(type) }), type);

async function openIncidents(services: Services, filter: Filter): Promise<IncidentDocument[]> {
  await services.engine.projector.caughtUp();
  return services.store.find<IncidentDocument>('incidents', { filter: { $and: [{ state: 'open' }, filter] } });
}

/**
 * The four filters by which other resources ask for open incidents; `path` is the field of their rows that `of` an incident
 * answers.
 *
 * @example incidentFilters('id', ({ definition }) => definition)
 */
export function incidentFilters<R extends Row>(path: string, of: (incident: IncidentDocument) => string) {
  const those = (incidents: IncidentDocument[]): Condition<R> =>
    where({ [path]: { $in: [...new Set(incidents.map(of))] } });
  const fit = async ({ services }: QueryContext, filter: Filter) => those(await openIncidents(services, filter));

  return {
    incidentId: byText<R>(async (id, context) => {
      const found = await rowOf<IncidentDocument>(context.services.store, 'incidents', id);
      return fit(context, { id: found?.id ?? null });
    }),
    incidentType: byText<R>(async (type, { services }) => {
      const open = await openIncidents(services, kindOf(type));
      return those(await ofType(services.store, open, type));
    }),
    incidentMessage: byText<R>((message, context) => fit(context, { message })),
    incidentMessageLike: byText<R>(async (pattern, { services }) => {
      const isFit = like(pattern);
      const open = await openIncidents(services, {});
      return those(open.filter(({ message }) => isFit(message)));
    }),
  };
}
