/**
 * What SQLite's planner is told about the data: fixed, so that a query has the same plan in every data folder, and a tested one.
 * (Measured statistics depend on when they were taken; without any the planner takes `kind` for as telling as `topic`.)
 */

import { collections } from '../collections.js';
import type { Index } from '../port.js';
import type { Database } from './driver.js';

/** Rows that each table is thought to have. */
const rows = 1_000_000;
/** How many different values a path is thought to have; any other path has so many that one value finds ten rows. */
const distinct: Record<string, number> = {
  tenant: 1,
  kind: 4,
  state: 4,
  hour: 1000,
  key: 20,
  definitionKey: 20,
  definition: 50,
  deployment: 20,
  name: 20,
  topic: 200,
  asideUntil: 2,
  endedAt: 10,
  element: 10,
  priority: 10,
  assignee: 500,
  owner: 500,
  startedBy: 500,
  answeredBy: 500,
  'wait.answeredBy': 500,
  user: 500,
};
const many = rows / 10;
/** Correlation and business keys share these names with process keys, but are nearly unique. */
const unique = new Set(['subscriptions.key', 'messages.key']);
/** A partial or sparse index has fewer entries. */
const partOfRows = 0.1;

/** Writes the statistics into a database and makes the planner read them. */
export function writeStatistics(database: Database): void {
  database.exec('PRAGMA analysis_limit = 1; ANALYZE; DELETE FROM sqlite_stat1;');
  for (const [collection, indexes] of Object.entries(collections)) {
    for (const index of indexes) {
      const [table, name] = index.array
        ? [`${collection}:${index.array}`, `${collection}:${index.array}`]
        : [collection, `${collection}.${index.name}`];
      database.run('INSERT INTO sqlite_stat1 VALUES (?, ?, ?)', [table, name, statistic(collection, index)]);
    }
  }
  database.exec('ANALYZE sqlite_schema;');
}

/** Entries of the index, then how many of them one value of the first, the first two … paths finds. */
function statistic(collection: string, { paths, array, where, sparse, unique: isUnique }: Index): string {
  const entries = where || sparse ? rows * partOfRows : rows;
  const columns = array ? [array] : paths.map(path => path.replace(/^-/, ''));
  let left = entries;
  const found = columns.map(path => {
    left /= unique.has(`${collection}.${path}`) ? many : (distinct[path] ?? many);
    return Math.max(1, Math.round(left));
  });
  if (isUnique) found[found.length - 1] = 1;
  return [entries, ...found, ...(isUnique ? [] : [1])].join(' ');
}
