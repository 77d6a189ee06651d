/** The cache of hot instances: what another node may have changed leaves it. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { createCache } from '../../engine/cache.js';
import { instance } from '../suites/documents.js';

const effect = { id: 'a~2', hops: 1, do: 'publish', name: 'paid', variables: {} } as const;

test('an instance whose outbox another node may settle is served for five seconds, and no longer', () => {
  let now = 0;
  const cache = createCache({ clock: () => now });
  cache.set(instance('a', 1, { outbox: [effect] }));
  cache.set(instance('b', 1));

  now += 5_000;
  assert.equal(cache.get('a')?.version, 1);
  now += 1;

  assert.equal(cache.get('a'), undefined);
  assert.equal(cache.get('b')?.version, 1);
});

test('an ended instance is not kept, and the one that was used longest ago makes room', () => {
  const cache = createCache({ capacity: 2, clock: () => 0 });
  cache.set(instance('ended', 3, { endedAt: 1, state: 'completed' }));
  for (const id of ['a', 'b']) cache.set(instance(id, 1));
  cache.get('a');
  cache.set(instance('c', 1));

  assert.deepEqual(
    ['ended', 'a', 'b', 'c'].map(id => cache.get(id)?.id),
    [undefined, 'a', undefined, 'c'],
  );
});
