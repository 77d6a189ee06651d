/** Webhooks: signed messages about what happens, tried again, given up, sent again; never into an internal network. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import test, { type TestContext } from 'node:test';
import { InternalAddress, publicLookup, urlProblem } from '../../api/webhooks/address.js';
import { pauses } from '../../api/webhooks/dispatch.js';
import { WebhookMessage, webhookHeaders } from '../../api/webhooks/message.js';
import { send } from '../../api/webhooks/send.js';
import type { TaskDocument } from '../../engine/store/documents.js';
import { createClock } from '../virtual.js';
import { fixture, startApi } from './harness.js';
import { startReceiver } from './receiver.js';

async function setUp(t: TestContext) {
  const clock = createClock();
  const { person, deploy, server } = await startApi(t, { clock, environment: { WEFT_INTERNAL_WEBHOOKS: 'on' } });
  const { store } = server.services;
  const receiver = await startReceiver(t);
  const root = await person({ id: 'ada', administrator: true });
  const [definition] = await deploy('models/w3-approval.bpmn');
  // What happens in the very millisecond of a webhook is told, too.
  clock.advance(1);
  const { projector } = server.services.engine;
  const { dispatch } = server.services.webhooks;
  const everything = (await root.get('/capabilities')).body.webhookEvents;
  return {
    ...{ clock, root, person, receiver, projector, store, definition: definition! },
    /** What is due has been tried. */
    async delivered() {
      await projector.fold();
      await dispatch.quiet();
    },
    async hook(values: object = {}) {
      const input = { name: 'Hook', url: receiver.url, events: everything, ...values };
      const { status, body, text } = await root.post('/webhooks', input);
      assert.equal(status, 201, text);
      return body;
    },
  };
}

const webhookIn = (url: string) => ({ name: 'Hook', url, events: ['instance.ended'] });

const typesOf = (received: { body: { type: string } }[]) => received.map(({ body }) => body.type).sort();

test('a webhook of a tenant hears what belongs to it, and no other does', async t => {
  const { root, receiver, delivered, hook } = await setUp(t);
  await root.post('/tenants', { id: 'acme', name: 'Acme' });
  const files = [{ name: 'approval.bpmn', text: fixture('models/w3-approval.bpmn') }];
  const webhook = await hook({ tenant: 'acme', events: ['instance.started', 'deployment.created'] });
  await hook({ name: 'Of none', events: ['instance.started', 'deployment.created'] });
  await root.post('/deployments', { files, tenant: 'acme' });

  const { body: started } = await root.post('/instances', { key: 'w3_approval', tenant: 'acme' });
  await delivered();

  assert.equal(webhook.tenant, 'acme');
  assert.equal(started.tenant, 'acme');
  assert.deepEqual(typesOf(receiver.received), ['deployment.created', 'instance.started']);
  for (const { body } of receiver.received) assert.equal(body.data.tenant, 'acme');
  assert.equal((await root.post('/webhooks', { ...webhookIn(receiver.url), tenant: 'nobody' })).status, 404);
});

test('a receiver hears what it asked for, signed, with an id of its own each; the secret is shown once', async t => {
  const { root, receiver, delivered, hook, definition } = await setUp(t);
  const webhook = await hook();
  await hook({ name: 'Other process', keys: ['another'] });
  await hook({ name: 'Other events', events: ['incident.opened'] });
  await hook({ name: 'Off', active: false });

  const { body: instance } = await root.post('/instances', { definition: definition.id, businessKey: 'order 47' });
  await delivered();
  const { body: tasks } = await root.get('/tasks?view=all');
  await root.post(`/instances/${instance.id}/suspend`);
  await root.post(`/instances/${instance.id}/activate`);
  await root.delete(`/instances/${instance.id}?reason=mistake`);
  await delivered();

  assert.deepEqual(typesOf(receiver.received), [
    'instance.activated',
    'instance.ended',
    'instance.started',
    'instance.suspended',
    'task.cancelled',
    'task.opened',
  ]);
  assert.equal(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size, 6);
  for (const { headers, text, body } of receiver.received) {
    const key = Buffer.from(webhook.secret.replace('whsec_', ''), 'base64');
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`;
    const expected = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
    assert.equal(headers['webhook-signature'], expected);
    assert.equal(body.id, headers['webhook-id']);
    assert.deepEqual(WebhookMessage.parse(body), body, 'as the document says');
    for (const name of Object.keys(webhookHeaders)) assert.equal(typeof headers[name], 'string');
    assert.equal(body.data.instance, instance.id);
    assert.equal(body.data.businessKey, 'order 47');
  }
  const of = (type: string) => receiver.received.find(({ body }) => body.type === type)!.body.data;
  assert.equal(of('task.opened').task, tasks.items[0].id);
  assert.equal(of('instance.ended').reason, 'mistake');
  assert.equal((await root.get(`/webhooks/${webhook.id}`)).body.secret, undefined);
});

test('a failing receiver is tried again after growing pauses, then the letter is dead, and can be sent again', async t => {
  const { root, receiver, clock, delivered, hook, definition } = await setUp(t);
  const { id } = await hook({ events: ['instance.started'] });
  receiver.answer(503);

  await root.post('/instances', { definition: definition.id });
  await delivered();
  for (const pause of pauses) {
    await delivered();
    const before = receiver.received.length;
    clock.advance(pause * 1.1);
    await delivered();
    assert.equal(receiver.received.length, before + 1, `behind ${pause} ms`);
  }
  clock.advance('P1D');
  await delivered();
  const { body } = await root.get(`/webhooks/${id}/deliveries?state=dead`);
  const [letter] = body.items;
  const still = await root.post(`/webhooks/${id}/deliveries/${letter.id}/resend`);
  receiver.answer(204);
  await root.post('/instances', { definition: definition.id });
  const all = await root.post(`/webhooks/${id}/resend`);
  await delivered();

  assert.equal(receiver.received.length, pauses.length + 1 + 1 + 2);
  assert.deepEqual([letter.attempts, letter.status, letter.error], [pauses.length + 1, 503, 'answered 503']);
  assert.equal(still.body.state, 'dead');
  assert.equal(all.body.deliveries, 1);
  const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
  assert.equal(new Set(ids).size, 2, 'an id is stable over all its attempts');
  const after = await root.get(`/webhooks/${id}`);
  assert.deepEqual([after.body.open, after.body.dead], [0, 0]);
  assert.equal((await root.get(`/webhooks/${id}/deliveries?state=delivered`)).body.items.length, 2);
});

test('the test button tells at once what the receiver says, and tries once', async t => {
  const { root, receiver, clock, delivered, hook } = await setUp(t);
  const { id } = await hook();

  const good = await root.post(`/webhooks/${id}/test`);
  receiver.answer(500);
  const bad = await root.post(`/webhooks/${id}/test`);
  clock.advance('P1D');
  await delivered();

  assert.deepEqual([good.body.state, good.body.status], ['delivered', 200]);
  assert.deepEqual([bad.body.state, bad.body.error], ['dead', 'answered 500']);
  assert.deepEqual(typesOf(receiver.received), ['ping', 'ping']);
  assert.deepEqual((await root.get(`/webhooks/${id}/deliveries`)).body.items, [], 'a test is no letter');
  assert.equal((await root.get(`/webhooks/${id}`)).body.dead, 0);
});

test('a receiver that is gone is not tried again', async t => {
  const { root, receiver, clock, delivered, hook, definition } = await setUp(t);
  const { id } = await hook({ events: ['instance.started'] });
  receiver.answer(410);

  await root.post('/instances', { definition: definition.id });
  await delivered();
  clock.advance('P1D');
  await delivered();

  const [letter] = (await root.get(`/webhooks/${id}/deliveries?state=dead`)).body.items;
  assert.deepEqual([letter.attempts, letter.status, receiver.received.length], [1, 410, 1]);
});

test('history that is folded again tells nobody again', async t => {
  const { root, receiver, delivered, hook, projector, definition } = await setUp(t);
  await hook({ events: ['instance.started'] });
  await root.post('/instances', { definition: definition.id });
  await delivered();

  await projector.rebuild();
  await delivered();

  assert.equal(receiver.received.length, 1);
});

test('a webhook is changed as it was read; one that is switched off hears later what it missed meanwhile', async t => {
  const { root, receiver, clock, delivered, hook, definition } = await setUp(t);
  const { id } = await hook({ events: ['instance.started'] });
  const { headers } = await root.get(`/webhooks/${id}`);
  receiver.answer(500);
  await root.post('/instances', { definition: definition.id });
  await delivered();
  receiver.answer(200);
  const input = { name: 'Hook', url: receiver.url, events: ['instance.started'] };

  const off = await root.put(`/webhooks/${id}`, { ...input, active: false }, { 'If-Match': headers.etag! });
  clock.advance('PT1M');
  await delivered();
  const stale = await root.put(`/webhooks/${id}`, input, { 'If-Match': headers.etag! });
  assert.equal(receiver.received.length, 1);
  await root.put(`/webhooks/${id}`, input, { 'If-Match': off.headers.etag! });
  await delivered();

  assert.equal(stale.status, 412);
  assert.equal(receiver.received.length, 2);
  await root.delete(`/webhooks/${id}`);
  assert.equal((await root.get(`/webhooks/${id}`)).status, 404);
});

test('what people do with a task is told in their order, however it is done, and once', async t => {
  const { root, person, receiver, delivered, hook, store, definition } = await setUp(t);
  await hook({ elements: ['fulfil'] });
  await hook({ name: 'Other element', elements: ['another'] });
  await person({ id: 'bob' });
  await root.post('/instances', { definition: definition.id });
  const open = async () => (await root.get('/tasks?view=all')).body.items[0].id as string;
  let id = await open();
  const did = async (verb: string, input?: object) => {
    const { status, text } = await root.post(`/tasks/${id}/${verb}`, input);
    assert.ok(status < 300, text);
  };
  await did('complete', { variables: { approved: true } });
  id = await open();

  await did('claim');
  await did('unclaim');
  await did('claim');
  await did('delegate', { to: 'bob' });
  await did('resolve');
  await did('assign', { assignee: 'bob' });
  const before = await store.get<TaskDocument>('tasks', id);
  await delivered();
  const after = await store.get<TaskDocument>('tasks', id);
  // As a crash between the deliveries and the mark would leave it.
  await store.patch('tasks', id, {}, { set: { untold: before!.untold as never, untoldAt: before!.untoldAt! } });
  await delivered();
  await root.patch(`/tasks/${id}`, { priority: 7 });
  await did('complete', { variables: { approved: true } });
  await delivered();

  const told = receiver.received.map(({ body }) => body).filter(({ type }) => type.startsWith('task.'));
  const verbs = ['opened', 'claimed', 'unclaimed', 'claimed', 'delegated', 'resolved', 'assigned', 'completed'];
  assert.deepEqual(told.map(({ type }) => type).sort(), verbs.map(verb => `task.${verb}`).sort());
  const of = (verb: string) => told.find(({ type }) => type === `task.${verb}`).data;
  assert.equal(before!.untold?.length, 6);
  assert.equal(after!.untold, undefined);
  assert.deepEqual(
    ['unclaimed', 'claimed', 'delegated', 'resolved', 'assigned'].map(verb => of(verb).assignee),
    [undefined, 'ada', 'bob', 'ada', 'bob'],
  );
  for (const verb of verbs) assert.equal(of(verb).task, id, verb);
  assert.deepEqual([of('claimed').by, of('claimed').key, of('claimed').element], ['ada', definition.key, 'fulfil']);
});

test('deployments and definitions are told when they come, stop and go, to whom their processes concern', async t => {
  const { root, receiver, delivered, hook } = await setUp(t);
  await hook({ keys: ['w5_timer'] });
  await hook({ name: 'Other process', keys: ['another'] });
  const deploy = (file: string) =>
    root.post('/deployments', { files: [{ name: 'model.bpmn', text: fixture(`models/${file}`) }] });

  const { body: deployment, text } = await deploy('w5-timer.bpmn');
  const [{ id, key }] = deployment.definitions;
  assert.equal(key, 'w5_timer', text);
  await deploy('w6-message.bpmn');
  await root.post(`/definitions/${id}/suspend`);
  await root.post(`/definitions/${id}/activate`);
  assert.equal((await root.delete(`/deployments/${deployment.id}`)).status, 204);
  await delivered();

  const told = receiver.received.map(({ body }) => body);
  const ofDeployment = ['deployment.created', 'deployment.deleted'];
  const ofDefinition = ['definition.activated', 'definition.deleted', 'definition.suspended'];
  assert.deepEqual(told.map(({ type }) => type).sort(), [...ofDefinition, ...ofDeployment]);
  for (const { type, data } of told)
    assert.deepEqual(
      [data.deployment, data.by, type.startsWith('definition') ? data.definition : id],
      [deployment.id, 'ada', id],
    );
});

test('a webhook names each of its events once', async t => {
  const { root, hook } = await setUp(t);
  const twice = { name: 'Hook', url: 'https://example.org/', events: ['task.opened', 'task.opened'] };
  const { id } = await hook();

  const made = await root.post('/webhooks', twice);
  const changed = await root.put(`/webhooks/${id}`, twice);

  for (const { status, body } of [made, changed])
    assert.deepEqual([status, body.detail], [400, 'body.events: names an event twice']);
});

test('only an administrator sees webhooks', async t => {
  const { person, hook } = await setUp(t);
  const { id } = await hook();
  const mary = await person({ id: 'mary' });

  for (const path of ['/webhooks', `/webhooks/${id}`, `/webhooks/${id}/deliveries`])
    assert.equal((await mary.get(path)).status, 403, path);
});

const internal = [
  ...['127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1'],
  ...['255.255.255.255', '192.0.2.1', '198.18.0.1', '0x7f.1', '2130706433', '017700000001'],
  ...['[::1]', '[::]', '[fe80::1]', '[fc00::1]', '[ff02::1]', '[::ffff:127.0.0.1]', '[::ffff:a9fe:a9fe]'],
  ...['[64:ff9b::7f00:1]', '[2002:7f00:1::]', '[2001:db8::1]'],
  ...['[::127.0.0.1]', '[::a9fe:a9fe]', '[4000::1]'],
];

test('no address of an internal network is taken, however it is written', async t => {
  const { person } = await startApi(t);
  const root = await person({ id: 'ada', administrator: true });
  const hook = (url: string) => root.post('/webhooks', { name: 'Hook', url, events: ['instance.ended'] });

  for (const host of internal) {
    const { status, body } = await hook(`http://${host}:8080/hook`);
    assert.equal(status, 400, host);
    assert.match(body.detail, /internal network/, host);
  }
  for (const url of ['ftp://example.org', 'file:///etc/passwd', 'https://user:pass@example.org', 'example.org'])
    assert.equal((await hook(url)).status, 400, url);
  const names = [
    'https://example.org:0/',
    `https://${'a'.repeat(64)}.org/`,
    `https://${'a.'.repeat(126)}org/`,
    'https://a..b/',
  ];
  for (const url of names) assert.match((await hook(url)).body.errors[0].reason, /port 0|no DNS/, url);
  for (const name of ['localhost', 'app.localhost:3000', 'printer.local', 'vault.internal', 'nas.home.arpa.'])
    assert.match((await hook(`http://${name}/`)).body.detail, /internal network/, name);
  assert.equal((await hook(`https://${'a'.repeat(63)}.org.:8443/hook`)).status, 201);
  for (const host of ['1.1.1.1', '[2606:4700::1111]', 'example.org'])
    assert.equal(urlProblem(`https://${host}/`, false), undefined);
});

test('a name is judged by every address that it stands for, when the connection is made', async t => {
  const receiver = await startReceiver(t);
  const answered = await new Promise<Error | null>(resolve => publicLookup('localhost', {}, error => resolve(error)));
  assert.ok(answered instanceof InternalAddress);

  const letter = { secret: '', id: '1', at: 0, body: '{}', url: receiver.url.replace('127.0.0.1', 'localhost') };
  const { error } = await send(letter, { internalAllowed: false });

  assert.match(error!, /internal network/);
  assert.equal(receiver.received.length, 0);
});

test('redirects are not followed, long answers are not read, and silence has an end', async t => {
  const receiver = await startReceiver(t);
  const elsewhere = await startReceiver(t);
  const letter = { secret: '', id: '1', at: 0, body: '{}', url: receiver.url };
  const sent = (patience?: number) => send(letter, { internalAllowed: true, ...(patience && { patience }) });

  receiver.answer(307, { location: elsewhere.url });
  assert.deepEqual(await sent(), { status: 307, error: 'answered 307: redirects are not followed' });
  receiver.answer(200, {}, 'x'.repeat(5_000_000));
  assert.deepEqual(await sent(), { status: 200 });
  receiver.answer(0);
  assert.deepEqual(await sent(200), { error: 'gave no answer within 0.2 seconds' });

  assert.equal(elsewhere.received.length, 0);
});
