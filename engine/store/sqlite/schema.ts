/** The tables that the collections become: documents as text, a column per indexed path, a side table per array path. */

import type { Json } from '../../core/types.js';
import { collections } from '../collections.js';
import { valueAt, valueBehind } from '../paths.js';
import type { CollectionName, Document, Index, Scalar } from '../port.js';
import { type Bind, encode, literal, nullLiteral } from './values.js';

/** A side table: one row per element of an array path, of the documents that its index is about. */
export interface SideTable {
  array: string;
  /** Quoted table name. */
  name: string;
  where: [path: string, value: Scalar][];
}

export interface Table {
  collection: CollectionName;
  /** Quoted table name. */
  name: string;
  /** The path whose number guards a write: `columns[0]` where there is one. */
  guard?: string;
  /** Paths that have a column of their own. */
  columns: string[];
  /** The same, split into steps. */
  steps: string[][];
  sides: SideTable[];
  /** Values that a partial index names: conditions on them are written as literals. */
  literals: Map<string, Set<Scalar>>;
  /** Paths of sparse indexes. */
  sparse: Set<string>;
  /** SQL that makes the tables and indexes. */
  create: string[];
  /** Names of all columns before the document, for a SELECT. */
  listed: string;
  insert: string;
  /** The same, unless the id, or a unique index, is taken. */
  insertNew: string;
}

/** A document ready to be written: its text, its columns, the elements of its array paths. */
export interface StoredRow {
  id: string;
  doc: string;
  columns: Bind[];
  /** Per side table the elements that stand in it. */
  sides: Bind[][];
}

const guards: Partial<Record<CollectionName, string>> = {
  instances: 'version',
  tasks: 'wait.v',
  jobs: 'wait.v',
  subscriptions: 'wait.v',
};

export const quote = (name: string): string => `"${name}"`;
const plain = (path: string): string => path.replace(/^-/, '');

function tableOf(collection: CollectionName, indexes: Index[]): Table {
  const guard = guards[collection];
  const scalar = indexes.filter(index => !index.array);
  const paths = indexes.flatMap(index => [...index.paths.map(plain), ...Object.keys(index.where ?? {})]);
  const columns = [...new Set([...(guard ? [guard] : []), 'tenant', ...paths])].filter(path => path !== 'id');
  const sides = indexes.filter(index => index.array).map(index => sideTable(collection, index));
  const name = quote(collection);
  const listed = columns.map(quote).join(', ');
  const row = `INTO ${name} (id, ${listed}, doc) VALUES (?, ${columns.map(() => '?').join(', ')}, ?)`;
  return {
    collection,
    name,
    ...(guard && { guard }),
    columns,
    steps: columns.map(path => path.split('.')),
    sides,
    literals: literalsOf(indexes),
    sparse: new Set(scalar.filter(index => index.sparse).map(index => plain(index.paths[0]!))),
    create: [
      // the document stands last: a column behind a long text would be read through all its pages
      `CREATE TABLE ${name} (rid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, ${listed}, doc TEXT NOT NULL)`,
      ...scalar.map(index => createIndex(collection, index)),
      ...sides.flatMap(createSide),
    ],
    listed,
    insert: `INSERT ${row}`,
    insertNew: `INSERT OR IGNORE ${row}`,
  };
}

const sideTable = (collection: CollectionName, { array, where = {} }: Index): SideTable => ({
  array: array!,
  name: quote(`${collection}:${array}`),
  where: Object.entries(where),
});

function literalsOf(indexes: Index[]): Map<string, Set<Scalar>> {
  const literals = new Map<string, Set<Scalar>>();
  for (const [path, value] of indexes.flatMap(index => Object.entries(index.where ?? {}))) {
    literals.set(path, (literals.get(path) ?? new Set()).add(value));
  }
  return literals;
}

/**
 * Ties are broken by id in the direction of the last path, so the id follows in every index that serves a sort. The tenant
 * closes it, so that a count for a reader needs the index alone.
 */
function createIndex(collection: CollectionName, index: Index): string {
  const id = index.paths.at(-1)!.startsWith('-') ? '-id' : 'id';
  const columns = (index.unique ? index.paths : [...new Set([...index.paths, id, 'tenant'])]).map(
    path => `${quote(plain(path))}${path.startsWith('-') ? ' DESC' : ''}`,
  );
  const conditions = [
    ...Object.entries(index.where ?? {}).map(([path, value]) => `${quote(path)} = ${literal(value)}`),
    ...(index.sparse ? [present(plain(index.paths[0]!))] : []),
  ];
  return [
    `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${quote(`${collection}.${index.name}`)}`,
    `ON ${quote(collection)} (${columns.join(', ')})`,
    conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '',
  ].join(' ');
}

const createSide = ({ name }: SideTable) => [
  `CREATE TABLE ${name} (value, rid INTEGER, PRIMARY KEY (value, rid)) WITHOUT ROWID`,
  `CREATE INDEX ${quote(`${name.slice(1, -1)}.rid`)} ON ${name} (rid)`,
];

/** The condition of a sparse index; the `+` keeps it from serving as a bound where the query has a better one. */
export const present = (path: string): string => `+${quote(path)} > ${nullLiteral}`;

export const tables = Object.fromEntries(
  Object.entries(collections).map(([name, indexes]) => [name, tableOf(name as CollectionName, indexes)]),
) as Record<CollectionName, Table>;

/** Makes a document ready to be written. */
export function storedRow(table: Table, document: Document | (object & { id: string })): StoredRow {
  return {
    id: checkedId(document.id),
    doc: JSON.stringify(document),
    columns: table.steps.map(steps => encode(valueBehind(document, steps))),
    sides: sidesOf(table, document),
  };
}

/** Per side table of the collection the elements that stand in it. */
export const sidesOf = (table: Table, document: object): Bind[][] =>
  table.sides.map(side => elementsOf(side, document));

/** The elements of an array path, where the document is one that its index is about. */
function elementsOf({ array, where }: SideTable, document: object): Bind[] {
  const elements = valueAt(document, array);
  if (!Array.isArray(elements) || !where.every(([path, value]) => valueAt(document, path) === value)) return [];
  return [...new Set<Json>(elements)].map(encode);
}

function checkedId(id: string): string {
  if (typeof id !== 'string' || id === '' || id.includes('\0')) throw new Error(`'${id}' is no id of a document`);
  return id;
}
