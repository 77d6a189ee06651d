/** What an attacker would try over HTTP, one test for each kind that has no file of its own; the README lists them all. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import test, { type TestContext } from 'node:test';
import { apiRoutes } from '../../api/app.js';
import type { Instance } from '../../engine/core/types.js';
import { startApi } from './harness.js';

const file = (path: string) => new URL(`../../../${path}`, import.meta.url);

/** Everything that is written to the log while it runs. */
function listenToLog(t: TestContext): () => string {
  const lines: string[] = [];
  for (const stream of ['error', 'warn', 'log'] as const)
    t.mock.method(console, stream, (...said: unknown[]) => lines.push(said.map(String).join(' ')));
  return () => lines.join('\n');
}

/** Values that would be code in the language of a database. */
const injections = [
  `' OR '1'='1`,
  `'; DROP TABLE users; --`,
  `") OR 1=1 --`,
  `{"$ne":null}`,
  `$where: sleep(1000)`,
  `%' OR '%'='`,
  `\\`,
];

test('what is asked for is a value, never a part of the question to the database', async t => {
  const { server, person, ask, deploy } = await startApi(t);
  await person({ id: 'root', administrator: true });
  const { token } = await server.services.identity.tokens.create({ user: 'root', name: 'attacks' });
  await deploy('models/w3-approval.bpmn');
  const lists = apiRoutes(server.services).filter(({ method, query }) => method === 'get' && query);
  const wrong: string[] = [];

  for (const { path, query } of lists) {
    const names = Object.keys((query as unknown as { shape?: object }).shape ?? {});
    for (const name of names.filter(one => one !== 'limit'))
      for (const value of injections) {
        const address = `/api/v1${path.replaceAll(/\{\w+\}/g, encodeURIComponent(value))}`;
        const answer = await ask
          .get(address)
          .query({ [name]: value })
          .auth(token, { type: 'bearer' });
        const found = answer.status === 200 ? ((answer.body.items as unknown[] | undefined)?.length ?? 0) : 0;
        if (answer.status >= 500 || (found > 0 && !['sort', 'fields'].includes(name)))
          wrong.push(`${address} ${name}=${value}: ${answer.status}, ${found} found`);
      }
  }

  assert.ok(lists.length > 5);
  assert.deepEqual(wrong, []);
  assert.equal((await server.services.identity.people.user('root'))?.administrator, true);
});

/** What somebody sends along to become more than he is. */
const smuggled: [method: 'patch' | 'post' | 'put', path: string, body: object][] = [
  ['patch', '/session', { name: 'Mary', administrator: true }],
  ['patch', '/session', { name: 'Mary', groups: ['chiefs'] }],
  ['post', '/tokens', { name: 'x', user: 'root' }],
  ['post', '/instances', { key: 'w3_approval', startedBy: 'root' }],
  ['post', '/instances', { key: 'w3_approval', by: 'root' }],
];

test('a field that is not asked for is refused, not taken over', async t => {
  const { person, server } = await startApi(t);
  const mary = await person({ id: 'mary' });
  const before = await server.services.identity.people.user('mary');

  for (const [method, path, body] of smuggled) {
    const { status, body: said } = await mary[method](path, body);
    assert.equal(status, 400, `${method} ${path}`);
    assert.match(said.detail, /is not known here/);
  }
  assert.deepEqual(await server.services.identity.people.user('mary'), before);
});

test('a file that somebody uploaded is downloaded, never shown as a page of ours', async t => {
  const { person } = await startApi(t);
  const root = await person({ id: 'root', administrator: true });
  const bpmn = readFileSync(file('test/fixtures/models/w3-approval.bpmn'), 'utf8');
  const page = '<script>alert(document.domain)</script>';
  const { body } = await root.post('/deployments', {
    files: [
      { name: 'approval.bpmn', text: bpmn },
      { name: 'evil.html', text: page },
    ],
  });

  const { headers } = await root.get(`/deployments/${body.id}/resources/evil.html`);

  assert.match(headers['content-disposition'] ?? '', /^attachment/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.match(headers['content-security-policy'] ?? '', /default-src 'self'.*object-src 'none'/);
});

test('names of files are names: a path in one leads nowhere', async t => {
  const { person } = await startApi(t);
  const root = await person({ id: 'root', administrator: true });
  const bpmn = readFileSync(file('test/fixtures/models/w3-approval.bpmn'), 'utf8');
  const name = '../../../../tmp/weft-traversal.bpmn';
  const { body, status } = await root.post('/deployments', { files: [{ name, text: bpmn }] });

  assert.equal(status, 201);
  assert.equal(existsSync('/tmp/weft-traversal.bpmn'), false);
  const read = await root.get(`/deployments/${body.id}/resources/${encodeURIComponent(name)}`);
  assert.equal(read.status, 200);
  const passwords = await root.get(`/deployments/${body.id}/resources/${encodeURIComponent('../../../etc/passwd')}`);
  assert.equal(passwords.status, 404);
  assert.equal((await root.get('/../../package.json')).status, 404);
});

test('secrets stand neither in the log nor in an answer, whatever goes wrong', async t => {
  const log = listenToLog(t);
  const { ask, person, server } = await startApi(t, {
    environment: {
      WEFT_OIDC_ISSUER: 'http://127.0.0.1:9',
      WEFT_OIDC_CLIENT: 'weft',
      WEFT_OIDC_SECRET: 'client-secret',
    },
  });
  await person({ id: 'mary', password: 'mary-secret' });
  const { token } = await server.services.identity.tokens.create({ user: 'mary', name: 'program' });
  const answers = [
    await ask.post('/api/v1/session').send({ user: 'mary', password: 'wrong-secret' }),
    await ask.post('/api/v1/session').send({ user: { $ne: null }, password: 'wrong-secret' }),
    await ask
      .put('/api/v1/session/password')
      .auth('mary', 'mary-secret')
      .send({ password: 'mary-secret', newPassword: 'secret7' }),
    await ask.get('/api/v1/session/oidc'),
    await ask.get('/api/v1/tokens').auth(token, { type: 'bearer' }),
    await ask.get('/api/v1/users').auth(token, { type: 'bearer' }),
    await ask.get('/engine-rest/user').auth('mary', 'wrong-secret'),
    await ask.get('/engine-rest/user').auth(`${token}x`, { type: 'bearer' }),
  ];

  const said = answers.map(answer => answer.text + JSON.stringify(answer.headers)).join('\n') + log();
  assert.doesNotMatch(said, /secret|scrypt|weft_[\w-]{20}/);
});

test('an object of Java is the JSON of its value: a serialized one is refused', async t => {
  const { person, ask, deploy, server } = await startApi(t);
  await deploy('models/w3-approval.bpmn');
  await person({ id: 'root', administrator: true });
  const { token } = await server.services.identity.tokens.create({ user: 'root', name: 'java' });
  const value = 'rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA==';
  const valueInfo = {
    objectTypeName: 'java.util.HashMap',
    serializationDataFormat: 'application/x-java-serialized-object',
  };

  const start = (variable: object) =>
    ask
      .post('/engine-rest/process-definition/key/w3_approval/start')
      .auth(token, { type: 'bearer' })
      .send({ variables: { gadget: { type: 'Object', ...variable } } });

  const serialized = await start({ value, valueInfo });
  assert.deepEqual([serialized.status, serialized.body.type], [400, 'InvalidRequestException']);
  const asText = { objectTypeName: 'java.util.HashMap', serializationDataFormat: 'application/json' };
  const json = await start({ value: '{"a":1}', valueInfo: asText });
  assert.equal(json.status, 200, json.text);
  const variables = await server.services.store.get<Instance>('instances', json.body.id);
  assert.deepEqual(variables?.activations[1]?.variables?.gadget, { a: 1 });
});

test('one person who asks without end is told to wait, and others are not', async t => {
  let now = Date.parse('2026-03-01T12:00:00Z');
  const { person, ask, server } = await startApi(t, { environment: { WEFT_RATE_LIMIT: '5' }, clock: () => now });
  const [anna, bert] = [await person({ id: 'anna' }), await person({ id: 'bert' })];
  for (let n = 0; n < 5; n++) assert.equal((await anna.get('/tasks')).status, 200);

  const refused = await anna.get('/tasks');
  assert.deepEqual(
    [refused.status, refused.body.code, refused.headers['retry-after']],
    [429, 'too-many-requests', '60'],
  );
  const { token } = await server.services.identity.tokens.create({ user: 'anna', name: 'another' });
  assert.equal((await ask.get('/engine-rest/task').auth(token, { type: 'bearer' })).status, 429);
  assert.equal((await bert.get('/tasks')).status, 200);
  now += 60_000;
  assert.equal((await anna.get('/tasks')).status, 200);
});

test('every package is pinned, checked by its hash, and runs nothing when it is installed', () => {
  const manifest = JSON.parse(readFileSync(file('package.json'), 'utf8'));
  const lock = JSON.parse(readFileSync(file('package-lock.json'), 'utf8'));
  const wanted = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  const packages = Object.entries(lock.packages as Record<string, { integrity?: string; resolved?: string }>);

  assert.deepEqual(
    wanted.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version))),
    [],
  );
  assert.deepEqual(
    packages.filter(([path, { integrity }]) => path !== '' && !integrity?.startsWith('sha512-')).map(([path]) => path),
    [],
  );
  assert.match(readFileSync(file('.npmrc'), 'utf8'), /^ignore-scripts=true$/m);
});
