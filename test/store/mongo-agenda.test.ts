/** Agenda's own backend on MongoDB: rows are unique by indexes of ours, its queries find their way, and its rows are no data. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { Agenda } from 'agenda';
import { type Db, MongoClient } from 'mongodb';
import { createAgendaBackend } from '../../engine/jobs/agenda-backend.js';
import { copyStore } from '../../engine/store/copy.js';
import { createMongoStore } from '../../engine/store/mongo.js';
import type { Store } from '../../engine/store/port.js';
import { createSqliteStore } from '../../engine/store/sqlite.js';
import { skip } from '../mongod.js';
import { newDatabase, sharedMongod } from '../servers.js';
import { document } from '../suites/documents.js';
import { temporaryFolder } from './folders.js';

async function openNodes(t: TestContext, count: number): Promise<{ stores: Store[]; raw: Db }> {
  const { uri } = await sharedMongod();
  const database = newDatabase();
  const client = new MongoClient(uri);
  const stores = Array.from({ length: count }, () => createMongoStore({ uri, database }));
  for (const store of stores) await store.open();
  t.after(() => Promise.all([...stores.map(store => store.close()), client.close()]));
  return { stores, raw: client.db(database) };
}

/** An agenda that runs nothing. */
async function agendaOf(t: TestContext, store: Store): Promise<Agenda> {
  const backend = await createAgendaBackend(store);
  const agenda = new Agenda({ backend });
  await agenda.ready;
  t.after(async () => {
    await agenda.stop(false);
    await backend.quiet();
  });
  return agenda;
}

test('of twenty wakes that two nodes make for one bucket there is one', { skip }, async t => {
  const { stores, raw } = await openNodes(t, 2);
  const agendas = await Promise.all(stores.map(store => agendaOf(t, store)));
  const at = new Date(Date.now() + 3_600_000);

  await Promise.all(
    Array.from({ length: 20 }, (_, number) =>
      agendas[number % 2]!.create('wake', { bucket: 7 })
        .unique({ 'data.bucket': 7 }, { insertOnly: true })
        .schedule(at)
        .save(),
    ),
  );

  assert.equal(await raw.collection('wakes').countDocuments({ name: 'wake' }), 1);
});

test('a repeating job that two nodes ask for at once has one row, which keeps its rhythm and its lock', {
  skip,
}, async t => {
  const { stores, raw } = await openNodes(t, 2);
  const agendas = await Promise.all(stores.map(store => agendaOf(t, store)));
  const wakes = raw.collection('wakes');
  const ask = () => agendas.map(agenda => agenda.every(60_000, 'sweep', {}, { skipImmediate: true }));
  await Promise.all([...ask(), ...ask()]);
  const lockedAt = new Date();
  const nextRunAt = new Date(Date.now() + 5_000);
  await wakes.updateOne({ name: 'sweep' }, { $set: { lockedAt, nextRunAt } });

  await Promise.all(ask());

  const all = await wakes.find({}).toArray();
  assert.equal(all.length, 1);
  assert.deepEqual([all[0]!.lockedAt, all[0]!.nextRunAt], [lockedAt, nextRunAt]);
});

test('what agenda asks every second finds its way by an index', { skip }, async t => {
  const { raw } = await openNodes(t, 1);
  const wakes = raw.collection('wakes');
  const now = new Date();
  const lock = {
    name: 'wake',
    disabled: { $ne: true },
    $or: [{ lockedAt: { $eq: null }, nextRunAt: { $lte: now } }, { lockedAt: { $lte: now } }],
  };
  const plans = [
    await wakes.find(lock).sort({ nextRunAt: 1, priority: -1 }).explain('queryPlanner'),
    await wakes.find({ name: 'wake', 'data.bucket': 7 }).explain('queryPlanner'),
    await wakes.find({ name: 'horizon', type: 'single' }).explain('queryPlanner'),
  ];

  for (const plan of plans) assert.equal(JSON.stringify(plan).includes('COLLSCAN'), false, JSON.stringify(plan));
});

test('rows of agenda are not carried to another store', { skip }, async t => {
  const { stores } = await openNodes(t, 1);
  const agenda = await agendaOf(t, stores[0]!);
  await agenda.every(60_000, 'sweep', {}, { skipImmediate: true });
  await stores[0]!.insert('users', document('ann'));
  const there = createSqliteStore({ folder: temporaryFolder(t) });
  await there.open();
  t.after(() => there.close());

  const carried = await copyStore(stores[0]!, there);

  assert.equal(carried.users, 1);
  assert.equal(await there.count('agenda', {}), 0);
});
