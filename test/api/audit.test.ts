/** The audit: who changed what, before and after; and a chain that shows when somebody tampered with it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import express from 'express';
import supertest from 'supertest';
import { apiRoutes } from '../../api/app.js';
import { type AuditEntry, createAudit } from '../../api/audit.js';
import { restId } from '../../api/engine-rest/ids.js';
import { restOperations } from '../../api/engine-rest/index.js';
import { mount } from '../../api/mount.js';
import { Problem } from '../../api/problems.js';
import { route } from '../../api/route.js';
import type { Document, Store } from '../../engine/store/port.js';
import { environmentOf, storeOf } from '../databases.js';
import { until } from '../until.js';
import { createClock } from '../virtual.js';
import { fixture, startApi } from './harness.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const cli = fileURLToPath(new URL('../../api/cli.js', import.meta.url));

test('a change is written down with who, on whose behalf, before and after, and without secrets', async t => {
  const { person, ask } = await startApi(t);
  const root = await person({ id: 'root', administrator: true, password: 'a long password' });
  await root.post('/users', { id: 'mary', name: 'Mary', password: 'the secret of mary' });
  await root.patch('/users/mary', { name: 'Mary Major' });
  await root.put('/users/mary/password', { password: 'another secret' });
  await ask.get('/api/v1/tasks').auth('mary', 'a wrong guess');

  const { body, text } = await root.get('/audit');
  const [failed, password, changed, created] = body.items;

  assert.deepEqual([failed.action, failed.subject, failed.by], ['sign-in failed', 'mary', undefined]);
  assert.deepEqual([password.action, password.subject], ['password set', 'mary']);
  assert.deepEqual([changed.by, changed.token, changed.subject], ['root', 'test', 'mary']);
  assert.deepEqual([changed.before.name, changed.after.name], ['Mary', 'Mary Major']);
  assert.equal(created.after.name, 'Mary');
  assert.doesNotMatch(text, /secret|wrong guess|scrypt/);
});

test('changes over the Camunda 7 API are written down in the same way', async t => {
  const { person, ask } = await startApi(t);
  const root = await person({ id: 'root', administrator: true, password: 'a long password' });
  const send = async (method: 'post' | 'put' | 'delete', path: string, body: object = {}) => {
    const { status } = await ask[method](`/engine-rest${path}`).auth('root', 'a long password').send(body);
    assert.equal(status, 204, `${method} ${path}`);
  };
  await send('post', '/user/create', {
    profile: { id: 'mary', lastName: 'Major' },
    credentials: { password: 'the secret of mary' },
  });
  await send('put', '/user/mary/profile', { id: 'mary', firstName: 'Mary', lastName: 'Minor' });
  await send('post', '/group/create', { id: 'clerks', name: 'Clerks' });
  await send('put', '/group/clerks/members/mary');
  await send('delete', '/group/clerks');

  const { body, text } = await root.get('/audit');
  const [removed, joined, , changed, created] = body.items;

  assert.equal(created.after.name, 'Major');
  assert.deepEqual([changed.before.name, changed.after.name], ['Major', 'Mary Minor']);
  assert.deepEqual([joined.before.groups, joined.after.groups], [[], ['clerks']]);
  assert.deepEqual([removed.before.name, removed.after], ['Clerks', undefined]);
  assert.doesNotMatch(text, /secret|scrypt/);
});

test('what is made or changed without an id in the path is named all the same, over both APIs', async t => {
  const { person, ask, deploy } = await startApi(t);
  const root = await person({ id: 'root', administrator: true, password: 'a long password' });
  const rest = (method: 'post' | 'put', path: string, body: object) =>
    ask[method](`/engine-rest${path}`).auth('root', 'a long password').send(body);
  const [definition] = await deploy('web/claim.bpmn');
  const { id, key } = definition!;
  const input = { name: 'Billing', url: 'https://example.org/hook', events: ['instance.ended'] };

  const hook = (await root.post('/webhooks', input)).body.id;
  await root.put(`/webhooks/${hook}`, { ...input, name: 'Invoices' });
  await root.delete(`/webhooks/${hook}`);
  const file = { name: 'claim.bpmn', text: fixture('web/claim.bpmn') };
  const deployment = (await root.post('/deployments', { name: 'Claims', files: [file] })).body.id;
  const grant = { type: 1, permissions: ['READ'], userId: 'mary', resourceType: 6, resourceId: '*' };
  const authorization = (await rest('post', '/authorization/create', grant)).body.id;
  await rest('post', '/user/create', { profile: { id: 'mary' }, credentials: { password: 'the secret of mary' } });
  await rest('put', '/process-definition/suspended', { processDefinitionKey: key, suspended: true });
  await rest('put', '/process-definition/suspended', { processDefinitionKey: key, suspended: false });
  const form = ask.post('/engine-rest/deployment/create').auth('root', 'a long password');
  const deployedThere = await form.field('deployment-name', 'There').attach('file', Buffer.from(file.text), file.name);

  const { body, text } = await root.get('/audit');
  const [there, activated, suspended, user, granted, deployed, removed, changed, created] = body.items;
  assert.deepEqual([created.subject, created.after.name], [hook, 'Billing']);
  assert.deepEqual([changed.before.name, changed.after.name], ['Billing', 'Invoices']);
  assert.deepEqual([removed.subject, removed.before.url], [hook, input.url]);
  assert.deepEqual([deployed.subject, deployed.after.name, deployed.after.files], [deployment, 'Claims', [file.name]]);
  assert.deepEqual([granted.subject, granted.after.user], [authorization, 'mary']);
  assert.deepEqual([user.subject, user.after.id], ['mary', 'mary']);
  assert.ok(suspended.subject.split(', ').includes(id));
  assert.deepEqual([suspended.before.state[id], suspended.after.state[id]], ['active', 'suspended']);
  assert.deepEqual([activated.before.state[id], activated.after.state[id]], ['suspended', 'active']);
  assert.deepEqual([there.subject, there.after.name], [deployedThere.body.id, 'There']);
  assert.doesNotMatch(text, /whsec_|the secret/);
});

test('memberships are told before and after', async t => {
  const { person } = await startApi(t);
  const root = await person({ id: 'root', administrator: true });
  await root.post('/groups', { id: 'clerks', name: 'Clerks' });
  await root.post('/tenants', { id: 'acme', name: 'Acme' });
  await person({ id: 'mary' });
  const last = async () => (await root.get('/audit?limit=1')).body.items[0];

  await root.put('/groups/clerks/members/mary');
  const joined = await last();
  await root.put('/tenants/acme/users/mary');
  const entered = await last();
  await root.delete('/tenants/acme/users/mary');
  const left = await last();

  assert.deepEqual(
    [joined.subject, joined.before, joined.after],
    ['clerks/mary', { groups: [] }, { groups: ['clerks'] }],
  );
  assert.deepEqual([entered.before, entered.after], [{ tenants: [] }, { tenants: ['acme'] }]);
  assert.deepEqual([left.before, left.after], [{ tenants: ['acme'] }, { tenants: [] }]);
});

test('the audit is searched by who, what, of what, and when', async t => {
  const clock = createClock();
  const { person } = await startApi(t, { clock });
  const root = await person({ id: 'root', administrator: true });
  await root.post('/groups', { id: 'clerks', name: 'Clerks' });
  clock.advance('PT1H');
  const middle = new Date(clock()).toISOString();
  await root.post('/groups', { id: 'chiefs', name: 'Chiefs' });
  await root.delete('/groups/clerks');
  const found = async (query: string) =>
    (await root.get(`/audit?${query}`)).body.items.map(
      ({ action, subject }: Record<string, string>) => `${action} ${subject}`,
    );

  assert.deepEqual(await found('action=group created'), ['group created chiefs', 'group created clerks']);
  assert.deepEqual(await found('subject=clerks'), ['group removed clerks', 'group created clerks']);
  assert.deepEqual(await found(`until=${middle}`), ['group created clerks']);
  assert.deepEqual(await found(`since=${middle}&action=group created`), ['group created chiefs']);
  assert.deepEqual(await found('by=nobody'), []);
});

test('files that are only looked at are no change', async t => {
  const { person } = await startApi(t);
  const root = await person({ id: 'root', administrator: true });
  const files = [{ name: 'claim.bpmn', text: fixture('web/claim.bpmn') }];

  assert.equal((await root.post('/deployments?validateOnly=true', { files })).status, 200);

  assert.deepEqual((await root.get('/audit')).body.items, []);
});

test('who hangs up before it is done is written down with his address', async t => {
  const { server } = await startApi(t);
  const { audit, identity, settings, store } = server.services;
  const slow = route(
    { method: 'post', path: '/slow', tag: 'Test', summary: 'Slow', access: 'anyone', audit: 'done slowly' },
    ({ signal, request }) =>
      new Promise<void>(resolve => {
        signal().addEventListener('abort', () => resolve());
        request.socket.destroy();
      }),
  );
  const draining = new AbortController().signal;
  const app = express().use(mount([slow], { settings, identity, audit, store, draining, observe: () => undefined }));

  await assert.rejects(supertest(app).post('/slow'));
  await until('it is written down', async () => (await audit.count({})) === 1);

  const [entry] = await audit.find({});
  assert.match(entry!.address, /127\.0\.0\.1$|^::1$/);
});

test('what a process began and died over is written down later, once', async t => {
  const clock = createClock();
  const { server } = await startApi(t, { clock });
  const { audit } = server.services;
  const begun = { action: 'user removed', by: 'root', address: '10.0.0.1', subject: 'mary' };

  await audit.begin({ ...begun, before: { name: 'Mary', password: 'the secret hash' } });
  const end = await audit.begin({ action: 'user changed', by: 'root', address: '' });
  await end();
  assert.equal(await audit.recover(), 0, 'it may be under way');
  clock.advance('PT11M');

  assert.deepEqual([await audit.recover(), await audit.recover()], [1, 0]);
  const [entry, ...more] = await audit.find({});
  assert.deepEqual([entry!.action, entry!.by, entry!.subject, more], ['user removed', 'root', 'mary', []]);
  assert.deepEqual([entry!.before, entry!.after?.begunAt], [{ name: 'Mary' }, '2026-01-05T08:00:00.000Z']);
});

test('a change is known to have begun while it runs; one that is refused leaves nothing', async t => {
  const { person, server } = await startApi(t);
  const { audit, identity, settings, store } = server.services;
  await person({ id: 'root', administrator: true });
  const { token } = await identity.tokens.create({ user: 'root', name: 'program' });
  const begun = () => store.find<Document & { entry: AuditEntry }>('keys', { filter: { id: { $prefix: 'begun:' } } });
  const seen: AuditEntry[] = [];
  const change = (path: string, refused: boolean) =>
    route({ method: 'post', path, tag: 'Test', summary: path, audit: 'something changed' }, async () => {
      seen.push(...(await begun()).map(({ entry }) => entry));
      if (refused) throw new Problem(409, 'stale', 'no');
    });
  const draining = new AbortController().signal;
  const routes = [change('/done', false), change('/refused', true)];
  const app = express().use(mount(routes, { settings, identity, audit, store, draining, observe: () => undefined }));
  const post = async (path: string) => (await supertest(app).post(path).auth(token, { type: 'bearer' })).status;

  assert.deepEqual([await post('/done'), await post('/refused')], [204, 409]);

  assert.deepEqual(
    seen.map(({ action, by, token: name }) => [action, by, name]),
    Array(2).fill(['something changed', 'root', 'program']),
  );
  assert.deepEqual([await begun(), await audit.count({})], [[], 1]);
});

/** Changes that the audit does not tell, and what tells them. */
const toldElsewhere: Record<string, RegExp[]> = {
  'nothing: they only read': [
    /\/count$|^post \/filter\/\{id\}\/(list|singleResult)$|^post \/history\/[\w-]+$|^post \/identity\//,
    /^post \/(process-instance|task|execution|variable-instance|external-task|group|job|job-definition)$/,
    /^post \/(schema\/log|telemetry\/configuration)$|^delete \/metrics\/task-worker$/,
  ],
  'the history of an instance': [
    /^\w+ \/instances(\/\{id\}(\/(modify|suspend|activate|variables))?)?$|^post \/incidents\/\{id\}\/retry$/,
    /^post \/process-definition\/.*\/(start|submit-form)$|^post \/modification\/execute$/,
    /^\w+ \/process-instance\/(\{id\}(\/(suspended|modification))?|suspended)$|^\w+ \/execution\/\{id\}\//,
    /^\w+ \/(process-instance|task)\/\{id\}\/(variables|localVariables)\b/,
    /^delete \/incident\/\{id\}$/,
  ],
  'the history of the instances that it reaches': [/^post \/(messages?|signals?|condition)$/],
  'the trail of a task': [
    /^\w+ \/tasks\/(batch|\{id\}(\/(claim|unclaim|assign|delegate|resolve|complete))?)$/,
    /^\w+ \/task\/(create|\{id\}(\/(claim|unclaim|assignee|delegate|resolve|complete|submit-form))?)$/,
    /^post \/task\/\{id\}\/(bpmnError|bpmnEscalation|identity-links(\/delete)?)$/,
  ],
  'itself: it bears its author': [/\/tasks\/\{id\}\/(draft|comments)$|^post \/task\/\{id\}\/comment\/create$/],
  'the log of a job': [
    /^post \/jobs\/(fetch|\{id\}\/(complete|fail|error|extend|unlock))$/,
    /^post \/external-task\/(fetchAndLock|\{id\}\/(complete|failure|bpmnError|extendLock|lock))$/,
  ],
};

test('every route that changes something is in the audit, or told by another record', async t => {
  const { server } = await startApi(t);
  const unaudited = [...apiRoutes(server.services), ...restOperations(server.services)]
    .filter(({ method, audit }) => !['get', 'options'].includes(method) && audit === undefined)
    .map(({ method, path }) => `${method} ${path}`);
  const patterns = Object.values(toldElsewhere).flat();

  assert.deepEqual(
    unaudited.filter(route => !patterns.some(pattern => pattern.test(route))),
    [],
  );
  assert.deepEqual(
    patterns.filter(pattern => !unaudited.some(route => pattern.test(route))),
    [],
  );
});

test('whoever reads the audit in German finds a word for everything that is done', async t => {
  const { server } = await startApi(t);
  const words = readFileSync(join(root, 'api/web/admin/actions.ts'), 'utf8');
  const actions = [...apiRoutes(server.services), ...restOperations(server.services)].flatMap(
    ({ audit }) => audit ?? [],
  );

  assert.ok(actions.length > 60);
  assert.deepEqual(
    actions.filter(action => !new RegExp(`^  '?${action}'?: '`, 'm').test(words)),
    [],
  );
});

test('passwords, sessions, tokens and jobs are told before and after, over both APIs', async t => {
  const { person, ask, deploy, server } = await startApi(t);
  const root = await person({ id: 'root', administrator: true, password: 'a long password' });
  const rest = async (method: 'post' | 'put' | 'delete', path: string, body: object = {}) => {
    const { status, text } = await ask[method](`/engine-rest${path}`).auth('root', 'a long password').send(body);
    assert.ok(status < 300, `${method} ${path} ${status} ${text}`);
  };
  await deploy('models/w8-external.bpmn', 'models/w3-approval.bpmn');
  await root.post('/instances', { key: 'w8_external' });
  const [job] = (await root.get('/jobs')).body.items;
  await root.post('/users', { id: 'mary', name: 'Mary' });
  const last = async () => {
    const [{ action, subject, before, after }] = (await root.get('/audit?limit=1')).body.items;
    return { action, subject, before, after };
  };

  await root.put('/users/mary/password', { password: 'the secret of mary' });
  assert.deepEqual(await last(), {
    action: 'password set',
    subject: 'mary',
    before: { hasPassword: false, sessions: 0 },
    after: { hasPassword: true, sessions: 0 },
  });
  const { body: token } = await root.post('/tokens', { name: 'robot', scopes: ['tasks'] });
  assert.deepEqual((await last()).after, { user: 'root', name: 'robot', scopes: ['tasks'] });
  await root.delete(`/tokens/${token.id}`);
  assert.deepEqual(await last(), {
    action: 'token deleted',
    subject: token.id,
    before: { user: 'root', name: 'robot', scopes: ['tasks'] },
    after: undefined,
  });
  await root.patch(`/jobs/${job.id}`, { due: '2030-01-01T00:00:00Z' });
  const changed = await last();
  assert.deepEqual([changed.subject, changed.after.due], [job.id, '2030-01-01T00:00:00.000Z']);
  assert.equal(changed.before.due, job.due);
  await rest('put', `/external-task/${restId(job.id)}/retries`, { retries: 7 });
  const retried = await last();
  assert.deepEqual([retried.action, retried.before.retries, retried.after.retries], ['external task retried', 3, 7]);
  await rest('put', `/external-task/${restId(job.id)}/priority`, { priority: 50 });
  assert.deepEqual([(await last()).before.priority, (await last()).after.priority], [0, 50]);
  await rest('post', '/filter/create', { resourceType: 'Task', name: 'Mine' });
  const { subject: filter, after: created } = await last();
  assert.equal(created.name, 'Mine');
  await rest('put', `/filter/${filter}`, { resourceType: 'Task', name: 'Ours' });
  assert.deepEqual([(await last()).before.name, (await last()).after.name], ['Mine', 'Ours']);
  const [definition] = (await root.get('/definitions')).body.items;
  assert.equal((await root.delete(`/definitions/${definition.id}?cascade=true&dryRun=true`)).status, 200);
  assert.equal((await last()).subject, filter, 'a dry run is no change');
  await root.delete(`/definitions/${definition.id}?cascade=true`);
  assert.deepEqual([(await last()).action, (await last()).before.key], ['definition deleted', definition.key]);
  assert.doesNotMatch((await root.get('/audit')).text, /the secret|scrypt|weft_/);
  assert.equal((await server.services.audit.verify()).broken, undefined);
});

test('entries that many write at once make one chain', async t => {
  const { server } = await startApi(t);
  const { audit } = server.services;

  await Promise.all(Array.from({ length: 20 }, (_, n) => audit.append({ action: `change ${n}`, address: '' })));

  const { entries, broken } = await audit.verify();
  assert.deepEqual([entries, broken], [20, undefined]);
});

/** What somebody with access to the database does → what the check says. */
const tampering: [string, (store: Store) => Promise<unknown>, RegExp][] = [
  [
    'changes an entry',
    store => store.patch('audit', '000000000002', {}, { set: { by: 'somebody else' } }),
    /was changed/,
  ],
  ['takes an entry away', store => store.remove('audit', { number: 2 }, 1), /is missing/],
  ['takes the first one away', store => store.remove('audit', { number: 1 }, 1), /is missing/],
  [
    'takes the newest one away',
    store => store.remove('audit', { number: 3 }, 1),
    /is missing, and so is what followed/,
  ],
  ['takes all of them away', store => store.remove('audit', {}, 100), /is missing/],
  ['writes another chain', rewrite, /it is another one than was written/],
];

/** As long as the one that was there, and whole in itself. */
async function rewrite(store: Store): Promise<void> {
  const head = await store.get('meta', 'audit head');
  await store.remove('audit', {}, 100);
  const audit = createAudit({ store, clock: Date.now });
  for (const action of ['one', 'two', 'three']) await audit.append({ action, by: 'somebody else', address: '' });
  await store.put('meta', [head!]);
}

for (const [what, tamper, reason] of tampering)
  test(`the chain shows that somebody ${what}`, async t => {
    const { server } = await startApi(t);
    const { audit, store } = server.services;
    for (const action of ['one', 'two', 'three']) await audit.append({ action, by: 'root', address: '' });
    assert.equal((await audit.verify()).broken, undefined);

    await tamper(store);

    assert.match((await audit.verify()).broken?.reason ?? '', reason);
  });

test('weft audit verify says what the chain says; who noted a hash misses an end that was cut off with its trace', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-audit-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  /** Only one process has the data open at a time. */
  async function inStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
    const store = storeOf(folder);
    await store.open();
    return work(store).finally(() => store.close());
  }
  const verify = (...more: string[]) => {
    const environment = { ...process.env, ...environmentOf(folder) };
    const options = { env: environment, encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'audit', 'verify', ...more], options);
    return { status, said: stdout + stderr };
  };
  const { hash } = await inStore(async store => {
    const audit = createAudit({ store, clock: Date.now });
    for (const action of ['one', 'two']) await audit.append({ action, address: '' });
    return audit.verify();
  });

  assert.match(verify('--expect', hash).said, /the audit is whole: 2 entries/);
  await inStore(store => store.remove('audit', { number: 2 }, 1));
  assert.match(verify().said, /broken at entry 2: it is missing/);
  await inStore(store => store.remove('meta', { id: 'audit head' }, 1));
  assert.equal(verify().status, 0);
  const cut = verify('--expect', hash);
  assert.deepEqual([cut.status, /were cut off/.test(cut.said)], [1, true]);
  await inStore(store => store.patch('audit', '000000000001', {}, { set: { action: 'nothing' } }));
  assert.match(verify().said, /broken at entry 1/);
});
