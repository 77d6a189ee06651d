/** /engine-rest/external-task: what workers fetch and answer, and what they are told. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { JobDocument } from '../../engine/store/documents.js';
import { xml } from '../diagram.js';
import { until } from '../until.js';
import { createClock } from '../virtual.js';
import { startRest } from './harness.js';

const pay = xml(
  'pay',
  `<startEvent id="start"/>
   <serviceTask id="charge" camunda:type="external" camunda:topic="charge" camunda:taskPriority="\${urgency}"><extensionElements>
     <camunda:properties><camunda:property name="method" value="card"/></camunda:properties>
     <camunda:inputOutput><camunda:inputParameter name="net">\${amount - 1}</camunda:inputParameter></camunda:inputOutput>
   </extensionElements></serviceTask>
   <boundaryEvent id="declined" attachedToRef="charge"><errorEventDefinition errorRef="no"/></boundaryEvent>
   <userTask id="ask" name="Ask"/><userTask id="ship" name="Ship"/><exclusiveGateway id="gate"/>`,
  ['start -> charge -> gate', 'gate -> ship if ${paid}', 'declined -> ask'],
  '<error id="no" errorCode="DECLINED"/>',
);

const plain = xml(
  'plain',
  '<startEvent id="start"/><serviceTask id="work" camunda:type="external" camunda:topic="plain"/><endEvent id="end"/>',
  ['start -> work -> end'],
);

async function workshop(t: TestContext) {
  const clock = createClock();
  const api = await startRest(t, { clock });
  const { engine } = api.server.services;
  await engine.deploy({
    files: [
      { name: 'pay.bpmn', bytes: Buffer.from(pay) },
      { name: 'plain.bpmn', bytes: Buffer.from(plain) },
    ],
  });
  const { rest } = api;
  return {
    ...api,
    clock,
    engine,
    started: async (variables: Record<string, string | number> = {}, businessKey = 'A-1') =>
      (await engine.start({ key: 'pay', businessKey, variables: { amount: 10, urgency: 0, ...variables } })).instance,
    fetched: async (topic: object = {}, request: object = {}) =>
      (
        await rest('post', '/external-task/fetchAndLock', {
          workerId: 'w1',
          maxTasks: 10,
          topics: [{ topicName: 'charge', lockDuration: 10_000, ...topic }],
          ...request,
        })
      ).body,
    answer: async (id: string, what: string, body: object) => {
      const { status, body: said } = await rest('post', `/external-task/${id}/${what}`, { workerId: 'w1', ...body });
      return status === 204 ? status : [status, said.type, said.message];
    },
  };
}

test('a worker fetches what it asks for, and gets all that is documented', async t => {
  const { started, fetched, rest, clock } = await workshop(t);
  const instance = await started({ city: 'Bern' });

  // when
  const [task] = await fetched({ includeExtensionProperties: true }, { usePriority: true, sorting: null });

  // then
  assert.deepEqual(task, {
    id: task.id,
    activityId: 'charge',
    activityInstanceId: `charge:${task.executionId}`,
    executionId: task.executionId,
    errorMessage: null,
    errorDetails: null,
    lockExpirationTime: new Date(clock() + 10_000).toISOString().replace('Z', '+0000'),
    processDefinitionId: 'pay:1',
    processDefinitionKey: 'pay',
    processDefinitionVersionTag: null,
    processInstanceId: instance,
    retries: null,
    suspended: false,
    workerId: 'w1',
    topicName: 'charge',
    tenantId: null,
    priority: 0,
    businessKey: 'A-1',
    createTime: new Date(clock()).toISOString().replace('Z', '+0000'),
    variables: {
      amount: { type: 'Integer', value: 10, valueInfo: {} },
      urgency: { type: 'Integer', value: 0, valueInfo: {} },
      city: { type: 'String', value: 'Bern', valueInfo: {} },
      net: { type: 'Integer', value: 9, valueInfo: {} },
    },
    extensionProperties: { method: 'card' },
  });
  assert.deepEqual(await fetched(), []);
  const read = (await rest('get', `/external-task/${task.id}`)).body;
  assert.deepEqual([read.workerId, read.retries, read.topicName], ['w1', null, 'charge']);
  const tree = (await rest('get', `/process-instance/${instance}/activity-instances`)).body;
  const [visit] = tree.childActivityInstances;
  const log = (await rest('get', `/history/external-task-log?activityInstanceIdIn=${visit.id}`)).body;
  const said = [task, read, log[0]].map(({ activityInstanceId }) => activityInstanceId);
  assert.deepEqual(said, [visit.id, visit.id, visit.id]);
});

test('topics are narrowed, and tasks come by urgency and age', async t => {
  const { started, fetched, rest, clock } = await workshop(t);
  const one = await started({ amount: 1, urgency: 1 }, 'A-1');
  clock.advance(1000);
  const two = await started({ amount: 2, urgency: 2 }, 'A-2');
  clock.advance(1000);
  const three = await started({ amount: 3, urgency: 1 }, 'A-3');
  const found = async (topic: object, request: object = {}) => {
    const tasks = await fetched(topic, request);
    for (const { id } of tasks) await rest('post', `/external-task/${id}/unlock`);
    return tasks.map(({ processInstanceId }: { processInstanceId: string }) => processInstanceId);
  };

  assert.deepEqual(await found({ businessKey: 'A-2' }), [two]);
  assert.deepEqual(await found({ processVariables: { amount: 3 } }), [three]);
  assert.equal((await found({ processVariables: {}, localVariables: null, variables: null })).length, 3);
  assert.deepEqual(await found({ processDefinitionKeyIn: ['other'] }), []);
  assert.equal((await found({ processDefinitionKeyIn: [] })).length, 3);
  assert.deepEqual(await found({ processDefinitionVersionTag: 'x' }), []);
  assert.deepEqual(await found({ tenantIdIn: ['acme'] }), []);
  assert.equal((await found({ withoutTenantId: true })).length, 3);
  const sorting = [{ sortBy: 'createTime', sortOrder: 'desc' }];
  assert.deepEqual(await found({}, { sorting }), [three, two, one]);
  assert.deepEqual(await found({}, { usePriority: true, sorting }), [two, three, one]);
  assert.deepEqual(await found({}, { maxTasks: 1, usePriority: true }), [two]);
  const [local] = await fetched({ localVariables: true, variables: ['net', 'amount'], businessKey: 'A-1' });
  assert.deepEqual(Object.keys(local.variables), ['net']);

  const tooLong = await rest('post', '/external-task/fetchAndLock', {
    workerId: 'w',
    maxTasks: 1,
    asyncResponseTimeout: 1_800_001,
    topics: [],
  });
  assert.deepEqual([tooLong.status, tooLong.body.type], [400, 'InvalidRequestException']);
});

test('a worker waits for work', async t => {
  const { started, fetched, server } = await workshop(t);
  const waiting = fetched({}, { asyncResponseTimeout: 60_000 });
  await until('the request is parked', () => server.services.engine.jobs.parked() === 1);
  const instance = await started();
  assert.deepEqual(
    (await waiting).map(({ processInstanceId }: { processInstanceId: string }) => processInstanceId),
    [instance],
  );
});

test('answers: done, failed, an error of the model, and who may not', async t => {
  const { started, fetched, rest, answer, engine, clock } = await workshop(t);
  const names = async (instance: string) =>
    (await rest('get', `/task?processInstanceId=${instance}`)).body.map(({ name }: { name: string }) => name);

  await t.test('done, with variables for the process and for the mappings alone', async () => {
    const instance = await started();
    const [task] = await fetched();
    const variables = { paid: { value: true, type: 'boolean' }, big: { value: 5, type: 'Long' } };
    assert.equal(await answer(task.id, 'complete', { variables, localVariables: { receipt: { value: 'x' } } }), 204);
    assert.deepEqual(await names(instance), ['Ship']);
    const seen = await engine.variablesAt(instance, 1);
    assert.deepEqual([seen.paid, seen.receipt], [true, undefined]);
    assert.equal((await rest('get', `/process-instance/${instance}/variables/big`)).body.type, 'Long');
    assert.deepEqual(await answer(task.id, 'complete', {}), [
      404,
      'RestException',
      `External task with id ${task.id} does not exist`,
    ]);
  });

  await t.test('a completion whose process fails is 500 and leaves the task as it was', async () => {
    await started();
    const [task] = await fetched();
    const [status, type] = (await answer(task.id, 'complete', { variables: { paid: { value: false } } })) as unknown[];
    assert.deepEqual([status, type], [500, 'ProcessEngineException']);
    assert.equal(await answer(task.id, 'complete', { variables: { paid: { value: true } } }), 204);
  });

  await t.test('another worker may not', async () => {
    await started();
    const [task] = await fetched();
    const refusals: [what: string, body: object, sentence: string][] = [
      ['complete', {}, `External Task ${task.id} cannot be completed by worker 'w2'`],
      ['failure', {}, `Failure of External Task ${task.id} cannot be reported by worker 'w2'`],
      ['bpmnError', { errorCode: 'X' }, `Bpmn error of External Task ${task.id} cannot be reported by worker 'w2'`],
      ['extendLock', { newDuration: 1 }, `The lock of the External Task ${task.id} cannot be extended by worker 'w2'`],
      ['lock', { lockDuration: 1 }, `External Task ${task.id} cannot be locked by worker 'w2'`],
    ];
    for (const [what, body, sentence] of refusals)
      assert.deepEqual(await answer(task.id, what, { workerId: 'w2', ...body }), [
        400,
        'RestException',
        `${sentence}. It is locked by worker 'w1'.`,
      ]);
    assert.equal((await rest('post', `/external-task/${task.id}/unlock`)).status, 204);
    assert.equal(await answer(task.id, 'lock', { workerId: 'w2', lockDuration: 1000 }), 204);
    assert.equal(await answer(task.id, 'complete', { workerId: 'w2', variables: { paid: { value: true } } }), 204);
  });

  await t.test('a lock that is over still lets the task be completed, but is not extended', async () => {
    await started();
    const [task] = await fetched();
    assert.equal(await answer(task.id, 'extendLock', { newDuration: 20_000 }), 204);
    clock.advance(20_000);
    assert.equal(((await answer(task.id, 'extendLock', { newDuration: 5 })) as unknown[])[0], 400);
    assert.equal(await answer(task.id, 'complete', { variables: { paid: { value: true } } }), 204);
  });

  await t.test('a failure leaves attempts and a pause, or an incident', async () => {
    const instance = await started();
    const [task] = await fetched();
    assert.equal(((await answer(task.id, 'failure', { retries: -1 })) as unknown[])[0], 500);
    const said = { errorMessage: 'no line', errorDetails: 'at 1', retries: 2, retryTimeout: 5_000 };
    assert.equal(await answer(task.id, 'failure', { ...said, variables: { tried: { value: 1 } } }), 204);
    assert.equal((await engine.variablesAt(instance, 1)).tried, 1);
    assert.deepEqual(await fetched(), []);
    clock.advance(5_000);
    const [again] = await fetched();
    assert.deepEqual([again.retries, again.errorMessage, again.errorDetails], [2, 'no line', 'at 1']);
    assert.equal(await answer(task.id, 'failure', { errorMessage: 'for good' }), 204);
    assert.equal((await rest('get', '/external-task/count?noRetriesLeft=true')).body.count, 1);
    const details = await rest('get', `/external-task/${task.id}/errorDetails`);
    assert.equal(details.status, 204);
    assert.equal((await rest('put', `/external-task/${task.id}/retries`, { retries: null })).status, 400);
    assert.equal((await rest('put', `/external-task/${task.id}/retries`, { retries: -1 })).status, 500);
    assert.equal((await rest('put', `/external-task/${task.id}/retries`, { retries: 1 })).status, 204);
    const [operation] = (await rest('get', `/history/user-operation?externalTaskId=${task.id}`)).body;
    assert.deepEqual([operation.externalTaskId, operation.operationType], [task.id, 'SetExternalTaskRetries']);
    const [repaired] = await fetched();
    assert.equal(repaired.id, task.id);
    assert.equal(await answer(task.id, 'failure', { errorMessage: 'x', errorDetails: 'at 2', retries: 1 }), 204);
    const text = await rest('get', `/external-task/${task.id}/errorDetails`, undefined, { Accept: 'text/plain' });
    assert.deepEqual([text.headers['content-type'], text.text], ['text/plain', 'at 2']);
    assert.equal(
      (await rest('get', `/external-task/${task.id}/errorDetails`, undefined, { Accept: 'application/json' })).status,
      406,
    );
    await rest('put', '/external-task/retries', { retries: 4, processInstanceIds: [instance] });
    assert.equal((await rest('get', `/external-task/${task.id}`)).body.retries, 4);
    const query = { processInstanceQuery: { processInstanceIds: [instance] } };
    assert.equal((await rest('put', '/external-task/retries', { retries: 5, ...query })).status, 204);
    assert.equal((await rest('get', `/external-task/${task.id}`)).body.retries, 5);
    assert.equal((await rest('put', '/external-task/retries', { retries: 5 })).status, 400);
  });

  await t.test('an error that the model catches; one that nobody catches ends the path', async () => {
    const instance = await started();
    const task = (await fetched()).find((one: { processInstanceId: string }) => one.processInstanceId === instance);
    assert.equal(
      await answer(task.id, 'bpmnError', { errorCode: 'DECLINED', variables: { why: { value: 'limit' } } }),
      204,
    );
    assert.deepEqual(await names(instance), ['Ask']);
    assert.equal((await engine.variablesAt(instance, 1)).why, 'limit');
    const other = await engine.start({ key: 'plain' });
    const [uncaught] = await fetched({ topicName: 'plain' });
    assert.equal(await answer(uncaught.id, 'bpmnError', { errorCode: 'UNKNOWN' }), 204);
    assert.ok((await engine.instance(other.instance))?.endedAt);
  });

  await t.test('what is suspended is neither fetched nor answered', async () => {
    const instance = await started({}, 'S-1');
    const [task] = await fetched({ businessKey: 'S-1' });
    await engine.send(instance, { do: 'suspend', at: clock(), onFailure: 'incident' });
    assert.deepEqual(await answer(task.id, 'complete', {}), [
      400,
      'RestException',
      `ExternalTask with id '${task.id}' is suspended`,
    ]);
    assert.equal((await rest('get', `/external-task/${task.id}`)).body.suspended, true);
    assert.equal((await rest('get', '/external-task/count?suspended=true')).body.count, 1);
  });
});

test('a lock or a pause without end is refused; one that was kept before spoils no list', async t => {
  const { started, fetched, rest, answer, ask, token, server } = await workshop(t);
  await started();
  const endless = Number.MAX_SAFE_INTEGER;

  // when, then
  const refused = await fetched({ lockDuration: endless });
  assert.match(refused.message, /lockDuration.*at most ten years \(315576000000 milliseconds\)/);
  const [task] = await fetched({ lockDuration: 315_576_000_000 });
  for (const [what, body] of [
    ['extendLock', { newDuration: endless }],
    ['lock', { lockDuration: endless }],
    ['failure', { retries: 1, retryTimeout: endless }],
  ] as const) {
    const [status, , message] = (await answer(task.id, what, body)) as [number, string, string];
    assert.equal(status, 400, what);
    assert.match(message, /at most ten years/);
  }

  // given: kept by an earlier release
  const [job] = await server.services.store.find<JobDocument>('jobs', { filter: { kind: 'work' } });
  await server.services.store.patch('jobs', job!.id, {}, { set: { lockedUntil: endless, due: endless } });

  // then
  const list = await rest('get', '/external-task');
  assert.deepEqual([list.status, list.body[0].lockExpirationTime], [200, '+275760-09-13T00:00:00.000+0000']);
  const own = await ask.get('/api/v1/jobs').auth(token, { type: 'bearer' });
  assert.deepEqual([own.status, own.body.items[0].lockedUntil], [200, '+275760-09-13T00:00:00.000Z']);
  assert.equal(((await answer(task.id, 'complete', { workerId: 'w2' })) as unknown[])[0], 400);
});

test('workers see only what they may', async t => {
  const { started, server, as, rest } = await workshop(t);
  const { people, tokens, authorizations } = server.services.identity;
  await started();
  await people.createUser({ id: 'robot', name: 'Robot' });
  const robot = as((await tokens.create({ user: 'robot', name: 'test' })).token);
  const request = { workerId: 'r', maxTasks: 1, topics: [{ topicName: 'charge', lockDuration: 1000 }] };
  const [{ id }] = (await rest('get', '/external-task')).body;

  assert.deepEqual((await robot('post', '/external-task/fetchAndLock', request)).body, []);
  assert.equal((await robot('get', '/external-task/count')).body.count, 0);
  assert.equal((await robot('get', `/external-task/${id}`)).status, 403);
  assert.deepEqual((await rest('get', '/external-task/topic-names')).body, ['charge']);
  await authorizations.create({
    type: 'grant',
    user: 'robot',
    resource: 'processDefinition',
    resourceId: 'pay',
    permissions: ['WORK'],
  });
  assert.equal((await robot('post', '/external-task/fetchAndLock', request)).body[0].id, id);
  assert.deepEqual((await rest('get', '/external-task/topic-names?withLockedTasks=true')).body, ['charge']);
  assert.deepEqual((await rest('get', '/external-task/topic-names?withUnlockedTasks=true')).body, []);
});
