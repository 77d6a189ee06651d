/** The demo: made once, behind the first answer, by the services themselves. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { createServer, type Server } from '../../api/server.js';
import { readSettings } from '../../api/settings.js';
import { environmentOf } from '../databases.js';
import { skip } from '../mongod.js';
import { newDatabase, sharedMongod } from '../servers.js';
import { patience, until } from '../until.js';
import { fixture } from './harness.js';

const demo = `Basic ${Buffer.from('demo:demo').toString('base64')}`;

async function openDemo(t: TestContext, data: { WEFT_DATA: string } | { MONGODB_URI: string }) {
  const server = await createServer({ settings: readSettings({ PORT: '0', WEFT_DEMO: 'on', ...data }), patience });
  const { url } = await server.listen();
  t.after(() => server.close());
  // biome-ignore lint/suspicious/noExplicitAny: the answers of all endpoints
  const get = async (path: string): Promise<any> => {
    const answer = await fetch(`${url}/api/v1${path}`, { headers: { Authorization: demo } });
    return answer.json();
  };
  const isMade = async () => {
    const [made] = await server.services.store.find<never>('meta', { filter: { id: 'demo', state: 'done' } });
    return made !== undefined;
  };
  return { server, url, get, isMade };
}

test('the first start has forty tasks in every state and two weeks that really happened; the second adds nothing', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-demo-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const first = await openDemo(t, { WEFT_DATA: folder });
  assert.equal((await first.get('/tasks/counts')).all, 0, 'programs sign in as soon as it runs');
  await until('the demo is made', first.isMade);

  const { items: tasks, total } = await first.get('/tasks?limit=500');
  const counts = await first.get('/tasks/counts');
  const { items: instances } = await first.get('/instances?limit=500');
  const ended = instances.filter((instance: { ended: boolean }) => instance.ended);
  const days = new Set(ended.map((instance: { startedAt: string }) => instance.startedAt.slice(0, 10)));

  assert.equal(total, 40);
  for (const view of ['late', 'today', 'followed']) assert.ok(counts[view] > 0, `${view}: ${counts[view]}`);
  const having = (has: (task: Record<string, unknown>) => unknown) => tasks.filter(has).length;
  assert.ok(having(task => task.delegation === 'pending') > 0, 'delegated');
  assert.ok(having(task => task.draft) > 0, 'with a draft');
  assert.ok(having(task => task.assignee === undefined) > 0, 'in a group');
  assert.ok(having(task => task.assignee === 'clara') > 0, 'of the clerk');
  const threeDays = 3 * 24 * 3_600_000;
  const beyond = having(
    ({ element, createdAt, due }) =>
      element === 'check' && Date.parse(String(due)) > Date.parse(String(createdAt)) + threeDays + 1000,
  );
  assert.equal(beyond, 0, 'no invoice is due after the deadline that takes it away');
  assert.ok(ended.length > 30, `${ended.length} have ended`);
  assert.ok(days.size >= 7, `on ${days.size} days`);
  assert.equal((await first.get('/incidents')).total, 2);

  const [last] = ended;
  assert.ok((await first.get(`/instances/${last.id}/activities`)).items.length > 2);
  const byPeople = { answeredBy: { $in: ['clara', 'lena', 'sam'] } };
  assert.ok((await first.server.services.store.count('activities', byPeople)) > 30, 'done by people, by their names');

  await first.server.close();
  const second = await openDemo(t, { WEFT_DATA: folder });
  await fetch(`${second.url}/health/live`);
  await until('a person signs in again', async () => (await second.get('/tasks?limit=1')).total !== undefined);
  assert.equal((await second.get('/instances?limit=1')).total, instances.length);
});

test('of two that start together on a new database one makes the demo, and the other one waits for it', {
  skip,
}, async t => {
  // given
  const address = new URL((await sharedMongod()).uri);
  address.pathname = newDatabase();
  const data = { MONGODB_URI: address.href };
  const warnings = t.mock.method(console, 'warn', () => {});
  const interrupted = () =>
    warnings.mock.calls.filter(call => String(call.arguments[0]).includes('interrupted')).length;

  // when
  const both = await Promise.all([openDemo(t, data), openDemo(t, data)]);
  for (const { get } of both) assert.notEqual((await get('/tasks/counts')).all, undefined);
  const { store } = both[0].server.services;
  await until('one makes it', async () => (await store.count('tasks', {}, 1)) > 0);
  await Promise.all(both.map(({ server }) => server.close()));

  // then
  assert.equal(interrupted(), 0, 'nobody says that it broke off while it is made');
  const third = await openDemo(t, data);
  await fetch(`${third.url}/health/live`);
  await until('the next start says that it broke off', () => interrupted() === 1);
});

/** Servers on the same data, one after the other. */
function onSameData(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'weft-apart-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return async (WEFT_DEMO: 'on' | 'off', work: (server: Server, url: string) => Promise<unknown>) => {
    const settings = readSettings({ PORT: '0', WEFT_DEMO, ...environmentOf(folder) });
    const server = await createServer({ settings, patience });
    try {
      await work(server, (await server.listen()).url);
    } finally {
      await server.close();
    }
  };
}

test('the data of a demo are not opened without demo mode, whose passwords everybody knows', async t => {
  const serve = onSameData(t);
  await serve('on', async ({ services }) => assert.ok(await services.identity.people.user('demo')));

  await assert.rejects(
    serve('off', async () => {}),
    /holds the data of a demo.*: name another .* (WEFT_DATA|MONGODB_URI), go on with the demo \("weft serve --demo"/,
  );

  await serve('on', async (_, url) => {
    const answer = await fetch(`${url}/api/v1/users`, { headers: { Authorization: demo } });
    assert.equal(answer.status, 200, 'the demo itself goes on');
  });
});

test('the people of the demo are not added to data that people work with, nor to what a program deployed', async t => {
  const [production, embedded] = [onSameData(t), onSameData(t)];
  const file = { name: 'steps.bpmn', bytes: Buffer.from(fixture('models/w3-approval.bpmn')) };
  await production('off', ({ services }) => services.identity.people.createUser({ id: 'mary', name: 'Mary' }));
  await embedded('off', ({ services }) => services.engine.deploy({ files: [file] }));

  for (const serve of [production, embedded]) {
    await assert.rejects(
      serve('on', async () => {}),
      /holds data that are no demo: .* name another .* for the demo/,
    );
    await serve('off', async ({ services }) => assert.equal(await services.identity.people.user('demo'), undefined));
  }
});
