/** Instances for programs: started once, waited for, looked into, modified; what would end is told before it does. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { xml } from '../diagram.js';
import { until } from '../until.js';
import { createClock } from '../virtual.js';
import { type Answer, startApi } from './harness.js';

const approval = 'models/w3-approval.bpmn';
const external = 'models/w8-external.bpmn';

const outer = xml(
  'outer',
  `<startEvent id="start"/><callActivity id="call" name="Call the inner one" calledElement="inner"/><endEvent id="end"/>`,
  ['start -> call -> end'],
);

const inner = xml(
  'inner',
  `<startEvent id="start"/><parallelGateway id="fork"/>
   <userTask id="free" name="Free" camunda:candidateGroups="clerks"/><userTask id="lost" name="Lost"/>
   <serviceTask id="work" name="Work" camunda:type="external" camunda:topic="paint"/>
   <intermediateCatchEvent id="late" name="Late"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent>
   <intermediateCatchEvent id="letter" name="Letter"><messageEventDefinition messageRef="hello"/></intermediateCatchEvent>
   <scriptTask id="broken" name="Broken" scriptFormat="javascript"><script>throw new Error('no ink')</script></scriptTask>
   <parallelGateway id="join"/><endEvent id="end"/>`,
  ['free', 'lost', 'work', 'late', 'letter', 'broken']
    .map(branch => `fork -> ${branch} -> join`)
    .concat(['start -> fork', 'join -> end']),
  '<message id="hello" name="hello"/>',
);

async function setUp(t: TestContext, ...files: string[]) {
  const clock = createClock();
  const { person, deploy, server } = await startApi(t, { clock });
  if (files.length > 0) await deploy(...files);
  const root = await person({ id: 'root', administrator: true });
  return { clock, root, person, deploy, engine: server.services.engine };
}

test('an idempotency key gets the first answer word for word, for a day; then it is free', async t => {
  const { clock, root } = await setUp(t, approval);
  const start = (businessKey: string) =>
    root.post('/instances', { key: 'w3_approval', businessKey }, { 'Idempotency-Key': 'order-4711' });

  const first = await start('a');
  await root.delete(`/instances/${first.body.id}`);
  clock.advance('PT23H');
  const again = await start('a');
  const other = await start('b');
  clock.advance('PT2H');
  const nextDay = await start('b');

  assert.deepEqual(again.body, first.body);
  assert.deepEqual([other.status, other.body.code], [422, 'idempotency-key-reused']);
  assert.equal(nextDay.status, 201);
  assert.notEqual(nextDay.body.id, first.body.id);
});

test('an idempotency key of nothing but spaces protects nothing, so nothing is started', async t => {
  const { root } = await setUp(t, approval);

  const { status, body } = await root.post('/instances', { key: 'w3_approval' }, { 'Idempotency-Key': ' ' });

  assert.deepEqual([status, body.errors[0].path], [400, 'header.idempotency-key']);
  assert.equal((await root.get('/instances')).body.total, 0);
});

test('an idempotency key gets the first answer although nothing of it may start any more', async t => {
  const { root, person } = await setUp(t, approval);
  const ben = await person({ id: 'ben' });
  const key = { 'Idempotency-Key': 'once' };
  const body = { key: 'w3_approval' };
  const first = await ben.post('/instances', body, key);
  const { definition } = first.body;

  await root.post(`/definitions/${definition}/suspend`, {});
  const suspended = await ben.post('/instances', body, key);
  const other = await ben.post('/instances', body, { 'Idempotency-Key': 'another' });
  const later = await ben.post('/instances', { ...body, businessKey: 'b' }, { 'Idempotency-Key': 'another' });
  await root.post(`/definitions/${definition}/activate`, {});
  const rule = { type: 'revoke', user: 'ben', resource: 'processDefinition', permissions: ['CREATE_INSTANCE'] };
  await root.post('/authorizations', rule);
  const forbidden = await ben.post('/instances', body, key);

  assert.deepEqual([suspended.status, suspended.body], [201, first.body]);
  assert.deepEqual([other.body.code, later.body.code], ['suspended', 'suspended'], 'what is refused takes no key');
  assert.deepEqual([forbidden.status, forbidden.body], [201, first.body]);
});

test('an idempotency key whose start was cut off is finished under the same instance', async t => {
  const { root, deploy, engine } = await setUp(t, approval);
  const key = { 'Idempotency-Key': 'k' };
  const body = { key: 'w3_approval' };
  const first = await root.post('/instances', body, key);
  // As a crash between the start and the answer leaves it, and a new version that came meanwhile.
  const filter = { instance: first.body.id };
  const [reserved] = await engine.store.find('keys', { filter, limit: 1 });
  await engine.store.patch('keys', reserved!.id, {}, { unset: ['answer'] });
  await deploy(approval);

  const again = await root.post('/instances', body, key);

  assert.equal(again.status, 201);
  assert.equal(again.body.id, first.body.id);
});

test('a business key is borne by one open instance where the starters say so, however many start at once', async t => {
  const { root } = await setUp(t, approval);
  const start = (unique?: string) => root.post('/instances', { key: 'w3_approval', businessKey: 'b1', unique });

  const refused = await Promise.all(Array.from({ length: 8 }, () => start('refuse')));
  const answered = await Promise.all(Array.from({ length: 8 }, () => start('answer')));
  const [winner] = refused.filter(({ status }) => status === 201);

  assert.deepEqual(refused.map(({ status }) => status).sort(), [201, ...Array(7).fill(409)]);
  for (const { body } of refused.filter(({ status }) => status === 409)) {
    assert.equal(body.code, 'duplicate');
    assert.equal(body.details.instance, winner!.body.id);
  }
  assert.deepEqual([...new Set(answered.map(({ body }) => body.id))], [winner!.body.id]);
  // Nothing was made, so nothing says where it is.
  assert.deepEqual([...new Set(answered.map(({ status }) => status))], [200]);
  assert.deepEqual(
    [winner!.headers.location, answered[0]!.headers.location],
    [`instances/${winner!.body.id}`, undefined],
  );
  const again = { key: 'w3_approval', businessKey: 'b1', unique: 'answer' };
  const withKey = () => root.post('/instances', again, { 'Idempotency-Key': 'once' });
  assert.deepEqual([(await withKey()).status, (await withKey()).status], [200, 200]);
  assert.equal((await start()).status, 201, 'who does not ask for it is free');
  const { body } = await root.get('/instances?businessKey=b1&state=running');
  for (const { id } of body.items) await root.delete(`/instances/${id}`);
  const next = await start('refuse');
  assert.equal(next.status, 201, 'an ended one bears it no more');
  assert.notEqual(next.body.id, winner!.body.id);
});

test('a start waits for the end and answers with the variables, or says that time was up', async t => {
  const { root } = await setUp(t, external);
  const start = (timeout: number) => root.post('/instances', { key: 'w8_external', wait: 'end', timeout });

  const late = await start(0);
  const waiting = Promise.resolve(start(60_000));
  let jobs: { id: string; instance: string }[] = [];
  await until('there is work', async () => {
    const { body } = await root.post('/jobs/fetch', { worker: 'w', topics: [{ topic: 'work' }], max: 10 });
    jobs = jobs.concat(body.items);
    return jobs.length === 2;
  });
  for (const { id } of jobs) await root.post(`/jobs/${id}/complete`, { worker: 'w', variables: { done: true } });
  const ended = await waiting;

  assert.deepEqual([late.body.reached, late.body.ended], [false, false]);
  assert.deepEqual([ended.body.reached, ended.body.ended], [true, true]);
  assert.equal(ended.body.variables.done, true);
});

test('a start waits until no worker is at work on it or on what it called', async t => {
  const { root } = await setUp(t);
  const quick = xml(
    'inner',
    `<startEvent id="s"/><serviceTask id="w" camunda:type="external" camunda:topic="work"/><userTask id="u"/><endEvent id="e"/>`,
    ['s -> w -> u -> e'],
  );
  for (const text of [outer, quick]) await root.post('/deployments', { files: [{ name: 'a.bpmn', text }] });

  const waiting = Promise.resolve(root.post('/instances', { key: 'outer', wait: 'rest', timeout: 60_000 }));
  let settled = false;
  void waiting.then(() => {
    settled = true;
  });
  let job: { id: string } | undefined;
  await until('there is work', async () => {
    const { body } = await root.post('/jobs/fetch', { worker: 'w', topics: [{ topic: 'work' }] });
    job ??= body.items[0];
    return job !== undefined;
  });
  assert.equal(settled, false);
  await root.post(`/jobs/${job!.id}/complete`, { worker: 'w' });
  const { body } = await waiting;

  assert.deepEqual([body.reached, body.ended], [true, false]);
});

test('an instance says why it does not go on: whom or what each token waits for', async t => {
  const { root, person, clock } = await setUp(t);
  for (const text of [outer, inner]) await root.post('/deployments', { files: [{ name: 'a.bpmn', text }] });
  const { body: instance } = await root.post('/instances', { key: 'outer', businessKey: 'B1' });
  const describe = async (id: string) => {
    const { status, body, text } = await root.get(`/instances/${id}/describe`);
    assert.equal(status, 200, text);
    return Object.fromEntries(body.waits.map((wait: { name: string; because: string }) => [wait.name, wait.because]));
  };

  const { body: caller } = await root.get(`/instances/${instance.id}/describe`);
  const [call] = caller.waits;
  const before = await describe(call.child);
  await root.post('/jobs/fetch', { worker: 'Paula', topics: [{ topic: 'paint' }] });
  const locked = await describe(call.child);
  clock.advance('PT2M');
  const free = await describe(call.child);
  await root.post(`/instances/${call.child}/suspend`);
  const { body: suspended } = await root.get(`/instances/${call.child}/describe`);

  assert.match(call.because, /“Call the inner one” waits for the instance that it called, \S+, which is running/);
  assert.match(before.Free!, /waits for the group clerks to claim it/);
  assert.match(before.Lost!, /neither an assignee nor candidates/);
  assert.match(before.Work!, /waits for a worker of the topic paint; none has asked/);
  assert.match(before.Late!, /waits for its time: 2026-01-05T09:00/);
  assert.match(before.Letter!, /waits for the message hello/);
  assert.match(before.Broken!, /stopped by an incident: .*no ink/);
  assert.match(locked.Work!, /worker Paula is at work on it/);
  assert.match(free.Work!, /the last one, Paula, asked 2 minutes ago/);
  assert.match(suspended.because, /suspended/);
  const mary = await person({ id: 'mary' });
  assert.equal((await mary.get(`/instances/${instance.id}/describe`)).status, 404);
});

test('the tree of calls is told from the outermost caller on', async t => {
  const { root, engine } = await setUp(t);
  for (const text of [outer, inner]) await root.post('/deployments', { files: [{ name: 'a.bpmn', text }] });
  const { body: top } = await root.post('/instances', { key: 'outer' });
  await engine.projector.fold();
  const { body } = await root.get(`/instances/${top.id}/tree`);
  const [, called] = body.items;

  const fromInside = await root.get(`/instances/${called.id}/tree`);

  assert.equal(body.items.length, 2);
  assert.deepEqual([called.parent, called.element, called.depth, called.incidents], [top.id, 'call', 1, 1]);
  assert.deepEqual(fromInside.body.items, body.items);
});

test('what would end is told before it does, and nothing has ended then', async t => {
  const { root } = await setUp(t);
  for (const text of [outer, inner]) await root.post('/deployments', { files: [{ name: 'a.bpmn', text }] });
  const { body: top } = await root.post('/instances', { key: 'outer' });

  const { status, body } = await root.delete(`/instances/${top.id}?dryRun=true`);

  assert.equal(status, 200);
  assert.deepEqual([body.instances.length, body.tasks, body.jobs, body.subscriptions], [2, 2, 2, 1]);
  assert.equal((await root.get(`/instances/${top.id}`)).body.state, 'running');
  assert.equal((await root.delete(`/instances/${top.id}`)).status, 204);
  assert.equal((await root.get(`/instances/${top.id}`)).body.state, 'cancelled');
});

test('an instance is modified as a whole or not at all, by whom it is for', async t => {
  const { root, person } = await setUp(t, approval);
  const { body: instance } = await root.post('/instances', { key: 'w3_approval' });
  const [task] = instance.id && (await root.get(`/instances/${instance.id}`)).body.waits;
  const modify = (...instructions: object[]) => root.post(`/instances/${instance.id}/modify`, { instructions });

  const wrong = await modify({ do: 'cancelAll', element: task.element }, { do: 'startBefore', element: 'nowhere' });
  const untouched = (await root.get(`/instances/${instance.id}`)).body;
  const moved = await modify(
    { do: 'cancelAll', element: task.element },
    { do: 'startBefore', element: task.element, variables: { round: 2 } },
  );

  assert.equal(wrong.status, 400, wrong.text);
  assert.match(wrong.body.detail, /nowhere/);
  assert.equal(untouched.waits[0].id, task.id);
  assert.equal(moved.status, 200, moved.text);
  assert.notEqual(moved.body.waits.length, 0);
  const mary = await person({ id: 'mary' });
  assert.equal(
    (await mary.post(`/instances/${instance.id}/modify`, { instructions: [{ do: 'cancel', activation: 1 }] })).status,
    404,
  );
});

test('a dry run of a modification answers the instance as it would be, or why it cannot be, and changes nothing', async t => {
  const { root } = await setUp(t, approval);
  const { body: started } = await root.post('/instances', { key: 'w3_approval' });
  const path = `/instances/${started.id}`;
  const before = (await root.get(path)).body;
  const { element } = before.waits[0];
  const instructions = [
    { do: 'cancelAll', element },
    { do: 'startBefore', element: 'fulfil' },
  ];
  const elements = ({ body }: Answer) => body.waits.map((wait: { element: string }) => wait.element);

  const would = await root.post(`${path}/modify?dryRun=true`, { instructions });
  const wrong = await root.post(`${path}/modify?dryRun=true`, {
    instructions: [...instructions, { do: 'startBefore', element: 'nowhere' }],
  });
  const after = (await root.get(path)).body;
  const done = await root.post(`${path}/modify`, { instructions });

  assert.deepEqual([would.status, elements(would)], [200, ['fulfil']], would.text);
  assert.deepEqual([wrong.status, wrong.body.code], [400, 'bad-command']);
  assert.deepEqual(after, before);
  assert.deepEqual(elements(done), ['fulfil']);
});

test('a definition is drawn as its file arranges it; a file without a drawing says what is missing', async t => {
  const { root, deploy } = await setUp(t);
  const [drawn] = await deploy('web/claim.bpmn');
  const [bare] = await deploy(approval);

  const picture = await root.get(`/definitions/${drawn!.id}/diagram`);
  const missing = await root.get(`/definitions/${bare!.id}/diagram`);

  assert.match(picture.headers['content-type']!, /^image\/svg\+xml/);
  assert.match(String(picture.body), /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  assert.deepEqual([missing.status, missing.body.code], [404, 'no-diagram']);
  assert.match(missing.body.detail, /w3-approval.bpmn does not draw process 'w3_approval'/);
});
