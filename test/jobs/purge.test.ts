/** What is over is kept for a day, what is open or under way for ever. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { purgeClosedRows, purgeMessages } from '../../engine/jobs/purge.js';
import type { MessageDocument } from '../../engine/store/documents.js';
import type { CollectionName, Store } from '../../engine/store/port.js';
import { document, subscription } from '../suites/documents.js';
import { openSetting } from './setting.js';

const idsOf = async (store: Store, collection: CollectionName) =>
  (await store.find(collection, { sort: { id: 1 } })).map(({ id }) => id);

test('rows that were closed a day ago are taken away, and no others', async t => {
  // given
  const { add, clock, store } = await openSetting(t);
  const answeredAt = clock();
  const waits = {
    open: { v: 1, state: 'open' },
    answered: { v: 2, state: 'answered', answeredAt },
    dropped: { v: 2, state: 'dropped', answeredAt },
    fresh: { v: 2, state: 'answered', answeredAt: answeredAt + 12 * 3_600_000 },
  } as const;
  for (const [id, wait] of Object.entries(waits)) {
    await add({ id, wait });
    await store.insert('subscriptions', subscription(id, { wait }));
  }

  // when
  clock.advance('PT25H');
  await purgeClosedRows(store, clock).run();

  // then
  assert.deepEqual(await idsOf(store, 'jobs'), ['fresh', 'open']);
  assert.deepEqual(await idsOf(store, 'subscriptions'), ['fresh', 'open']);
});

test('messages go a day after they expired, unless one is on its way, and signals a day after they were heard', async t => {
  // given
  const { clock, store } = await openSetting(t);
  const day = 24 * 3_600_000;
  const message = (id: string, state: MessageDocument['state'], expiresAt: number) =>
    store.insert('messages', document(id, { name: 'paid', variables: {}, at: clock(), state, expiresAt }));
  await message('delivered', 'delivered', clock());
  await message('nobody', 'stored', clock());
  await message('given', 'given', clock());
  await message('fresh', 'delivered', clock() + day);
  await store.insert('signals', document('old', { at: clock() }));

  // when
  clock.advance('PT25H');
  await store.insert('signals', document('new', { at: clock() }));
  await purgeMessages(store, clock).run();

  // then
  assert.deepEqual(await idsOf(store, 'messages'), ['fresh', 'given']);
  assert.deepEqual(await idsOf(store, 'signals'), ['new']);
});
