/** What an instance did and knows: variables, visits, history, incidents. Folded data is caught up before it is read. */

import { z } from 'zod';
import type {
  ActivityDocument,
  HistoryDocument,
  IncidentDocument,
  VariableDocument,
} from '../../engine/store/documents.js';
import { listPage } from '../lists.js';
import { type Route, route } from '../route.js';
import { AnyJson, idParams, listOf, paging, VariablesOut } from '../schemas.js';
import type { Services } from '../services.js';
import { Activity, activityView, HistoryEntry, historyView } from '../views/history.js';
import { foldedViews } from '../views/incident.js';
import { IncidentView } from '../views/instance.js';
import { visibleInstance } from '../visible.js';

/** Activities and incidents that name what a page of history speaks of. */
const mostActivities = 10_000;
const mostIncidents = 1000;

export function pastRoutes({ engine, store }: Services): Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/instances/{id}/variables',
        tag: 'Instances',
        summary: 'Variables: of the process by name, and of inner scopes one by one',
        params: idParams,
        answer: z.strictObject({
          variables: VariablesOut,
          scoped: z.array(
            z.strictObject({ activation: z.int(), element: z.string(), name: z.string(), value: AnyJson }),
          ),
        }),
        errors: [404],
      },
      async ({ params, person }) => {
        await visibleInstance(store, person, params.id);
        await engine.projector.caughtUp(params.id);
        const found = await store.find<VariableDocument>('variables', {
          filter: { instance: params.id },
          sort: { name: 1 },
        });
        const present = found.filter(variable => !variable.removed);
        return {
          variables: Object.fromEntries(
            present.filter(({ activation }) => activation === 1).map(({ name, value }) => [name, value]),
          ),
          scoped: present
            .filter(({ activation }) => activation !== 1)
            .map(({ activation, element, name, value }) => ({ activation, element, name, value })),
        };
      },
    ),
    route(
      {
        method: 'get',
        path: '/instances/{id}/activities',
        tag: 'Instances',
        summary: 'Every visit of every element, in the order of their beginning',
        params: idParams,
        query: z.strictObject(paging),
        answer: listOf(Activity),
        errors: [404],
      },
      async ({ params, query, person }) => {
        await visibleInstance(store, person, params.id);
        await engine.projector.caughtUp(params.id);
        const list = { ...query, filter: { instance: params.id }, sort: { startedAt: 1, activation: 1 } as const };
        const page = await listPage<ActivityDocument>(store, 'activities', list);
        return { ...page, items: page.items.map(activityView) };
      },
    ),
    route(
      {
        method: 'get',
        path: '/instances/{id}/history',
        tag: 'Instances',
        summary: 'What happened, commit by commit',
        params: idParams,
        query: z.strictObject(paging),
        answer: listOf(HistoryEntry),
        errors: [404],
      },
      async ({ params, query, person }) => {
        const instance = await visibleInstance(store, person, params.id);
        await engine.projector.caughtUp(params.id);
        const filter = { instance: params.id };
        const [page, activities, incidents, definition] = await Promise.all([
          listPage<HistoryDocument>(store, 'history', { ...query, filter, sort: { seq: 1 } }),
          store.find<ActivityDocument>('activities', { filter, limit: mostActivities }),
          store.find<IncidentDocument>('incidents', { filter, limit: mostIncidents }),
          engine.definition(instance.definition),
        ]);
        return { ...page, items: historyView(page.items, definition, { activities, incidents }) };
      },
    ),
    route(
      {
        method: 'get',
        path: '/instances/{id}/incidents',
        tag: 'Instances',
        summary: 'Incidents of an instance, open and resolved, newest first',
        params: idParams,
        query: z.strictObject(paging),
        answer: listOf(IncidentView),
        errors: [404],
      },
      async ({ params, query, person }) => {
        await visibleInstance(store, person, params.id);
        await engine.projector.caughtUp(params.id);
        const list = { ...query, filter: { instance: params.id }, sort: { at: -1 } as const };
        const page = await listPage<IncidentDocument>(store, 'incidents', list);
        return { ...page, items: await foldedViews({ engine, store }, page.items) };
      },
    ),
  ];
}
