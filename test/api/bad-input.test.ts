/** Wrong input to every endpoint, read from the OpenAPI document: 400 with path, value and reason; never 500. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { type Answer, type Api, type Asker, startApi } from './harness.js';

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  minimum?: number;
}

interface Parameter {
  name: string;
  in: string;
  schema: Schema;
}

interface Operation {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  path: string;
  parameters: Parameter[];
  body?: Schema;
}

async function operationsOf({ ask }: Api): Promise<Operation[]> {
  const { body } = await ask.get('/api/v1/openapi.json');
  return Object.entries(body.paths as Record<string, Record<string, never>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]: [string, Record<string, never>]) => ({
      method: method as Operation['method'],
      path: path.replaceAll(/\{\w+\}/g, 'nothing'),
      parameters: operation.parameters ?? [],
      body: (operation.requestBody as undefined | { content: Record<string, { schema: Schema }> })?.content[
        'application/json'
      ]?.schema,
    })),
  );
}

/** Values that no schema of the type takes. */
const wrongValues: Record<string, unknown> = {
  string: 7,
  integer: 'seven',
  number: 'seven',
  boolean: 'yes',
  array: 'one',
  object: [1],
};

function assertExplained(answer: Answer, what: string, path: string) {
  assert.equal(answer.status, 400, `${what}: ${answer.status} ${answer.text}`);
  assert.match(answer.headers['content-type']!, /^application\/problem\+json/);
  assert.ok(Array.isArray(answer.body.errors), `${what}: ${answer.text}`);
  const told = answer.body.errors.find((error: { path: string }) => error.path.startsWith(path));
  assert.ok(told, `${what} says nothing of ${path}: ${answer.text}`);
  assert.equal(typeof told.reason, 'string');
}

const send = (asker: Asker, { method, path }: Operation, body?: object, query = '') =>
  method === 'get' || method === 'delete' ? asker[method](path + query) : asker[method](path + query, body);

async function setUp(t: Parameters<typeof startApi>[0]) {
  const api = await startApi(t);
  return { ...api, root: await api.person({ id: 'root', administrator: true }), operations: await operationsOf(api) };
}

test('a body of the wrong type, and every property of the wrong type, is explained', async t => {
  const { root, operations } = await setUp(t);
  let tried = 0;
  for (const operation of operations.filter(({ body }) => body !== undefined)) {
    const shapes = operation.body!.oneOf ?? operation.body!.anyOf ?? [operation.body!];
    const what = `${operation.method} ${operation.path}`;
    assertExplained(await send(root, operation, [1, 2]), what, 'body');
    assertExplained(await send(root, operation, { surprise: 1 }), what, 'body');
    for (const [name, schema] of Object.entries(shapes[0]!.properties ?? {})) {
      const wrong = schema.enum || !schema.type ? { never: 'this' } : wrongValues[schema.type];
      if (!schema.type && !schema.enum && !schema.anyOf) continue;
      assertExplained(await send(root, operation, { [name]: wrong }), `${what} with ${name}`, `body`);
      tried++;
    }
  }
  assert.ok(tried > 60, `only ${tried} properties were tried`);
});

/** An OpenID provider may add what it likes to its answer (RFC 6749 §4.1.2). */
const providersAnswer = '/session/oidc/callback';

test('an unknown query parameter, and every one of the wrong type, is explained', async t => {
  const { root, operations } = await setUp(t);
  let tried = 0;
  for (const operation of operations.filter(({ path }) => path !== providersAnswer)) {
    const what = `${operation.method} ${operation.path}`;
    assertExplained(await send(root, operation, {}, '?surprise=1'), what, 'query.surprise');
    for (const { name, schema } of operation.parameters.filter(parameter => parameter.in === 'query')) {
      const checked = schema.enum ?? ['integer', 'number'].includes(schema.type ?? '') ?? false;
      const query = checked ? `?${name}=never-this` : `?${name}=a&${name}=b`;
      assertExplained(await send(root, operation, {}, query), `${what}${query}`, `query.${name}`);
      tried++;
    }
  }
  assert.ok(tried > 30, `only ${tried} parameters were tried`);
});

test('operators of a database in place of a value are wrong types', async t => {
  const { root } = await setUp(t);

  const answer = await root.post('/tasks/nothing/assign', { assignee: { $ne: null } });

  assertExplained(answer, 'assign', 'body.assignee');
  assert.equal(answer.body.errors[0].value, 'an object');
});

test('names that reach a prototype are refused as variables', async t => {
  const { root } = await setUp(t);
  for (const name of ['constructor', 'prototype', 'a b', ''])
    assertExplained(await root.post('/instances', { key: 'x', variables: { [name]: 1 } }), name, 'body.variables');
  const raw = JSON.parse('{"key":"x","variables":{"__proto__":{"polluted":true}}}');
  assertExplained(await root.post('/instances', raw), '__proto__', 'body.variables.__proto__');
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
});

test('the id of a user or group is letters, digits and . _ - @, at most 128', async t => {
  const { root } = await setUp(t);

  for (const path of ['/users', '/groups', '/tenants'])
    for (const id of [
      '__proto__',
      'constructor',
      'prototype',
      'hasOwnProperty',
      '\u0000',
      ' ',
      '',
      'a b',
      'a:b',
      'a/b',
      '<b>',
      'x'.repeat(129),
      'a\n',
    ]) {
      const answer = await root.post(path, { id, name: 'N' });
      assertExplained(answer, `${path} ${JSON.stringify(id)}`, 'body.id');
    }
  for (const id of ['ann@example.org', 'jörg_1', 'a-b.c', 'x'.repeat(128)])
    assert.equal((await root.post('/users', { id, name: 'N' })).status, 201, id);
});

test('control characters in what the database looks up are bad input', async t => {
  const { root } = await setUp(t);
  const bad = 'a\u0000b';

  const asked: [body: Promise<Answer>, path: string][] = [
    [root.post('/tokens', { name: bad }), 'body.name'],
    [root.post('/session', { user: bad, password: 'sesame' }), 'body.user'],
    [root.post('/instances', { key: bad }), 'body.key'],
    [root.post('/instances', { key: 'x', businessKey: bad }), 'body.businessKey'],
    [root.post('/messages', { name: 'paid', id: bad }), 'body.id'],
    [root.post('/deployments', { files: [{ name: bad, text: '' }] }), 'body.files.0.name'],
    [root.post('/jobs/fetch', { worker: bad, topics: [{ topic: bad }] }), 'body.worker'],
    [root.post('/instances', { key: 'x' }, { 'Idempotency-Key': 'a\u0085b' }), 'header.idempotency-key'],
    [root.get('/tasks/a%00b'), 'path.id'],
    [root.get('/tasks?assignee=a%00b'), 'query.assignee'],
  ];
  for (const [answer, path] of asked) assertExplained(await answer, path, path);
});

test('control characters in variables and in what is searched for are no trouble', async t => {
  const api = await startApi(t);
  const root = await api.person({ id: 'root', administrator: true });
  await api.deploy('models/w3-approval.bpmn');
  const { key } = (await root.get('/definitions')).body.items[0];
  const note = 'a\u0000b\u0007';

  const started = await root.post('/instances', { key, variables: { note } });

  assert.equal(started.status, 201, started.text);
  const { body } = await root.get(`/instances/${started.body.id}/variables`);
  assert.ok(JSON.stringify(body).includes(JSON.stringify(note)), JSON.stringify(body));
  assert.equal((await root.get('/tasks?text=a%00b')).status, 200);
});

test('a password that is refused is not repeated in the answer', async t => {
  const { root } = await setUp(t);

  const { text, status } = await root.post('/users', { id: 'ann', name: 'Ann', password: 'sesame' });

  assert.equal(status, 400);
  assert.doesNotMatch(text, /sesame/);
});

test('what is no JSON, too large, too deep or compressed beyond the limit is told so', async t => {
  const { ask } = await startApi(t);
  const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
    ask
      .post('/api/v1/session')
      .set({ 'Content-Type': 'application/json', ...headers })
      .serialize(sent => sent as string)
      .send(body as string);
  const { gzipSync } = await import('node:zlib');

  assert.equal((await post('{"user":')).body.code, 'bad-json');
  assert.equal((await post('{"user":1}', { 'Content-Type': 'text/plain' })).status, 415);
  assert.equal((await post(`{"user":${'['.repeat(5000)}${']'.repeat(5000)}}`)).body.code, 'too-deep');
  assert.equal((await post(JSON.stringify({ user: 'x'.repeat(10_000_000) }))).status, 413);
  const bomb = gzipSync(JSON.stringify({ user: 'x'.repeat(50_000_000) }));
  assert.equal((await post(bomb, { 'Content-Encoding': 'gzip' })).status, 413);
  assert.equal((await ask.get('/api/v1/session')).status, 200, 'it still answers');
});

test('a whole number that would be rounded is refused with its place, and JSON is UTF-8', async t => {
  const { root, ask, server } = await setUp(t);
  const { token } = await server.services.identity.tokens.create({ user: 'root', name: 'all' });
  const sent = (body: string | Buffer, charset = 'utf-8') =>
    root.post('/instances', body as object, { 'Content-Type': `application/json; charset=${charset}` });

  const refused = await sent('{"key":"none","variables":{"order":{"id":12345678901234567890}}}');
  const double = await sent('{"key":"none","variables":{"far":1e21}}');
  const other = await sent(Buffer.from('{"key":"none"}', 'utf16le'), 'utf-16');

  assert.equal(refused.status, 400);
  assert.equal(refused.body.errors[0].path, 'body.variables.order.id');
  assert.equal(double.body.code, 'not-found');
  assert.deepEqual([other.status, other.body.code], [415, 'unsupported-charset']);
  for (const path of ['/api/v1/instances', '/engine-rest/process-definition/key/none/start']) {
    const post = (body: Buffer) => {
      const request = ask.post(path).auth(token, { type: 'bearer' }).type('json');
      // As they are: superagent would tell a buffer as JSON.
      return request.serialize(bytes => bytes).send(body);
    };
    const broken = await post(Buffer.from('{"key":"none","businessKey":"\xff"}', 'latin1'));
    assert.equal(broken.status, 400, path);
    assert.match(broken.text, /the JSON has bytes that are no UTF-8/);
    assert.doesNotMatch((await post(Buffer.from('{"key":"none","businessKey":"\xff"}'))).text, /UTF-8/);
  }
});

test('a broken escape in a path is bad input, an unknown path is not found', async t => {
  const { root } = await setUp(t);

  assert.equal((await root.get('/tasks/%E0%A4%A')).status, 400);
  assert.equal((await root.get('/no-such-thing')).body.code, 'no-such-endpoint');
});
