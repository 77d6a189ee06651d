/** The projector on several nodes: one folds, each thing counts once, whoever sleeps or dies in between. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Weft } from '../../engine/index.js';
import { createProjector } from '../../engine/projections/projector.js';
import type { BatchDocument, StatisticsDocument } from '../../engine/store/documents.js';
import type { Store } from '../../engine/store/port.js';
import { xml } from '../diagram.js';
import { skip } from '../mongod.js';
import { until } from '../until.js';
import { deployment, openCluster } from './nodes.js';

const short = xml('short', '<startEvent id="start"/><endEvent id="end"/>', ['start -> end']);

const starts = (weft: Weft, count: number) =>
  Promise.all(Array.from({ length: count }, () => weft.start({ key: 'short' })));

const countedEnds = async (store: Store) =>
  (await store.get<StatisticsDocument>('statistics', 'short:1~end~0'))?.completed;

test('two nodes that fold at once count each thing once', { skip }, async t => {
  const cluster = await openCluster(t);
  const [one, two] = [await cluster.node(), await cluster.node()];
  await one.deploy(deployment(short));
  await Promise.all([one.projector.start(), two.projector.start()]);

  await Promise.all([starts(one, 60), starts(two, 60)]);
  for (const { projector } of [one, two]) assert.deepEqual(await projector.caughtUp(), {});

  await until('all is folded', async () => (await one.store.count('history', { unfolded: 1 })) === 0);
  assert.equal(await countedEnds(one.store), 120);
  assert.equal(await one.store.count('activities', { element: 'end' }), 120);
});

test('a node that closes leaves the fold to another one', { skip }, async t => {
  const cluster = await openCluster(t);
  const [one, two] = [await cluster.node(), await cluster.node()];
  await one.deploy(deployment(short));
  await starts(one, 1);
  await one.projector.fold();

  await one.close();
  await starts(two, 1);
  await two.projector.fold();

  assert.equal(await countedEnds(two.store), 2);
});

test('a node that dies loses the fold when its lease is over', { skip }, async t => {
  const cluster = await openCluster(t);
  const [one, two] = [await cluster.node(), await cluster.node()];
  await one.deploy(deployment(short));
  await starts(one, 1);
  await one.projector.fold();
  await starts(two, 1);
  await two.projector.fold();
  assert.equal(await countedEnds(two.store), 1);

  // when: its lease is over
  await two.store.patch<BatchDocument>('meta', 'projector', {}, { set: { until: Date.now() - 1 } });
  await two.projector.fold();

  assert.equal(await countedEnds(two.store), 2);
});

test('a node that slept in the middle of a batch, while others folded on, counts nothing again', { skip }, async t => {
  // given: a projector that falls asleep behind what it has read, before its first write
  const cluster = await openCluster(t);
  const [one, two] = [await cluster.node(), await cluster.node()];
  await one.deploy(deployment(short));
  await starts(one, 5);
  let wake = () => {};
  const asleep = new Promise<void>(resolve => {
    wake = resolve;
  });
  let sleeps = () => {};
  const fallsAsleep = new Promise<void>(resolve => {
    sleeps = resolve;
  });
  const drowsy: Store = {
    ...one.store,
    async putInOrder(puts) {
      sleeps();
      await asleep;
      await one.store.putInOrder(puts);
    },
  };
  const sleeper = createProjector({ engine: { ...one, store: drowsy } });
  const slept = sleeper.fold();
  await fallsAsleep;

  // when: its lease is over, another one repeats its batch and folds on, and it wakes up
  await two.store.patch<BatchDocument>('meta', 'projector', {}, { set: { until: Date.now() - 1 } });
  await two.projector.fold();
  await starts(two, 5);
  await two.projector.fold();
  wake();
  await slept;

  // then
  assert.equal(await countedEnds(two.store), 10);
  await starts(two, 1);
  await two.projector.fold();
  assert.equal(await countedEnds(two.store), 11);
});

test('history that a node with a slow clock commits behind what is folded already is folded, too', {
  skip,
}, async t => {
  const cluster = await openCluster(t);
  const [one, two] = [await cluster.node(), await cluster.node({ clock: () => Date.now() - 3_600_000 })];
  await one.deploy(deployment(short));
  await starts(one, 5);
  await one.projector.fold();
  assert.equal(await countedEnds(one.store), 5);

  await starts(two, 5);
  await one.projector.fold();

  assert.equal(await countedEnds(one.store), 10);
  assert.equal(await one.store.count('history', { unfolded: 1 }), 0);
});
