/** Who sees and may what: 401, 403, 404, 409 as the architecture's table says; and what every answer carries. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { arrows, xml } from '../diagram.js';
import { fixture, startApi } from './harness.js';

const approval = 'models/w3-approval.bpmn';
const external = 'models/w8-external.bpmn';

test('an instance is not there for who has nothing to do with it', async t => {
  const { person, deploy } = await startApi(t);
  await deploy(approval);
  const starter = await person({ id: 'sue' });
  const anna = await person({ id: 'anna' });
  const other = await person({ id: 'oto' });
  const root = await person({ id: 'root', administrator: true });

  const { body: instance, status } = await starter.post('/instances', {
    key: 'w3_approval',
    variables: { amount: 10 },
  });

  assert.equal(status, 201);
  const seenBy = async (asker: typeof root) => (await asker.get(`/instances/${instance.id}`)).status;
  assert.deepEqual(
    [await seenBy(starter), await seenBy(anna), await seenBy(other), await seenBy(root)],
    [200, 200, 404, 200],
  );
  assert.equal((await other.get('/instances')).body.total, 0);
  assert.equal((await root.get('/instances')).body.total, 1);
  assert.equal((await other.get(`/instances/${instance.id}/variables`)).status, 404);
  assert.deepEqual((await anna.get(`/instances/${instance.id}/variables`)).body.variables, { amount: 10 });
});

test('a task is not there for who may not see it, and forbidden to who may only look', async t => {
  const { person, deploy } = await startApi(t);
  await deploy(approval);
  const anna = await person({ id: 'anna' });
  const clerk = await person({ id: 'carl', groups: ['clerks'] });
  await anna.post('/instances', { key: 'w3_approval' });
  const [task] = (await anna.get('/tasks')).body.items;

  assert.equal(task.name, 'Review request');
  assert.equal((await clerk.get(`/tasks/${task.id}`)).status, 404);
  assert.equal((await clerk.post(`/tasks/${task.id}/complete`, { variables: {} })).status, 404);
  await anna.post(`/tasks/${task.id}/delegate`, { to: 'carl' });
  const refused = await clerk.post(`/tasks/${task.id}/complete`, { variables: { approved: true } });
  assert.equal(refused.status, 403);
  assert.match(refused.body.detail, /resolved first/);
});

test('of two who complete one task the slower is told who was faster, and when', async t => {
  const { person, deploy } = await startApi(t);
  await deploy(approval);
  const anna = await person({ id: 'anna', name: 'Anna Arndt' });
  const root = await person({ id: 'root', name: 'Root', administrator: true });
  await anna.post('/instances', { key: 'w3_approval' });
  const [task] = (await anna.get('/tasks')).body.items;

  const answers = await Promise.all(
    [anna, root].map(asker => asker.post(`/tasks/${task.id}/complete`, { variables: { approved: false } })),
  );

  const loser = answers.find(answer => answer.status === 409)!;
  assert.deepEqual(answers.map(answer => answer.status).sort(), [200, 409]);
  assert.match(loser.body.byName, /Anna Arndt|Root/);
  assert.ok(Date.parse(loser.body.at) > 0);
  const winner = answers.find(answer => answer.status === 200)!;
  assert.deepEqual(winner.body.instance.state, 'completed');
});

test('a task without a process is made by who may, done by its candidates, and given up by its owner', async t => {
  const { person, server } = await startApi(t);
  const { people, authorizations } = server.services.identity;
  await people.createGroup({ id: 'clerks', name: 'Clerks' });
  const lena = await person({ id: 'lena' });
  const sam = await person({ id: 'sam', groups: ['clerks'] });
  const task = { name: 'Call back', candidateGroups: ['clerks'], due: '2030-01-01T00:00:00Z' };
  assert.equal((await lena.post('/tasks', task)).status, 403);
  const grant = { type: 'grant', user: 'lena', resource: 'task', resourceId: '*', permissions: ['CREATE'] } as const;
  await authorizations.create({ ...grant, permissions: [...grant.permissions] });

  const made = await lena.post('/tasks', task);
  const other = await lena.post('/tasks', { name: 'Never mind', assignee: 'sam' });
  const nobody = await lena.post('/tasks', { name: 'x', assignee: 'nobody' });
  const seen = (await sam.get('/tasks?view=group')).body.items;
  const done = await sam.post(`/tasks/${made.body.id}/complete`);
  const refused = await sam.delete(`/tasks/${other.body.id}`);
  const tried = await lena.delete(`/tasks/${other.body.id}?dryRun=true`);
  const given = await lena.delete(`/tasks/${other.body.id}`);

  assert.deepEqual([made.status, made.body.owner, made.body.instance], [201, 'lena', '']);
  assert.deepEqual([nobody.status, nobody.body.errors[0].path], [400, 'body.assignee']);
  assert.deepEqual(
    seen.map(({ name }: { name: string }) => name),
    ['Call back'],
  );
  assert.equal(done.body.task.state, 'completed');
  assert.deepEqual([refused.status, tried.status, tried.body.tasks, given.status], [403, 200, 0, 204]);
  assert.equal((await lena.get(`/tasks/${other.body.id}`)).body.state, 'cancelled');
  assert.equal((await lena.delete(`/tasks/${other.body.id}`)).status, 409);
});

test('a task of a process is not given up by hand', async t => {
  const { person, deploy } = await startApi(t);
  const root = await person({ id: 'root', administrator: true });
  await deploy(approval);
  await root.post('/instances', { key: 'w3_approval' });
  const [task] = (await root.get('/tasks?view=all')).body.items;

  const { status, body } = await root.delete(`/tasks/${task.id}`);

  assert.deepEqual([status, body.code], [400, 'bad-command']);
  assert.equal((await root.get(`/tasks/${task.id}`)).body.state, 'open');
});

test('workers need the right to work, operators the right to operate', async t => {
  const { person, deploy } = await startApi(t);
  await deploy(external);
  const root = await person({ id: 'root', administrator: true });
  await root.post('/groups', { id: 'machines', name: 'Machines', rights: ['work'] });
  const worker = await person({ id: 'robot', groups: ['machines'] });
  const clerk = await person({ id: 'carl' });
  await clerk.post('/instances', { key: 'w8_external', variables: { amount: 7 } });
  // A worker may call itself like a person: that makes it nobody else.
  const fetch = { worker: 'carl', topics: [{ topic: 'work', lock: 10_000 }] };

  const files = [{ name: 'external.bpmn', text: fixture(external) }];
  assert.equal((await clerk.post('/deployments', { files })).status, 403);
  assert.equal((await clerk.post('/jobs/fetch', fetch)).status, 403);
  const [job] = (await worker.post('/jobs/fetch', fetch)).body.items;
  assert.deepEqual(job.variables, { amount: 7 });
  assert.equal((await worker.post(`/jobs/${job.id}/complete`, { worker: 'w2' })).status, 409);
  assert.equal((await worker.post(`/jobs/${job.id}/complete`, { worker: 'carl' })).status, 204);
  const late = await worker.post(`/jobs/${job.id}/complete`, { worker: 'carl' });
  assert.deepEqual([late.status, late.body.code, late.body.by], [409, 'stale', 'robot']);
  const history = (await root.get(`/instances/${job.instance}/history`)).body.items;
  const told = history
    .flatMap(({ events }: { events: { type: string }[] }) => events)
    .find(({ type }: { type: string }) => type === 'answered');
  assert.deepEqual([told.by, told.worker], ['robot', 'carl']);
  assert.ok(Date.parse(late.body.at) > 0);
  assert.equal((await worker.get('/jobs')).status, 403);
  assert.equal((await root.get('/instances?state=completed')).body.total, 1);
});

test('a job without attempts is an incident that an operator retries', async t => {
  const { person, deploy } = await startApi(t);
  await deploy(external);
  const root = await person({ id: 'root', administrator: true });
  await root.post('/instances', { key: 'w8_external' });
  const fetch = async () =>
    (await root.post('/jobs/fetch', { worker: 'w', topics: [{ topic: 'work' }] })).body.items[0];
  await root.post(`/jobs/${(await fetch()).id}/fail`, {
    worker: 'w',
    message: 'the printer is out of paper',
    retries: 0,
  });

  const [incident] = (await root.get('/incidents')).body.items;

  assert.equal(incident.element, 'work');
  assert.match(incident.message, /out of paper/);
  assert.equal(await fetch(), undefined);
  const retried = await root.post(`/incidents/${incident.id}/retry`, { retries: 2 });
  assert.deepEqual(retried.body, { resolved: true, incidents: [] });
  assert.equal((await fetch()).retries, 2);
  assert.equal((await root.get('/incidents')).body.total, 0);
});

test('figures of all instances are for who may see all instances', async t => {
  const { person, deploy } = await startApi(t);
  const [definition] = await deploy(approval);
  const sue = await person({ id: 'sue' });
  const root = await person({ id: 'root', administrator: true });
  await sue.post('/instances', { key: 'w3_approval' });
  await root.post('/instances', { key: 'w3_approval' });
  const path = `/definitions/${encodeURIComponent(definition!.id)}`;

  const figures = Object.values((await root.get(`${path}/statistics`)).body.elements) as { tokens: number }[];

  assert.equal((await sue.get(`${path}/statistics`)).status, 403);
  assert.equal((await sue.get(path)).body.running, 1);
  assert.equal((await root.get(path)).body.running, 2);
  assert.equal(Math.max(...figures.map(({ tokens }) => tokens)), 2);
});

test('the same idempotency key starts one instance', async t => {
  const { person, deploy } = await startApi(t);
  await deploy(approval);
  const sue = await person({ id: 'sue' });
  const start = () => sue.post('/instances', { key: 'w3_approval' }, { 'Idempotency-Key': 'order-4711' });

  const [first, second] = [await start(), await start()];

  assert.equal(first.body.id, second.body.id);
  assert.equal((await sue.get('/instances')).body.total, 1);
});

test('a deployment comes back byte for byte, and a refused one lists every reason', async t => {
  const { person } = await startApi(t);
  const root = await person({ id: 'root', administrator: true });
  const text = '<?xml version="1.0"?>\n<!-- kept -->\n'.concat(
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">',
    '<process id="tiny" isExecutable="true"><startEvent id="s"/></process></definitions>',
  );

  const deployed = await root.post('/deployments', { name: 'Tiny', files: [{ name: 'tiny.bpmn', text }] });
  const refused = await root.post('/deployments', { files: [{ name: 'broken.bpmn', text: '<definitions' }] });
  const checked = await root.post('/deployments?validateOnly=true', { files: [{ name: 'tiny.bpmn', text }] });

  assert.equal(deployed.status, 201, deployed.text);
  const file = await root.get(`/deployments/${deployed.body.id}/resources/tiny.bpmn`);
  assert.equal(file.body.toString(), text);
  assert.match(file.headers['content-disposition']!, /^attachment/);
  assert.equal(file.headers['x-content-type-options'], 'nosniff');
  assert.equal((await root.get(`/definitions/${encodeURIComponent(deployed.body.definitions[0].id)}/xml`)).text, text);
  assert.equal(refused.status, 422);
  assert.equal(refused.body.problems[0].file, 'broken.bpmn');
  assert.equal(checked.status, 200, checked.text);
  assert.deepEqual(checked.body.definitions, [{ key: 'tiny' }]);
  assert.equal((await root.get('/deployments')).body.total, 1);
});

test('a multipart form deploys its files with their bytes', async t => {
  const { ask, person, server } = await startApi(t);
  await person({ id: 'root', administrator: true });
  const { token } = await server.services.identity.tokens.create({ user: 'root', name: 'form' });
  const bytes = Buffer.from(
    '\ufeff<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">'.concat(
      '<process id="wide" isExecutable="true"><startEvent id="s" name="Größe"/></process></definitions>',
    ),
    'utf16le',
  );

  const answer = await ask
    .post('/api/v1/deployments')
    .auth(token, { type: 'bearer' })
    .field('name', 'Wide')
    .attach('data', bytes, 'wide.bpmn');

  assert.equal(answer.status, 201, answer.text);
  assert.equal(answer.body.name, 'Wide');
  const file = await ask
    .get(`/api/v1/deployments/${answer.body.id}/resources/wide.bpmn`)
    .auth(token, { type: 'bearer' });
  assert.ok(bytes.equals(file.body));
});

test('pages and answers carry the headers that keep them from being misused', async t => {
  const { ask } = await startApi(t);

  const { headers } = await ask.get('/api/v1/session');
  const policy = headers['content-security-policy']!;

  assert.match(policy, /default-src 'self'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /script-src|unsafe-eval/);
  assert.equal(headers['cache-control'], 'no-store');
  assert.equal(headers['x-powered-by'], undefined);
});

test('who is not signed in is sent to sign in, and comes back', async t => {
  const { ask } = await startApi(t);

  assert.equal((await ask.get('/')).headers.location, '/tasklist.html');
  assert.equal((await ask.get('/cockpit.html?i=7')).headers.location, '/signin.html?to=cockpit.html%3Fi%3D7');
});

test('the numbers of the server count what happened, for this machine', async t => {
  const { ask, person, deploy } = await startApi(t);
  await ask.get('/metrics');
  await deploy(approval);
  await (await person({ id: 'sue' })).post('/instances', { key: 'w3_approval' });

  const { text } = await ask.get('/metrics');

  assert.match(text, /^weft_instances_started_total 1$/m);
  assert.match(text, /^weft_open_tasks 1$/m);
  assert.match(text, /weft_http_seconds_count\{method="POST",route="\/instances",status="201"\} 1/);
});

test('the numbers of the server are not for who comes through a proxy, trusted or not, but for who operates', async t => {
  const { ask, person, server } = await startApi(t);
  await person({ id: 'sue' });
  await server.services.identity.people.createGroup({ id: 'chiefs', name: 'Chiefs', rights: ['operate'] });
  await person({ id: 'olga', groups: ['chiefs'] });
  const tokenOf = async (user: string) => (await server.services.identity.tokens.create({ user, name: 'm' })).token;
  const status = async (token?: string) => {
    const asked = ask.get('/metrics').set('X-Forwarded-For', '203.0.113.9');
    return (await (token === undefined ? asked : asked.auth(token, { type: 'bearer' }))).status;
  };

  assert.deepEqual(
    [await status(), await status(await tokenOf('sue')), await status(await tokenOf('olga'))],
    [401, 401, 200],
  );
  assert.equal((await ask.get('/metrics').set('Forwarded', 'for=203.0.113.9')).status, 401);
});

test('a retry that fails again says so, also for an item in a chunk of a large multi-instance', async t => {
  const { person, server } = await startApi(t);
  const root = await person({ id: 'root', administrator: true });
  const text = xml(
    'large',
    `<startEvent id="start"/><subProcess id="each">
         <multiInstanceLoopCharacteristics><loopCardinality>300</loopCardinality></multiInstanceLoopCharacteristics>
         <startEvent id="begin"/><userTask id="task"/><scriptTask id="sum" scriptFormat="juel"><script>\${missing}</script></scriptTask>
         ${arrows('begin -> task -> sum')}</subProcess><endEvent id="end"/>`,
    ['start -> each -> end'],
  );
  assert.equal((await root.post('/deployments', { name: 'large', files: [{ name: 'large.bpmn', text }] })).status, 201);
  const { body: started } = await root.post('/instances', { key: 'large', businessKey: 'L-1' });
  const [task] = (await root.get('/tasks?view=all&limit=1')).body.items;
  await root.post(`/tasks/${task.id}/complete`, { variables: {} });
  await server.services.engine.projector.fold();
  const [incident] = (await root.get('/incidents')).body.items;
  assert.deepEqual([incident.businessKey, incident.elementType], ['L-1', 'scriptTask']);

  const failed = await root.post(`/incidents/${incident.id}/retry`, {});

  assert.equal(failed.body.resolved, false);
  const [again] = (await root.get('/incidents')).body.items;
  await root.put(`/instances/${again.instance}/variables`, { variables: { missing: 1 } });
  const mended = await root.post(`/incidents/${again.id}/retry`, {});
  assert.equal(mended.body.resolved, true);
  const late = await root.post(`/incidents/${again.id}/retry`, {});
  assert.deepEqual([late.status, late.body.code, late.body.by], [409, 'stale', 'root']);
  assert.ok(Date.parse(late.body.at) > 0);
  const { items } = (await root.get(`/instances/${started.id}/history?limit=500`)).body;
  const told = items.flatMap(({ events }: { events: { type: string }[] }) => events.map(({ type }) => type));
  assert.deepEqual(
    told.filter((type: string) => ['incident', 'retried', 'resolved'].includes(type)),
    ['incident', 'retried', 'incident', 'resolved'],
  );
});

test('an idempotency key is one request of one person: another body is refused, another person has keys of his own', async t => {
  const { person, deploy } = await startApi(t);
  await deploy('models/w8-external.bpmn');
  const ann = await person({ id: 'ann' });
  const bob = await person({ id: 'bob' });
  const key = { 'Idempotency-Key': 'k1' };
  const first = await ann.post('/instances', { key: 'w8_external', businessKey: 'a' }, key);

  const repeated = await ann.post('/instances', { key: 'w8_external', businessKey: 'a' }, key);
  const another = await ann.post('/instances', { key: 'w8_external', businessKey: 'b' }, key);
  const others = await bob.post('/instances', { key: 'w8_external', businessKey: 'a' }, key);

  assert.equal(repeated.body.id, first.body.id);
  assert.deepEqual([another.status, another.body.code], [422, 'idempotency-key-reused']);
  assert.notEqual(others.body.id, first.body.id);
});
