/** Webhooks over a kill -9: what was answered is told, under the same id, whatever was going on. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { startReceiver } from '../api/receiver.js';
import { xml } from '../diagram.js';
import { until } from '../until.js';
import { administrator, startServer } from './process.js';

const model = xml('short', '<startEvent id="start"/><endEvent id="end"/>', ['start -> end']);
const STARTS = 40;

test('every instance that was answered is told of after kills, and an id that comes twice is the same message', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-webhooks-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const receiver = await startReceiver(t);
  const environment = { WEFT_INTERNAL_WEBHOOKS: 'on' };

  // given: a webhook and a receiver that is down
  let server = await startServer(folder, environment);
  t.after(() => server.kill());
  const client = await administrator(server);
  await client.ask('POST', '/deployments', { files: [{ name: 'short.bpmn', text: model }] });
  await client.ask('POST', '/webhooks', { name: 'Hook', url: receiver.url, events: ['instance.ended'] });

  // when: the server is killed right behind its last answer, once more while it delivers
  const answered: string[] = [];
  for (let number = 0; number < STARTS; number++) {
    const { status, body } = await client.ask('POST', '/instances', { key: 'short' });
    assert.equal(status, 201);
    answered.push(body.id!);
  }
  await server.kill();
  server = await startServer(folder, environment);
  await until('the first is delivered', () => receiver.received.length > 0);
  await server.kill();
  server = await startServer(folder, environment);

  // then
  const told = () => new Map(receiver.received.map(({ headers, body }) => [headers['webhook-id'], body.data.instance]));
  await until('all are told of', () => new Set(told().values()).size === STARTS);
  assert.deepEqual([...told().values()].sort(), answered.sort());
});
