/** What a server must do that the documentation of Camunda 7 does not say: found because a library that people use broke. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { startRest } from './harness.js';
import { driver, part, process } from './models.js';
import { populated } from './populated.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const date = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/;

test('what libraries rely on', async t => {
  const api = await populated(t);
  const { rest, ask, token, instance, server } = api;
  const { deploy, start } = driver(api);

  await t.test(
    'the content type is application/json and nothing after it, also of lists, errors and refusals',
    async () => {
      for (const path of ['/task', '/external-task', '/process-instance/unknown', '/deployment?sortBy=x'])
        assert.equal((await rest('get', path)).headers['content-type'], 'application/json', path);
      const { headers } = await ask.get('/engine-rest/task');
      assert.equal(headers['content-type'], 'application/json');
    },
  );

  await t.test('dates have milliseconds and a zone without colon, in answers and in queries', async () => {
    const dates = [
      (await rest('get', '/deployment')).body[0].deploymentTime,
      (await rest('get', '/task')).body[0].created,
      (await rest('get', '/incident')).body[0].incidentTimestamp,
      (await rest('get', '/event-subscription')).body[0].createdDate,
      (await rest('get', '/history/process-instance')).body[0].startTime,
    ];
    for (const text of dates) assert.match(text, date);
    const after = encodeURIComponent('2000-01-01T00:00:00.000+0200');
    assert.equal((await rest('get', `/deployment/count?after=${after}`)).body.count, 1);
    assert.equal((await rest('get', '/deployment/count?after=2000-01-01')).status, 400);
    assert.equal((await rest('get', '/deployment/count?after=2000-01-01T00:00:00Z')).status, 400);
  });

  await t.test('ids of instances, tasks, executions, jobs and called instances are UUIDs that lead back', async () => {
    const [task] = (await rest('get', '/task')).body;
    const [external] = (await rest('get', '/external-task')).body;
    const ids = [instance, task.id, task.executionId, task.processInstanceId, external.id, external.executionId];
    for (const id of ids) assert.match(id, uuid);
    assert.equal((await rest('get', `/task/${task.id}`)).body.id, task.id);
    assert.equal((await rest('get', `/external-task/${external.id}`)).body.id, external.id);
    assert.equal((await rest('get', `/execution/${task.executionId}`)).body.id, task.executionId);
    await deploy(
      process('called', part.start() + part.ask(), ['start -> ask']),
      process('calling', `${part.start()}<callActivity id="call" calledElement="called"/>`, ['start -> call']),
    );
    const id = await start('calling');
    const [called] = (await rest('get', `/process-instance?superProcessInstance=${id}`)).body;
    assert.match(called.id, uuid);
    const [inside] = (await rest('get', `/task?processInstanceId=${called.id}`)).body;
    assert.match(inside.id, uuid);
    assert.equal((await rest('get', `/task/${inside.id}`)).body.processInstanceId, called.id);
    assert.equal((await rest('get', `/process-instance?subProcessInstance=${called.id}`)).body[0].id, id);
  });

  await t.test(
    'the execution that a task names is the one that it runs in, also where that is the process',
    async () => {
      await deploy(process('alone', part.start() + part.ask(), ['start -> ask']));
      const id = await start('alone', { a: 1 });
      const [task] = (await rest('get', `/task?processInstanceId=${id}`)).body;
      const execution = `/execution/${task.executionId}`;
      const named = async (path: string) =>
        (await rest('get', path)).body.map((one: { name: string }) => one.name).sort();

      assert.equal((await rest('get', execution)).body.id, id);
      assert.equal((await rest('get', `${execution}/localVariables`)).body.a.value, 1);
      assert.equal((await rest('put', `${execution}/localVariables/b`, { value: 2 })).status, 204);
      assert.equal((await rest('get', `/process-instance/${id}/variables/b`)).body.value, 2);
      for (const one of [task.executionId, id]) {
        assert.deepEqual(await named(`/variable-instance?executionIdIn=${one}`), ['a', 'b']);
        assert.equal((await rest('get', `/task?executionId=${one}`)).body[0].id, task.id);
      }
      await rest('post', `/task/${task.id}/complete`, {});
      assert.equal((await rest('get', execution)).status, 404);
      assert.deepEqual((await rest('get', `/task?executionId=${id}`)).body, []);
    },
  );

  await t.test('an item of a large multi-instance has a UUID, too, by which it is completed', async () => {
    const many =
      '<multiInstanceLoopCharacteristics><loopCardinality xsi:type="tFormalExpression">600</loopCardinality></multiInstanceLoopCharacteristics>';
    await deploy(process('large', part.start() + part.ask('each', many), ['start -> each']));
    const id = await start('large');
    const items = (await rest('get', `/task?processInstanceId=${id}&maxResults=600`)).body as { id: string }[];
    assert.equal(new Set(items.map(item => item.id)).size, 600);
    for (const at of [0, 300, 599]) {
      assert.match(items[at]!.id, uuid);
      assert.equal((await rest('get', `/task/${items[at]!.id}`)).body.id, items[at]!.id);
      assert.equal((await rest('post', `/task/${items[at]!.id}/complete`, {})).status, 204);
    }
    assert.equal((await rest('get', `/task/count?processInstanceId=${id}`)).body.count, 597);
  });

  await t.test(
    'the web applications get HAL for tasks and filters, plain JSON elsewhere, and an error for another engine',
    async () => {
      const accept = { Accept: 'application/hal+json, application/json; q=0.5' };
      const tasks = await rest('get', '/engine/default/task', undefined, accept);
      assert.equal(tasks.headers['content-type'], 'application/hal+json');
      assert.equal(tasks.body.count, (await rest('get', '/task/count')).body.count);
      assert.ok(Array.isArray(tasks.body._embedded.task));
      const filters = await rest('get', '/engine/default/filter', undefined, accept);
      assert.equal(filters.headers['content-type'], 'application/hal+json');
      const plain = await rest('get', '/engine/default/process-definition', undefined, accept);
      assert.equal(plain.headers['content-type'], 'application/json');
      assert.ok(Array.isArray(plain.body));
      assert.ok((await rest('get', '/engine/production/task')).status >= 400);
    },
  );

  await t.test('a slash at the end and a body with a DELETE are borne', async () => {
    assert.equal((await rest('get', '/task/count/')).status, 200);
    assert.equal((await rest('get', '/batch/statistics/')).status, 501);
    const id = await start('called');
    assert.equal((await rest('delete', `/process-instance/${id}`, { skipCustomListeners: true })).status, 204);
  });

  await t.test('types may be in lower case; a value without type takes that of its JSON', async () => {
    const path = `/process-instance/${instance}/variables`;
    const modifications = {
      a: { value: 1, type: 'integer' },
      b: { value: '{"x":1}', type: 'json' },
      c: { value: 2 },
      d: { value: 2.5 },
      e: { value: 'text' },
      f: { value: { deep: [1] } },
    };
    assert.equal((await rest('post', path, { modifications })).status, 204);
    const types = async (name: string) => (await rest('get', `${path}/${name}`)).body.type;
    assert.deepEqual(await Promise.all('abcdef'.split('').map(types)), [
      'Integer',
      'Json',
      'Integer',
      'Double',
      'String',
      'Json',
    ]);
  });

  await t.test('a file says its mimeType in both directions; mimetype is ignored', async () => {
    const path = `/process-instance/${instance}/variables/paper`;
    const file = {
      value: 'aGVsbG8=',
      type: 'file',
      valueInfo: { filename: 'a.txt', mimeType: 'text/plain', mimetype: 'x' },
    };
    assert.equal((await rest('put', path, file)).status, 204);
    assert.deepEqual((await rest('get', path)).body, {
      type: 'File',
      value: null,
      valueInfo: { filename: 'a.txt', mimeType: 'text/plain' },
    });
    const data = await rest('get', `${path}/data`);
    assert.match(data.headers['content-type']!, /^text\/plain/);
    assert.equal(data.text, 'hello');
  });

  await t.test('null members are accepted everywhere', async () => {
    const fetch = {
      workerId: 'w',
      maxTasks: 1,
      usePriority: null,
      asyncResponseTimeout: null,
      sorting: null,
      topics: [
        {
          topicName: 'none',
          lockDuration: 1000,
          variables: null,
          localVariables: null,
          processVariables: null,
          businessKey: null,
        },
      ],
    };
    assert.equal((await rest('post', '/external-task/fetchAndLock', fetch)).status, 200);
    assert.equal((await rest('post', '/task', { sorting: null, name: null, orQueries: null })).status, 200);
    assert.equal(
      (await rest('post', '/process-definition/key/called/start', { variables: null, businessKey: null })).status,
      200,
    );
    assert.equal(
      (await rest('post', '/message', { messageName: 'nobody', processVariables: null, all: true })).status,
      204,
    );
  });

  await t.test('an empty topic filter processVariables filters nothing', async () => {
    const topics = [{ topicName: 'work', lockDuration: 60_000, processVariables: {} }];
    const { body } = await rest('post', '/external-task/fetchAndLock', { workerId: 'w', maxTasks: 1, topics });
    assert.equal(body.length, 1);
    assert.equal((await rest('post', `/external-task/${body[0].id}/unlock`)).status, 204);
  });

  await t.test('errorDetails is text/plain: 406 for JSON, 204 without details', async () => {
    const [failed] = (await rest('get', '/external-task?noRetriesLeft=true')).body;
    const details = await rest('get', `/external-task/${failed.id}/errorDetails`, undefined, { Accept: 'text/plain' });
    assert.match(details.headers['content-type']!, /^text\/plain/);
    assert.equal(details.text, 'at line 1');
    const json = { Accept: 'application/json' };
    assert.equal((await rest('get', `/external-task/${failed.id}/errorDetails`, undefined, json)).status, 406);
    const [other] = (await rest('get', '/external-task?topicName=work')).body;
    assert.equal(
      (await rest('get', `/external-task/${other.id}/errorDetails`, undefined, { Accept: 'text/plain' })).status,
      204,
    );
  });

  await t.test('booleans in the query are true and false; True is 400', async () => {
    assert.equal((await rest('get', '/task/count?assigned=true')).status, 200);
    assert.equal((await rest('get', '/task/count?assigned=True')).status, 400);
  });

  await t.test('an answer under the lock of another worker is 400, of an unknown task 404 with its id', async () => {
    const topics = [{ topicName: 'work', lockDuration: 60_000 }];
    const [locked] = (await rest('post', '/external-task/fetchAndLock', { workerId: 'one', maxTasks: 1, topics })).body;
    const other = await rest('post', `/external-task/${locked.id}/complete`, { workerId: 'two' });
    assert.deepEqual([other.status, other.body.type], [400, 'RestException']);
    assert.match(other.body.message, /cannot be completed by worker/);
    const id = '00000000-0000-4000-8000-000000000001';
    const unknown = await rest('post', `/external-task/${id}/complete`, { workerId: 'two' });
    assert.deepEqual([unknown.status, unknown.body.type], [404, 'RestException']);
    assert.match(unknown.body.message, new RegExp(id));
  });

  await t.test('an unknown Authorization is 401, on /version, too', async () => {
    for (const value of ['Bearer nothing', 'Strange thing', 'Basic Og=='])
      assert.equal((await ask.get('/engine-rest/version').set('Authorization', value)).status, 401, value);
    assert.equal((await ask.get('/engine-rest/version').auth(token, { type: 'bearer' })).status, 200);
  });

  await server.services.engine.idle();
});

test('an expired lock that nobody took may still be completed, but not extended', async t => {
  let now = Date.now();
  const api = await startRest(t, { clock: () => now });
  const { rest } = api;
  const { deploy, start, at } = driver(api);
  await deploy(process('short', part.start() + part.work(), ['start -> work']));
  const id = await start('short');
  const topics = [{ topicName: 'work', lockDuration: 1_000 }];
  const [locked] = (await rest('post', '/external-task/fetchAndLock', { workerId: 'w', maxTasks: 1, topics })).body;

  now += 5_000;

  const extended = await rest('post', `/external-task/${locked.id}/extendLock`, { workerId: 'w', newDuration: 1_000 });
  assert.equal(extended.status, 400);
  assert.equal((await rest('post', `/external-task/${locked.id}/complete`, { workerId: 'w' })).status, 204);
  assert.deepEqual(await at(id), []);
});
