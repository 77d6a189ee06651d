/** The client: its types are those of the OpenAPI document of today, and it speaks to a real server. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { clientSource } from '../../api/client/generate.js';
import { ApiProblem, address, createClient } from '../../api/client/index.js';
import { fixture, startApi } from './harness.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

async function connected(t: TestContext) {
  const { person, server } = await startApi(t);
  await person({ id: 'ada', administrator: true });
  const { token } = await server.services.identity.tokens.create({ user: 'ada', name: 'client' });
  const { url } = await server.listen();
  return createClient({ url: `${url}/api/v1`, token });
}

test('the types of the client are made from the document as it is now', async t => {
  const { ask } = await startApi(t);
  const { body } = await ask.get('/api/v1/openapi.json');
  const file = join(root, 'api/client/schema.ts');

  const { stdout } = spawnSync(join(root, 'node_modules/.bin/biome'), ['format', '--stdin-file-path', file], {
    cwd: root,
    input: clientSource(body),
    encoding: 'utf8',
  });

  assert.ok(stdout.length > 0);
  assert.equal(stdout, readFileSync(file, 'utf8'), 'api/client/schema.ts is behind: npm run client');
});

test('the client deploys, starts, finds, completes; what is refused is an ApiProblem with its code', async t => {
  const weft = await connected(t);

  const files = [{ name: 'approval.bpmn', text: fixture('models/w3-approval.bpmn') }];
  await weft.ask('POST /deployments', { body: { files } });
  const body = { key: 'w3_approval', businessKey: 'a/b?c', variables: { amount: 1 } };
  const started = await weft.ask('POST /instances', { body, header: { 'idempotency-key': 'k1' } });
  const again = await weft.ask('POST /instances', { body, header: { 'idempotency-key': 'k1' } });
  const { items } = await weft.ask('GET /tasks', { query: { businessKey: 'a/b?c', view: 'all' } });
  const found = await weft.read(address('GET /instances', { query: { variable: ['amount=1', 'amount<2'] } }));
  const changed = await weft.ask('PATCH /tasks/{id}', { path: { id: items[0]!.id }, body: { priority: 7 } });
  const xml = await weft.ask('GET /definitions/{id}/xml', { path: { id: started.definition } });

  assert.equal(again.id, started.id);
  assert.equal(items[0]!.instance, started.id);
  assert.deepEqual(
    found.items.map(({ id }) => id),
    [started.id],
  );
  assert.equal(changed.priority, 7);
  assert.match(xml, /<bpmn:definitions|<definitions/);
  await assert.rejects(weft.ask('GET /instances/{id}', { path: { id: '../users' } }), (error: ApiProblem) => {
    assert.ok(error instanceof ApiProblem);
    return error.status === 404 && error.code === 'not-found';
  });
  await assert.rejects(weft.ask('POST /instances', { body: {} }), /key: name either "key" or "definition"/);
  assert.equal(await weft.ask('DELETE /instances/{id}', { path: { id: started.id } }), undefined);
});
