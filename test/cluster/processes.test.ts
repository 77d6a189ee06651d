/** Server processes on one database: one is killed, or sleeps, and the others do the rest; nothing twice. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { Instance } from '../../engine/core/types.js';
import type { HistoryDocument } from '../../engine/store/documents.js';
import { createMongoStore } from '../../engine/store/mongo.js';
import type { Store } from '../../engine/store/port.js';
import { xml } from '../diagram.js';
import { skip } from '../mongod.js';
import { administrator, type Client, clientOf, type ServerProcess, startServer } from '../server/process.js';
import { newDatabase, sharedMongod } from '../servers.js';
import { until } from '../until.js';

const model = xml(
  'timed',
  `<startEvent id="start"/><parallelGateway id="fork"/><userTask id="task" camunda:assignee="ann"/>
   <intermediateCatchEvent id="timer"><timerEventDefinition><timeDuration>PT1S</timeDuration></timerEventDefinition></intermediateCatchEvent>
   <parallelGateway id="join"/><endEvent id="end"/>`,
  ['start -> fork -> task -> join -> end', 'fork -> timer -> join'],
);

interface Processes {
  store: Store;
  servers: ServerProcess[];
  clients: Client[];
  tasks(): Promise<string[]>;
}

/** Starts so many servers on one database of their own. */
async function startProcesses(t: TestContext, count: number): Promise<Processes> {
  const folder = mkdtempSync(join(tmpdir(), 'weft-cluster-'));
  const { uri } = await sharedMongod();
  const database = newDatabase();
  const address = new URL(uri);
  address.pathname = database;
  const store = createMongoStore({ uri, database });
  await store.open();
  const servers: ServerProcess[] = [];
  t.after(async () => {
    await Promise.all(servers.map(server => server.kill()));
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  for (let number = 0; number < count; number++) {
    servers.push(await startServer(folder, { MONGODB_URI: address.href }));
  }
  const client = await administrator(servers[0]!);
  const files = [{ name: 'timed.bpmn', text: model }];
  assert.equal((await client.ask('POST', '/deployments', { name: 'cluster', files })).status, 201);
  return {
    store,
    servers,
    clients: servers.map(clientOf),
    tasks: async () => (await store.find('tasks', { filter: { 'wait.state': 'open' } })).map(({ id }) => id),
  };
}

const start = async (client: Client, count: number) => {
  for (let number = 0; number < count; number++) {
    assert.equal((await client.ask('POST', '/instances', { key: 'timed' })).status, 201);
  }
};

const complete = async (client: Client, id: string) =>
  (await client.ask('POST', `/tasks/${encodeURIComponent(id)}/complete`, { variables: {} })).status;

/** Every instance ended, each of its versions has one history document, and each node was left once. */
async function assertEachOnce(store: Store, count: number): Promise<void> {
  await until(
    'all instances have ended',
    async () => (await store.count('instances', { state: 'completed' })) === count,
  );
  for (const { id, version } of await store.find<Instance>('instances', {})) {
    const history = await store.find<HistoryDocument>('history', { filter: { instance: id }, sort: { seq: 1 } });
    assert.deepEqual(
      history.map(({ seq }) => seq),
      Array.from({ length: version }, (_, index) => index + 1),
    );
    const answered = history.flatMap(({ events }) => events).filter(({ type }) => type === 'answered');
    assert.equal(answered.length, 2, 'a task and a timer');
  }
  assert.equal(await store.count('tasks', { 'wait.state': 'open' }), 0);
  assert.equal(await store.count('jobs', { 'wait.state': 'open' }), 0);
}

test('a node is killed, and the other one fires its timers, takes its tasks and folds its history', {
  skip,
}, async t => {
  const { store, servers, clients, tasks } = await startProcesses(t, 2);
  await start(clients[0]!, 20);

  await servers[0]!.kill();

  for (const id of await tasks()) assert.equal(await complete(clients[1]!, id), 200);
  await assertEachOnce(store, 20);
  await until('the history is folded', async () => (await store.count('history', { unfolded: 1 })) === 0);
  const ended = await clients[1]!.ask('GET', '/instances?key=timed&state=completed&limit=100');
  assert.equal(ended.body.items?.length, 20);
});

test('a node that slept while the other one worked overwrites nothing, and says who was faster', { skip }, async t => {
  const { store, servers, clients, tasks } = await startProcesses(t, 2);
  await start(clients[0]!, 20);
  const open = await tasks();

  // when: it falls asleep in the middle of completions, and wakes up when all is done
  const asleep = open.slice(0, 10).map(id => complete(clients[0]!, id));
  servers[0]!.pause();
  for (const id of open) assert.ok([200, 409].includes(await complete(clients[1]!, id)));
  await until('all instances have ended', async () => (await store.count('instances', { state: 'completed' })) === 20);
  servers[0]!.resume();

  // then
  // its own requests may have been given up meanwhile, on either side
  for (const status of await Promise.all(asleep)) assert.ok([0, 200, 409, 503].includes(status), `${status}`);
  assert.equal(await complete(clients[0]!, open[0]!), 409);
  await start(clients[0]!, 1);
  assert.equal(await complete(clients[0]!, (await tasks())[0]!), 200);
  await assertEachOnce(store, 21);
});

test('three processes share the work, also when one of them leaves: everything is done once', { skip }, async t => {
  const { store, servers, clients, tasks } = await startProcesses(t, 3);
  await Promise.all(clients.map(client => start(client, 10)));

  // when: each is asked for each of the first tasks, and one process is stopped in the middle of the others
  const [contested, others] = [(await tasks()).slice(0, 10), (await tasks()).slice(10)];
  for (const id of contested) {
    const statuses = await Promise.all(clients.map(client => complete(client, id)));
    assert.deepEqual(statuses.sort(), [200, 409, 409]);
  }
  const stopped = servers[2]!.stop();
  for (const [number, id] of others.entries()) assert.equal(await complete(clients[number % 2]!, id), 200);

  assert.equal(await stopped, 0);
  await assertEachOnce(store, 30);
});
