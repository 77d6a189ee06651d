/** Incidents in the words of Camunda 7: which type they have there, and filters that ask for them. */

import type { IncidentDocument, JobDocument } from '../../engine/store/documents.js';
import type { Filter, Store } from '../../engine/store/port.js';
import type { Services } from '../services.js';
import { type Condition, type Row, where } from './conditions.js';
import { byText, type QueryContext } from './filters.js';
import { rowOf } from './ids.js';
import { like } from './like.js';

/** Types that Camunda 7 has for a job without attempts left: of a worker, and of the engine itself. */
const EXTERNAL = 'failedExternalTask';
const INTERNAL = 'failedJob';

/** Whether an incident is about a job; then it goes by giving that job attempts again. */
export const isAboutJob = ({ type }: Pick<IncidentDocument, 'type'>) => type === 'job';

/** Incident id → type. */
export async function incidentTypes(store: Store, rows: IncidentDocument[]): Promise<Map<string, string>> {
  const jobs = await store.getMany<JobDocument>(
    'jobs',
    rows.flatMap(({ job }) => job ?? []),
  );
  const external = new Set(jobs.filter(({ kind }) => kind === 'work').map(({ id }) => id));
  const typeOf = (row: IncidentDocument) => {
    if (!isAboutJob(row)) return row.type;
    return external.has(row.job ?? '') ? EXTERNAL : INTERNAL;
  };
  return new Map(rows.map(row => [row.id, typeOf(row)]));
}

/** Those that have this type. */
export async function ofType(store: Store, rows: IncidentDocument[], type: string): Promise<IncidentDocument[]> {
  const types = await incidentTypes(store, rows);
  return rows.filter(({ id }) => types.get(id) === type);
}

/** What the store can say about a type of Camunda 7. */
export const typeFilter = (type: string): Filter => ({ type: [EXTERNAL, INTERNAL].includes(type) ? 'job' : type });

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
  const fits = async ({ services }: QueryContext, filter: Filter) => those(await openIncidents(services, filter));

  return {
    incidentId: byText<R>(async (id, context) => {
      const found = await rowOf<IncidentDocument>(context.services.store, 'incidents', id);
      return fits(context, { id: found?.id ?? null });
    }),
    incidentType: byText<R>(async (type, { services }) =>
      those(await ofType(services.store, await openIncidents(services, typeFilter(type)), type)),
    ),
    incidentMessage: byText<R>((message, context) => fits(context, { message })),
    incidentMessageLike: byText<R>(async (pattern, { services }) => {
      const isFit = like(pattern);
      const open = await openIncidents(services, {});
      return those(open.filter(({ message }) => isFit(message)));
    }),
  };
}
