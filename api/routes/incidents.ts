/** Incidents over all instances: find them, try again. */

import { z } from 'zod';
import type { Incident, Instance } from '../../engine/core/types.js';
import { incidentAfter, openIncident } from '../../engine/reads.js';
import type { IncidentDocument, JobDocument } from '../../engine/store/documents.js';
import type { Person } from '../auth/people.js';
import { allOf, given, listPage } from '../lists.js';
import { notFound, Problem } from '../problems.js';
import { type Route, route } from '../route.js';
import { Id, idParams, Key, listOf, maybeTime, Name, paging, TenantAsked } from '../schemas.js';
import type { Services } from '../services.js';
import { foldedViews } from '../views/incident.js';
import { IncidentView, incidentView } from '../views/instance.js';
import { instanceFor, rowsFor, visibleInstance } from '../visible.js';

export function incidentRoutes({ engine, store, clock }: Services): Route[] {
  /** The incident as its instance has it, if the person may try it again. Throws Problem 403, 404, 409. */
  async function open(id: string, person: Person): Promise<{ instance: Instance; incident: Incident }> {
    await engine.projector.caughtUp();
    const known = await store.get<IncidentDocument>('incidents', id);
    if (!known) throw notFound(`incident "${id}"`);
    const instance = await visibleInstance(store, person, known.instance);
    await instanceFor(store, person, 'retry', instance.id);
    const incident = await openIncident(store, instance.id, id);
    if (!incident) throw resolved(known);
    return { instance, incident };
  }

  /** A job gets attempts again, which also resolves its incident; anything else tries its move again. */
  async function retry(instance: Instance, incident: Incident, person: Person, retries: number): Promise<void> {
    const job = incident.wait === undefined ? undefined : await store.get<JobDocument>('jobs', incident.wait);
    if (job) await engine.jobs.setRetries({ id: job.id, retries, reader: person, by: person.person });
    else {
      const command = { do: 'retry', incident: incident.id } as const;
      await engine.send(instance.id, { ...command, at: clock(), by: person.person, onFailure: 'incident' });
    }
  }

  return [
    route(
      {
        method: 'get',
        path: '/incidents',
        tag: 'Incidents',
        summary: 'Incidents, newest first; open ones unless told otherwise',
        query: z.strictObject({
          ...paging,
          key: Key.optional(),
          definition: Id.optional(),
          element: Id.optional(),
          type: Name.optional(),
          tenant: TenantAsked,
          state: z.enum(['open', 'resolved']).default('open'),
        }),
        answer: listOf(IncidentView),
      },
      async ({ query: { limit, after, key, ...exact }, person }) => {
        await engine.projector.caughtUp();
        const filter = allOf(rowsFor(person, 'read'), given({ definitionKey: key, ...exact }));
        const page = await listPage<IncidentDocument>(store, 'incidents', { filter, sort: { at: -1 }, limit, after });
        return { ...page, items: await foldedViews({ engine, store }, page.items) };
      },
    ),
    route(
      {
        method: 'get',
        path: '/incidents/{id}',
        tag: 'Incidents',
        summary: 'One incident, open or resolved',
        params: idParams,
        answer: IncidentView,
        errors: [404],
      },
      async ({ params, person }) => {
        await engine.projector.caughtUp();
        const found = await store.get<IncidentDocument>('incidents', params.id);
        if (!found) throw notFound(`incident "${params.id}"`);
        await visibleInstance(store, person, found.instance);
        return (await foldedViews({ engine, store }, [found]))[0]!;
      },
    ),
    route(
      {
        method: 'post',
        path: '/incidents/{id}/retry',
        tag: 'Incidents',
        summary: 'Tries again what failed; a job gets that many attempts',
        params: idParams,
        body: z.strictObject({ retries: z.int().min(1).max(1000).default(1) }),
        answer: z.strictObject({
          resolved: z.boolean().meta({ description: 'False when the token failed again' }),
          incidents: z.array(IncidentView).meta({ description: 'Open ones of the instance, afterwards' }),
        }),
        errors: [404, 409],
      },
      async ({ params, body, person }) => {
        const { instance, incident } = await open(params.id, person);
        await retry(instance, incident, person, body.retries);
        const now = (await engine.instance(instance.id)) ?? instance;
        const definition = await engine.definition(now.definition);
        const incidents = Object.values(now.incidents).map(one => incidentView(one, now, definition));
        const again = await incidentAfter(store, now.id, incident);
        return { resolved: again === undefined, incidents };
      },
    ),
  ];
}

/** Somebody was faster, or its place was taken away. */
const resolved = ({ id, resolvedBy: by, resolvedAt }: IncidentDocument) =>
  new Problem(409, 'stale', `incident "${id}" is resolved already`, { by, at: maybeTime(resolvedAt) });
