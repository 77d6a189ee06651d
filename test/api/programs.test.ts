/** What programs ask beside instances: is it ready to start, who works on which topic, what became of a message. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { type TestContext } from 'node:test';
import { xml } from '../diagram.js';
import { createClock } from '../virtual.js';
import { type Asker, startApi } from './harness.js';

const claim = new URL('../../../samples/claim/', import.meta.url);

const needy = xml(
  'needy',
  `<startEvent id="start"/>
   <serviceTask id="paint" camunda:type="external" camunda:topic="paint"/>
   <callActivity id="call" calledElement="nowhere"/>
   <userTask id="group" camunda:candidateGroups="painters, \${chosen}"/>
   <userTask id="person" camunda:assignee="vincent" camunda:formKey="camunda-forms:deployment:sketch.form"/>
   <endEvent id="end"/>`,
  ['start -> paint -> call -> group -> person -> end'],
);

const waiting = xml(
  'waiting',
  `<startEvent id="start"/><intermediateCatchEvent id="letter"><messageEventDefinition messageRef="hello"/></intermediateCatchEvent><endEvent id="end"/>`,
  ['start -> letter -> end'],
  '<message id="hello" name="hello"/>',
);

async function setUp(t: TestContext, ...texts: string[]) {
  const clock = createClock();
  const { person, server, deploy } = await startApi(t, { clock });
  const root = await person({ id: 'root', administrator: true });
  const definitions: { id: string }[] = [];
  for (const text of texts) definitions.push(await deployed(root, text));
  return { clock, root, person, deploy, engine: server.services.engine, definition: definitions[0]! };
}

async function deployed(root: Asker, text: string): Promise<{ id: string }> {
  const { status, body, text: answer } = await root.post('/deployments', { files: [{ name: 'a.bpmn', text }] });
  assert.equal(status, 201, answer);
  return body.definitions[0];
}

test('the readiness names all that a start would miss, until it is there', async t => {
  const { root, person, definition } = await setUp(t, needy);
  const readiness = async () => (await root.get(`/definitions/${definition.id}/readiness`)).body;

  const { ready, missing } = await readiness();
  await root.post('/jobs/fetch', { worker: 'w', topics: [{ topic: 'paint' }] });
  await deployed(root, waiting.replaceAll('"waiting"', '"nowhere"'));
  await root.post('/groups', { id: 'painters', name: 'Painters' });
  const later = await readiness();
  await person({ id: 'vincent', groups: ['painters'] });
  const form = JSON.stringify({ type: 'default', id: 'sketch', components: [] });
  const files = [
    { name: 'a.bpmn', text: needy },
    { name: 'sketch.form', text: form },
  ];
  const { body } = await root.post('/deployments', { files });
  const complete = await root.get(`/definitions/${body.definitions[0].id}/readiness`);

  assert.equal(ready, false);
  assert.deepEqual(
    missing.map(({ kind, id, elements }: { kind: string; id: string; elements: string[] }) => [kind, id, elements[0]]),
    [
      ['topic', 'paint', 'paint'],
      ['process', 'nowhere', 'call'],
      ['form', 'camunda-forms:deployment:sketch.form', 'person'],
      ['group', 'painters', 'group'],
      ['user', 'vincent', 'person'],
    ],
  );
  assert.deepEqual(
    later.missing.map(({ sentence }: { sentence: string }) => sentence).filter((s: string) => /group/.test(s)),
    ['the group painters has no members who may sign in: nobody would see its tasks'],
  );
  assert.deepEqual(complete.body, { ready: true, missing: [] });

  await root.patch('/users/vincent', { disabled: true });
  const without = await root.get(`/definitions/${body.definitions[0].id}/readiness`);
  assert.deepEqual(
    without.body.missing.map(({ sentence }: { sentence: string }) => sentence),
    [
      'the group painters has no members who may sign in: nobody would see its tasks',
      'vincent, who is to have its tasks, is disabled',
    ],
  );
});

test('a deployment warns of forms that its tasks name and that are not there; with them it does not', async t => {
  const { root } = await setUp(t);
  const file = (name: string) => ({ name, text: readFileSync(new URL(name, claim), 'utf8') });
  const forms = ['appoint-adjusters.form', 'review-claim.form'].map(file);

  const alone = await root.post('/deployments', { files: [file('insurance-claim.bpmn')] });
  const together = await root.post('/deployments', { files: [file('insurance-claim.bpmn'), ...forms] });

  assert.equal(alone.status, 201);
  const warnings: Record<string, unknown>[] = alone.body.warnings;
  assert.deepEqual(
    warnings.map(({ level, file, element, line, message }) => [level, file, element, typeof line, message]),
    [
      ['appoint', 'appoint-adjusters'],
      ['review', 'review-claim'],
    ].map(([element, form]) => [
      ...['warning', 'insurance-claim.bpmn', element, 'number'],
      `The form '${form}' is not deployed.`,
    ]),
  );
  assert.deepEqual(together.body.warnings, []);
});

test('the start policy warns, or refuses with the whole list; new versions take it over; only some may change it', async t => {
  const { root, person, definition } = await setUp(t, needy);
  const mary = await person({ id: 'mary' });
  const path = `/definitions/${definition.id}`;
  const policy = (startPolicy: string, headers?: Record<string, string>) => root.patch(path, { startPolicy }, headers);
  const start = (key = 'needy') => root.post('/instances', { key });

  const { headers } = await root.get(path);
  const warning = await policy('warn', { 'If-Match': headers.etag! });
  const warned = await start();
  const stale = await policy('off', { 'If-Match': headers.etag! });
  await policy('refuse');
  const refused = await start();
  await deployed(root, needy);
  const newVersion = await start();
  const forbidden = await mary.patch(path, { startPolicy: 'off' });

  assert.equal(warning.body.startPolicy, 'warn');
  assert.deepEqual([warned.status, warned.body.missing.length], [201, 5]);
  assert.equal(stale.status, 412);
  assert.deepEqual([refused.status, refused.body.code, refused.body.missing.length], [422, 'not-ready', 5]);
  assert.match(refused.body.detail, /topic paint.*nowhere.*painters/s);
  assert.equal(newVersion.status, 422);
  assert.equal(forbidden.status, 403);
  const { body } = await root.get('/instances?key=needy');
  assert.equal(body.total, 1, 'a refused start leaves nothing');
});

test('instances are found by their variables', async t => {
  const { root, person, engine } = await setUp(t, waiting);
  const start = async (variables: object) => (await root.post('/instances', { key: 'waiting', variables })).body.id;
  const small = await start({ amount: 5, name: 'Mary', vip: true });
  const large = await start({ amount: 500, name: 'Mark', vip: false });
  await start({ name: 'Ann' });
  const found = async (...conditions: string[]) => {
    const query = conditions.map(condition => `variable=${encodeURIComponent(condition)}`).join('&');
    // A slow machine folds longer than a request waits.
    await engine.projector.fold();
    const { status, body, text } = await root.get(`/instances?sort=startedAt&${query}`);
    assert.equal(status, 200, text);
    return body.items.map(({ id }: { id: string }) => id).sort();
  };

  assert.deepEqual(await found('amount=5'), [small]);
  assert.deepEqual(await found('amount="5"'), []);
  assert.deepEqual(await found('amount>=5'), [small, large].sort());
  assert.deepEqual(await found('amount>5'), [large]);
  assert.deepEqual(await found('amount!=5'), [large]);
  assert.deepEqual(await found('name^=Mar'), [small, large].sort());
  assert.deepEqual(await found('name^=Mar', 'vip=true'), [small]);
  assert.deepEqual(await found('name=Nobody'), []);
  await root.put(`/instances/${small}/variables`, { variables: { amount: 6 } });
  assert.deepEqual(await found('amount=5'), [], 'the newest value counts');
  assert.equal((await root.get('/instances?variable=amount')).status, 400);
  const mary = await person({ id: 'mary' });
  assert.deepEqual((await mary.get('/instances?variable=amount%3E0')).body.items, []);
});

test('a message that is kept has a receipt: buffered, delivered, expired', async t => {
  const { root, clock, engine } = await setUp(t, waiting);
  const publish = (id: string, timeToLive: number, businessKey: string) =>
    root.post('/messages', { name: 'hello', id, timeToLive, businessKey });

  const buffered = await publish('m1', 60_000, 'b1');
  const again = await publish('m1', 60_000, 'b1');
  const { body: list } = await root.get('/messages');
  const { body: instance } = await root.post('/instances', { key: 'waiting', businessKey: 'b1' });
  await engine.idle();
  const delivered = await root.get('/messages/m1');
  await publish('m2', 1_000, 'b2');
  clock.advance('PT1M');
  const expired = await root.get('/messages/m2');

  assert.deepEqual([buffered.body.result, again.body.result], ['buffered', 'buffered']);
  assert.deepEqual(
    list.items.map(({ id, state }: { id: string; state: string }) => [id, state]),
    [['m1', 'buffered']],
  );
  assert.deepEqual([delivered.body.state, delivered.body.instance], ['delivered', instance.id]);
  assert.equal(expired.body.state, 'expired');
  assert.equal((await publish('m2', 1_000, 'b2')).body.result, 'expired');
  assert.equal((await root.get('/messages')).body.items.length, 0);
});

test('a message that is kept for who sees certain variables is for him alone, also when he sees them later', async t => {
  const { root, engine } = await setUp(t, waiting);
  const publish = (id: string, amount: number) =>
    root.post('/messages', { name: 'hello', id, timeToLive: 60_000, correlation: { amount } });
  const start = async (amount: number) =>
    (await root.post('/instances', { key: 'waiting', variables: { amount } })).body.id as string;
  const receiptOf = async (id: string) => {
    await engine.idle();
    const { state, instance } = (await root.get(`/messages/${id}`)).body;
    return { state, instance };
  };
  await publish('for one', 1);
  await publish('for two', 2);
  await publish('for three', 3);

  const other = await start(7);
  assert.deepEqual(await receiptOf('for one'), { state: 'buffered', instance: undefined });
  const two = await start(2);
  assert.deepEqual(await receiptOf('for two'), { state: 'delivered', instance: two });
  assert.deepEqual(await receiptOf('for one'), { state: 'buffered', instance: undefined });
  await root.put(`/instances/${other}/variables`, { variables: { amount: 3 } });
  assert.deepEqual(await receiptOf('for three'), { state: 'delivered', instance: other });
});

test('of several who listen one is chosen by his instance, now and later', async t => {
  const { root, engine } = await setUp(t, waiting);
  const start = async () => (await root.post('/instances', { key: 'waiting', businessKey: 'b1' })).body.id as string;
  const [first, second] = [await start(), await start()];

  const several = await root.post('/messages', { name: 'hello' });
  const { candidates } = several.body;
  const chosen = await root.post('/messages', { name: 'hello', instance: second });
  const kept = await root.post('/messages', { name: 'hello', instance: second, timeToLive: 60_000, id: 'late' });
  await start();
  await engine.idle();

  assert.equal(several.body.code, 'several-listen');
  assert.deepEqual(
    candidates.map(({ instance, businessKey }: Record<string, string>) => `${instance} ${businessKey}`).sort(),
    [first, second].map(instance => `${instance} b1`).sort(),
  );
  assert.deepEqual([chosen.body.result, chosen.body.instance], ['delivered', second]);
  assert.equal(kept.body.result, 'buffered');
  assert.equal((await root.get('/messages/late')).body.state, 'buffered');
  assert.equal((await root.get(`/instances/${first}`)).body.state, 'running');
});

test('the id of a message means one message, in its tenant', async t => {
  const { root, person } = await setUp(t);
  for (const id of ['t1', 't2']) await root.post('/tenants', { id, name: id });
  const working = { rights: ['work'] };
  for (const id of ['t1', 't2'])
    await root.post('/groups', { id: `${id}-workers`, name: id, tenants: [id], ...working });
  const one = await person({ id: 'one', groups: ['t1-workers'] });
  const two = await person({ id: 'two', groups: ['t2-workers'] });
  const kept = { timeToLive: 60_000, id: 'shared' };

  const first = await two.post('/messages', { name: 'mm', ...kept });
  const second = await one.post('/messages', { name: 'other', ...kept });
  const again = await one.post('/messages', { name: 'other', ...kept });
  const another = await one.post('/messages', { name: 'other', ...kept, variables: { amount: 7 } });

  for (const { status, body, text } of [first, second, again])
    assert.deepEqual([status, body.result, body.message], [200, 'buffered', 'shared'], text);
  assert.deepEqual([another.status, another.body.code], [422, 'idempotency-key-reused']);
  assert.match(another.body.detail, /message id 'shared'/);
  for (const [asker, name] of [
    [one, 'other'],
    [two, 'mm'],
  ] as const) {
    const { body } = await asker.get('/messages/shared');
    assert.deepEqual([body.id, body.name], ['shared', name]);
    const { body: list } = await asker.get('/messages');
    assert.deepEqual(
      list.items.map(({ id, name: of }: { id: string; name: string }) => [id, of]),
      [['shared', name]],
    );
  }
});

test('a message with an id and without a time to live is published once, too; to nobody it is not published', async t => {
  const { root, deploy } = await setUp(t);
  await deploy('models/w6-message.bpmn');
  const start = async () => (await root.post('/instances', { key: 'w6_message', businessKey: 'dd' })).body.id;
  const publish = (more = {}) => root.post('/messages', { name: 'reply', businessKey: 'dd', id: 'd1', ...more });

  const early = await publish();
  const first = await start();
  const heard = await publish();
  const second = await start();
  const again = await publish();
  const another = await publish({ variables: { amount: 7 } });

  assert.deepEqual([early.status, early.body.code], [404, 'nobody-listens']);
  assert.deepEqual([heard.body.result, heard.body.instance], ['delivered', first]);
  assert.deepEqual(again.body, heard.body);
  assert.equal((await root.get(`/instances/${second}`)).body.state, 'running');
  assert.deepEqual([another.status, another.body.code], [422, 'idempotency-key-reused']);
  assert.equal((await root.get('/messages/d1')).body.state, 'delivered');
});

test('topics tell how much work waits and who asks for it', async t => {
  const { root, clock, deploy } = await setUp(t);
  await deploy('models/w8-external.bpmn');
  for (const _ of [1, 2, 3]) await root.post('/instances', { key: 'w8_external' });
  await root.post('/jobs/fetch', { worker: 'w1', topics: [{ topic: 'work' }] });

  const { body } = await root.get('/topics');
  clock.advance('PT10M');
  const later = await root.get('/topics');

  const [work] = body.items;
  assert.deepEqual([work.topic, work.open, work.locked, work.failed], ['work', 3, 1, 0]);
  assert.equal(work.workers[0].worker, 'w1');
  assert.deepEqual([later.body.items[0].locked, later.body.items[0].workers], [0, []]);
});

test('a job is told alone, and gets another due date', async t => {
  const { root } = await setUp(t);
  await deployed(
    root,
    xml(
      'timer',
      `<startEvent id="s"/><intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></intermediateCatchEvent><endEvent id="e"/>`,
      ['s -> t -> e'],
    ),
  );
  await root.post('/instances', { key: 'timer' });
  const [job] = (await root.get('/jobs?kind=timer')).body.items;

  const changed = await root.patch(`/jobs/${job.id}`, { due: '2026-03-01T12:00:00Z' });

  assert.equal(changed.body.due, '2026-03-01T12:00:00.000Z');
  assert.deepEqual((await root.get(`/jobs/${job.id}`)).body, changed.body);
});

test('the server says what it can do', async t => {
  const { root } = await setUp(t);

  const { body } = await root.get('/capabilities');

  assert.ok(body.elements.includes('userTask') && body.events.includes('timer'));
  assert.equal(body.limits.body, 4 * 1024 * 1024);
  assert.deepEqual(body.permissions.deployment, ['READ', 'CREATE', 'DELETE']);
});
