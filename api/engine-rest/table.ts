/** A resource as a table of its filters and sort keys, and how such a table is asked. */

import type { Json } from '../../engine/core/types.js';
import { valueAt } from '../../engine/store/paths.js';
import type { CollectionName, Filter, Scalar } from '../../engine/store/port.js';
import { cursorOf, matches } from '../../engine/store/queries.js';
import type { Services } from '../services.js';
import { all, any, type Condition, type Row } from './conditions.js';
import type { AnyFilter, QueryContext } from './filters.js';
import type { Reply } from './operation.js';

/** The value by which a row is sorted. */
type Keyed<R extends Row> = (row: R) => Scalar | undefined;

/** A path of the document, or what is computed from a row, perhaps with what must be read first (then all rows are sorted in memory). */
export type SortKey<R extends Row> =
  | string
  | Keyed<R>
  | { look(rows: R[], parameters: Record<string, Json>, context: QueryContext): Promise<Keyed<R>> };

export interface Table<R extends Row> {
  /** A collection, or what answers all rows that a condition may concern. */
  from: CollectionName | ((condition: Condition<R>, context: QueryContext) => Promise<R[]>);
  /** Whose rows the asker may see: part of every query. */
  visible(context: QueryContext): Filter | Promise<Filter>;
  /** Every documented filter, by its name. */
  filters: Record<string, AnyFilter<R>>;
  /** Every documented sort key. */
  sorts: Record<string, SortKey<R>>;
  /** How rows come when nothing else is asked for: paths with their directions; default: by id. */
  order?: Record<string, 1 | -1>;
  /** Documented to take `orQueries`. */
  or?: boolean;
  /** Rows as answers, all of a page at once. */
  view(rows: R[], context: QueryContext): unknown[] | Promise<unknown[]>;
  /** Where HAL is documented: name of the list inside `_embedded`, or the whole answer. */
  hal?: string | ((services: Services, path: string, items: unknown[], count: number) => Promise<Reply>);
  /** Flags of the address that say how rows are shown; the view finds them in `options` of its context. */
  options?: readonly string[];
}

/** A query that was read. */
export interface TableQuery {
  values: Record<string, unknown>;
  or: Record<string, unknown>[];
  sorting: Sorting[];
}

export interface Sorting {
  sortBy: string;
  sortOrder: 'asc' | 'desc';
  /** What the key needs, such as the name of a variable. */
  parameters?: Record<string, Json> | undefined;
}

export interface Page {
  firstResult?: number;
  maxResults?: number;
}

const scanned = 500;

/** What a table answers. */
export interface Listing<R extends Row> {
  find(query: TableQuery, context: QueryContext, page?: Page): Promise<R[]>;
  count(query: TableQuery, context: QueryContext): Promise<number>;
}

export const listingOf = <R extends Row>(table: Table<R>): Listing<R> => ({
  async find(query, context, { firstResult = 0, maxResults = Number.POSITIVE_INFINITY } = {}) {
    const condition = await conditionOf(table, query, context);
    const paths = pathsOf(table, query.sorting);
    if (typeof table.from === 'string' && paths) {
      const sort = Object.keys(paths).length === 0 ? (table.order ?? { id: 1 as const }) : paths;
      if (!condition.narrow) {
        const limit = Number.isFinite(maxResults) ? { limit: maxResults } : {};
        if (maxResults === 0) return [];
        return context.services.store.find(table.from, {
          filter: condition.filter,
          sort,
          skip: firstResult,
          ...limit,
        }) as unknown as Promise<R[]>;
      }
      const fit: R[] = [];
      for await (const rows of scan<R>(table.from, condition, sort, context)) {
        fit.push(...rows);
        if (fit.length >= firstResult + maxResults) break;
      }
      return fit.slice(firstResult, firstResult + maxResults);
    }
    const rows = await everyRow(table, condition, { ...context, given: query.values });
    return (await sorted(table, rows, query.sorting, context)).slice(firstResult, firstResult + maxResults);
  },
  async count(query, context) {
    const condition = await conditionOf(table, query, context);
    if (typeof table.from === 'string' && !condition.narrow)
      return context.services.store.count(table.from, condition.filter);
    return (await everyRow(table, condition, { ...context, given: query.values })).length;
  },
});

async function conditionOf<R extends Row>(
  table: Table<R>,
  { values, or }: TableQuery,
  context: QueryContext,
): Promise<Condition<R>> {
  const each = (some: Record<string, unknown>) =>
    Promise.all(
      Object.entries(some).map(([name, value]) => table.filters[name]!.condition(value, { ...context, given: some })),
    );
  const own = await each(values);
  const alternatives = await Promise.all(or.map(async some => any(await each(some))));
  return all([
    { filter: await table.visible({ ...context, given: values }) },
    ...own,
    ...alternatives.filter((_, at) => Object.keys(or[at]!).length > 0),
  ]);
}

/** The documents of a collection that fit, in pages. */
async function* scan<R extends Row>(
  collection: CollectionName,
  { filter, narrow }: Condition<R>,
  sort: Record<string, 1 | -1>,
  { services }: QueryContext,
): AsyncGenerator<R[]> {
  let after: Scalar[] | undefined;
  for (;;) {
    const page = await services.store.find(collection, { filter, sort, limit: scanned, after });
    const rows = page as unknown as R[];
    yield narrow ? await narrow(rows) : rows;
    if (page.length < scanned) return;
    after = cursorOf(page.at(-1)!, sort);
  }
}

async function everyRow<R extends Row>(table: Table<R>, condition: Condition<R>, context: QueryContext): Promise<R[]> {
  if (typeof table.from === 'string') {
    const rows: R[] = [];
    for await (const page of scan<R>(table.from, condition, { id: 1 }, context)) rows.push(...page);
    return rows;
  }
  const rows = (await table.from(condition, context)).filter(row => matches(condition.filter, row));
  return condition.narrow ? condition.narrow(rows) : rows;
}

/** Directions by path, where the database can sort; undefined: a key is computed. */
function pathsOf<R extends Row>(table: Table<R>, sorting: Sorting[]): Record<string, 1 | -1> | undefined {
  const paths: Record<string, 1 | -1> = {};
  for (const { sortBy, sortOrder } of sorting) {
    const key = table.sorts[sortBy]!;
    if (typeof key !== 'string') return undefined;
    paths[key] ??= sortOrder === 'asc' ? 1 : -1;
  }
  return paths;
}

async function sorted<R extends Row>(
  table: Table<R>,
  rows: R[],
  sorting: Sorting[],
  context: QueryContext,
): Promise<R[]> {
  const keys = await Promise.all(
    sorting.map(async ({ sortBy, sortOrder, parameters = {} }) => ({
      keyed: await valueOfKey(table.sorts[sortBy]!, rows, parameters, context),
      sign: sortOrder === 'asc' ? 1 : -1,
    })),
  );
  return rows.toSorted((a, b) => {
    for (const { keyed, sign } of keys) {
      const order = compareScalars(keyed(a) ?? null, keyed(b) ?? null);
      if (order !== 0) return order * sign;
    }
    return compareScalars(a.id, b.id);
  });
}

async function valueOfKey<R extends Row>(
  key: SortKey<R>,
  rows: R[],
  parameters: Record<string, Json>,
  context: QueryContext,
): Promise<Keyed<R>> {
  if (typeof key === 'string') return row => valueAt(row, key) as Scalar | undefined;
  return typeof key === 'function' ? key : key.look(rows, parameters, context);
}

/** Nothing first, then by value; values of different types by their text. */
function compareScalars(a: Scalar, b: Scalar): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? -1 : 1;
  if (typeof a === typeof b) return a < b ? -1 : 1;
  return String(a) < String(b) ? -1 : 1;
}
