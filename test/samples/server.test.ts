/** The samples on a running server, over HTTP, with the script as worker, as people and as the outside. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { samples } from '../../samples/index.js';
import { play } from '../../samples/play.js';
import { isRunning, openServer } from '../../samples/server.js';
import { startApi } from '../api/harness.js';

test('every sample plays to its end on a running server, and a second time without a new version', async t => {
  // given
  const { server, person } = await startApi(t);
  const admin = await person({ id: 'admin', administrator: true });
  const { token } = await server.services.identity.tokens.create({ user: 'admin', name: 'samples' });
  const { url } = await server.listen();
  assert.ok(await isRunning(url));

  // when
  for (const sample of [...samples, samples[0]!]) {
    const stage = openServer(url, `Bearer ${token}`);
    const instance = await play({ sample, stage, random: () => 0.5, number: 1, say: () => {} });
    await stage.close();

    // then
    const { body } = await admin.get(`/instances/${instance}`);
    assert.deepEqual([body.ended, body.state], [true, 'completed']);
  }
  const { body } = await admin.get('/definitions?latest=true');
  assert.deepEqual(
    body.items.map(({ version }: { version: number }) => version),
    samples.map(() => 1),
  );
});

test('somebody who is not signed in is told how', async t => {
  const { server } = await startApi(t);
  const { url } = await server.listen();
  const stage = openServer(url, 'Bearer wrong');
  await assert.rejects(stage.deploy(samples[0]!), /set WEFT_TOKEN, or use --user/);
});

test('where no server runs, that is seen at once', async () => {
  assert.equal(await isRunning('http://localhost:1'), false);
});
