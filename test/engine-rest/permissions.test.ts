/** Who may do what over /engine-rest: lists without what is not his, 403 in the words of Camunda 7. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { startRest } from './harness.js';
import { beside, driver, part, process } from './models.js';

test('permissions of Camunda 7 decide over /engine-rest', async t => {
  const api = await startRest(t);
  const { rest, server, as } = api;
  const { people, tokens, authorizations } = server.services.identity;
  const { deploy, start } = driver(api);
  await deploy(
    process('secret', part.start() + part.ask(), ['start -> ask']),
    process(
      'letters',
      `<startEvent id="start"><messageEventDefinition messageRef="hello"/></startEvent>${part.ask()}`,
      ['start -> ask'],
      beside.message('hello'),
    ),
  );
  const instance = await start('secret', { amount: 1 });
  await people.createUser({ id: 'joe', name: 'Joe' });
  const joe = as((await tokens.create({ user: 'joe', name: 'test' })).token);
  const grant = (resource: string, resourceId: string, permissions: string[]) =>
    authorizations.create({ type: 'grant', user: 'joe', resource, resourceId, permissions });

  await t.test('lists and counts leave out what he may not see', async () => {
    for (const path of [
      '/process-instance',
      '/execution',
      '/variable-instance',
      '/incident',
      '/event-subscription',
      '/history/process-instance',
      '/history/variable-instance',
    ])
      assert.deepEqual((await joe('get', path)).body, [], path);
    assert.deepEqual((await joe('get', '/process-instance/count')).body, { count: 0 });
  });

  await t.test('what is refused names the permission that is missing', async () => {
    const { status, body } = await joe('get', `/process-instance/${instance}`);
    assert.equal(status, 403);
    assert.equal(body.type, 'AuthorizationException');
    assert.equal(body.userId, 'joe');
    assert.equal(body.missingAuthorizations[0].resourceName, 'ProcessInstance');
    assert.match(body.message, /The user with id 'joe' does not have 'READ' permission/);
  });

  await t.test('changes are refused one by one', async () => {
    const refusals: [Parameters<typeof joe>[0], string, object][] = [
      ['delete', `/process-instance/${instance}`, {}],
      ['put', `/process-instance/${instance}/suspended`, { suspended: true }],
      ['put', `/process-instance/${instance}/variables/amount`, { value: 2 }],
      ['post', `/process-instance/${instance}/modification`, { instructions: [{ type: 'cancel', activityId: 'ask' }] }],
      ['post', `/execution/${instance}/signal`, {}],
      ['post', `/execution/${instance}/create-incident`, { incidentType: 'x' }],
      ['put', '/process-definition/key/secret/suspended', { suspended: true }],
      ['put', '/process-definition/key/secret/history-time-to-live', { historyTimeToLive: 1 }],
      ['delete', '/process-definition/secret:1', {}],
      ['get', '/metrics/process-instances/sum', {}],
      ['get', '/telemetry/data', {}],
    ];
    for (const [method, path, body] of refusals) {
      const answer = await joe(method, path, method === 'get' ? undefined : body);
      assert.deepEqual([answer.status, answer.body.type], [403, 'AuthorizationException'], `${method} ${path}`);
    }
    assert.equal((await rest('get', `/process-instance/${instance}`)).body.suspended, false);
  });

  await t.test('what is granted is seen, and can be done', async () => {
    await grant('processDefinition', 'secret', ['READ', 'READ_INSTANCE']);
    assert.equal((await joe('get', '/process-instance/count')).body.count, 1);
    assert.equal((await joe('get', `/process-instance/${instance}/variables`)).body.amount.value, 1);
    assert.equal((await joe('put', `/process-instance/${instance}/variables/amount`, { value: 2 })).status, 403);
    await grant('processInstance', instance, ['UPDATE']);
    assert.equal((await joe('put', `/process-instance/${instance}/variables/amount`, { value: 2 })).status, 204);
  });

  await t.test('whoever may not start a process starts it by no message either', async () => {
    await authorizations.create({
      type: 'global',
      resource: 'processDefinition',
      resourceId: '*',
      permissions: ['READ'],
    });
    assert.equal((await joe('post', '/message', { messageName: 'hello' })).status, 403);
    assert.equal((await joe('post', '/process-definition/key/letters/start', {})).status, 403);
    await grant('processDefinition', 'letters', ['CREATE_INSTANCE']);
    assert.equal((await joe('post', '/message', { messageName: 'hello' })).status, 204);
  });
});
