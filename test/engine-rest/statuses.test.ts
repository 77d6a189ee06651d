/** Where the real server differs from its document, and the statuses that it gives. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { startRest } from './harness.js';
import { beside, driver, part, process } from './models.js';

const { start, ask, work, set } = part;
const message = (name: string) => `<messageEventDefinition messageRef="${name}"/>`;
const conditionalStart =
  '<conditionalEventDefinition><condition xsi:type="tFormalExpression">${amount > 10}</condition></conditionalEventDefinition>';
const inner =
  '<subProcess id="inner"><startEvent id="begin"/><userTask id="deep"/><sequenceFlow id="go" sourceRef="begin" targetRef="deep"/></subProcess>';
const unknown = '00000000-0000-4000-8000-000000000001';

test('the real server answers so, and Weft does', async t => {
  const api = await startRest(t);
  const { rest } = api;
  const { deploy, start: begin, at, task } = driver(api);
  const said = ({ status, body }: { status: number; body: { type?: string } }) => [status, body.type];

  await deploy(process('asks', start() + ask(), ['start -> ask']));

  await t.test(
    'a start of an unknown id is 500 RestException; DELETE of a definition is 200 without a body',
    async () => {
      assert.deepEqual(said(await rest('post', '/process-definition/unknown/start', {})), [500, 'RestException']);
      await deploy(process('gone', start() + ask(), ['start -> ask']));
      const deleted = await rest('delete', '/process-definition/gone:1');
      assert.deepEqual([deleted.status, deleted.text], [200, '']);
    },
  );

  await t.test('identity/groups leaves out who asks; identity/verify answers authenticated', async () => {
    const { identity } = api.server.services;
    await identity.people.createGroup({ id: 'team', name: 'Team' });
    await api.person({ id: 'ann', password: 'secret of ann', groups: ['team'] });
    await api.person({ id: 'bob', groups: ['team'] });
    const { body } = await rest('get', '/identity/groups?userId=ann');
    assert.deepEqual(body.groups, [{ id: 'team', name: 'Team' }]);
    assert.deepEqual(
      body.groupUsers.map((user: { id: string }) => user.id),
      ['bob'],
    );
    const right = await rest('post', '/identity/verify', { username: 'ann', password: 'secret of ann' });
    assert.deepEqual([right.body.authenticatedUser, right.body.authenticated], ['ann', true]);
    const wrong = await rest('post', '/identity/verify', { username: 'ann', password: 'x' });
    assert.equal(wrong.body.authenticated, false);
  });

  await t.test('what comes with later issues is 501: batches, and the clean-up of history', async () => {
    const batch = await rest('post', '/process-instance/delete', { skipSubprocesses: null });
    const cleanup = await rest('post', '/history/cleanup?immediatelyDue=false');
    assert.deepEqual(
      [batch.status, cleanup.status, (await rest('get', '/batch/count?createdBy=x')).status],
      [501, 501, 501],
    );
  });

  await t.test('an empty historicProcessInstanceQuery means all instances', async () => {
    const [one, two] = [await begin('asks'), await begin('asks')];
    const all = { suspended: true, historicProcessInstanceQuery: {} };
    assert.equal((await rest('put', '/process-instance/suspended', all)).status, 204);
    for (const id of [one, two]) assert.equal((await rest('get', `/process-instance/${id}`)).body.suspended, true);
    assert.equal((await rest('put', '/process-instance/suspended', { ...all, suspended: false })).status, 204);
    const modified = await rest('post', '/modification/execute', {
      processDefinitionId: 'asks:1',
      historicProcessInstanceQuery: {},
      instructions: [{ type: 'cancel', activityId: 'ask' }],
    });
    assert.equal(modified.status, 204, modified.text);
    assert.equal((await rest('get', '/process-instance/count')).body.count, 0);
  });

  await t.test('incidentStatus with an unknown value filters nothing', async () => {
    const all = (await rest('get', '/history/process-instance/count')).body.count;
    assert.equal((await rest('get', '/history/process-instance/count?incidentStatus=whatever')).body.count, all);
  });

  await t.test('variables of a task and itemCount of a filter are left out unless asked for', async () => {
    await begin('asks', { amount: 1 });
    const [plain] = (await rest('get', '/task')).body;
    for (const name of ['variables', 'attachment', 'comment']) assert.ok(!Object.hasOwn(plain, name), name);
    const [full] = (await rest('get', '/task?withTaskVariablesInReturn=true')).body;
    assert.equal(full.variables.amount.value, 1);
    const filter = await rest('post', '/filter/create', {
      name: 'all',
      resourceType: 'Task',
      query: {},
      properties: {},
    });
    assert.ok(!Object.hasOwn((await rest('get', `/filter/${filter.body.id}`)).body, 'itemCount'));
    const counted = await rest('get', `/filter/${filter.body.id}?itemCount=true`);
    assert.equal(counted.body.itemCount, (await rest('get', '/task/count')).body.count);
  });

  await t.test(
    '400: correlation without a match, bad query values, two message starts of one name in one process',
    async () => {
      assert.deepEqual(said(await rest('post', '/message', { messageName: 'nobody' })), [400, 'RestException']);
      assert.deepEqual(said(await rest('get', '/task?priority=high')), [400, 'InvalidRequestException']);
      const twice = process(
        'twice',
        `<startEvent id="one">${message('go')}</startEvent><startEvent id="two">${message('go')}</startEvent>${ask()}`,
        ['one -> ask', 'two -> ask'],
        beside.message('go'),
      );
      assert.deepEqual(said(await deploy(twice)), [400, 'ParseException']);
    },
  );

  await t.test('500: two definitions with one message start name in a deployment', async () => {
    const starts = (id: string) =>
      process(id, start(message('shared')) + ask(), ['start -> ask'], beside.message('shared'));
    assert.deepEqual(said(await deploy(starts('first'), starts('second'))), [500, 'ProcessEngineException']);
  });

  await t.test('404: an unknown task, job, instance or definition', async () => {
    for (const path of [
      `/task/${unknown}`,
      `/process-instance/${unknown}`,
      '/process-definition/unknown',
      `/execution/${unknown}`,
      `/job/${unknown}`,
      `/incident/${unknown}`,
    ])
      assert.equal((await rest('get', path)).status, 404, path);
  });

  await t.test(
    '500: a start or completion whose expression, script or missing flow fails, and nothing is kept',
    async () => {
      await deploy(
        process('breaks', start() + ask() + set('compute', '${missing.thing}'), ['start -> ask -> compute']),
        process('stuck', `${start()}${ask()}<exclusiveGateway id="which"/>${ask('left')}${ask('right')}`, [
          'start -> ask -> which -[${way == 1}]-> left',
          'which -[${way == 2}]-> right',
        ]),
      );
      const throwing =
        '<scriptTask id="say" scriptFormat="javascript"><script>throw new Error("no")</script></scriptTask>';
      await deploy(process('throws', start() + throwing, ['start -> say']));
      assert.equal((await rest('post', '/process-definition/key/throws/start', {})).status, 500, 'a script');
      assert.equal((await rest('get', '/history/process-instance/count?processDefinitionKey=throws')).body.count, 0);
      for (const key of ['breaks', 'stuck']) {
        const id = await begin(key, { way: 3 });
        const open = await task(id);
        const answer = await rest('post', `/task/${open.id}/complete`, { variables: { kept: { value: true } } });
        assert.equal(answer.status, 500, key);
        assert.deepEqual(await at(id), ['ask'], key);
        assert.equal((await rest('get', `/process-instance/${id}/variables/kept`)).status, 404, key);
        assert.equal((await rest('get', `/incident/count?processInstanceId=${id}`)).body.count, 0, key);
      }
    },
  );

  await t.test(
    'suspended: 400 to claim, to assign, and to complete an external task; 500 to complete, and to trigger',
    async () => {
      await deploy(
        process(
          'both',
          `${start()}<parallelGateway id="fork"/>${ask()}${work()}${part.catch('wait', message('wake'))}`,
          ['start -> fork -> ask', 'fork -> work', 'fork -> wait'],
          beside.message('wake'),
        ),
      );
      const id = await begin('both');
      const topics = [{ topicName: 'work', lockDuration: 60_000 }];
      const [locked] = (await rest('post', '/external-task/fetchAndLock', { workerId: 'w', maxTasks: 1, topics })).body;
      const [{ executionId }] = (await rest('get', `/event-subscription?processInstanceId=${id}`)).body;
      const open = await task(id);
      await rest('put', `/process-instance/${id}/suspended`, { suspended: true });
      assert.equal((await rest('post', `/task/${open.id}/claim`, { userId: 'admin' })).status, 400);
      assert.equal((await rest('post', `/task/${open.id}/assignee`, { userId: 'admin' })).status, 400);
      assert.equal((await rest('post', `/external-task/${locked.id}/complete`, { workerId: 'w' })).status, 400);
      assert.equal((await rest('post', `/task/${open.id}/complete`, {})).status, 500);
      assert.equal((await rest('post', `/execution/${executionId}/messageSubscriptions/wake/trigger`, {})).status, 500);
      assert.equal((await rest('post', '/message', { messageName: 'wake', processInstanceId: id })).status, 500);
    },
  );

  await t.test('500: a modification at an unknown or ambiguous place, negative retries', async () => {
    const id = await begin('asks');
    const modify = (instruction: object) =>
      rest('post', `/process-instance/${id}/modification`, { instructions: [instruction] });
    assert.deepEqual(said(await modify({ type: 'startBeforeActivity', activityId: 'nowhere' })), [
      500,
      'ProcessEngineException',
    ]);
    assert.deepEqual(said(await modify({ type: 'cancel', activityInstanceId: 'nowhere' })), [
      500,
      'ProcessEngineException',
    ]);
    const twice = process('twofold', `${start()}${inner}`, ['start -> inner']);
    assert.equal((await deploy(twice)).status, 200);
    const other = await begin('twofold');
    const again = { instructions: [{ type: 'startBeforeActivity', activityId: 'inner' }] };
    assert.equal((await rest('post', `/process-instance/${other}/modification`, again)).status, 204);
    const ambiguous = { instructions: [{ type: 'startBeforeActivity', activityId: 'deep' }] };
    const refused = await rest('post', `/process-instance/${other}/modification`, ambiguous);
    assert.deepEqual(said(refused), [500, 'ProcessEngineException']);
    assert.match(refused.body.message, /open more than once/);
    const [external] = (await rest('get', '/external-task')).body;
    assert.equal((await rest('put', `/external-task/${external.id}/retries`, { retries: -1 })).status, 500);
  });

  await t.test('conditions by call start where they hold; 500 for a definition without one', async () => {
    await deploy(process('on-condition', start(conditionalStart) + ask(), ['start -> ask']));
    const variables = (amount: number) => ({ variables: { amount: { value: amount } }, businessKey: 'b' });
    assert.deepEqual((await rest('post', '/condition', variables(5))).body, []);
    const { body } = await rest('post', '/condition', variables(50));
    assert.deepEqual([body.length, body[0].businessKey, body[0].definitionKey], [1, 'b', 'on-condition']);
    const without = await rest('post', '/condition', { ...variables(50), processDefinitionId: 'asks:1' });
    assert.equal(without.status, 500);
  });

  await t.test('500: deleting a task of a process', async () => {
    const open = await task(await begin('asks'));
    assert.equal((await rest('delete', `/task/${open.id}`)).status, 500);
  });
});
