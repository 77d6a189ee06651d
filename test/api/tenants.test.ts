/** Tenants cannot see each other: over every route of both APIs, somebody of one with every right finds nothing of the other. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { apiRoutes } from '../../api/app.js';
import { resources } from '../../api/auth/permissions.js';
import { restOperations } from '../../api/engine-rest/index.js';
import type { CollectionName, Document } from '../../engine/store/port.js';
import { on, xml } from '../diagram.js';
import { until } from '../until.js';
import { startApi } from './harness.js';

/** Everything of the other tenant has this in its name. */
const mark = 'bravo';

/** Its id has no mark: an answer that repeats it tells nothing. */
const other = 'beta';

const script = `throw new Error('${mark} failed')`;

const model = xml(
  `${mark}Process`,
  `<startEvent id="${mark}Start"/><parallelGateway id="${mark}Fork"/>
   <userTask id="${mark}Task" name="${mark} task" camunda:candidateGroups="${mark}-clerks"/>
   <serviceTask id="${mark}Work" camunda:type="external" camunda:topic="${mark}-topic"/>
   <scriptTask id="${mark}Script" scriptFormat="javascript"><script>${script}</script></scriptTask>
   <intermediateCatchEvent id="${mark}Timer">${on.timer('PT1H')}</intermediateCatchEvent>`,
  ['Task', 'Work', 'Script', 'Timer'].map(to => `${mark}Fork -> ${mark}${to}`).concat(`${mark}Start -> ${mark}Fork`),
);

async function setUp(t: TestContext) {
  const api = await startApi(t);
  const { engine, store, identity } = api.server.services;
  await identity.tenants.create({ id: 'alpha', name: 'Alpha' });
  await identity.tenants.create({ id: other, name: `Tenant ${mark}` });
  await identity.people.createGroup({ id: `${mark}-clerks`, name: `${mark} clerks`, tenants: [other] });
  await identity.people.createGroup({
    id: 'alpha-chiefs',
    name: 'Chiefs',
    rights: ['deploy', 'operate', 'work'],
    tenants: ['alpha'],
  });
  const theirs = await api.person({ id: `${mark}-ben`, name: `${mark} Ben`, groups: [`${mark}-clerks`] });
  const mine = await api.person({ id: 'anna', groups: ['alpha-chiefs'] });
  // Authorizations are of the whole house: who may read those reads names of every tenant.
  const everything = Object.keys(resources).filter(
    name => !['authorization', 'tenant', 'tenantMembership', 'system'].includes(name),
  );
  for (const resource of everything)
    await identity.authorizations.create({
      type: 'grant',
      group: 'alpha-chiefs',
      resource,
      resourceId: '*',
      permissions: ['ALL'],
    });

  const { definitions } = await engine.deploy({
    name: `${mark} deployment`,
    tenant: other,
    files: [{ name: `${mark}.bpmn`, bytes: Buffer.from(model) }],
  });
  await engine.start({
    definition: definitions[0]!.id,
    businessKey: `${mark} order`,
    variables: { [`${mark}Variable`]: `${mark} value` },
    by: `${mark}-ben`,
    onFailure: 'incident',
  });
  for (const [worker, tenants] of [
    [`${mark}-worker`, [other, '']],
    ['shared', ['', 'alpha', other]],
  ] as const)
    await engine.jobs.fetchAndLock({ worker, topics: [{ topic: `${mark}-idle`, lock: 1 }], tenants: [...tenants] });
  await until('they were seen', async () => (await engine.jobs.workers([`${mark}-idle`])).length === 2);
  await engine.projector.caughtUp();
  const { token: asToken } = await identity.tokens.create({ user: 'anna', name: 'all' });
  return { ...api, mine, theirs, store, asToken };
}

/** Everything that lies in the other tenant. */
async function documentsOf(store: Awaited<ReturnType<typeof setUp>>['store']): Promise<Map<string, Document[]>> {
  const names: CollectionName[] = [
    'definitions',
    'deployments',
    'instances',
    'tasks',
    'jobs',
    'subscriptions',
    'activities',
    'variables',
    'incidents',
    'messages',
    'comments',
  ];
  const found = new Map<string, Document[]>();
  for (const name of names) found.set(name, await store.find(name, { filter: { tenant: other }, sort: { id: 1 } }));
  found.set('people', [(await store.get('users', `${mark}-ben`))!, (await store.get('groups', `${mark}-clerks`))!]);
  return found;
}

/** Names for a parameter of a path: every id of the other tenant, and what its model calls things. */
function idsOf(documents: Map<string, Document[]>): string[] {
  const [definition] = documents.get('definitions') as (Document & { key: string })[];
  const one = ['definitions', 'deployments', 'instances', 'tasks', 'incidents'].map(
    name => documents.get(name)![0]!.id,
  );
  const jobs = documents.get('jobs')!.map(job => job.id);
  return [...one, ...jobs, definition!.key, `${mark}-ben`, `${mark}-clerks`, other];
}

/** Every way to fill the parameters of a path; behind the first one, what it could lie in. */
function* filled(path: string, ids: string[]): Generator<string> {
  for (const id of ids) {
    let first = true;
    yield path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const value = first ? id : /var/i.test(name) ? `${mark}Variable` : /user|member/i.test(name) ? 'anna' : id;
      first = false;
      return encodeURIComponent(value);
    });
    if (!path.includes('{')) return;
  }
}

/** What the answer says beyond what the request said itself. */
const beyond = (text: string, said: string[]) => said.reduce((rest, one) => rest.replaceAll(one, ''), text);

type House = Awaited<ReturnType<typeof setUp>>;

/** Asks every route of both APIs about everything of the other tenant; answers what was told. */
async function leaksTo(
  { asToken, ask, server }: House,
  before: Map<string, Document[]>,
  inTenant = false,
): Promise<string[]> {
  const { services } = server;
  const routes = [
    ...apiRoutes(services).map(({ method, path }) => ({ method, path, base: '/api/v1' })),
    ...restOperations(services).map(({ method, path }) => ({ method, path, base: '/engine-rest' })),
  ].filter(({ path }) => !/^\/(session|setup|events|tokens)\b/.test(path));
  const ids = idsOf(before);
  const leaks: string[] = [];

  for (const { method, path, base } of routes)
    for (const address of filled(path, ids)) {
      const body = method === 'get' || method === 'options' ? undefined : {};
      const answer = await ask[method](`${base}${address}`).auth(asToken, { type: 'bearer' }).buffer(true).send(body);
      const plain = decodeURIComponent(address);
      // Camunda 7 names what is forbidden, within the tenant: of a definition the key, with which its id begins.
      const isNamed = inTenant && base === '/engine-rest' && answer.status === 403;
      const said = [address, plain, ...plain.split(isNamed ? /[/:]/ : '/')].filter(one => one.length > 3);
      if (beyond(answer.text ?? '', said).includes(mark))
        leaks.push(`${method} ${base}${address} says ${answer.status} ${answer.text.slice(0, 200)}`);
      // Camunda 7 answers 500 where something is not there.
      if (answer.status === 500 && base === '/api/v1') leaks.push(`${method} ${address} says 500 ${answer.text}`);
    }
  await services.engine.projector.caughtUp();
  return leaks;
}

test('over every route, nothing of another tenant is seen or changed', async t => {
  const house = await setUp(t);
  const before = await documentsOf(house.store);
  for (const name of ['tasks', 'jobs', 'incidents']) assert.ok(before.get(name)!.length > 0, name);
  assert.equal((await house.theirs.get('/tasks')).body.total, 1);

  assert.deepEqual(await leaksTo(house, before), []);
  assert.deepEqual(await documentsOf(house.store), before);
});

test('over every route, somebody of the same tenant sees and changes nothing that is granted to nobody', async t => {
  const house = await setUp(t);
  const { identity } = house.server.services;
  await house.person({ id: 'zoe', tenants: [other] });
  // In place of what everybody may by default.
  for (const resource of ['processDefinition', 'deployment', 'user', 'group', 'tenant'])
    await identity.authorizations.create({ type: 'global', resource, resourceId: '*', permissions: ['NONE'] });
  const { token } = await identity.tokens.create({ user: 'zoe', name: 'all' });
  const before = await documentsOf(house.store);

  assert.deepEqual(await leaksTo({ ...house, asToken: token }, before, true), []);
  assert.deepEqual(await documentsOf(house.store), before);
});

test('a request body does not reach into another tenant either', async t => {
  const { mine, store } = await setUp(t);
  const before = await documentsOf(store);
  const [definition, task] = [before.get('definitions')![0]! as Document & { key: string }, before.get('tasks')![0]!];

  const attempts = [
    await mine.post('/instances', { definition: definition.id }),
    await mine.post('/instances', { key: definition.key }),
    await mine.post('/deployments', { tenant: other, files: [{ name: 'x.bpmn', text: model }] }),
    await mine.post('/messages', { tenant: other, name: 'x' }),
    await mine.post('/signals', { tenant: other, name: 'x' }),
    await mine.post(`/tasks/${task.id}/claim`),
  ];
  assert.deepEqual(
    attempts.map(answer => answer.status),
    attempts.map(() => 404),
  );
  const fetched = await mine.post('/jobs/fetch', { worker: 'w', topics: [{ topic: `${mark}-topic` }], max: 10 });
  assert.deepEqual(fetched.body.items, []);
  assert.deepEqual(await documentsOf(store), before);
});

test('a task is handed to nobody of another tenant: there is no such person', async t => {
  const { mine, deploy } = await setUp(t);
  await deploy('models/w3-approval.bpmn');
  await mine.post('/instances', { key: 'w3_approval' });
  const [task] = (await mine.get('/tasks')).body.items;

  for (const [verb, field] of [
    ['assign', 'assignee'],
    ['delegate', 'to'],
  ] as const)
    for (const person of [`${mark}-ben`, 'nobody']) {
      const { status, body } = await mine.post(`/tasks/${task.id}/${verb}`, { [field]: person });
      assert.deepEqual([status, body.detail], [400, `there is nobody called '${person}'`], verb);
    }
});

test('everything says which tenant it belongs to, and lists are asked for those of one', async t => {
  const { person, server } = await setUp(t);
  const root = await person({ id: 'root', administrator: true });
  await root.post('/deployments', { files: [{ name: 'own.bpmn', text: model.replaceAll(mark, 'plain') }] });
  await root.post('/instances', { key: 'plainProcess' });
  await server.services.engine.projector.caughtUp();
  const tenantsOf = async (path: string, asked?: string) => {
    const query = asked === undefined ? '' : `tenant=${asked}`;
    const { body, text } = await root.get(`${path}${path.includes('?') ? '&' : '?'}${query}`);
    assert.ok(body.items, text);
    return [...new Set(body.items.map(({ tenant }: { tenant?: string }) => tenant))].sort();
  };

  for (const path of ['/deployments', '/definitions', '/instances', '/tasks?view=all', '/jobs', '/incidents']) {
    assert.deepEqual(await tenantsOf(path), [other, undefined], path);
    assert.deepEqual(await tenantsOf(path, other), [other], path);
    assert.deepEqual(await tenantsOf(path, ''), [undefined], path);
    assert.deepEqual(await tenantsOf(path, 'alpha'), [], path);
  }
  const topics = [{ topic: `${mark}-topic` }];
  const { body } = await root.post('/jobs/fetch', { worker: 'w', topics });
  assert.equal(body.items[0].tenant, other);
});

test('what somebody deploys and starts lies in the own tenant, and its members work there', async t => {
  const { mine, person } = await setUp(t);
  const colleague = await person({ id: 'alan', tenants: ['alpha'] });
  const stranger = await person({ id: 'zoe' });
  const own = model.replaceAll(mark, 'alpha');

  await mine.post('/deployments', { files: [{ name: 'own.bpmn', text: own }] });

  const keysOf = async (asker: typeof mine) =>
    (await asker.get('/definitions')).body.items.map((item: { key: string }) => item.key);
  assert.deepEqual([(await keysOf(colleague)).length, await keysOf(stranger)], [1, []]);
  const [key] = await keysOf(colleague);
  assert.equal((await colleague.post('/instances', { key })).status, 201);
  assert.equal((await stranger.post('/instances', { key })).status, 404);
});

test('the audit tells whoever is no administrator of his own tenants, and of what he did himself', async t => {
  const { mine, person, ask, server } = await setUp(t);
  const root = await person({ id: 'root', administrator: true });
  const [theirs] = (await root.get('/jobs')).body.items;
  const hook = { url: 'https://example.org/hook', events: ['instance.ended'] };
  const deployed = async (tenant: string) => {
    const files = [{ name: `${tenant}.bpmn`, text: model.replaceAll(mark, tenant || 'none') }];
    const answer = await root.post('/deployments', { name: 'Sent', tenant, files });
    assert.equal(answer.status, 201, answer.text);
    return answer.body.id as string;
  };

  await root.post('/webhooks', { ...hook, name: 'ours', tenant: 'alpha' });
  const { id } = (await root.post('/webhooks', { ...hook, name: mark, tenant: other })).body;
  await root.delete(`/webhooks/${id}`);
  const [ours, , everybodys] = [await deployed('alpha'), await deployed(other), await deployed('')];
  const [definition] = (await root.get('/definitions?tenant=alpha')).body.items;
  const { token } = await server.services.identity.tokens.create({ user: 'root', name: 'all' });
  const rest = ask.put(`/engine-rest/process-definition/${definition.id}/suspended`).auth(token, { type: 'bearer' });
  assert.equal((await rest.send({ suspended: true })).status, 204);
  assert.equal((await root.delete(`/deployments/${ours}?cascade=true`)).status, 204);
  assert.equal((await root.post(`/jobs/${theirs.id}/retry`, { retries: 1 })).status, 204);
  await root.post('/users', { id: 'zoe', name: mark });
  await root.put('/tenants/alpha/users/zoe');
  await mine.post('/tokens', { name: 'my own' });

  const told = (await mine.get('/audit')).body.items.map(
    ({ action, tenant, by }: { action: string; tenant?: string; by: string }) => [action, tenant, by],
  );
  assert.deepEqual(told, [
    ['token created', undefined, 'anna'],
    ['tenant member added', 'alpha', 'root'],
    ['deployment deleted', 'alpha', 'root'],
    ['process definition suspended or activated', 'alpha', 'root'],
    ['deployed', undefined, 'root'],
    ['deployed', 'alpha', 'root'],
    ['webhook created', 'alpha', 'root'],
  ]);
  assert.deepEqual((await mine.get(`/audit?subject=${everybodys}`)).body.items.length, 1);
  assert.equal((await root.get('/audit')).body.items.length, 12);
  assert.equal((await server.services.audit.verify()).broken, undefined);
});

test('a worker that several tenants share is seen by each at its own topics', async t => {
  const { mine, server } = await setUp(t);
  const { jobs } = server.services.engine;
  const ask = (worker: string, tenants: string[]) =>
    jobs.fetchAndLock({ worker, topics: [{ topic: 'paint', lock: 1 }], tenants });

  await ask('ours', ['alpha', '']);
  await ask('shared', ['', 'alpha', other]);
  await ask('theirs', [other, '']);
  await until('they were seen', async () => (await jobs.workers(['paint'])).length === 3);

  const { items } = (await mine.get('/topics')).body;
  const names = (items as { topic: string; workers: { worker: string }[] }[]).map(({ topic, workers }) => [
    topic,
    workers.map(({ worker }) => worker).sort(),
  ]);
  assert.deepEqual(names, [['paint', ['ours', 'shared']]]);
});
