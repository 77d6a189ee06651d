/** Filters and queries as MongoDB understands them. */

import { type FieldFilter, type Filter, type Query, type Scalar, StoreError } from '../port.js';
import { conditionsOf } from '../queries.js';
import { type Bson, encode, encodePath, own } from './documents.js';

const everything: Bson = {};
const nothing: Bson = { _id: { $in: [] } };

/** The filter as a condition on stored documents. */
export function filterOf(filter: Filter): Bson {
  const parts = Object.entries(filter).flatMap(([key, condition]): Bson[] => {
    if (condition === undefined) return [];
    const combine = combinators[key];
    if (combine) return [combine((condition as Filter[]).map(filterOf))];
    if (key.startsWith('$')) throw new StoreError(`a filter has the unknown operator ${key}`);
    return fieldOf(encodePath(key), condition as FieldFilter);
  });
  return allOf(parts);
}

/** All of these, flat: what every document must have stands on top, where a planner sees it. */
export function allOf(parts: Bson[]): Bson {
  const all: Bson = {};
  const again: Bson[] = [];
  const conditions = parts.flatMap(part => Object.entries(part));
  for (const [key, condition] of conditions.flatMap(one =>
    one[0] === '$and' ? (one[1] as Bson[]).flatMap(Object.entries) : [one],
  )) {
    if (key in all) again.push({ [key]: condition });
    else all[key] = condition;
  }
  return again.length > 0 ? { ...all, $and: again } : all;
}

/** An `or` within an `or` is one. */
const branchesOf = (filter: Bson): Bson[] => (Object.keys(filter).join() === '$or' ? (filter.$or as Bson[]) : [filter]);

const combinators: Record<string, (filters: Bson[]) => Bson> = {
  $and: allOf,
  $or: filters => (filters.length > 0 ? { $or: filters.flatMap(branchesOf) } : nothing),
  $nor: filters => (filters.length > 0 ? { $nor: filters } : everything),
};

/** The conditions on a field: one object where no operator is needed twice. */
function fieldOf(path: string, condition: FieldFilter): Bson[] {
  if (typeof condition !== 'object' || condition === null) return [{ [path]: encode(condition) }];
  const conditions = conditionsOf(condition).map(([operator, operand]) => {
    const write = operators[operator];
    if (!write) throw new StoreError(`a filter has the unknown operator ${operator}`);
    return write(operand);
  });
  const together = Object.assign({}, ...conditions) as Bson;
  const operatorsUsed = conditions.flatMap(part => Object.keys(part));
  const parts = operatorsUsed.length > Object.keys(together).length ? conditions : [together];
  return parts.filter(part => Object.keys(part).length > 0).map(part => ({ [path]: part }));
}

const as = (operator: string) => (operand: unknown) => ({ [operator]: encode(operand) });

const operators: Record<string, (operand: unknown) => Bson> = {
  $eq: as('$eq'),
  $ne: as('$ne'),
  $in: as('$in'),
  $nin: as('$nin'),
  $gt: as('$gt'),
  $gte: as('$gte'),
  $lt: as('$lt'),
  $lte: as('$lte'),
  // null is missing; 'is not null' itself would look into arrays on a path such as `outbox.0.id`
  $exists: operand => (operand ? { $exists: true, $not: { $type: 'null' } } : { $in: [null] }),
  // an array must have one element between both bounds: a pattern says so, two comparisons do not
  $prefix: operand => ({
    $regex: `^${(operand as string).replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('\0', '\\x00')}`,
  }),
};

/** What a find is made of. */
export interface Find {
  filter: Bson;
  sort?: Record<string, 1 | -1>;
  skip: number;
  limit: number;
}

/** A query of the port; `limit: 0` there means none, here all. */
export function findOf({ filter = {}, sort, skip = 0, limit = 0, after }: Query): Find {
  const parts = [filterOf(filter)];
  if (after) parts.push(behind(after, terms(sort)));
  const ordered = sort !== undefined || after !== undefined || skip > 0;
  const order = Object.fromEntries(terms(sort).map(([path, direction]) => [encodePath(path), direction]));
  return { filter: allOf(parts), ...(ordered && { sort: order }), skip, limit };
}

/** Chunks that were taken away stay for a day as tombstones. */
export const present = (filter: Bson): Bson => allOf([filter, { [own.gone]: null }]);

/** What a sort compares, in order; the id makes it total. */
function terms(sort: Query['sort']): [string, 1 | -1][] {
  const paths = Object.entries(sort ?? {});
  return sort && 'id' in sort ? paths : [...paths, ['id', paths.at(-1)?.[1] ?? 1]];
}

/** Behind the cursor in the order of the sort: `a > x, or a = x and (b > y, or …)`. */
function behind(cursor: Scalar[], paths: [string, 1 | -1][]): Bson {
  if (cursor.length !== paths.length) {
    throw new StoreError(`a cursor of ${cursor.length} values does not fit a sort by ${paths.length - 1} paths and id`);
  }
  const branches = paths.map(([path, direction], index) =>
    allOf([
      ...paths.slice(0, index).map(([before], at) => ({ [encodePath(before)]: encode(cursor[at]) })),
      direction > 0 ? above(encodePath(path), cursor[index]!) : below(encodePath(path), cursor[index]!),
    ]),
  );
  return { $or: branches };
}

/** Greater than this; null is the smallest. */
const above = (path: string, value: Scalar): Bson => ({
  [path]: value === null ? { $ne: null } : { $gt: encode(value) },
});

const below = (path: string, value: Scalar): Bson =>
  value === null ? nothing : { $or: [{ [path]: { $lt: encode(value) } }, { [path]: null }] };
