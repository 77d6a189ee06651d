/** One narrow door to SQLite: `node:sqlite` where Node has it, else `libsql`; cached statements, raw rows. */

import { createRequire } from 'node:module';
import type { Bind } from './values.js';

export type Row = Bind[];

export interface Database {
  /** Which library serves: `node:sqlite` or `libsql`. */
  readonly driver: string;
  /** Runs statements that take no values and answer no rows. */
  exec(sql: string): void;
  /** Runs one statement, which stays prepared; answers how many rows it changed. */
  run(sql: string, values?: readonly Bind[]): number;
  /** All rows, each as the array of its columns (whose names must differ). */
  all(sql: string, values?: readonly Bind[]): Row[];
  first(sql: string, values?: readonly Bind[]): Row | undefined;
  /** The steps of the plan of a statement. */
  plan(sql: string, values?: readonly Bind[]): string[];
  close(): void;
}

/** What the two libraries have in common, as far as it is used. */
interface Statement {
  run(...values: unknown[]): { changes: number | bigint };
  get(...values: unknown[]): unknown;
  all(...values: unknown[]): unknown;
  /** libsql: does it answer rows, and then as arrays. */
  readonly reader?: boolean;
  raw?(on: boolean): Statement;
  /** node:sqlite since 22.16: rows as arrays. */
  setReturnArrays?(on: boolean): void;
}

interface Connection {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

interface Library {
  name: string;
  connect(file: string): Connection;
  /** The arguments that bind these values. */
  binding(values: readonly Bind[]): unknown[];
}

const statementsKept = 400;

const library: Library = builtIn() ?? libsql();

function builtIn(): Library | undefined {
  const sqlite = quietly(() => process.getBuiltinModule?.('node:sqlite')) as
    | { DatabaseSync: new (file: string) => Connection }
    | undefined;
  return (
    sqlite && { name: 'node:sqlite', connect: file => new sqlite.DatabaseSync(file), binding: values => [...values] }
  );
}

function libsql(): Library {
  const Libsql = createRequire(import.meta.url)('libsql') as new (file: string) => Connection;
  // one array: a single blob would be taken for an object of named values, and the process aborted
  return { name: 'libsql', connect: file => new Libsql(file), binding: values => [values] };
}

/** Loads without the warning that node:sqlite is experimental: what we use of it is tested here. */
function quietly<T>(load: () => T): T {
  const warn = process.emitWarning;
  process.emitWarning = () => undefined;
  try {
    return load();
  } finally {
    process.emitWarning = warn;
  }
}

/** Opens a database file; it is made where there is none. */
export function openDatabase(file: string): Database {
  const connection = library.connect(file);
  const statements = new Map<string, Statement>();

  /** The prepared statement of a text; the ones not used for longest go first. */
  function prepared(sql: string): Statement {
    const known = statements.get(sql);
    if (known) {
      if (statements.size < statementsKept) return known;
      statements.delete(sql);
      statements.set(sql, known);
      return known;
    }
    const statement = connection.prepare(sql);
    if (statement.reader) statement.raw?.(true);
    statement.setReturnArrays?.(true);
    statements.set(sql, statement);
    if (statements.size > statementsKept) statements.delete(statements.keys().next().value!);
    return statement;
  }

  const asArray = (row: unknown): Row => (Array.isArray(row) ? row : Object.values(row as object)) as Row;

  return {
    driver: library.name,
    exec: sql => connection.exec(sql),
    run: (sql, values = []) => Number(prepared(sql).run(...library.binding(values)).changes),
    all: (sql, values = []) => (prepared(sql).all(...library.binding(values)) as unknown[]).map(asArray),
    first(sql, values = []) {
      const row = prepared(sql).get(...library.binding(values));
      return row === undefined || row === null ? undefined : asArray(row);
    },
    plan(sql, values = []) {
      const explain = prepared(`EXPLAIN QUERY PLAN ${sql}`);
      const steps = (explain.all(...library.binding(values)) as unknown[]).map(row => asArray(row).at(-1) as string);
      // libsql does not reset an EXPLAIN that was read to its end: its snapshot would stay, for all reads behind it
      explain.get(...library.binding(values));
      return steps;
    },
    close() {
      statements.clear();
      connection.close();
    },
  };
}

/** Ends a transaction without its changes. SQLite has done so by itself after some failures (a full disk). */
export function rollback(database: Database): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // there was no transaction any more
  }
}

/** Does another connection hold the file? */
export const isLocked = (error: unknown): boolean =>
  error instanceof Error && /database is locked|SQLITE_BUSY/.test(error.message);
