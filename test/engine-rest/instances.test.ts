/** Starts and process instances over /engine-rest. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { startRest } from './harness.js';

test('an instance is started, looked into, changed and ended by a client of Camunda 7', async t => {
  const { rest, deploy } = await startRest(t);
  await deploy('engine-rest/everything.bpmn');
  const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

  const started = await rest('post', '/process-definition/key/everything/start', {
    businessKey: 'b1',
    variables: {
      amount: { value: 5, type: 'Long' },
      tree: { value: '{"a":1}', type: 'Json' },
      when: { value: '2026-01-01T00:00:00.000+0000', type: 'Date' },
    },
    withVariablesInReturn: true,
    skipCustomListeners: null,
  });
  const { id } = started.body;

  await t.test('the answer of the start has everything, with types', () => {
    assert.equal(started.status, 200, started.text);
    assert.match(id, uuid);
    assert.equal(started.body.definitionKey, 'everything');
    assert.equal(started.body.businessKey, 'b1');
    assert.equal(started.body.ended, false);
    assert.deepEqual(started.body.variables.amount, { type: 'Long', value: 5, valueInfo: {} });
    assert.deepEqual(started.body.variables.tree, { type: 'Json', value: '{"a":1}', valueInfo: {} });
    assert.equal(started.body.variables.when.value, '2026-01-01T00:00:00.000+0000');
    assert.equal(started.body.links[0].rel, 'self');
  });

  await t.test('what is unknown is refused: a start by id 500, everything else 404', async () => {
    const byId = await rest('post', '/process-definition/nothing:1/start', {});
    assert.deepEqual([byId.status, byId.body.type], [500, 'RestException']);
    assert.equal((await rest('post', '/process-definition/key/nothing/start', {})).status, 404);
    const instance = await rest('get', '/process-instance/00000000-0000-4000-8000-000000000000');
    assert.deepEqual([instance.status, instance.body.type], [404, 'InvalidRequestException']);
  });

  await t.test('variables are read, set and taken away, one and all', async () => {
    const path = `/process-instance/${id}/variables`;
    assert.equal((await rest('put', `${path}/amount`, { value: 6, type: 'Integer' })).status, 204);
    assert.deepEqual((await rest('get', `${path}/amount`)).body, { type: 'Integer', value: 6, valueInfo: {} });
    const many = { modifications: { more: { value: 'x' } }, deletions: ['tree'] };
    assert.equal((await rest('post', path, many)).status, 204);
    const all = (await rest('get', path)).body;
    assert.equal(all.more.value, 'x');
    assert.equal(all.tree, undefined);
    assert.equal((await rest('delete', `${path}/more`)).status, 204);
    assert.equal((await rest('get', `${path}/more`)).status, 404);
    assert.equal((await rest('put', `${path}/__proto__`, { value: 1 })).status, 400);
  });

  await t.test('the activity tree shows every token', async () => {
    const { body } = await rest('get', `/process-instance/${id}/activity-instances`);
    assert.equal(body.id, id);
    assert.equal(body.activityType, 'processDefinition');
    const types = body.childActivityInstances.map(
      (child: Record<string, string>) => `${child.activityId} ${child.activityType}`,
    );
    assert.deepEqual(types.sort(), [
      'ask userTask',
      'fail serviceTask',
      'letter intermediateMessageCatch',
      'pause intermediateTimer',
      'work serviceTask',
    ]);
    for (const child of body.childActivityInstances) {
      assert.equal(child.parentActivityInstanceId, id);
      assert.match(child.id, /^[a-z]+:[0-9a-f-]{36}$/);
      assert.match(child.executionIds[0], uuid);
    }
  });

  await t.test('a modification cancels one, and starts before and on a flow', async () => {
    const tree = (await rest('get', `/process-instance/${id}/activity-instances`)).body;
    const ask = tree.childActivityInstances.find((child: { activityId: string }) => child.activityId === 'ask');
    const modified = await rest('post', `/process-instance/${id}/modification`, {
      instructions: [
        { type: 'cancel', activityInstanceId: ask.id },
        { type: 'cancel', activityId: 'pause' },
        { type: 'startBeforeActivity', activityId: 'ask', variables: { hint: { value: 'x', local: true } } },
        { type: 'startTransition', transitionId: 'to-letter' },
      ],
      annotation: 'by hand',
    });
    assert.equal(modified.status, 204, modified.text);
    const after = (await rest('get', `/process-instance/${id}/activity-instances`)).body.childActivityInstances;
    const ids = after.map((child: { activityId: string }) => child.activityId).sort();
    assert.deepEqual(ids, ['ask', 'fail', 'letter', 'letter', 'work']);
    const unknown = await rest('post', `/process-instance/${id}/modification`, {
      instructions: [{ type: 'startBeforeActivity', activityId: 'nothing' }],
    });
    assert.deepEqual([unknown.status, unknown.body.type], [500, 'ProcessEngineException']);
  });

  await t.test('it is suspended and activated, also among many', async () => {
    assert.equal((await rest('put', `/process-instance/${id}/suspended`, { suspended: true })).status, 204);
    assert.equal((await rest('get', `/process-instance/${id}`)).body.suspended, true);
    const many = { suspended: false, processDefinitionKey: 'everything' };
    assert.equal((await rest('put', '/process-instance/suspended', many)).status, 204);
    assert.equal((await rest('get', `/process-instance/${id}`)).body.suspended, false);
    assert.equal((await rest('put', '/process-instance/suspended', { suspended: true })).status, 400);
  });

  await t.test('or-queries find either', async () => {
    const query = {
      orQueries: [{ businessKey: 'b1', processDefinitionKey: 'nothing' }],
      processDefinitionKey: 'everything',
    };
    assert.deepEqual((await rest('post', '/process-instance/count', query)).body, { count: 1 });
    const neither = { orQueries: [{ businessKey: 'b2', processDefinitionKey: 'nothing' }] };
    assert.deepEqual((await rest('post', '/process-instance/count', neither)).body, { count: 0 });
  });

  await t.test('it is deleted, and then it is not there', async () => {
    assert.equal((await rest('delete', `/process-instance/${id}?skipIoMappings=true`, {})).status, 204);
    assert.equal((await rest('get', `/process-instance/${id}`)).status, 404);
    assert.equal((await rest('delete', `/process-instance/${id}`)).status, 404);
    assert.equal((await rest('delete', `/process-instance/${id}?failIfNotExists=false`)).status, 204);
  });
});
