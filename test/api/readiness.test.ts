/** Readiness: a server whose database takes no writes says so, and is ready again when it does. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { dataFile, openForWriting } from '../../engine/store/sqlite/files.js';
import { tables } from '../../engine/store/sqlite/schema.js';
import { startApi } from './harness.js';

test('a server whose database takes no writes is not ready until they work again', async t => {
  // given
  let now = Date.UTC(2026, 0, 1);
  const { server, ask } = await startApi(t, { environment: { MONGODB_URI: '' }, clock: () => now });
  const database = openForWriting(dataFile(server.services.settings.data));
  t.after(() => database.close());
  const ready = () => ask.get('/health/ready');
  const { name } = tables.meta;
  assert.equal((await ready()).status, 200);

  // when
  database.exec(`CREATE TRIGGER full BEFORE UPDATE ON ${name} BEGIN SELECT RAISE(ABORT, 'disk is full'); END`);
  assert.equal((await ready()).status, 200, 'a write is not tried with every question');
  now += 5_000;

  // then
  const { status, body } = await ready();
  assert.equal(status, 503);
  assert.deepEqual(body, {
    status: 'not ready',
    reason: 'the database takes no writes; the log says why, such as a full disk',
  });

  // when
  database.exec('DROP TRIGGER full');
  now += 5_000;

  // then
  assert.equal((await ready()).status, 200);
});
