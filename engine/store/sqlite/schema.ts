/** The tables that the collections become: documents as text, a column per indexed path, a side table per array path. */

import type { Json } from '../../core/types.js';
import { collections } from '../collections.js';
import { valueAt } from '../paths.js';
import type { CollectionName, Document, Index, Scalar } from '../port.js';
import { type Bind, encode, literal, nullLiteral } from './values.js';

/** A side table: one row per element of an array path, carrying the paths that queries ask with it. */
export interface SideTable {
  array: string;
  /** Quoted table name. */
  name: string;
  paths: string[];
}

export interface Table {
  collection: CollectionName;
  /** Quoted table name. */
  name: string;
  /** The path whose number guards a write: `columns[0]` where there is one. */
  guard?: string;
  /** Paths that have a column of their own. */
  columns: string[];
  sides: SideTable[];
  /** Values that a partial index names: conditions on them are written as literals. */
  literals: Map<string, Set<Scalar>>;
  /** Paths of sparse indexes. */
  sparse: Set<string>;
  /** SQL that makes the tables and indexes. */
  create: string[];
}

/** A document ready to be written: its text, its columns, the elements of its array paths. */
export interface StoredRow {
  id: string;
  doc: string;
  columns: Bind[];
  /** Per side table its rows, without the row number. */
  sides: Bind[][][];
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
  const columns = [
    ...new Set([
      ...(guard ? [guard] : []),
      'tenant',
      ...scalar.flatMap(index => [...index.paths.map(plain), ...Object.keys(index.where ?? {})]),
      ...indexes.flatMap(index => (index.array ? index.paths : [])),
    ]),
  ].filter(path => path !== 'id');
  const sides = indexes
    .filter(index => index.array)
    .map(index => ({ array: index.array!, name: quote(`${collection}:${index.array}`), paths: index.paths }));
  const table = {
    collection,
    name: quote(collection),
    ...(guard && { guard }),
    columns,
    sides,
    literals: literalsOf(scalar),
    sparse: new Set(scalar.filter(index => index.sparse).map(index => plain(index.paths[0]!))),
  };
  return {
    ...table,
    create: [createTable(table), ...scalar.map(createIndex(collection)), ...sides.flatMap(createSide)],
  };
}

function literalsOf(indexes: Index[]): Map<string, Set<Scalar>> {
  const literals = new Map<string, Set<Scalar>>();
  for (const [path, value] of indexes.flatMap(index => Object.entries(index.where ?? {}))) {
    literals.set(path, (literals.get(path) ?? new Set()).add(value));
  }
  return literals;
}

/** The document stands last: a column behind a long text would be read through all its pages. */
const createTable = (table: { name: string; columns: string[] }) =>
  `CREATE TABLE ${table.name} (rid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, ${table.columns.map(path => `${quote(path)}, `).join('')}doc TEXT NOT NULL)`;

/** Ties are broken by id, so the id closes every index that serves a sort. */
const createIndex = (collection: CollectionName) => (index: Index) => {
  const columns = index.paths.map(path => (path.startsWith('-') ? `${quote(plain(path))} DESC` : quote(path)));
  const conditions = [
    ...Object.entries(index.where ?? {}).map(([path, value]) => `${quote(path)} = ${literal(value)}`),
    ...(index.sparse ? [present(plain(index.paths[0]!))] : []),
  ];
  return [
    `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${quote(`${collection}.${index.name}`)}`,
    `ON ${quote(collection)} (${[...columns, ...(index.unique ? [] : ['id'])].join(', ')})`,
    conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '',
  ].join(' ');
};

const createSide = (side: SideTable) => {
  const paths = side.paths.map(quote).join(', ');
  return [
    `CREATE TABLE ${side.name} (value, ${paths && `${paths}, `}rid INTEGER, PRIMARY KEY (value, ${paths && `${paths}, `}rid)) WITHOUT ROWID`,
    `CREATE INDEX ${quote(`${side.name.slice(1, -1)}.rid`)} ON ${side.name} (rid)`,
  ];
};

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
    columns: table.columns.map(path => encode(valueAt(document, path))),
    sides: table.sides.map(side => sideRows(side, document)),
  };
}

function sideRows(side: SideTable, document: object): Bind[][] {
  const elements = valueAt(document, side.array);
  if (!Array.isArray(elements)) return [];
  const carried = side.paths.map(path => encode(valueAt(document, path)));
  return [...new Set<Json>(elements)].map(element => [encode(element), ...carried]);
}

function checkedId(id: string): string {
  if (typeof id !== 'string' || id === '' || id.includes('\0')) throw new Error(`'${id}' is no id of a document`);
  return id;
}
