/** The contract of indexes: no query of a service reads a whole collection. */
import assert from 'node:assert/strict';
import { declaredQueries } from '../queries.js';
import type { Contract } from '../store.js';

/** How the plans of SQLite and MongoDB say that documents are sorted after they were read. */
const sortsAfterwards = /TEMP B-TREE|\bSORT\b/;

export function indexContract(contract: Contract): void {
  contract('every query of a service finds its way by an index', async store => {
    for (const [name, { collection, inOrder, by, ...query }] of Object.entries(declaredQueries)) {
      const { plan, scans } = await store.explain(collection, query);

      assert.equal(scans, false, `${name} reads all of ${collection}:\n${plan}`);
      if (by) assert.match(plan, new RegExp(`[ .]${by}\\b`), `${name} does not go by ${by}:\n${plan}`);
      if (inOrder) assert.doesNotMatch(plan, sortsAfterwards, `${name} is not sorted by its index:\n${plan}`);
    }
  });

  contract('a query without an index is told apart', async store => {
    const { scans } = await store.explain('tasks', { filter: { description: 'x' } });
    assert.equal(scans, true);

    const { plan } = await store.explain('tasks', { filter: { 'wait.state': 'open' }, sort: { description: 1 } });
    assert.match(plan, sortsAfterwards);
  });
}
