/** Saved filters: queries for tasks under a name, run as they are or narrowed further. */

import { z } from 'zod';
import type { Json } from '../../../engine/core/types.js';
import type { FilterDocument, TaskDocument } from '../../../engine/store/documents.js';
import { createSavedFilters, type FilterFields } from '../../../tasklist/saved.js';
import type { Person } from '../../auth/people.js';
import { either, may, type Permission, permitted } from '../../auth/permissions.js';
import { AnyJson, Id } from '../../schemas.js';
import type { Services } from '../../services.js';
import { demand, ofTenants } from '../access.js';
import { forbidden, invalid, missing } from '../errors.js';
import { type AnyFilter, equals, fits, option, type QueryContext } from '../filters.js';
import { linkTo } from '../links.js';
import { listOperations, paging, queryIn } from '../lists.js';
import { type Asked, type Operation, operation, Reply } from '../operation.js';
import { readBy } from '../reading.js';
import { FlagOfQuery, members, Text } from '../schemas.js';
import { listingOf, type Page, type Table, type TableQuery } from '../table.js';
import { halTasks, taskTable } from '../tasks/table.js';
import { taskViews } from '../tasks/view.js';
import { typedVariables } from '../variables.js';

const Bag = z.record(z.string(), AnyJson);

const FilterIn = members({
  resourceType: Text.optional(),
  name: Text.optional(),
  owner: Id.optional(),
  query: Bag.optional(),
  properties: Bag.optional(),
});

const TaskQuery = queryIn(taskTable);
const tasksOf = listingOf(taskTable);

const filters: Record<string, AnyFilter<FilterDocument>> = {
  filterId: equals('id'),
  resourceType: equals('resourceType'),
  name: equals('name'),
  nameLike: fits('name'),
  owner: equals('owner'),
  itemCount: option,
};

/** Whoever owns a filter may everything with it. */
const mayUse = (person: Person, permission: Permission<'filter'>, { id, owner }: FilterDocument) =>
  owner === person.person || may(person, 'filter', permission, id);

async function filterView(filter: FilterDocument, counts: boolean, context: QueryContext) {
  const { id, resourceType, name, owner, query, properties } = filter;
  const view = { id, resourceType, name, owner: owner ?? null, query, properties };
  return counts ? { ...view, itemCount: await tasksOf.count(readQuery(query), context) } : view;
}

export const filterTable: Table<FilterDocument> = {
  from: 'filters',
  visible: ({ person }) => ({
    $and: [ofTenants(person), either({ owner: person.person }, permitted(person, 'filter', 'READ', 'id'))],
  }),
  filters,
  sorts: { filterId: 'id', resourceType: 'resourceType', name: 'name', owner: 'owner' },
  order: { name: 1 },
  view: (rows, context) => {
    const counts = context.given.itemCount === true;
    return Promise.all(rows.map(row => filterView(row, counts, { ...context, given: {} })));
  },
  hal: 'filter',
};

/** A query as it was saved or sent. Throws 400. */
function readQuery(query: Record<string, Json>): TableQuery {
  const expression = Object.keys(query).find(name => name.endsWith('Expression') && query[name] !== null);
  if (expression !== undefined)
    throw invalid(`${expression}: expressions are not evaluated in queries; send the value itself`);
  return readBy('query', TaskQuery, query);
}

/** What is asked in addition goes before what was saved; variables are asked for together. */
function extended(saved: Record<string, Json>, more: Record<string, Json>): TableQuery {
  const given = Object.entries(more).filter(([, value]) => value !== null);
  const together = ['processVariables', 'taskVariables', 'caseInstanceVariables', 'orQueries'].flatMap(name =>
    Array.isArray(saved[name]) && Array.isArray(more[name]) ? [[name, [...saved[name], ...more[name]]]] : [],
  );
  return readQuery({ ...saved, ...Object.fromEntries(given), ...Object.fromEntries(together) });
}

function fieldsIn({ resourceType, name, owner, query = {}, properties = {} }: z.output<typeof FilterIn>): FilterFields {
  if (resourceType !== undefined && resourceType !== 'Task')
    throw invalid(`Queries for resource type '${resourceType}' are currently not supported by filters.`);
  if (!name) throw invalid('Unable to save a filter without a name');
  readQuery(query);
  return { name, query, properties, ...(owner !== undefined && { owner }) };
}

export function filterOperations(services: Services): Operation[] {
  const { store, settings, clock } = services;
  const saved = createSavedFilters(store);
  const contextOf = (person: Person): QueryContext => ({ services, person, now: clock(), given: {} });

  async function found(id: string, person: Person, permission: Permission<'filter'>): Promise<FilterDocument> {
    const filter = await saved.get(person, id).catch(() => {
      throw missing(`Filter with id ${id}`);
    });
    if (!mayUse(person, permission, filter)) throw forbidden(person, permission, 'Filter', id);
    return filter;
  }

  type Extending = Asked<unknown, Record<string, Json> | undefined>;

  async function queryOf({ params, person, body }: Extending): Promise<{ filter: FilterDocument; query: TableQuery }> {
    const filter = await found(params.id!, person, 'READ');
    return { filter, query: extended(filter.query, body ?? {}) };
  }

  /** The tasks as HAL, with the variables that the filter shows. */
  async function hal(filter: FilterDocument, tasks: TaskDocument[], count: number): Promise<Reply> {
    const names = new Set(shownVariables(filter));
    const shown = new Map<unknown, unknown[]>();
    const views = await taskViews(services, tasks);
    for (const [at, task] of names.size > 0 ? tasks.entries() : []) {
      const variables = await services.tasks.administration.variables(task);
      const some = Object.entries(variables).filter(([name]) => names.has(name));
      const typed = Object.entries(typedVariables(Object.fromEntries(some)));
      const self = (name: string) => ({ self: { href: `/task/${views[at]!.id}/variables/${name}` } });
      shown.set(
        views[at]!.id,
        typed.map(([name, value]) => ({ name, ...value, _links: self(name), _embedded: null })),
      );
    }
    return halTasks(services, `/filter/${filter.id}/list`, views, count, ({ id }) => ({
      variable: shown.get(id) ?? [],
    }));
  }

  async function list(asked: Extending, page: Page): Promise<unknown> {
    const { filter, query } = await queryOf(asked);
    const context = contextOf(asked.person);
    const tasks = await tasksOf.find(query, context, page);
    return asked.hal ? hal(filter, tasks, await tasksOf.count(query, context)) : taskViews(services, tasks);
  }

  async function single(asked: Extending): Promise<unknown> {
    const { filter, query } = await queryOf(asked);
    const tasks = await tasksOf.find(query, contextOf(asked.person), { maxResults: 2 });
    if (tasks.length > 1) throw invalid('Filter does not returns a valid single result');
    if (asked.hal) {
      const listed = JSON.parse(String((await hal(filter, tasks, tasks.length)).options.body));
      const [one = {}] = listed._embedded.task;
      return new Reply({ type: 'application/hal+json', body: JSON.stringify(one) });
    }
    return (await taskViews(services, tasks))[0];
  }

  const count = async (asked: Extending) => ({
    count: await tasksOf.count((await queryOf(asked)).query, contextOf(asked.person)),
  });

  return [
    ...listOperations(services, filterTable, { path: '/filter' }),

    operation(
      { method: 'post', path: '/filter/create', body: FilterIn, audit: 'filter created' },
      async ({ body, person, note }) => {
        demand(person, ['filter', 'CREATE', '*']);
        if (body.resourceType === undefined) throw invalid('resourceType is null');
        const created = await saved.create(person, fieldsIn(body));
        note({ subject: created.id, after: created });
        return filterView(created, false, contextOf(person));
      },
    ),

    operation(
      { method: 'get', path: '/filter/{id}', query: z.object({ itemCount: FlagOfQuery.optional() }) },
      async ({ params, query, person }) =>
        filterView(await found(params.id!, person, 'READ'), query.itemCount === true, contextOf(person)),
    ),

    operation(
      { method: 'put', path: '/filter/{id}', body: FilterIn, audit: 'filter changed' },
      async ({ params, body, person }) => {
        const { id } = await found(params.id!, person, 'UPDATE');
        await saved.update(id, fieldsIn(body));
      },
    ),

    operation({ method: 'delete', path: '/filter/{id}', audit: 'filter removed' }, async ({ params, person }) => {
      const { id } = await found(params.id!, person, 'DELETE');
      await saved.remove(id);
    }),

    operation({ method: 'get', path: '/filter/{id}/list', query: z.object(paging) }, asked =>
      list({ ...asked, body: undefined }, asked.query),
    ),
    operation({ method: 'post', path: '/filter/{id}/list', query: z.object(paging), body: Bag }, asked =>
      list(asked, asked.query),
    ),
    operation({ method: 'get', path: '/filter/{id}/singleResult' }, asked => single({ ...asked, body: undefined })),
    operation({ method: 'post', path: '/filter/{id}/singleResult', body: Bag }, single),
    operation({ method: 'get', path: '/filter/{id}/count' }, asked => count({ ...asked, body: undefined })),
    operation({ method: 'post', path: '/filter/{id}/count', body: Bag }, count),

    operation({ method: 'options', path: '/filter' }, ({ person, request }) => {
      const link = linkTo(settings, request);
      return {
        links: [
          link('GET', '/filter', 'list'),
          link('GET', '/filter/count', 'count'),
          ...(may(person, 'filter', 'CREATE', '*') ? [link('POST', '/filter/create', 'create')] : []),
        ],
      };
    }),

    operation({ method: 'options', path: '/filter/{id}' }, async ({ params, person, request }) => {
      const link = linkTo(settings, request);
      const { id = '' } = params;
      const filter = await store.get<FilterDocument>('filters', id);
      const allows = (permission: Permission<'filter'>) => filter !== undefined && mayUse(person, permission, filter);
      const at = `/filter/${encodeURIComponent(id)}`;
      const reads = ['singleResult', 'list', 'count'].flatMap(rel => [
        link('GET', `${at}/${rel}`, rel),
        link('POST', `${at}/${rel}`, rel),
      ]);
      return {
        links: [
          ...(allows('READ') ? [link('GET', at, 'self'), ...reads] : []),
          ...(allows('DELETE') ? [link('DELETE', at, 'delete')] : []),
          ...(allows('UPDATE') ? [link('PUT', at, 'update')] : []),
        ],
      };
    }),
  ];
}

/** Names of the variables that a page shows beside each task of a filter. */
function shownVariables({ properties: { variables } }: FilterDocument): string[] {
  const named = Array.isArray(variables) ? variables : [];
  return named.flatMap(one =>
    typeof one === 'object' && one !== null && !Array.isArray(one) && typeof one.name === 'string' ? [one.name] : [],
  );
}
