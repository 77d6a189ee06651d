/** Users, groups, tenants, tokens: who administers them, and that nobody gives what is not his to give. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import { createClock } from '../virtual.js';
import { startApi } from './harness.js';

async function setUp(t: TestContext) {
  const api = await startApi(t);
  const root = await api.person({ id: 'root', administrator: true });
  return { ...api, root };
}

test('an invited person chooses a password with the link, once', async t => {
  const { ask, root } = await setUp(t);
  await root.post('/users', { id: 'mary', name: 'Mary Major', email: 'mary@example.org' });

  const { status, body } = await root.post('/users/mary/invitation');
  assert.equal(status, 201);
  const token = new URL(body.link).searchParams.get('invitation');
  const accept = () =>
    ask.post('/api/v1/session/invitation').set('Sec-Fetch-Site', 'same-origin').send({ token, password: 'a long one' });
  const [first, second] = [await accept(), await accept()];

  assert.deepEqual([first.status, first.body.user.id], [200, 'mary']);
  assert.match(first.headers['set-cookie']![0]!, /HttpOnly.*SameSite=Lax/);
  assert.deepEqual([second.status, second.body.code], [403, 'wrong-token']);
});

test('the link of a user is the newest one, and goes with a new password and with the user', async t => {
  const { ask, root } = await setUp(t);
  await root.post('/users', { id: 'mary', name: 'Mary Major' });
  const invited = async () =>
    new URL((await root.post('/users/mary/invitation')).body.link).searchParams.get('invitation');
  const accept = async (token: string | null) => {
    const sent = ask.post('/api/v1/session/invitation').set('Sec-Fetch-Site', 'same-origin');
    return (await sent.send({ token, password: 'a long one' })).status;
  };

  const [lost, newest] = [await invited(), await invited()];
  assert.deepEqual([await accept(lost), await accept(newest)], [403, 200]);

  const beforePassword = await invited();
  await root.put('/users/mary/password', { password: 'another long one' });
  assert.equal(await accept(beforePassword), 403);

  const beforeRemoval = await invited();
  await root.delete('/users/mary');
  await root.post('/users', { id: 'mary', name: 'Another Mary' });
  assert.equal(await accept(beforeRemoval), 403);
});

test('an invitation of somebody who is disabled is refused and kept until he may sign in again', async t => {
  const { ask, root, server } = await setUp(t);
  await root.post('/users', { id: 'mary', name: 'Mary Major' });
  const { link } = (await root.post('/users/mary/invitation')).body;
  const token = new URL(link).searchParams.get('invitation');
  const accept = () =>
    ask.post('/api/v1/session/invitation').set('Sec-Fetch-Site', 'same-origin').send({ token, password: 'a long one' });
  await root.patch('/users/mary', { disabled: true });

  const { status, body } = await accept();

  assert.deepEqual([status, body.code], [403, 'forbidden']);
  assert.match(body.detail, /"mary" is disabled: an administrator enables him first/);
  assert.equal((await server.services.identity.people.user('mary'))?.password, undefined);
  await root.patch('/users/mary', { disabled: false });
  assert.equal((await accept()).status, 200);
});

test('who is disabled is out at once, with every session and token, and may come back', async t => {
  const { ask, root, person, server } = await setUp(t);
  const mary = await person({ id: 'mary', password: 'a long one' });
  const cookie = `weft=${await server.services.identity.sessions.open('mary')}`;
  const seen = async () => (await ask.get('/api/v1/tasks').set('Cookie', cookie)).status;
  const basic = async () => (await ask.get('/api/v1/tasks').auth('mary', 'a long one')).status;
  assert.deepEqual([(await mary.get('/tasks')).status, await seen(), await basic()], [200, 200, 200]);

  await root.patch('/users/mary', { disabled: true });
  assert.deepEqual([(await mary.get('/tasks')).status, await seen(), await basic()], [401, 401, 401]);

  await root.patch('/users/mary', { disabled: false });
  assert.deepEqual([(await mary.get('/tasks')).status, await seen(), await basic()], [200, 401, 200]);
});

test('a new password ends the sessions and the memory of the old one', async t => {
  const { ask, root, person, server } = await setUp(t);
  await person({ id: 'mary', password: 'the old one' });
  const cookie = `weft=${await server.services.identity.sessions.open('mary')}`;
  const basic = async (password: string) => (await ask.get('/api/v1/tasks').auth('mary', password)).status;
  assert.equal(await basic('the old one'), 200);

  assert.equal((await root.put('/users/mary/password', { password: 'the new one' })).status, 204);

  assert.equal((await ask.get('/api/v1/tasks').set('Cookie', cookie)).status, 401);
  assert.deepEqual([await basic('the old one'), await basic('the new one')], [401, 200]);
});

test('somebody sees where he is signed in and ends it, of nobody else; an administrator ends it for him', async t => {
  const clock = createClock();
  const { ask, person, server } = await startApi(t, { clock });
  const root = await person({ id: 'root', administrator: true });
  const mary = await person({ id: 'mary', password: 'a long one' });
  const ben = await person({ id: 'ben' });
  await server.services.identity.sessions.open('ben');
  const signIn = async (agent: string) => {
    clock.advance('PT1M');
    const { headers } = await ask
      .post('/api/v1/session')
      .set('User-Agent', agent)
      .send({ user: 'mary', password: 'a long one' });
    return headers['set-cookie']![0]!.split(';')[0]!;
  };
  const cookies = [await signIn('Firefox'), await signIn('Chrome'), await signIn('Safari')] as const;
  const seen = async () =>
    Promise.all(cookies.map(async cookie => (await ask.get('/api/v1/tasks').set('Cookie', cookie)).status));
  const listed = async () => (await ask.get('/api/v1/sessions').set('Cookie', cookies[0])).body.items;

  const [safari, chrome, firefox] = await listed();
  assert.deepEqual([safari.agent, chrome.agent, firefox.agent], ['Safari', 'Chrome', 'Firefox']);
  assert.deepEqual([safari.current, chrome.current, firefox.current], [false, false, true]);
  assert.equal((await ben.get('/users/mary/sessions')).status, 403);
  assert.equal((await ben.delete('/users/mary/sessions')).status, 403);
  assert.equal((await ben.delete(`/sessions/${chrome.id}`)).status, 404);
  assert.deepEqual(await seen(), [200, 200, 200]);

  assert.equal((await mary.delete(`/sessions/${chrome.id}`)).status, 204);
  assert.deepEqual(await seen(), [200, 401, 200]);
  const own = { Cookie: cookies[0], 'Sec-Fetch-Site': 'same-origin' };
  assert.equal((await ask.delete('/api/v1/sessions').set(own)).status, 204);
  assert.deepEqual(await seen(), [200, 401, 401]);
  assert.equal((await root.get('/users/mary/sessions')).body.items.length, 1);
  assert.equal((await root.delete('/users/mary/sessions')).status, 204);
  assert.deepEqual(await seen(), [401, 401, 401]);
  assert.equal((await ben.get('/sessions')).body.items.length, 1);

  const actions = (await root.get('/audit')).body.items.map(
    ({ action, by, subject }: Record<string, string>) => `${by}: ${action} of ${subject}`,
  );
  assert.deepEqual(actions.slice(0, 3), [
    'root: sessions ended of mary',
    'mary: other sessions ended of mary',
    'mary: session ended of mary',
  ]);
});

test('a session that nobody uses any more is listed no more', async t => {
  const clock = createClock();
  const { person, server } = await startApi(t, { clock });
  const mary = await person({ id: 'mary' });
  await server.services.identity.sessions.open('mary');
  assert.equal((await mary.get('/sessions')).body.items.length, 1);

  clock.advance('PT8H');

  assert.deepEqual((await mary.get('/sessions')).body.items, []);
});

test('the last administrator stays', async t => {
  const { root, person } = await setUp(t);
  const refused = [
    await root.delete('/users/root'),
    await root.patch('/users/root', { disabled: true }),
    await root.patch('/users/root', { administrator: false }),
  ];
  assert.deepEqual(
    refused.map(answer => [answer.status, answer.body.code]),
    refused.map(() => [409, 'last-administrator']),
  );

  await person({ id: 'second', administrator: true });
  assert.equal((await root.delete('/users/root')).status, 204);
});

test('who may change users makes no administrators, touches none, and gives no rights', async t => {
  const { root, person, server } = await setUp(t);
  const { authorizations } = server.services.identity;
  await root.post('/groups', { id: 'operators', name: 'Operators', rights: ['operate'] });
  const helper = await person({ id: 'helper' });
  const allow = (resource: string, ...permissions: string[]) =>
    authorizations.create({ type: 'grant', user: 'helper', resource, resourceId: '*', permissions });
  await allow('user', 'CREATE', 'UPDATE', 'DELETE');
  await allow('group', 'CREATE', 'UPDATE');

  const attempts = [
    await helper.post('/users', { id: 'x', name: 'X', administrator: true }),
    await helper.patch('/users/helper', { administrator: true }),
    await helper.patch('/users/helper', { groups: ['operators'] }),
    await helper.put('/groups/operators/members/helper'),
    await helper.put('/users/root/password', { password: 'mine is this now' }),
    await helper.post('/users/root/invitation'),
    await helper.patch('/users/root', { name: 'Nobody' }),
    await helper.delete('/users/root'),
    await helper.post('/groups', { id: 'y', name: 'Y', rights: ['deploy'] }),
    await helper.patch('/groups/operators', { rights: ['deploy'] }),
    await helper.post('/authorizations', { type: 'global', resource: 'task', permissions: ['ALL'] }),
    await helper.post('/tenants', { id: 'acme', name: 'Acme' }),
    await helper.get('/audit'),
  ];

  assert.deepEqual(
    attempts.map(answer => answer.status),
    attempts.map(() => 403),
  );
  assert.equal((await helper.post('/users', { id: 'new', name: 'New' })).status, 201);
  assert.equal((await helper.patch('/users/new', { name: 'Newer' })).body.name, 'Newer');
});

test('whoever names a group or tenant that is not there is told which', async t => {
  const { root } = await setUp(t);
  const clerk = { name: 'Clerk', groups: ['nobodies'] };

  const answers = [
    await root.post('/users', { ...clerk, id: 'clerk' }),
    await root.post('/users', { name: 'Clerk', id: 'clerk', tenants: ['nobodies'] }),
    await root.patch('/users/root', { groups: ['nobodies'] }),
    await root.post('/groups', { id: 'clerks', name: 'Clerks', tenants: ['nobodies'] }),
  ];

  for (const { status, body } of answers) {
    assert.equal(status, 400);
    assert.match(body.detail, /^body\.(groups|tenants): (group|tenant) "nobodies" does not exist$/);
  }
  assert.equal((await root.get('/users/clerk')).status, 404);
});

test('a group that goes takes its memberships and authorizations along', async t => {
  const { root, person } = await setUp(t);
  await root.post('/groups', { id: 'clerks', name: 'Clerks' });
  await person({ id: 'carl', groups: ['clerks'] });
  await root.post('/authorizations', { type: 'grant', group: 'clerks', resource: 'task', permissions: ['READ'] });

  assert.equal((await root.delete('/groups/clerks')).status, 204);

  assert.deepEqual((await root.get('/users/carl')).body.groups, []);
  assert.equal((await root.get('/authorizations')).body.total, 0);
  assert.equal((await root.get('/groups/clerks')).status, 404);
});

/** Scope → what a token of an administrator may, what it may not. */
const uses: [scope: string, may: [string, string][], mayNot: [string, string][]][] = [
  [
    'read',
    [
      ['get', '/tasks'],
      ['get', '/instances'],
    ],
    [
      ['post', '/instances'],
      ['post', '/tokens'],
    ],
  ],
  [
    'tasks',
    [['get', '/tasks']],
    [
      ['get', '/instances'],
      ['get', '/users'],
      ['post', '/deployments'],
    ],
  ],
  [
    'start',
    [
      ['get', '/definitions'],
      ['get', '/definitions/x/form'],
      ['post', '/instances'],
    ],
    [
      ['get', '/instances'],
      ['get', '/instances/x'],
      ['get', '/tasks'],
      ['post', '/definitions/x/suspend'],
      ['delete', '/definitions/x'],
      ['patch', '/definitions/x'],
    ],
  ],
  [
    'work',
    [
      ['post', '/jobs/fetch'],
      ['post', '/messages'],
    ],
    [
      ['get', '/tasks'],
      ['post', '/instances'],
    ],
  ],
  [
    'deploy',
    [['get', '/deployments']],
    [
      ['get', '/instances'],
      ['post', '/instances'],
    ],
  ],
  [
    'operate',
    [
      ['get', '/instances'],
      ['get', '/incidents'],
      ['get', '/jobs'],
      ['post', '/jobs/x/retry'],
    ],
    [
      ['post', '/deployments'],
      ['get', '/users'],
      ['post', '/jobs/fetch'],
      ['post', '/jobs/FETCH'],
      ['post', '/jobs/x/complete'],
    ],
  ],
  [
    'administer',
    [
      ['get', '/users'],
      ['get', '/audit'],
      ['post', '/webhooks'],
    ],
    [
      ['get', '/tasks'],
      ['post', '/tokens'],
      ['get', '/tokens'],
      ['post', '/users/root/tokens'],
      ['post', '/users/root/TOKENS'],
    ],
  ],
];

test('a token with scopes is for these, whatever its owner may', async t => {
  const { root, ask } = await setUp(t);
  for (const [scope, may, mayNot] of uses) {
    const { body } = await root.post('/tokens', { name: scope, scopes: [scope] });
    const status = async ([method, path]: [string, string]) => {
      const request = ask[method as 'get'](`/api/v1${path}`).auth(body.token, { type: 'bearer' });
      return (await request.send(method === 'get' ? undefined : {})).status;
    };
    for (const use of may) assert.notEqual(await status(use), 403, `${scope} ${use}`);
    for (const use of mayNot) assert.equal(await status(use), 403, `${scope} ${use}`);
    const rest = await ask.post('/engine-rest/user/create').auth(body.token, { type: 'bearer' }).send({});
    assert.equal(rest.status === 403, scope !== 'administer', `${scope} in the other API`);
  }
});

test('nothing else in an address than the path that is routed decides whether a token may', async t => {
  const { root, server } = await setUp(t);
  const listening = server.app.listen(0);
  t.after(() => listening.close());
  const { port } = listening.address() as AddressInfo;
  const asked: [scope: string, method: string, path: string][] = [
    ['start', 'PUT', '/engine-rest/process-definition/x/suspended#/start'],
    ['operate', 'POST', '/api/v1/jobs/x\\complete#/run'],
    ['administer', 'POST', '/api/v1/users\\root\\tokens#'],
  ];

  for (const [scope, method, path] of asked) {
    const { body } = await root.post('/tokens', { name: scope, scopes: [scope] });
    const authorization = `Bearer ${body.token}`;
    const sent = request({ port, method, path, headers: { authorization, 'content-type': 'application/json' } });
    const [answer] = (await once(sent.end('{}'), 'response')) as [IncomingMessage];
    answer.resume();
    assert.equal(answer.statusCode, 403, `${scope}: ${method} ${path}`);
  }
});

test('a token that is out of its scopes hears which token may', async t => {
  const { root, ask } = await setUp(t);
  const { body } = await root.post('/tokens', { name: 'tasks', scopes: ['tasks'] });
  const refusal = async (path: string) =>
    (await ask.post(path).auth(body.token, { type: 'bearer' }).send({})).body.detail;

  const only = 'this token is for tasks only; POST';
  assert.equal(await refusal('/api/v1/jobs/fetch'), `${only} /api/v1/jobs/fetch needs one with the scope work`);
  const tokens = await refusal('/api/v1/tokens');
  assert.equal(tokens, `${only} /api/v1/tokens is in no scope: only a token without scopes may`);
});

test('what an administrator had made for a user ends when somebody signs in as that user', async t => {
  const { root, ask } = await setUp(t);
  await root.post('/users', { id: 'mary', name: 'Mary Major' });
  const { token } = (await root.post('/users/mary/tokens', { name: 'early' })).body;
  const { link } = (await root.post('/users/mary/invitation')).body;
  const use = async () => (await ask.get('/api/v1/tokens').auth(token, { type: 'bearer' })).status;
  assert.equal(await use(), 200);

  await ask
    .post('/api/v1/session/invitation')
    .set('Sec-Fetch-Site', 'same-origin')
    .send({ token: new URL(link).searchParams.get('invitation'), password: 'a long one' });

  assert.equal(await use(), 401);
});

test('an administrator makes a token for a program that signs in nowhere, sees the tokens of all, and makes them void', async t => {
  const { root, ask, person, server } = await setUp(t);
  const ben = await person({ id: 'ben' });
  await root.post('/users', { id: 'billing', name: 'The billing program' });
  const use = async (token: string) => (await ask.get('/api/v1/session').auth(token, { type: 'bearer' })).body.user?.id;

  const { status, body } = await root.post('/users/billing/tokens', { name: 'nightly', scopes: ['read'] });
  const { items } = (await root.get('/users/billing/tokens')).body;

  assert.equal(status, 201);
  assert.equal(await use(body.token), 'billing');
  assert.deepEqual([items.length, items[0].name, items[0].scopes], [1, 'nightly', ['read']]);
  assert.equal(JSON.stringify(items).includes(body.token), false);
  for (const refused of [
    await ben.get('/users/billing/tokens'),
    await ben.post('/users/billing/tokens', { name: 'mine' }),
    await ben.delete(`/users/billing/tokens/${body.id}`),
  ])
    assert.equal(refused.status, 403);
  assert.equal((await root.post('/users/nobody/tokens', { name: 'x' })).status, 404);
  await person({ id: 'mary', password: 'a long one' });
  await server.services.identity.people.createUser({ id: 'otto', name: 'Otto', subject: 'https://login.example 7' });
  for (const user of ['mary', 'otto']) {
    const acting = await root.post(`/users/${user}/tokens`, { name: 'in the name of another' });
    assert.deepEqual([acting.status, acting.body.code], [409, 'signs-in']);
    assert.match(acting.body.detail, new RegExp(`user "${user}" signs in, and makes his tokens himself`));
  }
  assert.equal((await root.delete(`/users/ben/tokens/${body.id}`)).status, 404);

  assert.equal((await root.delete(`/users/billing/tokens/${body.id}`)).status, 204);
  assert.equal(await use(body.token), undefined);
  const told = (await root.get('/audit')).body.items.map(
    ({ by, action, before, after }: Record<string, Record<string, string>>) => [by, action, (after ?? before)!.user],
  );
  assert.deepEqual(told.slice(0, 2), [
    ['root', 'token deleted', 'billing'],
    ['root', 'token created', 'billing'],
  ]);
});

test('a token ends at its time', async t => {
  let now = Date.parse('2026-03-01T12:00:00Z');
  const { person, ask } = await startApi(t, { clock: () => now });
  const anna = await person({ id: 'anna' });
  const { body } = await anna.post('/tokens', { name: 'short', expiresAt: '2026-03-01T13:00:00Z' });
  const use = async () => (await ask.get('/api/v1/tasks').auth(body.token, { type: 'bearer' })).status;

  assert.equal(await use(), 200);
  now += 3_600_000;
  assert.equal(await use(), 401);
  const late = await anna.post('/tokens', { name: 'late', expiresAt: '2026-03-01T13:00:00Z' });
  assert.equal(late.status, 400);
  assert.match(late.body.detail, /^body\.expiresAt: is over already/);
});

test('memberships that end or begin at the same moment do so each, none for another', async t => {
  const { root, server } = await setUp(t);
  const { people, tenants } = server.services.identity;
  const ids = [...'abcdefgh'];
  for (const id of ids) {
    await people.createGroup({ id, name: id });
    await tenants.create({ id, name: id });
  }
  await people.createUser({ id: 'mary', name: 'Mary', groups: ids, tenants: ids });
  const [leaving, staying] = [ids.slice(0, 6), ids.slice(6)];
  const done = async (answers: Promise<{ status: number }>[]) => [
    ...new Set((await Promise.all(answers)).map(({ status }) => status)),
  ];

  assert.deepEqual(
    await done([
      ...leaving.slice(2).map(id => root.delete(`/groups/${id}/members/mary`)),
      ...leaving.slice(2).map(id => root.delete(`/tenants/${id}/users/mary`)),
      ...leaving.slice(0, 2).map(id => root.delete(`/groups/${id}`)),
      ...leaving.slice(0, 2).map(id => root.delete(`/tenants/${id}`)),
    ]),
    [204],
  );
  const left = await people.user('mary');
  assert.deepEqual([left?.groups, left?.tenants], [staying, staying]);

  const coming = leaving.slice(2);
  assert.deepEqual(await done(coming.map(id => root.put(`/groups/${id}/members/mary`))), [204]);
  assert.deepEqual((await people.user('mary'))?.groups.toSorted(), [...coming, ...staying]);
});

test('who enters a group or tenant while it is removed is in none that is not there', async t => {
  const { server } = await setUp(t);
  const { people, tenants } = server.services.identity;
  await people.createUser({ id: 'mary', name: 'Mary' });

  for (let round = 0; round < 10; round++) {
    await people.createGroup({ id: 'clerks', name: 'Clerks' });
    await tenants.create({ id: 'alpha', name: 'Alpha' });
    await Promise.allSettled([
      people.setMember('clerks', 'mary', true),
      tenants.setMember('alpha', 'users', 'mary', true),
      people.removeGroup('clerks'),
      tenants.remove('alpha'),
    ]);
    const mary = await people.user('mary');
    assert.deepEqual([mary?.groups, mary?.tenants], [[], undefined]);
  }
});
