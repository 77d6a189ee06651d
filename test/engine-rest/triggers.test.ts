/** POST /engine-rest/execution/{id}/signal, and signals to one execution: what goes on by them, and what does not. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { startRest } from './harness.js';
import { beside, driver, part, process } from './models.js';

const { start, ask, work } = part;
const unknown = '00000000-0000-4000-8000-000000000001';

test('a trigger by hand leads on what waits for an event or a worker, never what somebody else has to end', async t => {
  const api = await startRest(t);
  const { rest } = api;
  const { deploy, start: begin, at } = driver(api);
  const deployed = await deploy(
    process(
      'mixed',
      `${start()}<parallelGateway id="fork"/>${ask()}${work()}<callActivity id="call" calledElement="inner"/><receiveTask id="letter" messageRef="post"/>${part.catch('flag', '<signalEventDefinition signalRef="raised"/>')}${part.catch('pause', '<timerEventDefinition><timeDuration xsi:type="tFormalExpression">P1D</timeDuration></timerEventDefinition>')}`,
      ['start -> fork', ...['ask', 'work', 'call', 'letter', 'flag', 'pause'].map(element => `fork -> ${element}`)],
      beside.message('post') + beside.signal('flag', 'raised'),
    ),
    process('inner', start() + ask('inside'), ['start -> inside']),
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
