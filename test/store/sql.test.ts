/** Filters as SQL for SQLite: what no plan shows. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { select } from '../../engine/store/sqlite/filter.js';
import { tables } from '../../engine/store/sqlite/schema.js';

test('the bounds of a path are one range, wherever in a filter they stand', () => {
  const sort = { startedAt: -1 } as const;
  const together = { startedAt: { $gte: 1, $lte: 9 } };
  const apart = { $and: [{ startedAt: { $gte: 1 } }, { $and: [{ startedAt: { $lte: 9 } }] }] };

  // with a bound too many SQLite reads from the end of the index
  assert.deepEqual(
    select(tables.activities, 'doc', { filter: apart, sort }),
    select(tables.activities, 'doc', { filter: together, sort }),
  );
});

test('what a filter says twice is asked once, and proves a partial index all the same', () => {
  const open = { 'wait.state': 'open' };
  const tenant = { tenant: { $in: ['', 'acme'] } };

  assert.deepEqual(
    select(tables.jobs, 'doc', { filter: { $and: [open, tenant, { $and: [tenant, open] }] } }),
    select(tables.jobs, 'doc', { filter: { $and: [open, tenant] } }),
  );
  assert.match(select(tables.jobs, 'doc', { filter: { $and: [open, open] } }).text, /"wait\.state" = 'open'/);
});
