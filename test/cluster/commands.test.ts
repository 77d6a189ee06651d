/** Commands on several nodes: stale copies, lost answers, races; one winner, and he is told so. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { StaleCommand, type Weft } from '../../engine/index.js';
import type { JobDocument, TaskDocument } from '../../engine/store/documents.js';
import { StoreUnreachable } from '../../engine/store/port.js';
import { startProxy } from '../cuttingProxy.js';
import { xml } from '../diagram.js';
import { skip } from '../mongod.js';
import { deployment, openCluster } from './nodes.js';

const approval = xml(
  'approval',
  '<startEvent id="start"/><userTask id="task"/><userTask id="next"/><endEvent id="end"/>',
  ['start -> task -> next -> end'],
);

const openTask = async ({ store }: Weft, instance: string) =>
  (await store.find<TaskDocument>('tasks', { filter: { instance, 'wait.state': 'open' } }))[0]!;

const complete = (weft: Weft, { instance, id }: TaskDocument, by: string) =>
  weft.send(instance, { do: 'resume', wait: id, variables: {}, at: weft.clock(), by, onFailure: 'incident' });

for (const when of ['before', 'after'] as const) {
  test(`a connection that breaks ${when} the write: the winner is told so, and it is done once`, { skip }, async t => {
    const cluster = await openCluster(t, 'lone server');
    const proxy = await startProxy(cluster.uri);
    const weft = await cluster.node({ uri: proxy.uri });
    t.after(proxy.close);
    await weft.deploy(deployment(approval));
    const { instance } = await weft.start({ key: 'approval' });

    const cut = proxy.cut(when, 'outbox');
    const outcome = await complete(weft, await openTask(weft, instance), 'ann');

    await cut;
    assert.equal(outcome.version, 2);
    assert.equal((await openTask(weft, instance)).element, 'next');
    assert.equal(await weft.store.count('history', { instance }), 2);
  });

  test(`a connection that breaks ${when} a start: it is started once`, { skip }, async t => {
    const cluster = await openCluster(t, 'lone server');
    const proxy = await startProxy(cluster.uri);
    const weft = await cluster.node({ uri: proxy.uri });
    t.after(proxy.close);
    await weft.deploy(deployment(approval));

    const cut = proxy.cut(when, 'outbox');
    const { instance } = await weft.start({ key: 'approval' });

    await cut;
    assert.equal((await weft.instance(instance))?.version, 1);
    assert.equal(await weft.store.count('tasks', { instance }), 1);
    assert.equal(await weft.store.count('instances', {}), 1);
  });
}

test('a command is refused as unknown, not as lost, when the database stays away', { skip }, async t => {
  const cluster = await openCluster(t, 'lone server');
  const proxy = await startProxy(cluster.uri);
  const weft = await cluster.node({ uri: `${proxy.uri}&serverSelectionTimeoutMS=500` });
  t.after(proxy.close);
  await weft.deploy(deployment(approval));
  const { instance } = await weft.start({ key: 'approval' });
  const task = await openTask(weft, instance);

  proxy.shut();
  await assert.rejects(complete(weft, task, 'ann'), StoreUnreachable);
  proxy.open();

  assert.equal((await complete(weft, task, 'ann')).version, 2);
});

test('of ten completions on two nodes one wins, and nine are told that they are late', { skip }, async t => {
  const cluster = await openCluster(t);
  const [one, two] = [await cluster.node(), await cluster.node()];
  await one.deploy(deployment(approval));
  const { instance } = await one.start({ key: 'approval' });
  const task = await openTask(two, instance);

  const results = await Promise.allSettled(
    Array.from({ length: 10 }, (_, number) => complete(number % 2 ? one : two, task, `p${number}`)),
  );

  assert.equal(results.filter(result => result.status === 'fulfilled').length, 1);
  for (const result of results) if (result.status === 'rejected') assert.ok(result.reason instanceof StaleCommand);
  assert.equal((await two.instance(instance))?.version, 2);
});

test('a node whose copy is a version behind steps on the newer one', { skip }, async t => {
  const cluster = await openCluster(t);
  const [one, two] = [await cluster.node(), await cluster.node()];
  await one.deploy(deployment(approval));
  const { instance } = await one.start({ key: 'approval' });
  await complete(two, await openTask(two, instance), 'bob');

  const outcome = await complete(one, await openTask(one, instance), 'ann');

  assert.equal(outcome.ended, true);
});

test('an item of a large multi-instance whose node died between its commit and its rows is completed once', {
  skip,
}, async t => {
  const cluster = await openCluster(t, 'lone server');
  const proxy = await startProxy(cluster.uri);
  t.after(proxy.close);
  const one = await cluster.node({ uri: `${proxy.uri}&serverSelectionTimeoutMS=500` });
  const two = await cluster.node();
  const items =
    '<startEvent id="start"/><userTask id="item"><multiInstanceLoopCharacteristics><loopCardinality>300</loopCardinality></multiInstanceLoopCharacteristics></userTask>';
  await two.deploy(deployment(xml('items', items, ['start -> item'])));
  const { instance } = await two.start({ key: 'items' });
  const task = await openTask(two, instance);
  assert.equal(await two.store.count('chunks', { instance }), 2);

  // when: the instance is replaced, and whoever did it is heard of no more
  const cut = proxy.cut('before', 'bulkWrite');
  const lost = assert.rejects(complete(one, task, 'ann'), StoreUnreachable);
  await cut;
  proxy.shut();
  const late = complete(two, task, 'bob');

  await assert.rejects(late, StaleCommand);
  await lost;
  const { activations } = (await two.instance(instance))!;
  assert.equal(Object.values(activations).find(({ loop }) => loop)?.loop?.completed, 1);
  assert.equal((await two.store.get<TaskDocument>('tasks', task.id))?.wait.answeredBy, 'ann');
  proxy.open();
});

test('a timer that a node with an old copy claims fires all the same', { skip }, async t => {
  // given: twenty instances in the cache of one node, which another one has brought to their timer
  const cluster = await openCluster(t);
  let now = Date.now();
  const clock = () => now;
  const [one, two] = [await cluster.node({ clock }), await cluster.node({ clock })];
  const waits = `<startEvent id="start"/><userTask id="task"/>
    <intermediateCatchEvent id="timer"><timerEventDefinition><timeDuration>PT1M</timeDuration></timerEventDefinition></intermediateCatchEvent>
    <endEvent id="end"/>`;
  await one.deploy(deployment(xml('waits', waits, ['start -> task -> timer -> end'])));
  for (let number = 0; number < 20; number++) {
    const { instance } = await one.start({ key: 'waits' });
    await complete(two, await openTask(two, instance), 'bob');
  }

  now += 60_000;
  await one.jobs.runDue();

  assert.equal(await one.store.count('instances', { state: 'completed' }), 20);
  assert.equal((await two.store.find<JobDocument>('jobs', { filter: { 'wait.state': 'open' } })).length, 0);
});

test('timers that are due on two nodes at once fire once each', { skip }, async t => {
  const cluster = await openCluster(t);
  let now = Date.now();
  const clock = () => now;
  const [one, two] = [await cluster.node({ clock }), await cluster.node({ clock })];
  const waits = `<startEvent id="start"/>
    <intermediateCatchEvent id="timer"><timerEventDefinition><timeDuration>PT1M</timeDuration></timerEventDefinition></intermediateCatchEvent>
    <endEvent id="end"/>`;
  await one.deploy(deployment(xml('waits', waits, ['start -> timer -> end'])));
  await Promise.all(Array.from({ length: 100 }, (_, number) => (number % 2 ? one : two).start({ key: 'waits' })));

  now += 60_000;
  await Promise.all([one.jobs.runDue(), two.jobs.runDue()]);

  assert.equal(await one.store.count('instances', { state: 'completed' }), 100);
  assert.equal(await one.store.count('history', {}), 200);
});

test('a node that dies while its timers fire gives them up within thirty seconds', { skip }, async t => {
  const cluster = await openCluster(t, 'lone server');
  const proxy = await startProxy(cluster.uri);
  t.after(proxy.close);
  let now = Date.now();
  const clock = () => now;
  const one = await cluster.node({ uri: `${proxy.uri}&serverSelectionTimeoutMS=500`, clock, report: () => {} });
  const two = await cluster.node({ clock });
  const waits = `<startEvent id="start"/>
    <intermediateCatchEvent id="timer"><timerEventDefinition><timeDuration>PT1M</timeDuration></timerEventDefinition></intermediateCatchEvent>
    <endEvent id="end"/>`;
  await two.deploy(deployment(xml('waits', waits, ['start -> timer -> end'])));
  await Promise.all(Array.from({ length: 50 }, () => two.start({ key: 'waits' })));
  now += 60_000;

  // when: it has claimed them, and is cut off as it writes the first commits
  const cut = proxy.cut('before', 'outbox');
  const firing = one.jobs.runDue().catch(() => undefined);
  await cut;
  proxy.shut();
  await two.jobs.runDue();
  assert.notEqual(await two.store.count('instances', { state: 'completed' }), 50, 'they are left to it for a while');
  now += 30_000;
  await two.jobs.runDue();

  assert.equal(await two.store.count('instances', { state: 'completed' }), 50);
  assert.equal(await two.store.count('history', {}), 100);
  await firing;
  proxy.open();
});

test('work is leased to one of many workers on two nodes', { skip }, async t => {
  const cluster = await openCluster(t);
  const [one, two] = [await cluster.node(), await cluster.node()];
  const work =
    '<startEvent id="start"/><serviceTask id="job" camunda:type="external" camunda:topic="pay"/><endEvent id="end"/>';
  await one.deploy(deployment(xml('work', work, ['start -> job -> end'])));
  await Promise.all(Array.from({ length: 40 }, () => one.start({ key: 'work' })));

  const fetched = await Promise.all(
    Array.from({ length: 8 }, (_, number) =>
      (number % 2 ? one : two).jobs.fetchAndLock({
        worker: `w${number}`,
        topics: [{ topic: 'pay', lock: 60_000 }],
        max: 10,
      }),
    ),
  );

  const ids = fetched.flat().map(job => job.id);
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(ids.length, 40);
});
