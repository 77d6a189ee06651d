/** What one node does is heard by those who wait at another one, on a replica set and on a lone server. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { News } from '../../engine/contract.js';
import { createMongoStore } from '../../engine/store/mongo.js';
import type { Store } from '../../engine/store/port.js';
import { xml } from '../diagram.js';
import { skip } from '../mongod.js';
import { modes, newDatabase, sharedMongod } from '../servers.js';
import { until } from '../until.js';
import { deployment, openCluster } from './nodes.js';

const work = xml(
  'work',
  '<startEvent id="start"/><serviceTask id="job" camunda:type="external" camunda:topic="pay"/><endEvent id="end"/>',
  ['start -> job -> end'],
);

for (const mode of Object.keys(modes) as (keyof typeof modes & string)[]) {
  test(`${mode}: a request for work that is parked at one node is served by what another one commits`, {
    skip,
  }, async t => {
    const cluster = await openCluster(t, mode);
    const [one, two] = [await cluster.node(), await cluster.node()];
    await one.deploy(deployment(work));
    const parked = two.jobs.fetchAndLock({ worker: 'w', topics: [{ topic: 'pay', lock: 60_000 }], wait: 15_000 });
    await until('the request is parked', () => two.jobs.parked() === 1);

    const { instance } = await one.start({ key: 'work' });

    assert.deepEqual(
      (await parked).map(job => job.instance),
      [instance],
    );
  });

  test(`${mode}: work that is given back at one node is served at another one`, { skip }, async t => {
    const cluster = await openCluster(t, mode);
    const [one, two] = [await cluster.node(), await cluster.node()];
    await one.deploy(deployment(work));
    await one.start({ key: 'work' });
    const topics = [{ topic: 'pay', lock: 60_000 }];
    const [job] = await one.jobs.fetchAndLock({ worker: 'w', topics });
    const parked = two.jobs.fetchAndLock({ worker: 'v', topics, wait: 15_000 });
    await until('the request is parked', () => two.jobs.parked() === 1);

    await one.jobs.unlock({ id: job!.id, worker: 'w' });

    assert.deepEqual(
      (await parked).map(({ id, worker }) => [id, worker]),
      [[job!.id, 'v']],
    );
  });

  test(`${mode}: a commit is heard once by the others, with whom it concerns, and not by its own node`, {
    skip,
  }, async t => {
    const cluster = await openCluster(t, mode);
    const [one, two] = [await cluster.node(), await cluster.node()];
    const heard: Record<'one' | 'two', News[]> = { one: [], two: [] };
    one.onNews(news => void heard.one.push(news));
    two.onNews(news => void heard.two.push(news));
    await one.deploy(deployment(work));

    const { instance } = await one.start({ key: 'work', by: 'ann' });

    await until('both are heard', () => heard.two.length >= 2);
    const [deployed, commit] = heard.two;
    assert.equal(deployed?.of, 'deployment');
    assert.ok(commit?.of === 'commit');
    const { jobs, ...about } = commit.commit;
    assert.deepEqual(about, {
      instance,
      tenant: '',
      key: 'work',
      startedBy: 'ann',
      type: 'started',
      tasks: [],
      incidents: [],
    });
    assert.deepEqual(
      jobs.map(({ kind, topic }) => ({ kind, topic })),
      [{ kind: 'work', topic: 'pay' }],
    );
    assert.deepEqual(heard.one, []);
  });

  test(`${mode}: of 800 entries of two writers at once none is missed, and none is heard twice`, { skip }, async t => {
    const { uri } = await sharedMongod(mode);
    const database = newDatabase();
    const stores: Store[] = [1, 2, 3].map(() => createMongoStore({ uri, database }));
    t.after(() => Promise.all(stores.map(store => store.close())));
    for (const store of stores) await store.open();
    const [reader, ...writers] = stores as [Store, Store, Store];
    const heard: unknown[] = [];
    reader.hear(news => void heard.push(news));

    await Promise.all(
      writers.map(async (writer, number) => {
        for (let entry = 0; entry < 400; entry++) {
          writer.tell(`${number} ${entry}`);
          if (entry % 10 === 0) await writer.get('meta', 'pause');
        }
      }),
    );

    await until('all are heard', () => heard.length >= 800);
    assert.equal(heard.length, 800);
    assert.equal(new Set(heard).size, 800);
  });
}
