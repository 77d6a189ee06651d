/** POST /engine-rest/execution/{id}/signal, and signals to one execution: what goes on by them, and what does not. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { startRest } from './harness.js';
import { beside, driver, part, process } from './models.js';

const { start, work } = part;
const userTask = part.ask;
const unknown = '00000000-0000-4000-8000-000000000001';

test('a trigger by hand leads on what waits for an event or a worker, never what somebody else has to end', async t => {
  const api = await startRest(t);
  const { rest, token } = api;
  const { deploy, start: begin, at } = driver(api);
  const deployed = await deploy(
    process(
      'mixed',
      `${start()}<parallelGateway id="fork"/>${userTask()}${work()}<callActivity id="call" calledElement="inner"/><receiveTask id="letter" messageRef="post"/>${part.catch('flag', '<signalEventDefinition signalRef="raised"/>')}${part.catch('pause', '<timerEventDefinition><timeDuration xsi:type="tFormalExpression">P1D</timeDuration></timerEventDefinition>')}`,
      ['start -> fork', ...['ask', 'work', 'call', 'letter', 'flag', 'pause'].map(element => `fork -> ${element}`)],
      beside.message('post') + beside.signal('flag', 'raised'),
    ),
    process('inner', start() + userTask('inside'), ['start -> inside']),
  );
  assert.equal(deployed.status, 200, deployed.text);
  const id = await begin('mixed');
  const executionAt = async (element: string): Promise<string> =>
    (await rest('get', `/execution?processInstanceId=${id}&activityId=${element}`)).body[0].id;
  const trigger = async (element: string, body: object = {}) =>
    (await rest('post', `/execution/${await executionAt(element)}/signal`, body)).status;

  await t.test('a task of a person and a called process are refused with 500, and stay', async () => {
    for (const element of ['ask', 'call']) assert.equal(await trigger(element), 500, element);
    assert.deepEqual(await at(id), ['ask', 'call', 'flag', 'letter', 'pause', 'work']);
    assert.equal((await rest('get', `/process-instance/count?superProcessInstance=${id}`)).body.count, 1);
  });

  await t.test('a value that cannot be read is 400; an execution that is not there 404', async () => {
    assert.equal(await trigger('letter', { variables: { n: { value: 'x', type: 'Integer' } } }), 400);
    assert.equal((await rest('post', `/execution/${unknown}/signal`, {})).status, 404);
  });

  await t.test('events, and work of a worker, go on, with the variables that are sent', async () => {
    for (const element of ['work', 'letter', 'pause'])
      assert.equal(await trigger(element, { variables: { [element]: { value: 'done' } } }), 204, element);
    assert.deepEqual(await at(id), ['ask', 'call', 'flag']);
    const { body } = await rest('get', `/process-instance/${id}/variables`);
    assert.deepEqual([body.work.value, body.letter.value, body.pause.value], ['done', 'done', 'done']);
  });

  await t.test('a receive task without a message waits for nothing else, and the instance says so', async () => {
    await deploy(process('by-hand', `${start()}<receiveTask id="wait"/>${userTask()}`, ['start -> wait -> ask']));
    const waiting = await begin('by-hand');
    const { body } = await api.ask.get(`/api/v1/instances/${waiting}/describe`).auth(token, { type: 'bearer' });
    assert.deepEqual(
      body.waits.map(({ kind, element, because }: Record<string, string>) => [kind, element, because]),
      [['trigger', 'wait', '“wait” waits for a trigger: POST /engine-rest/execution/{id}/signal']],
    );
    assert.equal((await rest('get', `/event-subscription/count?processInstanceId=${waiting}`)).body.count, 0);
    const sent = { variables: { said: { value: 'go' } } };
    assert.equal((await rest('post', `/execution/${waiting}/signal`, sent)).status, 204);
    assert.deepEqual(await at(waiting), ['ask']);
    assert.equal((await rest('get', `/process-instance/${waiting}/variables/said`)).body.value, 'go');
  });

  await t.test('a condition that is waited for is an event subscription, until it holds', async () => {
    const holds =
      '<conditionalEventDefinition><condition xsi:type="tFormalExpression">${go}</condition></conditionalEventDefinition>';
    await deploy(process('on-change', start() + part.catch('change', holds) + userTask(), ['start -> change -> ask']));
    const waiting = await begin('on-change');
    const [listening, ...others] = (await rest('get', `/event-subscription?processInstanceId=${waiting}`)).body;
    assert.deepEqual([listening.eventType, listening.eventName, listening.activityId], ['conditional', null, 'change']);
    assert.deepEqual(others, []);
    assert.equal((await rest('post', '/condition', { variables: { go: { value: true } } })).status, 500);
    const { body } = await api.ask.get(`/api/v1/instances/${waiting}/describe`).auth(token, { type: 'bearer' });
    assert.match(body.waits[0].because, /“change” waits for its condition to become true/);
    await rest('put', `/process-instance/${waiting}/variables/go`, { value: true });
    assert.equal((await rest('get', `/event-subscription/count?processInstanceId=${waiting}`)).body.count, 0);
    assert.deepEqual(await at(waiting), ['ask']);
  });

  await t.test('a signal reaches one execution; a tenant beside it is 400, one that does not listen 500', async () => {
    const execution = { name: 'flag', executionId: await executionAt('flag') };
    assert.equal((await rest('post', '/signal', { ...execution, tenantId: 'any' })).status, 400);
    assert.equal((await rest('post', '/signal', { ...execution, withoutTenantId: true })).status, 400);
    assert.equal((await rest('post', '/signal', { ...execution, name: 'other' })).status, 500);
    assert.equal((await rest('post', '/signal', { ...execution, executionId: unknown })).status, 500);
    assert.equal((await rest('post', '/signal', execution)).status, 204);
    assert.deepEqual(await at(id), ['ask', 'call']);
  });
});
