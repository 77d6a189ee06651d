/** The operations of a list, made of its table: `GET` and `POST`, of the rows and of their count. */

import { z } from 'zod';
import { AnyJson } from '../schemas.js';
import type { Services } from '../services.js';
import type { Row } from './conditions.js';
import { invalid } from './errors.js';
import type { QueryContext } from './filters.js';
import { type Asked, type Operation, operation, Reply } from './operation.js';
import { FlagOfQuery, members, WholeOfQuery } from './schemas.js';
import { listingOf, type Page, type Sorting, type Table, type TableQuery } from './table.js';

const Order = z.enum(['asc', 'desc']);

const SortingIn = members({
  sortBy: z.string(),
  sortOrder: Order,
  parameters: z.record(z.string(), AnyJson).optional(),
});

export const paging = {
  firstResult: WholeOfQuery.pipe(z.int().min(0)).optional(),
  maxResults: WholeOfQuery.pipe(z.int().min(0)).optional(),
};

const optionsOf = (table: Table<never>) =>
  Object.fromEntries((table.options ?? []).map(name => [name, FlagOfQuery.optional()]));

/** The parameters of a list in an address; unknown ones are ignored. */
const queryOf = (table: Table<never>) =>
  z.object({
    ...Object.fromEntries(Object.entries(table.filters).map(([name, { query }]) => [name, query.optional()])),
    sortBy: z.string().optional(),
    sortOrder: Order.optional(),
    ...paging,
    ...optionsOf(table),
  });

/** What an alternative has only because it is a query, too: it is never sorted, and has no alternatives. */
const Never = { orQueries: z.array(z.never()).optional(), sorting: z.array(z.never()).optional() };

/** The body of a query. It may be sorted as in an address, too. */
function bodyOf(table: Table<never>) {
  const filters = Object.fromEntries(Object.entries(table.filters).map(([name, { body }]) => [name, body.optional()]));
  const or: z.ZodRawShape = table.or
    ? {
        orQueries: z
          .array(members({ ...filters, ...Never }))
          .max(100)
          .optional(),
      }
    : {};
  const sorting = { sorting: z.array(SortingIn).max(100).optional(), sortBy: z.string().optional() };
  return members({ ...filters, ...or, ...sorting, sortOrder: Order.optional() });
}

function orders<R extends Row>(table: Table<R>, sorting: Sorting[]): Sorting[] {
  for (const { sortBy } of sorting)
    if (!Object.hasOwn(table.sorts, sortBy))
      throw invalid(
        `Cannot set query parameter 'sortBy' to value '${sortBy}'; sort by one of ${Object.keys(table.sorts).join(', ')}`,
      );
  return sorting;
}

/** What was asked in an address. */
function askedInAddress<R extends Row>(table: Table<R>, query: Record<string, unknown>): TableQuery {
  const values = Object.fromEntries(Object.entries(query).filter(([name]) => Object.hasOwn(table.filters, name)));
  return { values: present(values), or: [], sorting: orders(table, bySingle(query)) };
}

/** The one key that `sortBy` names. */
function bySingle({ sortBy, sortOrder }: Record<string, unknown>): Sorting[] {
  if ((sortBy === undefined) !== (sortOrder === undefined))
    throw invalid('Only a single sorting parameter specified. sortBy and sortOrder required');
  return sortBy === undefined ? [] : [{ sortBy, sortOrder } as Sorting];
}

/** What was asked in a body. */
function askedInBody<R extends Row>(table: Table<R>, body: Record<string, unknown>): TableQuery {
  const { sorting = [], orQueries = [], sortBy, sortOrder, ...values } = body;
  return {
    values: present(values),
    or: (orQueries as Record<string, unknown>[]).map(({ sorting: _, orQueries: _none, ...some }) => present(some)),
    sorting: orders(table, [...bySingle({ sortBy, sortOrder }), ...(sorting as Sorting[])]),
  };
}

const present = (values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** A query of this table that stands in the body of another operation, such as a batch's selection. */
export const queryIn = <R extends Row>(table: Table<R>) =>
  bodyOf(table as unknown as Table<never>).transform(body => askedInBody(table, body as Record<string, unknown>));

/**
 * The operations of a list: `GET` and `POST` of the list and of its count, as far as `methods` names them.
 *
 * @example listOperations(services, deploymentTable, { path: '/deployment' })
 */
export function listOperations<R extends Row>(
  services: Services,
  table: Table<R>,
  { path, methods = ['get'] }: { path: string; methods?: ('get' | 'post')[] },
): Operation[] {
  const anyTable = table as unknown as Table<never>;
  const { find, count } = listingOf(table);
  const contextOf = ({ person }: Pick<Asked<unknown, unknown>, 'person'>): QueryContext => ({
    services,
    person,
    now: services.clock(),
    given: {},
  });

  async function list(query: TableQuery, page: Page & Record<string, unknown>, asked: Asked<unknown, unknown>) {
    const options = Object.fromEntries((table.options ?? []).map(name => [name, page[name] as boolean | undefined]));
    const context = { ...contextOf(asked), given: query.values, options };
    const items = await table.view(await find(query, context, page), context);
    if (!asked.hal || table.hal === undefined) return items;
    const total = await count(query, context);
    return typeof table.hal === 'string'
      ? halOf(path, table.hal, items, total)
      : table.hal(services, path, items, total);
  }

  const operations: Operation[] = [];
  if (methods.includes('get')) {
    const query = queryOf(anyTable);
    operations.push(
      operation({ method: 'get', path, query }, asked => list(askedInAddress(table, asked.query), asked.query, asked)),
      operation({ method: 'get', path: `${path}/count`, query }, async asked => ({
        count: await count(askedInAddress(table, asked.query), contextOf(asked)),
      })),
    );
  }
  if (methods.includes('post')) {
    const body = bodyOf(anyTable);
    operations.push(
      operation({ method: 'post', path, query: z.object({ ...paging, ...optionsOf(anyTable) }), body }, asked =>
        list(askedInBody(table, asked.body as Record<string, unknown>), asked.query, asked),
      ),
      operation({ method: 'post', path: `${path}/count`, body }, async asked => ({
        count: await count(askedInBody(table, asked.body as Record<string, unknown>), contextOf(asked)),
      })),
    );
  }
  return operations;
}

/** A list as HAL: `_embedded`, `_links` and the whole `count`. */
const halOf = (path: string, name: string, items: unknown[], count: number) =>
  new Reply({
    type: 'application/hal+json',
    body: JSON.stringify({
      _links: { self: { href: path } },
      _embedded: { [name]: items.map(item => ({ ...(item as object), _links: null, _embedded: null })) },
      count,
    }),
  });
