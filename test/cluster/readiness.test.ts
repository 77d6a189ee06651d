/** A server whose database goes away: not ready, an answer that says so, and on with its work when it is back. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { startProxy } from '../cuttingProxy.js';
import { xml } from '../diagram.js';
import { skip } from '../mongod.js';
import { administrator, startServer } from '../server/process.js';
import { newDatabase, sharedMongod } from '../servers.js';
import { until } from '../until.js';

const waits = xml(
  'waits',
  `<startEvent id="start"/>
   <intermediateCatchEvent id="timer"><timerEventDefinition><timeDuration>PT2S</timeDuration></timerEventDefinition></intermediateCatchEvent>
   <endEvent id="end"/>`,
  ['start -> timer -> end'],
);

test('readiness goes red and green with the database, and what became due meanwhile is done', { skip }, async t => {
  const { uri } = await sharedMongod();
  const proxy = await startProxy(uri);
  const address = new URL(proxy.uri);
  address.pathname = newDatabase();
  address.searchParams.set('serverSelectionTimeoutMS', '500');
  const folder = mkdtempSync(join(tmpdir(), 'weft-ready-'));
  const server = await startServer(folder, { MONGODB_URI: address.href });
  t.after(async () => {
    await server.kill();
    await proxy.close();
    rmSync(folder, { recursive: true });
  });
  const client = await administrator(server);
  const ready = async () => (await fetch(`${server.url}/health/ready`)).status;
  await client.ask('POST', '/deployments', { name: 'w', files: [{ name: 'waits.bpmn', text: waits }] });
  assert.equal(await ready(), 200);
  assert.equal((await client.ask('POST', '/instances', { key: 'waits' })).status, 201);

  proxy.shut();
  await until('it is not ready', async () => (await ready()) === 503);
  const refused = await client.ask('POST', '/instances', { key: 'waits' });
  assert.equal(refused.status, 503);
  assert.match(String(refused.body.detail), /MongoDB does not answer|the database does not say/);

  proxy.open();
  await until('it is ready', async () => (await ready()) === 200);
  await until('the timer has fired', async () => {
    const { body } = await client.ask('GET', '/instances?key=waits&state=completed&limit=10');
    return body.items?.length === 1;
  });
});
