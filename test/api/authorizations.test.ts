/** Authorizations as in Camunda 7: what they grant and revoke is part of every query and every change. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Reader, Rule } from '../../engine/contract.js';
import { matches } from '../../engine/store/queries.js';
import { every, inOrder, may, permitted } from '../../tasklist/permissions.js';
import { on, xml } from '../diagram.js';
import { startApi } from './harness.js';

const reader = (...rules: Rule[]): Reader => ({
  person: 'anna',
  tenants: [''],
  groups: [],
  administrator: false,
  rules: new Map([['processDefinition', inOrder(rules)]]),
});

const rule = (of: Rule['of'], grants: boolean, id: string): Rule => ({ of, grants, id, permissions: ['READ'] });

/** Rules → whether the process "order" may be read, whether another one may. */
const decisions: [name: string, rules: Rule[], order: boolean, other: boolean][] = [
  ['nothing is said', [], false, false],
  ['everybody is granted all', [rule('everybody', true, every)], true, true],
  [
    'a group is revoked what everybody has',
    [rule('everybody', true, every), rule('group', false, every)],
    false,
    false,
  ],
  ['a user is granted what the group is revoked', [rule('group', false, every), rule('user', true, every)], true, true],
  ['of two groups the revoke wins', [rule('group', true, every), rule('group', false, every)], false, false],
  ['one process is revoked', [rule('user', true, every), rule('everybody', false, 'order')], false, true],
  ['one process is granted', [rule('user', false, every), rule('group', true, 'order')], true, false],
];

for (const [name, rules, order, other] of decisions)
  test(`where ${name}, the question and the query give the same answer`, () => {
    const asker = reader(...rules);
    const query = permitted(asker, 'processDefinition', 'READ', 'key');

    for (const [key, expected] of [
      ['order', order],
      ['other', other],
    ] as const) {
      assert.equal(may(asker, 'processDefinition', 'READ', key), expected, key);
      assert.equal(matches(query, { key }), expected, key);
    }
  });

async function setUp(t: TestContext) {
  const api = await startApi(t);
  await api.deploy('models/w3-approval.bpmn', 'models/w8-external.bpmn');
  const { authorizations, people } = api.server.services.identity;
  const allow = (who: object, resource: string, resourceId: string, ...permissions: string[]) =>
    authorizations.create({ type: 'grant', ...who, resource, resourceId, permissions });
  return { ...api, authorizations, people, allow, anna: await api.person({ id: 'anna' }) };
}

const startedBy = async (asker: { post(path: string, body: object): Promise<{ body: { id: string } }> }, key: string) =>
  (await asker.post('/instances', { key })).body.id;

test('who is granted the instances of one process sees those, and no others', async t => {
  const { person, allow, anna } = await setUp(t);
  const [approval, external] = [await startedBy(anna, 'w3_approval'), await startedBy(anna, 'w8_external')];
  const bert = await person({ id: 'bert' });
  assert.deepEqual((await bert.get('/instances')).body.items, []);

  await allow({ user: 'bert' }, 'processDefinition', 'w3_approval', 'READ_INSTANCE');

  const seen = (await bert.get('/instances')).body.items.map((item: { id: string }) => item.id);
  assert.deepEqual(seen, [approval]);
  assert.equal((await bert.get(`/instances/${external}`)).status, 404);
  assert.equal((await bert.delete(`/instances/${approval}`)).status, 403);
});

test('a revoke takes effect with the next request', async t => {
  const { person, allow, authorizations, anna } = await setUp(t);
  const bert = await person({ id: 'bert', groups: ['readers'] });
  const instance = await startedBy(anna, 'w3_approval');
  await allow({ user: 'bert' }, 'processInstance', instance, 'READ', 'DELETE');
  assert.equal((await bert.get(`/instances/${instance}`)).status, 200);

  await authorizations.create({
    type: 'revoke',
    user: 'bert',
    resource: 'processInstance',
    resourceId: instance,
    permissions: ['READ'],
  });

  assert.equal((await bert.get(`/instances/${instance}`)).status, 404);
});

test('a granted group may look at tasks and complete them', async t => {
  const { person, people, allow, anna } = await setUp(t);
  await people.createGroup({ id: 'helpers', name: 'Helpers' });
  const bert = await person({ id: 'bert', groups: ['helpers'] });
  await startedBy(anna, 'w3_approval');
  assert.equal((await bert.get('/tasks')).body.total, 0);

  await allow({ group: 'helpers' }, 'processDefinition', 'w3_approval', 'READ_TASK');
  const [task] = (await bert.get('/tasks')).body.items;
  assert.equal((await bert.post(`/tasks/${task.id}/complete`, { variables: {} })).status, 403);
  await allow({ group: 'helpers' }, 'processDefinition', 'w3_approval', 'TASK_WORK');

  assert.notEqual((await bert.post(`/tasks/${task.id}/complete`, { variables: {} })).status, 403);
});

test('everybody may start processes until a global authorization says otherwise', async t => {
  const { authorizations, anna, allow } = await setUp(t);
  assert.equal((await anna.post('/instances', { key: 'w3_approval' })).status, 201);

  await authorizations.create({
    type: 'global',
    resource: 'processDefinition',
    resourceId: '*',
    permissions: ['READ'],
  });
  const refused = await anna.post('/instances', { key: 'w3_approval' });
  assert.equal(refused.status, 403);
  assert.equal(refused.body.detail, 'this needs the permission CREATE_INSTANCE on ProcessDefinition "w3_approval"');
  assert.deepEqual(refused.body.missingAuthorizations, [
    { permissionName: 'CREATE_INSTANCE', resourceName: 'ProcessDefinition', resourceId: 'w3_approval' },
  ]);
  assert.equal((await anna.get('/definitions')).body.items.length, 2);
  await allow({ user: 'anna' }, 'processDefinition', 'w3_approval', 'CREATE_INSTANCE');

  assert.equal((await anna.post('/instances', { key: 'w3_approval' })).status, 201);
  assert.equal((await anna.post('/instances', { key: 'w8_external' })).status, 403);
});

test('an authorization whose parts do not fit is refused by name', async t => {
  const { authorizations } = await setUp(t);
  const create = (parts: object) =>
    authorizations.create({ type: 'grant', user: 'x', resource: 'task', resourceId: '*', permissions: [], ...parts });

  await assert.rejects(create({ resource: 'teapot' }), /body.resource: is no resource; there are application, user/);
  await assert.rejects(
    create({ permissions: ['BREW'] }),
    /body.permissions: "BREW" is no permission on task; there are ALL, NONE, READ, UPDATE/,
  );
  await assert.rejects(create({ user: undefined }), /either a user or a group/);
  await assert.rejects(create({ group: 'y' }), /either a user or a group/);
  await assert.rejects(create({ type: 'global' }), /for everybody/);
});

test('a worker is granted the jobs of one process, and gets no others', async t => {
  const { person, allow, anna } = await setUp(t);
  const bert = await person({ id: 'bert' });
  const fetch = { worker: 'w', topics: [{ topic: 'work', lock: 10_000 }], max: 10 };
  await startedBy(anna, 'w8_external');
  assert.equal((await bert.post('/jobs/fetch', fetch)).status, 403);

  await allow({ user: 'bert' }, 'processDefinition', 'w3_approval', 'WORK');
  assert.deepEqual((await bert.post('/jobs/fetch', fetch)).body.items, []);
  await allow({ user: 'bert' }, 'processDefinition', 'w8_external', 'WORK');
  const [job] = (await bert.post('/jobs/fetch', fetch)).body.items;

  assert.equal((await bert.get(`/instances/${job.instance}`)).status, 404);
  assert.equal((await bert.get('/jobs')).status, 403);
  assert.equal((await bert.post(`/jobs/${job.id}/complete`, { worker: 'w' })).status, 204);
});

test('who may read and repair one process needs no right for all of them', async t => {
  const { person, allow, anna } = await setUp(t);
  const instance = await startedBy(anna, 'w8_external');
  const bert = await person({ id: 'bert' });
  await allow({ user: 'bert' }, 'processDefinition', 'w3_approval', 'READ_INSTANCE');
  assert.deepEqual((await bert.get('/jobs')).body.items, []);

  await allow({ user: 'bert' }, 'processDefinition', 'w8_external', 'READ_INSTANCE');
  const [job] = (await bert.get('/jobs')).body.items;
  assert.equal(job.instance, instance);
  assert.equal((await bert.post(`/jobs/${job.id}/retry`)).status, 403);
  await allow({ user: 'bert' }, 'processDefinition', 'w8_external', 'RETRY_JOB');
  assert.equal((await bert.post(`/jobs/${job.id}/retry`)).status, 204);
  assert.equal((await bert.get('/incidents')).status, 200);
  assert.equal((await bert.post('/deployments', { files: [{ name: 'x', text: 'y' }] })).status, 403);
});

const listening = xml(
  'listening',
  `<startEvent id="start"/><intermediateCatchEvent id="hear">${on.message('paid')}</intermediateCatchEvent>
   <intermediateCatchEvent id="ring">${on.signal()}</intermediateCatchEvent><endEvent id="end"/>`,
  ['start -> hear -> ring -> end'],
  '<message id="paid" name="paid"/><signal id="alarm" name="alarm"/>',
);

const beginning = (starters: string) =>
  xml(
    'beginning',
    `<startEvent id="start">${on.message('begin')}</startEvent><userTask id="Work"/>`,
    ['start -> Work'],
    '<message id="begin" name="begin"/>',
  ).replace('<process ', `<process ${starters} `);

test('a message or signal is told by who has a permission on each process that listens', async t => {
  const { person, server, allow, anna } = await setUp(t);
  const { engine } = server.services;
  await engine.deploy({ files: [{ name: 'listening.bpmn', bytes: Buffer.from(listening) }] });
  await startedBy(anna, 'listening');
  const [bert, carl] = [await person({ id: 'bert' }), await person({ id: 'carl' })];
  await allow({ user: 'bert' }, 'processDefinition', 'listening', 'WORK');
  const [message, signal] = [{ name: 'paid' }, { name: 'alarm' }];

  const refused = await carl.post('/messages', message);
  const told = await bert.post('/messages', message);
  const silent = await carl.post('/signals', signal);
  const other = listening.replaceAll('"listening"', '"other"');
  await engine.deploy({ files: [{ name: 'other.bpmn', bytes: Buffer.from(other) }] });
  const instance = await startedBy(anna, 'other');
  const notAll = await bert.post('/messages', message);
  await allow({ user: 'bert' }, 'processInstance', instance, 'UPDATE');
  const both = await bert.post('/messages', message);
  const heard = await bert.post('/signals', signal);

  assert.deepEqual([refused.status, refused.body.code], [403, 'forbidden']);
  assert.match(refused.body.detail, /WORK on process "listening"/);
  assert.deepEqual([told.status, told.body.result], [200, 'delivered']);
  assert.deepEqual([silent.status, notAll.status], [403, 403]);
  assert.deepEqual([both.status, both.body.instance], [200, instance]);
  assert.deepEqual(heard.body.instances.length, 2);
  for (const [method, path] of [
    ['post', '/messages'],
    ['get', '/messages'],
  ] as const)
    assert.equal((await bert[method](path, { ...message, timeToLive: 1000 })).status, 403, `${method} kept messages`);
});

test('a message starts a process for who may start it, and for who works for it', async t => {
  const { person, server, allow, anna } = await setUp(t);
  const deploy = (starters: string) =>
    server.services.engine.deploy({ files: [{ name: 'beginning.bpmn', bytes: Buffer.from(beginning(starters)) }] });
  const begin = async (asker: typeof anna) => (await asker.post('/messages', { name: 'begin' })).status;
  const bert = await person({ id: 'bert' });

  await deploy('');
  const everybody = await begin(bert);
  await deploy('camunda:candidateStarterUsers="anna"');
  const named = [await begin(anna), await begin(bert)];
  await allow({ user: 'bert' }, 'processDefinition', 'beginning', 'WORK');

  assert.deepEqual([everybody, ...named, await begin(bert)], [200, 200, 403, 200]);
});
