/** Which work a worker gets: narrowed by what its request says, and in the order that it asks for. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { LockLost } from '../../engine/jobs/index.js';
import { FORMAT, type JobDocument } from '../../engine/store/documents.js';
import { xml } from '../diagram.js';
import { openHouse } from '../house.js';
import { openSetting } from './setting.js';

const work = { kind: 'work', topic: 'charge' } as const;
const asked = { topic: 'charge', lock: 30_000 };

test('jobs come by age when that is asked for, and within equal urgency when both are', async t => {
  // given
  const { add, jobs } = await openSetting(t);
  for (const [id, priority, createdAt] of [
    ['old', 1, 10],
    ['new', 1, 30],
    ['urgent', 5, 20],
  ] as const)
    await add({ ...work, id, priority, createdAt });
  const fetched = async (order: { priority?: boolean; created?: 1 | -1 }) => {
    const found = await jobs.fetchAndLock({ worker: 'w1', topics: [asked], max: 3, order });
    for (const { id } of found) await jobs.unlock({ id, worker: 'w1' });
    return found.map(({ id }) => id);
  };

  // then
  assert.deepEqual(await fetched({ created: 1 }), ['old', 'urgent', 'new']);
  assert.deepEqual(await fetched({ created: -1 }), ['new', 'urgent', 'old']);
  assert.deepEqual(await fetched({ priority: true, created: -1 }), ['urgent', 'new', 'old']);
});

test('a topic is narrowed by a filter and by the version tag of the definition', async t => {
  // given
  const { add, jobs, store } = await openSetting(t);
  await add({ ...work, id: 'a', businessKey: 'A-1' });
  await add({ ...work, id: 'b', businessKey: 'A-2', definition: 'q:1' });
  await store.insert('definitions', { id: 'q:1', tenant: '', format: FORMAT, versionTag: '2.0' } as never);

  // when
  const byKey = await jobs.fetchAndLock({
    worker: 'w1',
    topics: [{ ...asked, filter: { businessKey: 'A-1' } }],
    max: 9,
  });
  const none = await jobs.fetchAndLock({ worker: 'w1', topics: [{ ...asked, versionTag: '1.0' }], max: 9 });
  const byTag = await jobs.fetchAndLock({ worker: 'w1', topics: [{ ...asked, versionTag: '2.0' }], max: 9 });

  // then
  assert.deepEqual(
    [byKey, none, byTag].map(list => list.map(({ id }) => id)),
    [['a'], [], ['b']],
  );
});

test('only jobs of processes with these variables are handed out, with those of the activity alone', async t => {
  // given
  const { deploy, engine } = await openHouse(t);
  await deploy(
    xml(
      'pay',
      `<startEvent id="start"/><serviceTask id="charge" camunda:type="external" camunda:topic="charge"><extensionElements>
        <camunda:inputOutput><camunda:inputParameter name="net">1</camunda:inputParameter></camunda:inputOutput>
      </extensionElements></serviceTask>`,
      ['start -> charge'],
    ),
  );
  for (let amount = 0; amount < 3; amount++) await engine.start({ key: 'pay', variables: { amount, card: 'gold' } });

  // when
  const topic = { ...asked, having: { amount: 2, card: 'gold' }, local: true };
  const found = await engine.jobs.fetchAndLock({ worker: 'w1', topics: [topic], max: 9 });

  // then
  assert.deepEqual(
    found.map(({ variables }) => variables),
    [{ net: '1' }],
  );
  assert.deepEqual(await engine.jobs.fetchAndLock({ worker: 'w1', topics: [topic], max: 9 }), []);
});

test('a job is locked by its id, unless another worker has it', async t => {
  // given
  const { add, clock, jobs, job } = await openSetting(t);
  const { id } = await add(work);

  // when
  await jobs.take({ id, worker: 'w1', lock: 1_000 });
  await jobs.take({ id, worker: 'w1', lock: 2_000 });
  await assert.rejects(jobs.take({ id, worker: 'w2', lock: 1_000 }), LockLost);
  clock.advance(2_000);
  await jobs.take({ id, worker: 'w2', lock: 1_000 });

  // then
  assert.equal((await job(id)).lockedBy, 'w2');
});

test('work of a suspended instance stands aside, and is back in the order with the commit that activates it', async t => {
  // given
  const { deploy, engine, store } = await openHouse(t);
  await deploy(
    xml('pay', '<startEvent id="start"/><serviceTask id="charge" camunda:type="external" camunda:topic="charge"/>', [
      'start -> charge',
    ]),
  );
  const { instance } = await engine.start({ key: 'pay' });
  const aside = async () => (await store.find<JobDocument>('jobs', { filter: { instance } }))[0]!.asideUntil ?? 0;
  const send = (verb: 'suspend' | 'activate') =>
    engine.send(instance, { do: verb, at: engine.clock(), onFailure: 'incident' });

  // when
  await send('suspend');
  const whileSuspended = await aside();
  const none = await engine.jobs.fetchAndLock({ worker: 'w1', topics: [asked] });
  await send('activate');
  const afterwards = await aside();
  const found = await engine.jobs.fetchAndLock({ worker: 'w1', topics: [asked] });

  // then
  assert.ok(whileSuspended > engine.clock());
  assert.equal(afterwards, 0);
  assert.deepEqual([none.length, found.length], [0, 1]);
});
