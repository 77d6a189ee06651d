/** /engine-rest/history: what happened, in the words of Camunda 7. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { durations } from '../../api/engine-rest/routes/history/reports.js';
import type { RunDocument } from '../../engine/store/documents.js';
import { on, xml } from '../diagram.js';
import { createClock } from '../virtual.js';
import { type Rest, startRest } from './harness.js';

const outer = xml(
  'outer',
  `<startEvent id="begin"/><callActivity id="call" calledElement="inner"/>
   <boundaryEvent id="late" attachedToRef="call">${on.timer('P1D')}</boundaryEvent>
   <endEvent id="done"/><endEvent id="gone"><terminateEventDefinition/></endEvent>`,
  ['begin -> call -> done', 'late -> gone'],
).replace('<process id="outer"', '<process id="outer" name="The outer one" camunda:historyTimeToLive="P1D"');

const inner = xml(
  'inner',
  `<startEvent id="start"/>
   <userTask id="ask" name="Ask" camunda:assignee="mary" camunda:candidateGroups="accounting"/>
   <serviceTask id="pay" camunda:type="external" camunda:topic="pay"/>
   <endEvent id="end"/>`,
  ['start -> ask -> pay -> end'],
);

const day = 86_400_000;

interface Past extends Rest {
  outer: string;
  inner: string;
  task: string;
  clock: ReturnType<typeof createClock>;
}

/** One process that called another one; all of it has ended, a minute after it began, with one failure on the way. */
async function past(t: Parameters<typeof startRest>[0]): Promise<Past> {
  const clock = createClock();
  const api = await startRest(t, { clock });
  const { engine, store } = api.server.services;
  const files = [outer, inner].map((text, index) => ({ name: `${index}.bpmn`, bytes: Buffer.from(text) }));
  await engine.deploy({ files });
  const variables = { amount: 17, customer: 'Mary', 'to go': true };
  const started = await engine.start({ key: 'outer', businessKey: 'order 17', variables, by: 'admin' });
  const [run] = await store.find('tasks', { filter: { 'wait.state': 'open' } });
  const { id, instance } = run as unknown as { id: string; instance: string };
  const command = () => ({ at: clock(), by: 'mary', onFailure: 'incident' as const });
  await engine.send(started.instance, { do: 'set', variables: { amount: 18 }, remove: ['to go'], ...command() });
  clock.advance('PT1M');
  await engine.send(instance, { do: 'resume', wait: id, variables: { approved: true }, ...command() });
  const take = async () => {
    const [job] = await engine.jobs.fetchAndLock({ worker: 'w', topics: [{ topic: 'pay', lock: 1000 }], max: 1 });
    return { id: job!.id, worker: 'w' };
  };
  await engine.jobs.fail({ ...(await take()), message: 'no money', details: 'at bank.js:7', retries: 1, pause: 0 });
  await engine.jobs.complete(await take());
  await engine.idle();
  const { body } = await api.rest('get', '/history/task');
  return { ...api, outer: started.instance, inner: instance, task: body[0].id, clock };
}

test('what happened is told in the words of Camunda 7', async t => {
  const { rest, as, person, server, outer, inner, task, clock } = await past(t);
  const ids = async (path: string, body?: object) => {
    const answer = await (body ? rest('post', path, body) : rest('get', path));
    assert.equal(answer.status, 200, answer.text);
    return (answer.body as { id: string }[]).map(({ id }) => id);
  };
  const instances = (query: object) => ids('/history/process-instance', query);

  await t.test('an instance with its times, its caller and the time when all of it may be forgotten', async () => {
    const { body } = await rest('get', `/history/process-instance/${outer}`);
    assert.equal(Date.parse(body.endTime) - Date.parse(body.startTime), 60_000);
    assert.equal(Date.parse(body.removalTime) - Date.parse(body.endTime), day);
    const { startTime: _, endTime: _end, removalTime, processDefinitionId, ...rest_ } = body;
    assert.match(processDefinitionId, /^outer:1/);
    assert.deepEqual(rest_, {
      id: outer,
      businessKey: 'order 17',
      processDefinitionKey: 'outer',
      processDefinitionName: 'The outer one',
      processDefinitionVersion: 1,
      durationInMillis: 60_000,
      startUserId: 'admin',
      startActivityId: 'begin',
      deleteReason: null,
      superProcessInstanceId: null,
      superCaseInstanceId: null,
      caseInstanceId: null,
      tenantId: null,
      state: 'COMPLETED',
      restartedProcessInstanceId: null,
      rootProcessInstanceId: outer,
    });
    const called = (await rest('get', `/history/process-instance/${inner}`)).body;
    assert.deepEqual(
      [called.superProcessInstanceId, called.rootProcessInstanceId, called.removalTime],
      [outer, outer, removalTime],
    );
    assert.equal((await rest('get', '/history/process-instance/nothing')).status, 404);
  });

  await t.test('instances are found by variables, by what was executed, by caller and time', async () => {
    const amount = (operator: string, value: unknown) => ({ variables: [{ name: 'amount', operator, value }] });
    assert.deepEqual(await instances(amount('eq', 18)), [outer]);
    assert.deepEqual(await instances(amount('gt', 18)), []);
    assert.deepEqual(await instances({ variables: [{ name: 'CUSTOMER', operator: 'like', value: 'm%' }] }), []);
    const folded = { variableNamesIgnoreCase: true, variableValuesIgnoreCase: true };
    const customer = [{ name: 'CUSTOMER', operator: 'like', value: 'm%' }];
    assert.deepEqual(await instances({ variables: customer, ...folded }), [outer]);
    assert.deepEqual(await instances({ executedActivityIdIn: ['ask'] }), [inner]);
    assert.deepEqual(await instances({ activeActivityIdIn: ['ask'] }), []);
    assert.deepEqual(await instances({ superProcessInstanceId: outer }), [inner]);
    assert.deepEqual(await instances({ subProcessInstanceId: inner }), [outer]);
    assert.deepEqual(await instances({ rootProcessInstances: true, completed: true }), [outer]);
    const or = [{ processInstanceBusinessKey: 'order 17', startedBy: 'nobody' }, {}];
    assert.deepEqual(await instances({ orQueries: or }), [outer]);
  });

  await t.test('activities have the types, the task and the called instance of Camunda 7', async () => {
    const { body } = await rest('post', '/history/activity-instance', {
      sorting: [
        { sortBy: 'startTime', sortOrder: 'asc' },
        { sortBy: 'occurrence', sortOrder: 'asc' },
      ],
    });
    type Visit = Record<string, string | boolean | null>;
    const facts = (body as Visit[]).map(visit => [visit.activityId, visit.activityType, visit.completeScope]);
    assert.deepEqual(facts.sort(), [
      ['ask', 'userTask', false],
      ['begin', 'startEvent', false],
      ['call', 'callActivity', false],
      ['done', 'noneEndEvent', true],
      ['end', 'noneEndEvent', true],
      ['pay', 'serviceTask', false],
      ['start', 'startEvent', false],
    ]);
    const visit = (id: string) => (body as Visit[]).find(one => one.activityId === id)!;
    assert.equal(visit('call').calledProcessInstanceId, inner);
    assert.deepEqual([visit('ask').taskId, visit('ask').assignee], [task, 'mary']);
    assert.equal(visit('ask').parentActivityInstanceId, inner);
    assert.match(String(visit('ask').id), /^ask:[0-9a-f-]{36}$/);
    assert.deepEqual(await ids(`/history/task?activityInstanceIdIn=${visit('ask').id}`), [task]);
    const one = await rest('get', `/history/activity-instance/${encodeURIComponent(String(visit('ask').id))}`);
    assert.deepEqual(one.body, visit('ask'));
    const ends = await rest('get', '/history/activity-instance/count?activityType=noneEndEvent');
    assert.equal(ends.body.count, 2);
    assert.equal((await rest('get', '/history/activity-instance/count?taskAssignee=mary')).body.count, 1);
  });

  await t.test('a variable that was taken away is told only to who asks for it', async () => {
    const name = 'variableName=to%20go';
    assert.deepEqual(await ids(`/history/variable-instance?${name}`), []);
    const { body } = await rest('get', `/history/variable-instance?${name}&includeDeleted=true`);
    assert.deepEqual([body[0].state, body[0].type, body[0].value], ['DELETED', 'Null', null]);
    const [amount] = (await rest('get', '/history/variable-instance?variableName=amount')).body;
    assert.deepEqual([amount.type, amount.value, amount.state], ['Integer', 18, 'CREATED']);
    assert.deepEqual((await rest('get', `/history/variable-instance/${encodeURIComponent(amount.id)}`)).body, amount);
    const data = await rest('get', `/history/variable-instance/${encodeURIComponent(amount.id)}/data`);
    assert.equal(data.status, 400);
  });

  await t.test('details tell each value with its revision, and whose operation it was', async () => {
    const { body } = await rest('get', '/history/detail?variableNameLike=amo%25&sortBy=variableRevision&sortOrder=asc');
    const facts = body.map((detail: Record<string, unknown>) => [detail.value, detail.revision, detail.initial]);
    assert.deepEqual(facts, [
      [17, 1, true],
      [18, 2, false],
    ]);
    const operations = await rest('get', `/history/user-operation?operationId=${body[1].userOperationId}`);
    assert.deepEqual([operations.body[0].userId, operations.body[0].operationType], ['mary', 'SetVariable']);
  });

  await t.test('lists of ids may be long', async () => {
    const inside = (number: number) => inner.slice(0, 28) + number.toString(16).padStart(8, '0');
    const many = (id: string) => [...Array.from({ length: 2000 }, (_, at) => inside(1000 + at)), id];
    const [visit] = (await rest('get', '/history/activity-instance?activityId=pay')).body;
    const variables = (await rest('get', `/history/variable-instance/count?executionIdIn=${inner}`)).body.count;
    assert.ok(variables > 0);
    for (const [path, query, count] of [
      ['variable-instance', { executionIdIn: many(inner) }, variables],
      ['variable-instance', { activityInstanceIdIn: many(visit.id) }, 0],
      ['variable-instance', { taskIdIn: many(task) }, 0],
      ['external-task-log', { activityInstanceIdIn: many(visit.id) }, 3],
      ['job-log', { executionIdIn: many(inner) }, 0],
    ] as const) {
      const answer = await rest('post', `/history/${path}/count`, query);
      assert.deepEqual([answer.status, answer.body.count], [200, count], `${path} ${Object.keys(query)}`);
    }
  });

  await t.test('what is filled into a form is told field by field', async () => {
    const variables = { reason: { value: 'late' } };
    const started = await rest('post', '/process-definition/key/inner/submit-form', { variables });
    const { id } = started.body;
    const [open] = (await rest('get', `/task?processInstanceId=${id}`)).body;
    await rest('post', `/task/${open.id}/submit-form`, { variables: { approved: { value: true } } });
    const { body } = await rest('get', `/history/detail?processInstanceId=${id}&formFields=true`);
    const facts = body.map(({ type, fieldId, fieldValue, taskId }: Record<string, unknown>) => [
      ...[type, fieldId, fieldValue],
      taskId === open.id,
    ]);
    for (const detail of body) assert.ok(!Object.hasOwn(detail, 'variableName'), 'nothing of the other kind');
    assert.deepEqual(facts.sort(), [
      ['formField', 'approved', true, true],
      ['formField', 'reason', 'late', false],
    ]);
    const updates = await rest('get', `/history/detail/count?processInstanceId=${id}&variableUpdates=true`);
    assert.equal(updates.body.count, 2);
    const [update] = (await rest('get', `/history/detail?processInstanceId=${id}&variableUpdates=true`)).body;
    assert.ok(!Object.hasOwn(update, 'fieldId') && !Object.hasOwn(update, 'fieldValue'));
    const path = `/process-instance/${id}`;
    assert.equal((await rest('delete', path)).status, 204);
    assert.equal((await rest('delete', `/history${path}`)).status, 204);
  });

  await t.test('a task is told with why and when it ended', async () => {
    const [found] = (await rest('get', `/history/task?taskId=${task}`)).body;
    const { name, assignee, deleteReason, duration, taskState, taskDefinitionKey } = found;
    assert.deepEqual(
      { name, assignee, deleteReason, duration, taskState, taskDefinitionKey },
      {
        name: 'Ask',
        assignee: 'mary',
        deleteReason: 'completed',
        duration: 60_000,
        taskState: 'Completed',
        taskDefinitionKey: 'ask',
      },
    );
    const had = async (query: string) => (await rest('get', `/history/task/count?${query}`)).body.count;
    assert.equal(await had('taskHadCandidateGroup=accounting&processFinished=true'), 1);
    assert.equal(await had('taskInvolvedUser=mary&taskDeleteReasonLike=comp%25'), 1);
    assert.equal(await had('processUnfinished=true'), 0);
  });

  await t.test('the log of external tasks keeps what each attempt said', async () => {
    const path = '/history/external-task-log';
    const { body } = await rest('post', path, { topicName: 'pay', sorting: [{ sortBy: 'retries', sortOrder: 'asc' }] });
    type Entry = Record<string, string | boolean | number | null>;
    const failure = (body as Entry[]).find(entry => entry.failureLog)!;
    assert.deepEqual([failure.errorMessage, failure.retries, failure.workerId], ['no money', 1, 'w']);
    const success = (body as Entry[]).find(entry => entry.successLog)!;
    assert.equal(success.workerId, 'w');
    const details = await rest('get', `${path}/${failure.id}/error-details`);
    assert.equal(details.text, 'at bank.js:7');
    assert.match(details.headers['content-type']!, /^text\/plain/);
    const created = (body as Entry[]).find(entry => entry.creationLog)!;
    assert.equal((await rest('get', `${path}/${created.id}/error-details`)).status, 204);
    assert.equal((await rest('get', `${path}/count?successLog=true`)).body.count, 1);
    const json = await rest('get', `${path}/${failure.id}/error-details`, undefined, { Accept: 'application/json' });
    assert.equal(json.status, 406);
  });

  await t.test('jobs that were taken away with the place that they belonged to are in the log of jobs', async () => {
    const { body } = await rest('get', '/history/job-log?sortBy=occurrence&sortOrder=asc');
    const facts = body.map((entry: Record<string, unknown>) => [
      entry.activityId,
      entry.creationLog,
      entry.deletionLog,
    ]);
    assert.deepEqual(facts, [
      ['late', true, false],
      ['late', false, true],
    ]);
    assert.equal((await rest('get', `/history/job-log/${body[0].id}/stacktrace`)).status, 204);
  });

  await t.test('identity links tell with whom a task was born', async () => {
    const { body } = await rest('get', `/history/identity-link-log?taskId=${task}&sortBy=type&sortOrder=asc`);
    const facts = body.map((link: Record<string, unknown>) => [link.type, link.userId, link.groupId]);
    assert.deepEqual(facts, [
      ['assignee', 'mary', null],
      ['candidate', null, 'accounting'],
    ]);
  });

  await t.test('an operation can be annotated, and the note taken away', async () => {
    const find = async () => (await rest('get', '/history/user-operation?operationType=Complete')).body[0];
    const { operationId, entityType, category } = await find();
    assert.deepEqual([entityType, category], ['Task', 'TaskWorker']);
    const path = `/history/user-operation/${operationId}`;
    assert.equal((await rest('put', `${path}/set-annotation`, { annotation: 'as agreed' })).status, 204);
    assert.equal((await find()).annotation, 'as agreed');
    await server.services.engine.projector.rebuild();
    assert.equal((await find()).annotation, 'as agreed', 'also after everything was folded again');
    assert.equal((await rest('put', `${path}/clear-annotation`)).status, 204);
    assert.equal((await find()).annotation, null);
    const nothing = await rest('put', '/history/user-operation/nothing/set-annotation', { annotation: 'x' });
    assert.equal(nothing.status, 400);
  });

  await t.test('statistics count the visits of each activity, and how they ended', async () => {
    const definition = (await rest('get', `/history/process-instance/${inner}`)).body.processDefinitionId;
    const path = `/history/process-definition/${definition}/statistics`;
    const { body } = await rest('get', `${path}?finished=true&completeScope=true&sortBy=activityId&sortOrder=desc`);
    const facts = body.map((line: Record<string, unknown>) => [
      line.id,
      line.instances,
      line.finished,
      line.completeScope,
    ]);
    assert.deepEqual(facts, [
      ['start', 0, 1, 0],
      ['pay', 0, 1, 0],
      ['end', 0, 1, 1],
      ['ask', 0, 1, 0],
    ]);
    assert.deepEqual((await rest('get', `${path}?finished=true&startedAfter=2999-01-01T00:00:00.000%2B0000`)).body, []);
    assert.equal((await rest('get', '/history/process-definition/nothing/statistics')).status, 404);
  });

  await t.test('reports tell durations by month and quarter, also as CSV, and count tasks', async () => {
    const month = new Date(clock()).getUTCMonth() + 1;
    const path = '/history/process-instance/report?reportType=duration&periodUnit=month&processDefinitionKeyIn=outer';
    const line = { period: month, periodUnit: 'MONTH', minimum: 60_000, maximum: 60_000, average: 60_000 };
    assert.deepEqual((await rest('get', path)).body, [line]);
    const csv = await rest('get', path, undefined, { Accept: 'text/csv' });
    assert.equal(csv.text, `PERIOD,PERIOD_UNIT,MINIMUM,MAXIMUM,AVERAGE\n${month},MONTH,60000,60000,60000`);
    const { body } = await rest('get', '/history/task/report?reportType=count&groupBy=taskName');
    assert.deepEqual([body.length, body[0].taskName, body[0].count], [1, 'Ask', 1]);
    assert.equal((await rest('get', '/history/task/report?reportType=count')).status, 400);
    assert.equal((await rest('get', '/history/process-instance/report?reportType=duration')).status, 400);
  });

  await t.test('who may not read the history of a process sees none of it', async () => {
    const { identity } = server.services;
    await person({ id: 'joe' });
    const joe = as((await identity.tokens.create({ user: 'joe', name: 'test' })).token);
    const paths = ['process-instance', 'activity-instance', 'variable-instance', 'detail', 'task', 'job-log'];
    for (const path of [...paths, 'external-task-log', 'identity-link-log', 'user-operation', 'incident']) {
      assert.deepEqual((await joe('get', `/history/${path}`)).body, [], path);
    }
    assert.equal((await joe('get', `/history/process-instance/${outer}`)).status, 404);
    const permissions = ['READ_HISTORY'];
    const grant = { type: 'grant' as const, user: 'joe', resource: 'processDefinition' as const, permissions };
    await identity.authorizations.create({ ...grant, resourceId: 'inner' });
    const seen = (await joe('get', '/history/process-instance')).body as { id: string }[];
    assert.deepEqual(
      seen.map(({ id }) => id),
      [inner],
    );
    assert.equal((await joe('delete', `/history/process-instance/${inner}`)).status, 403);
  });

  await t.test('how long the past is kept follows the definition as it stands when an instance ends', async () => {
    const { engine } = server.services;
    const definition = (await rest('get', `/history/process-instance/${inner}`)).body.processDefinitionId;
    const days = async (historyTimeToLive: number | null) => {
      const path = `/process-definition/${definition}/history-time-to-live`;
      assert.equal((await rest('put', path, { historyTimeToLive })).status, 204);
      const { instance } = await engine.start({ key: 'inner' });
      await engine.send(instance, { do: 'cancel', at: clock(), onFailure: 'incident' });
      const { removalTime, endTime } = (await rest('get', `/history/process-instance/${instance}`)).body;
      return removalTime && (Date.parse(removalTime) - Date.parse(endTime)) / day;
    };
    assert.deepEqual([await days(5), await days(null)], [5, null]);
  });

  await t.test(
    'a time that no date can say, folded by an earlier release, keeps the past and lets it be listed',
    async () => {
      const { store } = server.services;
      const { removalAt } = (await store.get<RunDocument>('runs', outer))!;
      await store.patch('runs', outer, {}, { set: { removalAt: 8.64e18 } });
      const list = await rest('get', '/history/process-instance');
      await store.patch('runs', outer, {}, { set: { removalAt: removalAt! } });

      assert.equal(list.status, 200, JSON.stringify(list.body));
      const told = (list.body as { id: string; removalTime: string | null }[]).find(({ id }) => id === outer);
      assert.equal(told?.removalTime, null);
    },
  );

  await t.test('what is deleted is gone, what runs is not deleted', async () => {
    const { engine } = server.services;
    const { instance } = await engine.start({ key: 'inner' });
    assert.equal((await rest('delete', `/history/process-instance/${instance}`)).status, 400);
    assert.equal((await rest('delete', `/history/process-instance/${outer}/variable-instances`)).status, 204);
    assert.deepEqual(await ids(`/history/variable-instance?processInstanceId=${outer}`), []);
    assert.deepEqual(await ids(`/history/detail?processInstanceId=${outer}`), []);
    assert.equal((await rest('delete', `/history/process-instance/${outer}`)).status, 204);
    assert.equal((await rest('get', `/history/process-instance/${outer}`)).status, 404);
    assert.equal((await rest('delete', `/history/process-instance/${outer}`)).status, 404);
    assert.equal((await rest('delete', `/history/process-instance/${outer}?failIfNotExists=false`)).status, 204);
    const [deletion] = (await rest('get', '/history/user-operation?operationType=DeleteHistory')).body;
    assert.deepEqual([deletion.userId, deletion.processDefinitionKey], ['admin', 'outer']);
    await engine.send(instance, { do: 'cancel', reason: 'enough', at: clock(), by: 'mary', onFailure: 'incident' });
    const { body } = await rest('get', `/history/process-instance/${instance}`);
    assert.deepEqual([body.state, body.deleteReason], ['EXTERNALLY_TERMINATED', 'enough']);
  });
});

test('durations fall into the month or quarter in which something began', () => {
  const at = (text: string, duration: number) => ({ at: Date.parse(text), duration });
  const spans = [at('2026-01-31T23:59:59Z', 10), at('2026-03-01T00:00:00Z', 21), at('2026-04-01T00:00:00Z', 5)];

  assert.deepEqual(durations(spans, 'QUARTER'), [
    { period: 1, periodUnit: 'QUARTER', minimum: 10, maximum: 21, average: 16 },
    { period: 2, periodUnit: 'QUARTER', minimum: 5, maximum: 5, average: 5 },
  ]);
  assert.deepEqual(
    durations(spans, 'MONTH').map(({ period }) => period),
    [1, 3, 4],
  );
});

test('a variable may be called like what every object has; its type is its own', async t => {
  const { rest } = await past(t);
  const variables = { toString: { value: null }, valueOf: { value: 'mine' }, big: { type: 'Long', value: 1 } };
  await rest('post', '/process-definition/key/inner/start', { variables });

  const { status, body } = await rest(
    'get',
    '/history/variable-instance?variableTypeIn=String,Null&variableName=valueOf',
  );
  assert.deepEqual([status, body.map(({ type }: { type: string }) => type)], [200, ['String']]);
  const all = await rest('get', '/history/variable-instance?variableName=toString');
  assert.deepEqual([all.status, all.body[0].type], [200, 'Null']);
});

test('metrics of all time begin with the first instance, and nothing is in the future', async t => {
  const { rest } = await past(t);
  const always = 'startDate=0001-01-01T00:00:00.000%2B0000&endDate=9999-12-31T00:00:00.000%2B0000';

  const { status, body } = await rest('get', `/metrics?name=process-instances&${always}`);

  assert.equal(status, 200);
  assert.deepEqual(
    body.map(({ value }: { value: number }) => value),
    [1],
  );
});
