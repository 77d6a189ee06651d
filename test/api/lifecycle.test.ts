/** Pauses and ends: what is suspended starts nothing, and what a deletion takes is told before it goes. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { startApi } from './harness.js';

const approval = 'models/w3-approval.bpmn';

async function setUp(t: TestContext) {
  const { person, deploy } = await startApi(t);
  const root = await person({ id: 'root', administrator: true });
  const mary = await person({ id: 'mary' });
  const [definition] = await deploy(approval);
  const start = () => root.post('/instances', { key: 'w3_approval' });
  return { root, mary, start, path: `/definitions/${definition!.id}`, definition: definition!, deploy };
}

test('a suspended definition starts nothing, and its instances stop where that is asked for', async t => {
  const { root, mary, start, path } = await setUp(t);
  const { body: instance } = await start();

  const forbidden = await mary.post(`${path}/suspend`, {});
  const suspended = await root.post(`${path}/suspend`, { instances: true });
  const refused = await start();
  const state = (await root.get(path)).body.state;
  const stopped = (await root.get(`/instances/${instance.id}`)).body.state;
  await root.post(`${path}/activate`, { instances: true });

  assert.equal(forbidden.status, 403);
  assert.equal(suspended.status, 204, suspended.text);
  assert.deepEqual([refused.status, refused.body.code], [409, 'suspended']);
  assert.deepEqual([state, stopped], ['suspended', 'suspended']);
  assert.equal((await root.get(`/instances/${instance.id}`)).body.state, 'running');
  assert.equal((await start()).status, 201);
});

test('what a deletion takes is told first, and instances go only by cascade', async t => {
  const { root, mary, start, path, definition } = await setUp(t);
  const { body: running } = await start();
  const { body: ended } = await start();
  await root.delete(`/instances/${ended.id}`);

  const dry = await root.delete(`${path}?cascade=true&dryRun=true`);
  const refusals = [path, `/deployments/${(await root.get(path)).body.deployment}`].map(async one =>
    Promise.all([root.delete(`${one}?dryRun=true`), root.delete(one)]),
  );
  const careful = await root.delete(path);
  const forbidden = await mary.delete(`${path}?cascade=true`);
  const still = await root.get(path);
  const gone = await root.delete(`${path}?cascade=true`);

  assert.equal(dry.status, 200);
  assert.deepEqual(dry.body, { definitions: [definition.id], running: 1, ended: 1 });
  for (const [wouldBe, is] of await Promise.all(refusals))
    assert.deepEqual(
      [wouldBe!.status, wouldBe!.body.code, wouldBe!.body.loss],
      [is!.status, is!.body.code, is!.body.loss],
    );
  assert.deepEqual([careful.status, careful.body.code, careful.body.loss.running], [409, 'has-instances', 1]);
  assert.equal(forbidden.status, 403);
  assert.equal(still.status, 200);
  assert.equal(gone.status, 204, gone.text);
  assert.equal((await root.get(path)).status, 404);
  for (const { id } of [running, ended]) assert.equal((await root.get(`/instances/${id}`)).status, 404);
});

test('a deployment goes with its definitions', async t => {
  const { root, path } = await setUp(t);
  const { body: definition } = await root.get(path);

  const dry = await root.delete(`/deployments/${definition.deployment}?dryRun=true`);
  const gone = await root.delete(`/deployments/${definition.deployment}`);

  assert.deepEqual(dry.body, { definitions: [definition.id], running: 0, ended: 0 });
  assert.equal(gone.status, 204, gone.text);
  assert.equal((await root.get(path)).status, 404);
  assert.equal((await root.get(`/deployments/${definition.deployment}`)).status, 404);
});

test('the past of an instance is deleted when it has ended', async t => {
  const { root, mary, start } = await setUp(t);
  const { body: instance } = await start();
  const path = `/instances/${instance.id}`;

  const early = await root.delete(`${path}/history`);
  await root.delete(path);
  const hidden = await mary.delete(`${path}/history`);
  const gone = await root.delete(`${path}/history`);

  assert.deepEqual([early.status, early.body.code], [409, 'still-running']);
  assert.equal(hidden.status, 404);
  assert.equal(gone.status, 204, gone.text);
  assert.equal((await root.get(path)).status, 404);
});
