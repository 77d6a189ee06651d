/** Group commit: what is ready together becomes durable together, and each operation succeeds or fails by itself. */

import { type Database, rollback } from './driver.js';
import type { Operation } from './operations.js';

type Run = (operation: Operation) => unknown;

/** What became of an operation; an error travels between threads as its message. */
export type Outcome = { value: unknown } | { error: string };

/**
 * Runs a group of operations as one transaction; answers their outcomes once they are durable. When the COMMIT fails, all
 * have failed.
 */
export function runGroup(database: Database, run: Run, operations: Operation[]): Outcome[] {
  try {
    database.exec('BEGIN IMMEDIATE');
    const outcomes = runAll(database, run, operations);
    database.exec('COMMIT');
    return outcomes;
  } catch (error) {
    rollback(database);
    return operations.map(() => ({ error: (error as Error).message }));
  }
}

/** An operation that throws is rare: then the group starts again, each operation in a savepoint of its own. */
function runAll(database: Database, run: Run, operations: Operation[]): Outcome[] {
  try {
    return operations.map(operation => ({ value: run(operation) }));
  } catch {
    rollback(database);
    database.exec('BEGIN IMMEDIATE');
    return operations.map(operation => runOne(database, run, operation));
  }
}

function runOne(database: Database, run: Run, operation: Operation): Outcome {
  database.run('SAVEPOINT one');
  try {
    const value = run(operation);
    database.run('RELEASE one');
    return { value };
  } catch (error) {
    database.run('ROLLBACK TO one');
    database.run('RELEASE one');
    return { error: (error as Error).message };
  }
}
