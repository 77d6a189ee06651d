/** The same for every resource: lists page by cursor and come as CSV, edits heed If-Match, deletions have a dry run. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { z } from 'zod';
import { locatesIn, methodsOf } from '../../api/addresses.js';
import { apiRoutes } from '../../api/app.js';
import type { Route } from '../../api/route.js';
import { fieldsOf } from '../../api/shaping.js';
import { type Answer, fixture, startApi } from './harness.js';

async function setUp(t: TestContext) {
  const { server, person, deploy, ask } = await startApi(t);
  const routes = apiRoutes(server.services);
  const root = await person({ id: 'root', administrator: true });
  return { server, routes, root, person, deploy, ask };
}

const queryOf = ({ query }: Route) => (query instanceof z.ZodObject ? Object.keys(query.shape) : []);
const called = ({ method, path }: Route) => `${method} ${path}`;

/** Lists that are answered whole, with the reason. */
const whole: Record<string, string> = {
  'get /sessions': 'a person is signed in at a few places',
  'get /users/{id}/sessions': 'a person is signed in at a few places',
  'get /tokens': 'a person has a few tokens',
  'get /users/{id}/tokens': 'a person has a few tokens',
  'get /instances/{id}/tree': 'what an instance called is one picture',
  'get /tasks/{id}/comments': 'a conversation is read as a whole',
  'get /topics': 'models name a few topics',
};

test('every list has fields to choose and comes as CSV, and pages by cursor unless there is a reason', async t => {
  const { routes } = await setUp(t);
  const lists = routes.filter(route => fieldsOf(route).list);

  assert.ok(lists.length > 20);
  for (const route of lists) {
    assert.ok(fieldsOf(route).names, `${called(route)} has no fields`);
    const paged = queryOf(route).includes('after') && queryOf(route).includes('limit');
    assert.equal(paged, whole[called(route)] === undefined, called(route));
  }
  const paths = new Set(lists.map(called));
  for (const path of Object.keys(whole)) assert.ok(paths.has(path), path);
});

test('the pages of every list, one item each, are the list', async t => {
  const { routes, root, person, deploy, server } = await setUp(t);
  const [approval] = await deploy('models/w3-approval.bpmn');
  const [external] = await deploy('models/w8-external.bpmn');
  await Promise.all(['ada', 'bob'].map(id => person({ id })));
  const start = async (definition: string) => (await root.post('/instances', { definition })).body.id as string;
  const instance = await start(approval!.id);
  await start(external!.id);
  const of = (path: string) => path.replace('{id}', path.startsWith('/instances') ? instance : hook);
  for (const name of ['one', 'two']) {
    await root.post('/groups', { id: name, name });
    await root.post('/tenants', { id: name, name });
    await root.post('/authorizations', { type: 'grant', user: name, resource: 'task', permissions: ['READ'] });
    await root.post('/messages', { name, timeToLive: 600_000 });
    await root.post('/webhooks', { name, url: 'https://example.org', events: ['instance.ended'] });
  }
  const hook = (await root.get('/webhooks')).body.items[0].id as string;
  const [task] = (await root.get('/tasks?view=all')).body.items;
  await root.post(`/tasks/${task.id}/complete`, { variables: { approved: true } });
  await root.put(`/instances/${instance}/variables`, { variables: { amount: 7, currency: 'EUR' } });
  await server.services.engine.projector.fold();

  const several: string[] = [];
  for (const { path } of routes.filter(route => fieldsOf(route).list && queryOf(route).includes('after'))) {
    const more = path === '/tasks' ? '&view=all' : '';
    const { body, status, text } = await root.get(`${of(path)}?limit=100${more}`);
    assert.equal(status, 200, `${path}: ${text}`);
    const pages: object[] = [];
    let next: string | undefined;
    do {
      const after = next === undefined ? '' : `&after=${encodeURIComponent(next)}`;
      const page: Answer = await root.get(`${of(path)}?limit=1${more}${after}`);
      assert.ok(page.body.items.length <= 1, path);
      pages.push(...page.body.items);
      next = page.body.next;
    } while (next !== undefined);
    // The audit grows by nothing that reads.
    assert.deepEqual(pages, body.items, path);
    if (pages.length > 1) several.push(path);
  }
  assert.ok(several.length >= 12, `more than one item only in ${several}`);
});

/** Changes that name no revision, with the reason. */
const unread: Record<string, string> = {
  'put /session/password': 'who changes it says the old one',
  'put /users/{id}/password': 'nobody reads a password',
  'put /groups/{id}/members/{user}': 'says the whole of it: belongs or not',
  'put /tenants/{id}/{kind}/{member}': 'says the whole of it: belongs or not',
  'put /instances/{id}/variables': 'an instance goes on while somebody looks; only what is named is set',
  'put /tasks/{id}/draft': 'a draft is of one person, and saved while he writes',
};

test('what people edit is changed only as it was read, where the asker says so', async t => {
  const { routes, root, deploy } = await setUp(t);
  const [definition] = await deploy('models/w8-external.bpmn');
  await root.post('/instances', { definition: definition!.id });
  await deploy('models/w3-approval.bpmn');
  await root.post('/instances', { key: 'w3_approval' });
  const made = async (path: string, body: object) => (await root.post(path, body)).body.id as string;
  const first = async (path: string) => (await root.get(path)).body.items[0].id as string;
  const hook = { name: 'Hook', url: 'https://example.org', events: ['instance.ended'] };
  const rule = { user: 'ada', resource: 'task', permissions: ['READ'] };
  /** Route → where what is changed is read, and the change. */
  const edits: Record<string, { read: string; change: object }> = {
    'patch /session': { read: '/users/root', change: { name: 'Root' } },
    'patch /users/{id}': {
      read: `/users/${await made('/users', { id: 'ada', name: 'Ada' })}`,
      change: { name: 'Ada L.' },
    },
    'patch /groups/{id}': {
      read: `/groups/${await made('/groups', { id: 'clerks', name: 'C' })}`,
      change: { name: 'Clerks' },
    },
    'patch /tenants/{id}': {
      read: `/tenants/${await made('/tenants', { id: 'acme', name: 'A' })}`,
      change: { name: 'Acme' },
    },
    'put /authorizations/{id}': {
      read: `/authorizations/${await made('/authorizations', { type: 'grant', ...rule })}`,
      change: { ...rule, permissions: ['READ', 'UPDATE'] },
    },
    'put /webhooks/{id}': { read: `/webhooks/${await made('/webhooks', hook)}`, change: { ...hook, name: 'Other' } },
    'patch /definitions/{id}': { read: `/definitions/${definition!.id}`, change: { startPolicy: 'warn' } },
    'patch /tasks/{id}': { read: `/tasks/${await first('/tasks?view=all')}`, change: { priority: 7 } },
    'patch /jobs/{id}': { read: `/jobs/${await first('/jobs')}`, change: { due: '2030-01-01T00:00:00Z' } },
  };
  const changing = routes.filter(({ method }) => method === 'patch' || method === 'put');

  assert.deepEqual(changing.map(called).sort(), [...Object.keys(edits), ...Object.keys(unread)].sort());
  for (const route of changing.filter(one => edits[called(one)])) {
    const { read, change } = edits[called(route)]!;
    const { etag } = (await root.get(read)).headers;
    const send = (match: string) =>
      root[route.method as 'put'](called(route) === 'patch /session' ? '/session' : read, change, {
        'If-Match': match,
      });
    const done = await send(etag!);
    const late = await send(etag!);

    assert.match(etag!, /^"\d+"$/, read);
    assert.equal(done.status, 200, `${called(route)}: ${done.text}`);
    assert.deepEqual([late.status, late.body.code], [412, 'changed-meanwhile'], called(route));
    assert.notEqual((await root.get(read)).headers.etag, etag, read);
    assert.ok(route.errors?.includes(412), `${called(route)} does not say 412`);
  }
});

test('what people edit is deleted only as it was read, where the asker says so', async t => {
  const { root, routes } = await setUp(t);
  const hook = { name: 'Hook', url: 'https://example.org', events: ['instance.ended'] };
  const rule = { type: 'grant', user: 'ada', resource: 'task', permissions: ['READ'] };
  const made: [list: string, input: object][] = [
    ['/users', { id: 'ada', name: 'Ada' }],
    ['/groups', { id: 'clerks', name: 'Clerks' }],
    ['/tenants', { id: 'acme', name: 'Acme' }],
    ['/authorizations', rule],
    ['/webhooks', hook],
  ];

  for (const [list, input] of made) {
    const path = `${list}/${(await root.post(list, input)).body.id}`;
    const { etag } = (await root.get(path)).headers;
    const late = await root.delete(path, { 'If-Match': '"77"' });
    const done = await root.delete(path, { 'If-Match': etag! });

    assert.deepEqual([late.status, late.body.code, done.status], [412, 'changed-meanwhile', 204], path);
    const route = routes.find(one => called(one) === `delete ${list}/{id}`);
    assert.ok(route?.errors?.includes(412), `${path} does not say 412`);
  }
});

/** Deletions of just what they name, which takes nothing else with it. */
const alone = [
  'delete /authorizations/{id}',
  'delete /groups/{id}/members/{user}',
  'delete /session',
  'delete /sessions',
  'delete /sessions/{id}',
  'delete /tasks/{id}/draft',
  'delete /tenants/{id}/{kind}/{member}',
  'delete /tokens/{id}',
  'delete /users/{id}/sessions',
  'delete /users/{id}/tokens/{token}',
];

test('a deletion that takes more with it than it names says first what, and does nothing then', async t => {
  const { routes, root, person, deploy, server } = await setUp(t);
  const [definition] = await deploy('models/w3-approval.bpmn');
  const { deployment } = (await root.get(`/definitions/${definition!.id}`)).body;
  const start = async () => (await root.post('/instances', { definition: definition!.id })).body.id as string;
  const [running, ended] = [await start(), await start()];
  await root.delete(`/instances/${ended}`);
  await server.services.engine.projector.fold();
  await person({ id: 'ada', groups: ['clerks'], tenants: ['acme'] });
  await root.post('/groups', { id: 'clerks', name: 'Clerks' });
  await root.post('/tenants', { id: 'acme', name: 'Acme' });
  const hook = { name: 'Hook', url: 'https://example.org', events: ['instance.ended'] };
  const { body: webhook } = await root.post('/webhooks', hook);
  const { body: task } = await root.post('/tasks', { name: 'Call back' });
  const taken: Record<string, { path: string; loss: object }> = {
    'delete /users/{id}': { path: '/users/ada', loss: { sessions: 0, tokens: 1, authorizations: 0 } },
    'delete /groups/{id}': { path: '/groups/clerks', loss: { users: 1, authorizations: 0 } },
    'delete /tenants/{id}': { path: '/tenants/acme', loss: { users: 1, groups: 0 } },
    'delete /webhooks/{id}': { path: `/webhooks/${webhook.id}`, loss: { deliveries: 0 } },
    'delete /tasks/{id}': { path: `/tasks/${task.id}`, loss: { tasks: 0 } },
    'delete /instances/{id}': { path: `/instances/${running}`, loss: { instances: [running], tasks: 1 } },
    'delete /instances/{id}/history': {
      path: `/instances/${ended}/history`,
      loss: { activities: 3, variables: 0, tasks: 1, comments: 0, attachments: 0 },
    },
    'delete /definitions/{id}': { path: `/definitions/${definition!.id}`, loss: { running: 1, ended: 1 } },
    'delete /deployments/{id}': {
      path: `/deployments/${deployment}`,
      loss: { running: 1, ended: 1, definitions: [definition!.id] },
    },
  };
  const deleting = routes.filter(({ method }) => method === 'delete');

  assert.deepEqual(deleting.map(called).sort(), [...Object.keys(taken), ...alone].sort());
  for (const route of deleting.filter(one => taken[called(one)])) {
    const { path, loss } = taken[called(route)]!;
    const cascade = queryOf(route).includes('cascade') ? '&cascade=true' : '';
    const said = await root.delete(`${path}?dryRun=true${cascade}`);
    const again = await root.delete(`${path}?dryRun=true${cascade}`);

    assert.ok(queryOf(route).includes('dryRun'), called(route));
    assert.equal(said.status, 200, `${called(route)}: ${said.text}`);
    assert.deepEqual({ ...said.body, ...loss }, said.body, called(route));
    assert.deepEqual(again.body, said.body, called(route));
  }
  const { body: audit } = await root.get('/audit?limit=200');
  const deletions = audit.items.filter(({ action }: { action: string }) => /removed|deleted|forgotten/.test(action));
  assert.deepEqual(deletions, []);
});

test('what is made is told where it is read', async t => {
  const { routes, root, deploy } = await setUp(t);
  const [definition] = await deploy('models/w3-approval.bpmn');
  const made: Record<string, object> = {
    '/users': { id: 'eve', name: 'Eve' },
    '/groups': { id: 'sales', name: 'Sales' },
    '/tenants': { id: 'shop', name: 'Shop' },
    '/authorizations': { type: 'grant', user: 'eve', resource: 'task', permissions: ['READ'] },
    '/deployments': { files: [{ name: 'claim.bpmn', text: fixture('web/claim.bpmn') }] },
    '/instances': { definition: definition!.id },
    '/tasks': { name: 'Call the customer' },
    '/webhooks': { name: 'shop', url: 'https://example.org', events: ['instance.ended'] },
  };

  assert.deepEqual(
    routes
      .filter(locatesIn(routes))
      .map(({ path }) => path)
      .sort(),
    Object.keys(made).sort(),
  );
  for (const [path, body] of Object.entries(made)) {
    const { status, headers, body: answered, text } = await root.post(path, body);
    assert.equal(status, 201, `${path}: ${text}`);
    const { pathname } = new URL(headers.location!, `http://weft/api/v1${path}`);
    const read = await root.get(pathname.slice('/api/v1'.length));
    assert.equal(read.body.id, answered.id, pathname);
  }
  const tried = await root.post('/deployments?validateOnly=true', made['/deployments']!);
  assert.equal(tried.headers.location, undefined);
});

test('a method that a path has not is 405, and told the ones that it has', async t => {
  const { routes, ask } = await setUp(t);
  const methods = methodsOf(routes);

  for (const { path, method } of routes) {
    const at = path.replaceAll(/\{\w+\}/g, 'x');
    const allowed = methods(at);
    assert.ok(allowed.includes(method.toUpperCase()), path);
    const other = (['put', 'patch', 'delete', 'get'] as const).find(one => !allowed.includes(one.toUpperCase()))!;
    const answer = await ask[other](`/api/v1${at}`);
    assert.equal(answer.status, 405, `${other} ${at}`);
    assert.equal(answer.body.code, 'method-not-allowed');
    assert.equal(answer.headers.allow, allowed.join(', '));
  }
});
