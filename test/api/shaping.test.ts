/** What every endpoint has in common: chosen fields, CSV, revisions, other origins, examples. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { startApi } from './harness.js';

const approvals = 'models/w3-approval.bpmn';

test('a reader chooses the fields of an answer and of the items of a list; a field that is not there is named', async t => {
  const { person, deploy } = await startApi(t);
  const root = await person({ id: 'ada', administrator: true });
  const [definition] = await deploy(approvals);

  const one = await root.get(`/definitions/${definition!.id}?fields=key,version`);
  const list = await root.get('/definitions?fields=id&limit=1');
  const wrong = await root.get('/definitions?fields=id,secret');

  assert.deepEqual(one.body, { key: definition!.key, version: 1 });
  assert.deepEqual(list.body.items, [{ id: definition!.id }]);
  assert.equal(wrong.status, 400);
  assert.equal(wrong.body.errors[0].value, 'secret');
});

test('a list as CSV has every page of it, and no cell that a spreadsheet would run', async t => {
  const { person, deploy, server } = await startApi(t);
  const root = await person({ id: 'ada', administrator: true });
  const [definition] = await deploy(approvals);
  const formulas = ['=1+1', '+1', '-1', '@SUM(A1)', '  =1+1', '\n=1', '\uFF1D1+1', '\uFF0B1', '\uFF0D1', '\uFF20A1'];
  const keys = [...formulas, 'say "hi", twice', ...Array.from({ length: 505 }, (_, n) => `n${n}`)];
  for (const businessKey of keys) await server.services.engine.start({ definition: definition!.id, businessKey });

  const { text, headers } = await root.get('/instances?format=csv&fields=businessKey,state&sort=startedAt');

  const [head, ...lines] = text.trimEnd().split('\r\n');
  assert.match(headers['content-type']!, /^text\/csv/);
  assert.match(headers['content-disposition']!, /attachment; filename=instances.csv/);
  assert.equal(head, '"businessKey","state"');
  assert.equal(lines.length, keys.length);
  for (const cell of [...formulas.map(text => `"'${text}"`), `"say ""hi"", twice"`, '"n504"'])
    assert.ok(lines.includes(`${cell},"running"`), cell);
});

test('every list is there as CSV, and names its columns', async t => {
  const { person, ask, deploy } = await startApi(t);
  const root = await person({ id: 'ada', administrator: true });
  const [definition] = await deploy(approvals);
  const { body: instance } = await root.post('/instances', { definition: definition!.id });
  const { body: document } = await ask.get('/api/v1/openapi.json');
  type Operation = { responses: Record<string, { content?: Record<string, unknown> }> };
  const lists = Object.entries(document.paths as Record<string, { get?: Operation }>).flatMap(([path, { get }]) =>
    get?.responses['200']?.content?.['text/csv'] ? [path] : [],
  );

  assert.ok(lists.length > 10, `${lists}`);
  const ids: Record<string, string> = { instances: instance.id, definitions: definition!.id };
  for (const path of lists) {
    const url = path.replace('{id}', ids[path.split('/')[1]!] ?? 'x');
    const { status, text } = await root.get(`${url}?format=csv`);
    assert.ok(status === 404 || (status === 200 && /^"\w+"/.test(text)), `${path}: ${status} ${text.slice(0, 200)}`);
  }
});

test('a task is changed only as it was read, where the asker says so', async t => {
  const { person, deploy } = await startApi(t);
  const root = await person({ id: 'ada', administrator: true });
  const [definition] = await deploy(approvals);
  await root.post('/instances', { definition: definition!.id });
  const { body } = await root.get('/tasks?view=all');
  const { headers, body: task } = await root.get(`/tasks/${body.items[0].id}`);
  assert.equal(headers.etag, `"${task.rev}"`);

  const change = (priority: number, match: string) =>
    root.patch(`/tasks/${task.id}`, { priority }, { 'If-Match': match });
  const first = await change(10, headers.etag!);
  const second = await change(20, headers.etag!);
  const wrong = await change(30, 'W/"x"');

  assert.equal(first.status, 200);
  assert.equal(first.headers.etag, `"${task.rev + 1}"`);
  assert.deepEqual([second.status, second.body.code], [412, 'changed-meanwhile']);
  assert.equal(wrong.status, 400);
  assert.equal((await root.get(`/tasks/${task.id}`)).body.priority, 10);
});

test('pages of a named site may call the API with a token; those of others may not, and never with a cookie', async t => {
  const origin = 'https://portal.example.org';
  const { person, ask, server } = await startApi(t, { environment: { WEFT_CORS_ORIGINS: origin } });
  await person({ id: 'ada', administrator: true });
  const { token } = await server.services.identity.tokens.create({ user: 'ada', name: 'portal' });
  const group = (from: string) =>
    ask.post('/api/v1/groups').set('Origin', from).set('Sec-Fetch-Site', 'cross-site').send({ id: 'g', name: 'G' });

  const preflight = await ask
    .options('/api/v1/groups')
    .set('Origin', origin)
    .set('Access-Control-Request-Method', 'POST');
  const stranger = await group('https://evil.example.org').auth(token, { type: 'bearer' });
  const session = await server.services.identity.sessions.open('ada');
  const cookie = await group(origin).set('Cookie', `${server.services.identity.cookie}=${session}`);
  const portal = await group(origin).auth(token, { type: 'bearer' });
  const rest = await ask.get('/engine-rest/engine').set('Origin', origin).auth(token, { type: 'bearer' });

  assert.deepEqual([preflight.status, preflight.headers['access-control-allow-origin']], [204, origin]);
  assert.deepEqual([stranger.status, stranger.headers['access-control-allow-origin']], [403, undefined]);
  assert.equal(cookie.status, 403);
  assert.deepEqual([portal.status, portal.headers['access-control-allow-origin']], [201, origin]);
  assert.deepEqual([rest.status, rest.headers['access-control-allow-origin']], [200, origin]);
});
