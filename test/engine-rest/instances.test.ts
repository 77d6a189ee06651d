/** Starts and process instances over /engine-rest. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { startRest } from './harness.js';
import { populated } from './populated.js';

test('an instance is started, looked into, changed and ended by a client of Camunda 7', async t => {
  const { rest, deploy, ask, token } = await startRest(t);
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
    for (const name of ['__proto__', 'constructor', 'a%0Ab', 'x'.repeat(256)])
      assert.equal((await rest('put', `${path}/${name}`, { value: 1 })).status, 400, name);
  });

  await t.test('a variable may be called anything, and an object in a form tells its type', async () => {
    const path = `/process-instance/${id}/variables`;
    for (const name of ['Größe in cm', '2nd/part', 'a.b$c', 'ключ ~ 1', '🙂']) {
      const address = `${path}/${encodeURIComponent(name)}`;
      assert.equal((await rest('put', address, { value: name })).status, 204, name);
      assert.equal((await rest('get', address)).body.value, name);
      const found = `processInstanceId=${id}&variableName=${encodeURIComponent(name)}`;
      const [past] = (await rest('get', `/history/variable-instance?${found}`)).body;
      assert.equal(past.value, name);
      const again = await rest('get', `/variable-instance/${encodeURIComponent(past.id)}`);
      assert.equal(again.body.name, name);
      assert.equal((await rest('delete', address)).status, 204);
    }
    const sent = await ask
      .post(`/engine-rest${path}/order/data`)
      .auth(token, { type: 'bearer' })
      .field('data', '{"lines":[1]}')
      .field('type', 'com.acme.Order');
    assert.equal(sent.status, 204, sent.text);
    const { value, valueInfo } = (await rest('get', `${path}/order`)).body;
    assert.deepEqual([value, valueInfo.objectTypeName], [{ lines: [1] }, 'com.acme.Order']);
  });

  await t.test('an object is told as its text where it is not to be read, in the history, too', async () => {
    const query = `processInstanceId=${id}&deserializeValues=false`;
    const text = '{"lines":[1]}';
    const [found] = (await rest('get', `/history/variable-instance?variableName=order&${query}`)).body;
    assert.equal(found.value, text);
    const address = `/history/variable-instance/${encodeURIComponent(found.id)}`;
    assert.equal((await rest('get', `${address}?deserializeValues=false`)).body.value, text);
    assert.deepEqual((await rest('get', address)).body.value, { lines: [1] });
    const posted = await rest('post', '/history/variable-instance?deserializeValues=false', { variableName: 'order' });
    assert.equal(posted.body[0].value, text);
    const [detail] = (await rest('get', `/history/detail?variableNameLike=order&${query}`)).body;
    assert.equal(detail.value, text);
    const one = await rest('get', `/history/detail/${encodeURIComponent(detail.id)}?deserializeValue=false`);
    assert.equal(one.body.value, text);
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
    const ask = body.childActivityInstances.find((child: { activityId: string }) => child.activityId === 'ask');
    const found = (await rest('get', `/task?activityInstanceIdIn=${ask.id}`)).body;
    assert.deepEqual(
      found.map(({ taskDefinitionKey, processInstanceId }: Record<string, string>) => [
        taskDefinitionKey,
        processInstanceId,
      ]),
      [['ask', id]],
    );
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

  await t.test('a variable is compared as what it is: numbers, texts, and dates in any zone', async () => {
    const found = async (operator: string, value: unknown, name = 'when') => {
      const variables = [{ name, operator, value }];
      return (await rest('post', '/process-instance/count', { processInstanceIds: [id], variables })).body.count;
    };
    assert.equal(await found('eq', '2026-01-01T01:00:00.000+0100'), 1);
    assert.equal(await found('lt', '2026-01-01T00:30:00.000+0000'), 1);
    assert.equal(await found('lt', '2026-01-01T00:30:00.000+0100'), 0);
    assert.equal(await found('gteq', 6, 'amount'), 1);
    assert.equal(await found('eq', '6', 'amount'), 0);
    const inAddress = encodeURIComponent('when_eq_2025-12-31T23:00:00.000-0100');
    assert.equal((await rest('get', `/process-instance/count?variables=${inAddress}`)).body.count, 1);
    assert.equal((await rest('get', '/process-instance/count?variables=amount_eq_6')).body.count, 0, 'always a text');
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

const unknown = '00000000-0000-4000-8000-000000000001';

test('executions, variables, subscriptions and incidents of a running instance', async t => {
  const { rest, server, instance: id } = await populated(t);
  const executions = (await rest('get', `/execution?processInstanceId=${id}`)).body as { id: string }[];
  const at = async (element: string) =>
    (await rest('get', `/execution?processInstanceId=${id}&activityId=${element}`)).body[0].id as string;

  await t.test('every branch has an execution, and the process has one', () => {
    assert.equal(executions.length, 6);
    assert.ok(executions.some(execution => execution.id === id));
  });

  await t.test('local variables are those of one execution', async () => {
    const ask = await at('ask');
    assert.equal((await rest('get', `/execution/${ask}/localVariables`)).body.note.value, 'local');
    assert.equal((await rest('put', `/execution/${ask}/localVariables/more`, { value: 1 })).status, 204);
    const found = (await rest('get', `/variable-instance?executionIdIn=${ask}`)).body;
    assert.deepEqual(found.map((one: { name: string }) => one.name).sort(), ['more', 'note']);
    assert.ok(found.every((one: { taskId: string | null }) => one.taskId !== null));
    const one = await rest('get', `/variable-instance/${encodeURIComponent(found[0].id)}`);
    assert.equal(one.body.name, found[0].name);
  });

  await t.test('the message that is waited for is told, and triggers its execution', async () => {
    const letter = await at('letter');
    const [listed] = (await rest('get', '/event-subscription?eventName=letter')).body;
    assert.equal(listed.executionId, letter);
    const subscription = await rest('get', `/execution/${letter}/messageSubscriptions/letter`);
    assert.deepEqual(subscription.body, listed);
    assert.equal((await rest('get', `/execution/${letter}/messageSubscriptions/other`)).status, 404);
    const trigger = `/execution/${letter}/messageSubscriptions/letter/trigger`;
    assert.equal((await rest('post', trigger, { variables: { said: { value: 'hello' } } })).status, 204);
    assert.equal((await rest('get', `/process-instance/${id}/variables/said`)).body.value, 'hello');
    assert.equal((await rest('post', trigger, {})).status, 500);
  });

  await t.test('an incident of a job is found, annotated, and not resolved by hand', async () => {
    const [incident] = (await rest('get', '/incident?incidentType=failedExternalTask')).body;
    assert.match(incident.incidentMessage, /^serviceTask 'Fail' .*: it broke$/);
    assert.equal((await rest('put', `/incident/${incident.id}/annotation`, { annotation: 'known' })).status, 204);
    assert.equal((await rest('get', `/incident/${incident.id}`)).body.annotation, 'known');
    assert.equal((await rest('delete', `/incident/${incident.id}/annotation`)).status, 204);
    assert.equal((await rest('get', `/incident/${incident.id}`)).body.annotation, null);
    for (const method of ['put', 'delete'] as const)
      assert.equal((await rest(method, `/incident/${unknown}/annotation`, { annotation: 'x' })).status, 400);
    assert.equal((await rest('delete', `/incident/${incident.id}`)).status, 400);
  });

  await t.test('an incident made by hand is resolved by hand', async () => {
    const work = await at('work');
    const made = await rest('post', `/execution/${work}/create-incident`, {
      incidentType: 'attention',
      configuration: 'shelf 3',
      message: 'look here',
    });
    assert.equal(made.status, 200, made.text);
    assert.deepEqual([made.body.executionId, made.body.activityId], [work, 'work']);
    for (const nowhere of [unknown, id])
      assert.equal((await rest('post', `/execution/${nowhere}/create-incident`, { incidentType: 'x' })).status, 400);
    assert.equal((await rest('get', '/incident/count?configuration=shelf%203')).body.count, 1);
    assert.equal((await rest('delete', `/incident/${made.body.id}`)).status, 204);
    assert.equal((await rest('get', `/incident/${made.body.id}`)).status, 404);
    assert.equal((await server.services.engine.instance(id))!.state, 'running');
  });

  await t.test('a single path runs in the execution whose id is the id of the instance', async () => {
    const xml = (await rest('get', '/process-definition/key/everything/xml')).body.bpmn20Xml as string;
    assert.match(xml, /id="everything"/);
    const single = await rest('post', `/process-instance/${id}/modification`, {
      instructions: ['ask', 'pause', 'fail'].map(activityId => ({ type: 'cancel', activityId })),
    });
    assert.equal(single.status, 204, single.text);
    assert.equal(await at('work'), id);
    assert.equal((await rest('get', `/execution/count?processInstanceId=${id}`)).body.count, 1);
    const made = await rest('post', `/execution/${id}/create-incident`, { incidentType: 'attention' });
    assert.deepEqual([made.body.executionId, made.body.activityId], [id, 'work']);
  });
});
