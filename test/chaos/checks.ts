/** What must be true of the data when the storm is over: nothing lost, nothing twice, every acknowledged answer still holds. */

import assert from 'node:assert/strict';
import type { Instance } from '../../engine/core/types.js';
import type { HistoryDocument, StatisticsDocument } from '../../engine/store/documents.js';
import type { CollectionName, Store } from '../../engine/store/port.js';
import { ANSWERS } from './model.js';

/** What somebody was told is done: ids. */
export interface Acknowledged {
  started: Set<string>;
  tasks: Set<string>;
  jobs: Set<string>;
}

async function checkInstance(store: Store, { id, key, version, state, outbox }: Instance): Promise<void> {
  assert.equal(state, 'completed', `instance ${id} has ended`);
  assert.deepEqual(outbox, [], `what instance ${id} caused is settled`);
  const history = await store.find<HistoryDocument>('history', { filter: { instance: id }, sort: { seq: 1 } });
  const versions = Array.from({ length: version }, (_, index) => index + 1);
  assert.deepEqual(
    history.map(({ seq }) => seq),
    versions,
    `each version of instance ${id} has its history`,
  );
  if (key !== 'parent') return;
  const answered = history.flatMap(({ events }) =>
    events.flatMap(event => (event.type === 'answered' ? event.wait : [])),
  );
  assert.equal(answered.length, ANSWERS, `instance ${id} was answered ${answered.join(', ')}`);
  assert.equal(new Set(answered).size, ANSWERS, `no wait of instance ${id} was answered twice`);
  assert.equal(await store.count('instances', { 'parent.instance': id }), 1, `instance ${id} has one child`);
}

/** Looks at everything that is stored. */
export async function checkAll(store: Store, acknowledged: Acknowledged): Promise<void> {
  const instances = await store.find<Instance>('instances', {});
  const known = new Set(instances.map(({ id }) => id));
  for (const id of acknowledged.started) assert.ok(known.has(id), `instance ${id} was acknowledged`);
  for (const instance of instances) await checkInstance(store, instance);
  for (const collection of ['tasks', 'jobs'] as const) {
    const open = { 'wait.state': 'open' };
    assert.equal(await store.count(collection, open), 0, `no row of ${collection} is open`);
    await checkAnswered(store, collection, acknowledged[collection]);
  }
  assert.equal(await store.count('history', { unfolded: 1 }), 0, 'all is folded');
  const counted = { filter: { definitionKey: 'parent', element: 'end', hour: 0 } };
  const ends = await store.find<StatisticsDocument>('statistics', counted);
  const parents = instances.filter(({ key }) => key === 'parent').length;
  const completed = ends.reduce((sum, end) => sum + end.completed, 0);
  assert.equal(completed, parents, 'each end is counted once');
  assert.equal(await store.count('messages', {}), parents, 'each child has sent one message');
  assert.equal(await store.count('messages', { state: 'delivered' }), parents, 'each message is delivered');
}

async function checkAnswered(store: Store, collection: CollectionName, ids: Set<string>): Promise<void> {
  const rows = await store.getMany<{ id: string; tenant: string; format: number; wait: { state: string } }>(
    collection,
    [...ids],
  );
  assert.equal(rows.length, ids.size, `what was acknowledged of ${collection} is there`);
  for (const { id, wait } of rows) assert.equal(wait.state, 'answered', `${id} was acknowledged`);
}
