/** Filters and queries as SQL for SQLite. */

import { type FieldFilter, type Filter, type Query, type Scalar, StoreError } from '../port.js';
import { conditionsOf } from '../queries.js';
import { present, quote, type SideTable, type Table } from './schema.js';
import { afterText, type Bind, encode, expressionOf, firstText, jsonPath, literal, nullLiteral } from './values.js';

export interface Sql {
  text: string;
  values: Bind[];
}

/** Equalities that hold wherever a part of the filter is evaluated: they prove partial indexes and narrow side tables. */
type Known = Map<string, Scalar>;

/** `SELECT <what> FROM … WHERE … ORDER BY … LIMIT …` */
export function select(table: Table, what: string, query: Query): Sql {
  const values: Bind[] = [];
  const conditions = [whereOf(table, query.filter ?? {}, values)];
  if (query.after) conditions.push(behind(table, query, values));
  let text = `SELECT ${what} FROM ${table.name} WHERE ${allOf(conditions)}${orderOf(table, query)}`;
  if (query.limit !== undefined || query.skip) {
    text += ' LIMIT ? OFFSET ?';
    values.push(query.limit ?? -1, query.skip ?? 0);
  }
  return { text, values };
}

/** The filter alone, as a condition. */
export function whereOf(table: Table, filter: Filter, values: Bind[]): string {
  return compile(table, filter, new Map(), values);
}

/** The column of a path, or an expression that reads the document. */
export function columnOf(table: Table, path: string): string {
  return path === 'id' || table.columns.includes(path) ? quote(path) : expressionOf(path);
}

function compile(table: Table, filter: Filter, around: Known, values: Bind[]): string {
  const { fields, combined } = conjunctionOf(table, filter);
  const known = new Map(around);
  for (const [path, conditions] of fields)
    for (const [operator, operand] of conditions) if (operator === '$eq') known.set(path, operand as Scalar);
  return allOf([
    ...[...fields].map(([path, conditions]) => field(table, path, conditions, known, values)),
    ...combined.map(([combine, filters]) => combine(table, filters, known, values)),
  ]);
}

type Conditions = [operator: string, operand: unknown][];
type Combine = (table: Table, filters: Filter[], known: Known, values: Bind[]) => string;

/** What must hold together, wherever it stands in the filter: the bounds of one path are its range, and said twice is said once. */
function conjunctionOf(
  table: Table,
  filter: Filter,
  all: { fields: Map<string, Conditions>; combined: [Combine, Filter[]][] } = { fields: new Map(), combined: [] },
) {
  for (const [key, condition] of Object.entries(filter)) {
    if (condition === undefined) continue;
    const combine = combinators[key];
    if (key === '$and') for (const part of condition as Filter[]) conjunctionOf(table, part, all);
    else if (combine) all.combined.push([combine, condition as Filter[]]);
    else if (key.startsWith('$'))
      throw new StoreError(`a filter on ${table.collection} has the unknown operator ${key}`);
    else {
      const said = all.fields.get(key) ?? [];
      const isNew = (one: Conditions[number]) => !said.some(other => JSON.stringify(other) === JSON.stringify(one));
      all.fields.set(key, [...said, ...conditionsOf(condition as FieldFilter).filter(isNew)]);
    }
  }
  return all;
}

/** All conditions together; `1` is the one that always holds. */
const allOf = (conditions: string[]): string => conditions.filter(condition => condition !== '1').join(' AND ') || '1';

const combinators: Record<string, Combine> = {
  $or: (table, filters, known, values) =>
    filters.length > 0
      ? `(${filters.map(filter => `(${provided(table, known)}${compile(table, filter, known, values)})`).join(' OR ')})`
      : '0',
  $nor: (table, filters, known, values) =>
    allOf(filters.map(filter => `NOT (${compile(table, filter, known, values)})`)),
};

const isLiteral = (table: Table, path: string, value: Scalar) => table.literals.get(path)?.has(value) ?? false;

/** SQLite proves a partial index in each branch of an OR by itself, so what is known outside is said again inside. */
function provided(table: Table, known: Known): string {
  return [...known]
    .filter(([path, value]) => isLiteral(table, path, value))
    .map(([path, value]) => `${quote(path)} = ${literal(value)} AND `)
    .join('');
}

function field(table: Table, path: string, conditions: Conditions, known: Known, values: Bind[]): string {
  const side = table.sides.find(one => one.array === path);
  const parts = side
    ? conditions.map(one => membership(table, side, one, known, values))
    : scalarConditions(table, path, conditions, values);
  return allOf(parts);
}

/** Conditions on an array path ask its side table, where they are about documents that stand in it. */
function membership(
  table: Table,
  side: SideTable,
  [operator, operand]: [string, unknown],
  known: Known,
  values: Bind[],
): string {
  if (operator === '$ne') return `NOT (${membership(table, side, ['$eq', operand], known, values)})`;
  if (operator === '$nin') return `NOT (${membership(table, side, ['$in', operand], known, values)})`;
  if (operator === '$exists' || operand === null) {
    return scalarConditions(table, side.array, [[operator, operand]], values).join(' AND ');
  }
  if (operator === '$in' && (operand as Scalar[]).includes(null)) {
    const rest = (operand as Scalar[]).filter(one => one !== null);
    return `(${membership(table, side, ['$eq', null], known, values)} OR ${membership(table, side, ['$in', rest], known, values)})`;
  }
  const conditions = conditionSql('value', [[operator, operand]], values).join(' AND ');
  return side.where.every(([path, value]) => known.get(path) === value)
    ? `rid IN (SELECT rid FROM ${side.name} WHERE ${conditions})`
    : `EXISTS (SELECT 1 FROM json_each(doc, '${jsonPath(side.array)}') WHERE ${conditions})`;
}

function scalarConditions(table: Table, path: string, conditions: Conditions, values: Bind[]): string[] {
  const column = columnOf(table, path);
  const isFixed = ([operator, operand]: Conditions[number]) =>
    operator === '$eq' && isLiteral(table, path, operand as Scalar);
  const fixed = conditions.filter(isFixed).map(([, operand]) => `${column} = ${literal(operand as Scalar)}`);
  const others = conditions.filter(one => !isFixed(one));
  const needsPresence = table.sparse.has(path) && others.some(impliesPresence);
  return [...fixed, ...conditionSql(column, others, values), ...(needsPresence ? [present(path)] : [])];
}

/** Does the condition hold only where there is a value? */
function impliesPresence([operator, operand]: [string, unknown]): boolean {
  if (operator === '$eq') return operand !== null;
  if (operator === '$ne') return operand === null;
  if (operator === '$in') return !(operand as Scalar[]).includes(null);
  if (operator === '$nin') return (operand as Scalar[]).includes(null);
  return operator !== '$exists' || operand === true;
}

const comparisons: Record<string, string> = { $gt: '>', $gte: '>=', $lt: '<', $lte: '<=' };

/** The conditions on one column; ranges stay within the type of their bound. */
function conditionSql(column: string, conditions: Conditions, values: Bind[]): string[] {
  const bounds = conditions.filter(([operator]) => operator in comparisons);
  const sql = conditions.map(([operator, operand]) => {
    const comparison = comparisons[operator];
    if (comparison) {
      values.push(encode(operand as Scalar));
      return `${column} ${comparison} ?`;
    }
    const write = operators[operator];
    if (!write) throw new StoreError(`a filter has the unknown operator ${operator}`);
    return write(column, operand, values);
  });
  return bounds.length > 0 ? [...sql, ...typeBounds(column, bounds)] : sql;
}

/** The missing bound of a range, so that `> 5` finds no texts and `< 5` no nulls. */
function typeBounds(column: string, bounds: [string, unknown][]): string[] {
  const types = new Set(bounds.map(([, operand]) => typeof operand));
  if (types.size > 1) return ['0'];
  const isText = types.has('string');
  const lower = bounds.some(([operator]) => operator.startsWith('$gt'));
  const upper = bounds.some(([operator]) => operator.startsWith('$lt'));
  return [
    ...(lower ? [] : [isText ? `${column} >= ${firstText}` : `${column} > ${nullLiteral}`]),
    // no bound of the index: it would make the range look narrower than it is
    ...(upper ? [] : [`+${column} < ${isText ? afterText : firstText}`]),
  ];
}

const operators: Record<string, (column: string, operand: unknown, values: Bind[]) => string> = {
  $eq: (column, operand, values) => {
    values.push(encode(operand as Scalar));
    return `${column} = ?`;
  },
  $ne: (column, operand, values) => {
    values.push(encode(operand as Scalar));
    return `${column} <> ?`;
  },
  $in: (column, operand, values) => isIn(column, operand as Scalar[], values),
  $nin: (column, operand, values) => `NOT (${isIn(column, operand as Scalar[], values)})`,
  // nearly every document has what is asked for: as a bound it would win over the index that gives the order
  $exists: (column, operand) => (operand ? `+${column} > ${nullLiteral}` : `${column} = ${nullLiteral}`),
  $prefix: (column, operand, values) => {
    values.push(encode(operand as string), `${encode(operand as string)}\u{10ffff}`);
    return `${column} >= ? AND ${column} < ?`;
  },
};

/** Longer lists travel as one JSON text: a statement takes 32,766 values at most, and each length would be another statement. */
const longestList = 64;

function isIn(column: string, operands: Scalar[], values: Bind[]): string {
  if (operands.length <= longestList) return `${column} IN ${list(operands, values)}`;
  const inJson = operands.filter(operand => typeof operand === 'string' || typeof operand === 'number');
  const others = [...new Set(operands)].filter(operand => operand === null || typeof operand === 'boolean');
  values.push(JSON.stringify(inJson.map(encode)));
  const found = `${column} IN (SELECT value FROM json_each(?))`;
  return others.length > 0 ? `(${found} OR ${column} IN ${list(others, values)})` : found;
}

/** A list of values, its length rounded up to a power of two so that few statements serve every length. */
function list(operands: Scalar[], values: Bind[]): string {
  if (operands.length === 0) return '()';
  const length = 2 ** Math.ceil(Math.log2(operands.length));
  for (let index = 0; index < length; index++) values.push(encode(operands[Math.min(index, operands.length - 1)]));
  return `(${Array(length).fill('?').join(', ')})`;
}

/** What a sort compares, in order; the id makes it total. */
const terms = (sort: Query['sort']): [string, 1 | -1][] => {
  const paths = Object.entries(sort ?? {});
  return sort && 'id' in sort ? paths : [...paths, ['id', paths.at(-1)?.[1] ?? 1]];
};

/** Without a sort the order is free, unless pages have to follow one another. */
function orderOf(table: Table, { sort, after, skip }: Query): string {
  if (!sort && !after && !skip) return '';
  const columns = terms(sort).map(([path, direction]) => `${columnOf(table, path)}${direction < 0 ? ' DESC' : ''}`);
  return ` ORDER BY ${columns.join(', ')}`;
}

/** Behind the cursor in the order of the sort: `a >= x AND (a > x OR (a = x AND …))`. */
function behind(table: Table, query: Query, values: Bind[]): string {
  const cursor = query.after!;
  const paths = terms(query.sort);
  if (cursor.length !== paths.length) {
    throw new StoreError(`a cursor of ${cursor.length} values does not fit a sort by ${paths.length - 1} paths and id`);
  }
  const from = (index: number): string => {
    const [path, direction] = paths[index]!;
    const column = columnOf(table, path);
    const comparison = direction < 0 ? '<' : '>';
    const value = encode(cursor[index]);
    values.push(value);
    if (index === paths.length - 1) return `${column} ${comparison} ?`;
    values.push(value);
    return `${column} ${comparison}= ? AND (${column} ${comparison} ? OR ${from(index + 1)})`;
  };
  return `(${from(0)})`;
}
