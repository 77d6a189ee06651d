/** What an instance did and knows: variables, visits, history, incidents. Folded data is caught up before it is read. */

import { z } from 'zod';
import type {
  ActivityDocument,
  DetailDocument,
  HistoryDocument,
  IncidentDocument,
  JobLogDocument,
  OperationDocument,
  VariableDocument,
} from '../../engine/store/documents.js';
import type { Person } from '../auth/people.js';
import { listPage } from '../lists.js';
import { type Route, route } from '../route.js';
import { AnyJson, idParams, listOf, Name, paging, VariablesOut } from '../schemas.js';
import type { Services } from '../services.js';
import { Activity, activityView, HistoryEntry, historyView } from '../views/history.js';
import { foldedViews } from '../views/incident.js';
import { IncidentView } from '../views/instance.js';
import { Assignment, assignmentView, JobEntry, jobEntryView, OperationEntry, operationView } from '../views/past.js';
import { visibleInstance } from '../visible.js';

/** Activities and incidents that name what a page of history speaks of. */
const mostActivities = 10_000;
const mostIncidents = 1000;

export function pastRoutes({ engine, store }: Services): Route[] {
  /** The id of an instance that the person may see, once its history is folded. */
  async function past(person: Person, id: string): Promise<string> {
    await visibleInstance(store, person, id);
    await engine.projector.caughtUp(id);
    return id;
  }

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
        const filter = { instance: await past(person, params.id) };
        const found = await store.find<VariableDocument>('variables', { filter, sort: { name: 1 } });
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
        const filter = { instance: await past(person, params.id) };
        const list = { ...query, filter, sort: { startedAt: 1, activation: 1 } as const };
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
        path: '/instances/{id}/assignments',
        tag: 'Instances',
        summary: 'Each value that its variables were given, in order',
        params: idParams,
        query: z.strictObject({ ...paging, name: Name.optional() }),
        answer: listOf(Assignment),
        errors: [404],
      },
      async ({ params, query: { name, ...page }, person }) => {
        const filter = {
          instance: await past(person, params.id),
          variable: { $exists: true },
          ...(name !== undefined && { name }),
        } as const;
        const list = { ...page, filter, sort: { at: 1, seq: 1 } as const };
        const found = await listPage<DetailDocument>(store, 'details', list);
        return { ...found, items: found.items.map(assignmentView) };
      },
    ),
    route(
      {
        method: 'get',
        path: '/instances/{id}/job-log',
        tag: 'Instances',
        summary: 'What its jobs went through: created, failed, done, taken away',
        params: idParams,
        query: z.strictObject(paging),
        answer: listOf(JobEntry),
        errors: [404],
      },
      async ({ params, query, person }) => {
        const filter = { instance: await past(person, params.id) };
        const found = await listPage<JobLogDocument>(store, 'jobLog', { ...query, filter, sort: { at: 1, seq: 1 } });
        return { ...found, items: found.items.map(jobEntryView) };
      },
    ),
    route(
      {
        method: 'get',
        path: '/instances/{id}/operations',
        tag: 'Instances',
        summary: 'What people did to it and to its tasks, property by property',
        params: idParams,
        query: z.strictObject(paging),
        answer: listOf(OperationEntry),
        errors: [404],
      },
      async ({ params, query, person }) => {
        const filter = { instance: await past(person, params.id) };
        const list = { ...query, filter, sort: { at: 1, seq: 1 } as const };
        const found = await listPage<OperationDocument>(store, 'operations', list);
        return { ...found, items: found.items.map(operationView) };
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
        const filter = { instance: await past(person, params.id) };
        const list = { ...query, filter, sort: { at: -1 } as const };
        const page = await listPage<IncidentDocument>(store, 'incidents', list);
        return { ...page, items: await foldedViews({ engine, store }, page.items) };
      },
    ),
  ];
}
