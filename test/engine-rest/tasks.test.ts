/** /engine-rest/task: what clients of Camunda 7 do with tasks, and what they are told. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { xml } from '../diagram.js';
import { type Rest, type RestAnswer, startRest } from './harness.js';

const review = xml(
  'review',
  `<startEvent id="start"/>
   <userTask id="look" name="Look" camunda:assignee="ann" camunda:candidateGroups="clerks" camunda:formKey="embedded:deployment:look.html"/>
   <boundaryEvent id="bad" attachedToRef="look"><errorEventDefinition errorRef="broken"/></boundaryEvent>
   <boundaryEvent id="late" attachedToRef="look" cancelActivity="false"><escalationEventDefinition escalationRef="late-one"/></boundaryEvent>
   <userTask id="repair" name="Repair"/><userTask id="hurry" name="Hurry"/>
   <userTask id="judge" name="Judge"><extensionElements><camunda:formData>
     <camunda:formField id="fine" label="Fine &amp; good?" type="boolean" defaultValue="false"/>
     <camunda:formField id="grade" type="long"><camunda:validation><camunda:constraint name="max" config="6"/></camunda:validation></camunda:formField>
   </camunda:formData></extensionElements></userTask>
   <exclusiveGateway id="gate"/><endEvent id="yes"/>`,
  ['start -> look -> judge -> gate', 'gate -> yes if ${fine}', 'bad -> repair', 'late -> hurry'],
  '<error id="broken" errorCode="BROKEN"/><escalation id="late-one" escalationCode="LATE"/>',
);

async function office(t: TestContext) {
  const api = await startRest(t);
  const { engine } = api.server.services;
  await engine.deploy({
    files: [
      { name: 'review.bpmn', bytes: Buffer.from(review) },
      { name: 'look.html', bytes: Buffer.from('<form>look</form>') },
    ],
  });
  return { ...api, engine, started: (variables = {}) => start(api, variables) };
}

/** Starts a review and answers the id of its first task. */
async function start({ server, rest }: Rest, variables = {}): Promise<{ instance: string; id: string }> {
  const { instance } = await server.services.engine.start({ key: 'review', businessKey: 'A-1', variables });
  const { body } = await rest('get', `/task?processInstanceId=${instance}`);
  return { instance, id: body[0].id };
}

/** The body of an answer that is no JSON. */
const textOf = ({ body, text }: RestAnswer) => (Buffer.isBuffer(body) ? body.toString() : text);

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

test('a task goes from hand to hand, and to its end', async t => {
  const { rest, started, engine } = await office(t);
  const refusal = async (method: 'post' | 'delete', path: string, body: object = {}) => {
    const answer = await rest(method, path, body);
    return [answer.status, answer.body.type];
  };

  await t.test('it is listed and read with an id that is a UUID and dates with a zone without colon', async () => {
    const { id, instance } = await started();
    const { body } = await rest('get', `/task/${id}`);
    assert.match(id, uuid);
    assert.match(body.executionId, uuid);
    assert.match(body.created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
    assert.deepEqual(
      [body.name, body.assignee, body.processInstanceId, body.taskDefinitionKey, body.formKey, body.priority],
      ['Look', 'ann', instance, 'look', 'embedded:deployment:look.html', 50],
    );
    assert.deepEqual(
      [body.suspended, body.tenantId, body.delegationState, body.camundaFormRef],
      [false, null, null, null],
    );
  });

  await t.test('an unknown one is 404', async () => {
    for (const path of ['', '/variables', '/identity-links', '/comment']) {
      const answer = await rest('get', `/task/00000000-0000-7000-8000-000000000001${path}`);
      assert.deepEqual([answer.status, answer.body.type], [404, 'InvalidRequestException'], path);
    }
    assert.equal((await refusal('post', '/task/nothing/complete'))[0], 404);
  });

  await t.test('claim, unclaim, assignee', async () => {
    const { id } = await started();
    assert.deepEqual(await refusal('post', `/task/${id}/claim`, { userId: 'bob' }), [
      500,
      'TaskAlreadyClaimedException',
    ]);
    assert.equal((await rest('post', `/task/${id}/claim`, { userId: 'ann' })).status, 204);
    assert.equal((await rest('post', `/task/${id}/unclaim`)).status, 204);
    assert.equal((await rest('post', `/task/${id}/claim`, { userId: 'bob' })).status, 204);
    assert.equal((await rest('post', `/task/${id}/assignee`, { userId: 'cid' })).status, 204);
    assert.equal((await rest('get', `/task/${id}`)).body.assignee, 'cid');
    assert.equal((await rest('post', `/task/${id}/assignee`, { userId: null })).status, 204);
    assert.equal((await rest('get', `/task/${id}`)).body.assignee, null);
  });

  await t.test('a delegated task is not completed; a submitted form resolves it', async () => {
    const { id, instance } = await started();
    assert.equal((await rest('post', `/task/${id}/delegate`, { userId: 'bob' })).status, 204);
    const delegated = (await rest('get', `/task/${id}`)).body;
    assert.deepEqual([delegated.owner, delegated.assignee, delegated.delegationState], ['ann', 'bob', 'PENDING']);
    assert.deepEqual(await refusal('post', `/task/${id}/complete`), [500, 'RestException']);
    const variables = { seen: { value: true } };
    assert.equal((await rest('post', `/task/${id}/submit-form`, { variables })).status, 204);
    const resolved = (await rest('get', `/task/${id}`)).body;
    assert.deepEqual([resolved.owner, resolved.assignee, resolved.delegationState], ['ann', 'ann', 'RESOLVED']);
    assert.equal((await engine.variablesAt(instance, 1)).seen, true);
  });

  await t.test('completing answers nothing, or the variables of the process', async () => {
    const { id, instance } = await started({ amount: 1 });
    assert.equal((await rest('post', `/task/${id}/complete`, { variables: null })).status, 204);
    const [judge] = (await rest('get', `/task?processInstanceId=${instance}`)).body;
    const failed = await rest('post', `/task/${judge.id}/complete`, { variables: { fine: { value: false } } });
    assert.deepEqual([failed.status, failed.body.type], [500, 'RestException']);
    assert.match(failed.body.message, new RegExp(`^Cannot complete task ${judge.id}: `));
    const variables = { fine: { value: true, type: 'boolean' }, big: { value: 7, type: 'Long' } };
    const done = await rest('post', `/task/${judge.id}/complete`, { variables, withVariablesInReturn: true });
    assert.equal(done.status, 200);
    assert.deepEqual(done.body.fine, { type: 'Boolean', value: true, valueInfo: {} });
    assert.equal(done.body.big.type, 'Long');
    assert.equal(done.body.amount.value, 1);
    assert.equal((await rest('post', `/task/${judge.id}/complete`, {})).status, 404);
  });

  await t.test('an error and an escalation are caught by the process', async () => {
    const { id, instance } = await started();
    assert.equal((await rest('post', `/task/${id}/bpmnError`, {})).status, 400);
    assert.equal((await rest('post', `/task/${id}/bpmnEscalation`, { escalationCode: 'LATE' })).status, 204);
    const body = { errorCode: 'BROKEN', errorMessage: 'no', variables: { part: { value: 7, type: 'Long' } } };
    assert.equal((await rest('post', `/task/${id}/bpmnError`, body)).status, 204);
    const names = (await rest('get', `/task?processInstanceId=${instance}&sortBy=name&sortOrder=asc`)).body;
    assert.deepEqual(
      names.map(({ name }: { name: string }) => name),
      ['Hurry', 'Repair'],
    );
    const part = (await rest('get', `/process-instance/${instance}/variables/part`)).body;
    assert.deepEqual([part.type, part.value], ['Long', 7]);
  });

  await t.test('an escalation that nobody catches is nothing; such an error ends the path', async () => {
    const { id, instance } = await started();
    assert.equal((await rest('post', `/task/${id}/bpmnEscalation`, { escalationCode: 'NOBODY' })).status, 204);
    assert.equal((await rest('get', `/task/${id}`)).status, 200);
    assert.equal((await rest('post', `/task/${id}/bpmnError`, { errorCode: 'NOBODY' })).status, 204);
    assert.ok((await engine.instance(instance))?.endedAt);
  });

  await t.test('a suspended one is not claimed (400) and not completed (500)', async () => {
    const { id, instance } = await started();
    await engine.send(instance, { do: 'suspend', at: Date.now(), onFailure: 'incident' });
    assert.equal((await refusal('post', `/task/${id}/claim`, { userId: 'ann' }))[0], 400);
    assert.equal((await refusal('post', `/task/${id}/assignee`, { userId: 'ann' }))[0], 400);
    assert.deepEqual(await refusal('post', `/task/${id}/complete`), [500, 'RestException']);
    assert.equal((await rest('get', `/task/${id}`)).body.suspended, true);
    assert.equal((await rest('get', `/task/count?suspended=true`)).body.count, 1);
    const { count } = (await rest('get', '/task/count')).body;
    assert.equal((await rest('get', `/task/count?active=true`)).body.count, count - 1);
  });

  await t.test('one of a process is not deleted', async () => {
    const { id } = await started();
    assert.deepEqual(await refusal('delete', `/task/${id}`), [500, 'ProcessEngineException']);
  });
});

test('tasks are filtered by all that is known of them', async t => {
  const { rest, started } = await office(t);
  const one = await started({ amount: 5, city: 'Bern' });
  const other = await started({ amount: 50, city: 'Rome' });
  await rest('post', `/task/${other.id}/unclaim`);
  await rest('put', `/task/${other.id}/localVariables/mood`, { value: 'good' });
  await rest('post', `/task/${other.id}/identity-links`, { userId: 'zoe', type: 'watcher' });
  const local = await rest('get', `/history/variable-instance?taskIdIn=${one.id},${other.id},x`);
  assert.deepEqual(
    local.body.map(({ name }: { name: string }) => name),
    ['mood'],
  );
  const found = async (query: object) => {
    const ids = (await rest('post', '/task', query)).body.map(({ id }: { id: string }) => id);
    const { count } = (await rest('post', '/task/count', query)).body;
    assert.equal(count, ids.length);
    return ids.map((id: string) => (id === one.id ? 'one' : 'other')).sort();
  };
  const inOne = (count: number) =>
    Array.from({ length: count }, (_, at) => one.id.slice(0, 28) + (2 + at).toString(16).padStart(8, '0'));
  const cases: [query: object, ids: string[]][] = [
    [{ taskId: one.id }, ['one']],
    [{ taskIdIn: [one.id, other.id, 'x'] }, ['one', 'other']],
    [{ activityInstanceIdIn: inOne(2000) }, ['one']],
    [{ assignee: 'ann' }, ['one']],
    [{ assigneeLike: 'a%' }, ['one']],
    [{ assigneeNotIn: ['ann'] }, ['other']],
    [{ unassigned: true }, ['other']],
    [{ assigned: true }, ['one']],
    [{ candidateGroup: 'clerks' }, ['other']],
    [{ candidateGroup: 'clerks', includeAssignedTasks: true }, ['one', 'other']],
    [{ candidateGroupLike: 'cl%' }, ['other']],
    [{ candidateGroups: ['clerks', 'x'] }, ['other']],
    [{ involvedUser: 'zoe' }, ['other']],
    [{ name: 'LOOK' }, ['one', 'other']],
    [{ nameNotLike: 'l%' }, []],
    [{ processInstanceBusinessKeyLike: 'A-_' }, ['one', 'other']],
    [{ processVariables: [{ name: 'amount', operator: 'gt', value: 5 }] }, ['other']],
    [{ processVariables: [{ name: 'city', operator: 'like', value: 'B%' }] }, ['one']],
    [
      {
        processVariables: [{ name: 'CITY', operator: 'eq', value: 'bern' }],
        variableNamesIgnoreCase: true,
        variableValuesIgnoreCase: true,
      },
      ['one'],
    ],
    [{ processVariables: [{ name: 'mood', operator: 'eq', value: 'good' }] }, []],
    [{ taskVariables: [{ name: 'mood', operator: 'eq', value: 'good' }] }, ['other']],
    [{ orQueries: [{ assignee: 'ann', involvedUser: 'zoe' }] }, ['one', 'other']],
    [{ orQueries: [{ candidateGroup: 'x', includeAssignedTasks: true }] }, []],
    [{ orQueries: [{ assignee: 'ann' }, { name: 'look' }] }, ['one']],
    [{ processInstanceIdIn: null, sorting: null, orQueries: null }, ['one', 'other']],
    [{ orQueries: [{ assignee: 'ann', sorting: [], orQueries: [] }] }, ['one']],
    [{ assigned: 'true', priority: '50' }, ['one']],
  ];
  for (const [query, ids] of cases) assert.deepEqual(await found(query), ids, JSON.stringify(query));

  const sorted = async (sorting: object[]) =>
    (await rest('post', '/task', { sorting })).body.map(({ id }: { id: string }) => (id === one.id ? 'one' : 'other'));
  const byAmount = { sortBy: 'processVariable', parameters: { variable: 'amount', type: 'Integer' } };
  assert.deepEqual(await sorted([{ ...byAmount, sortOrder: 'desc' }]), ['other', 'one']);
  assert.deepEqual(await sorted([{ ...byAmount, sortOrder: 'asc' }]), ['one', 'other']);
  const single = (await rest('post', '/task', { sortBy: 'created', sortOrder: 'desc' })).body;
  assert.deepEqual(
    single.map(({ id }: { id: string }) => id),
    [other.id, one.id],
  );
  assert.equal((await rest('post', '/task', { sortBy: 'created' })).status, 400);
  assert.equal((await rest('post', '/task', { orQueries: [{ sorting: [{ sortBy: 'name' }] }] })).status, 400);

  const page = await rest('get', '/task?sortBy=created&sortOrder=asc&firstResult=1&maxResults=1');
  assert.deepEqual(
    page.body.map(({ id }: { id: string }) => id),
    [other.id],
  );
  const informed = (
    await rest('get', `/task?taskId=${other.id}&withCommentAttachmentInfo=true&withTaskVariablesInReturn=true`)
  ).body[0];
  assert.deepEqual([informed.comment, informed.attachment, informed.variables.amount.value], [false, false, 50]);
  const flags = 'withCommentAttachmentInfo=true&withTaskLocalVariablesInReturn=true';
  const alone = (await rest('get', `/task/${other.id}?${flags}`)).body;
  assert.deepEqual([alone.comment, Object.keys(alone.variables)], [false, ['mood']]);
  assert.equal((await rest('get', '/task?assigneeExpression=x')).status, 400);
  assert.equal((await rest('get', '/task?dueBefore=tomorrow')).status, 400);

  const hal = await rest('get', '/task', undefined, { Accept: 'application/hal+json, application/json; q=0.5' });
  assert.equal(hal.headers['content-type'], 'application/hal+json');
  const { _embedded: embedded, count } = JSON.parse(hal.text);
  assert.deepEqual([embedded.task.length, embedded.processDefinition.length, count], [2, 1, 2]);
  assert.equal(embedded.task[0]._links.self.href, `/task/${embedded.task[0].id}`);
});

test('who sees which task, and may do what with it', async t => {
  const { rest, as, started, server } = await office(t);
  const { people, tokens, authorizations } = server.services.identity;
  const asker = async (id: string, groups: string[] = []) => {
    await people.createUser({ id, name: id, groups });
    return as((await tokens.create({ user: id, name: 'test' })).token);
  };
  await people.createGroup({ id: 'clerks', name: 'Clerks' });
  const ann = await asker('ann');
  const clerk = await asker('clerk', ['clerks']);
  const eve = await asker('eve');
  const { id } = await started();

  assert.equal((await ann('get', '/task/count')).body.count, 1);
  assert.equal((await clerk('get', '/task/count')).body.count, 1);
  assert.equal((await eve('get', '/task/count')).body.count, 0);
  const refused = await eve('get', `/task/${id}`);
  assert.deepEqual([refused.status, refused.body.type], [403, 'AuthorizationException']);
  assert.deepEqual(refused.body.missingAuthorizations, [
    { permissionName: 'READ', resourceName: 'Task', resourceId: id },
  ]);
  assert.equal((await eve('post', `/task/${id}/complete`, {})).status, 403);
  assert.equal((await eve('post', '/task/create', { name: 'x' })).status, 403);

  await authorizations.create({
    type: 'grant',
    user: 'eve',
    resource: 'processDefinition',
    resourceId: 'review',
    permissions: ['READ_TASK'],
  });
  assert.equal((await eve('get', '/task/count')).body.count, 1);
  assert.equal((await eve('get', `/task/${id}`)).status, 200);
  assert.equal((await eve('post', `/task/${id}/complete`, {})).status, 403);
  assert.equal((await ann('post', `/task/${id}/complete`, {})).status, 204);
  assert.equal((await rest('get', `/task/${id}`)).status, 404);
});

test('tasks without a process, with parts', async t => {
  const { rest } = await office(t);

  // when
  assert.equal(
    (await rest('post', '/task/create', { id: 'call', name: 'Call', assignee: 'ann', priority: 7 })).status,
    204,
  );
  assert.equal((await rest('post', '/task/create', { id: 'part', name: 'Part', parentTaskId: 'call' })).status, 204);
  assert.equal((await rest('post', '/task/create', { id: 'call' })).status, 500);
  assert.equal((await rest('post', '/task/create', { nmae: 'typo' })).status, 400);
  assert.equal((await rest('post', '/task/create', { id: 'instance~9' })).status, 400);

  // then
  const call = (await rest('get', '/task/call')).body;
  assert.deepEqual(
    [call.processInstanceId, call.executionId, call.priority, call.taskState],
    [null, null, 7, 'Created'],
  );
  assert.deepEqual(
    (await rest('get', '/task?parentTaskId=call')).body.map(({ id }: { id: string }) => id),
    ['part'],
  );
  const changed = { ...call, name: 'Call again', due: '2031-01-01T00:00:00.000+0100' };
  assert.equal((await rest('put', '/task/call', changed)).status, 204);
  const { name, due, assignee, taskState } = (await rest('get', '/task/call')).body;
  assert.deepEqual([name, due, assignee, taskState], ['Call again', '2030-12-31T23:00:00.000+0000', 'ann', 'Updated']);
  await rest('post', '/task/call/variables', { modifications: { a: { value: 1 }, b: { value: 2 } }, deletions: null });
  await rest('post', '/task/call/variables', { deletions: ['a'] });
  assert.deepEqual(Object.keys((await rest('get', '/task/call/localVariables')).body), ['b']);
  assert.equal((await rest('delete', '/task/call')).status, 204);
  assert.equal((await rest('get', '/task/part')).status, 404);
});

test('whoever has a task without a process works on it in the tasklist', async t => {
  const { rest, person } = await office(t);
  const ann = await person({ id: 'ann' });
  await rest('post', '/task/create', { id: 'call', name: 'Call', assignee: 'ann' });

  // when
  const listed = await ann.get('/tasks?view=mine');
  const form = await ann.get('/tasks/call/form');
  const done = await ann.post('/tasks/call/complete', { variables: { answer: 'yes' } });

  // then
  assert.deepEqual(
    listed.body.items.map(({ id, instance }: Record<string, string>) => [id, instance]),
    [['call', '']],
  );
  assert.equal(form.body.kind, 'variables');
  assert.deepEqual([done.status, done.body.task.state, done.body.instance], [200, 'completed', undefined]);
  assert.equal((await rest('get', '/task/call')).status, 404);
});

test('variables, links, comments, attachments and forms of a task', async t => {
  const { rest, started, ask, token } = await office(t);
  const { id, instance } = await started({ amount: 1 });

  await t.test('variables are read one by one, set with their type, and taken away', async () => {
    assert.equal(
      (await rest('put', `/task/${id}/variables/when`, { value: '2026-01-01T00:00:00.000+0000', type: 'Date' })).status,
      204,
    );
    assert.deepEqual((await rest('get', `/task/${id}/variables/when`)).body, {
      type: 'Date',
      value: '2026-01-01T00:00:00.000+0000',
      valueInfo: {},
    });
    assert.equal((await rest('delete', `/task/${id}/variables/when`)).status, 204);
    const gone = await rest('get', `/task/${id}/variables/when`);
    assert.deepEqual([gone.status, gone.body.message], [404, 'task variable with name when does not exist']);
    assert.equal((await rest('put', `/task/${id}/variables/__proto__`, { value: 1 })).status, 400);
    assert.equal((await rest('get', `/task/${id}/variables/amount/data`)).status, 400);
  });

  await t.test('a file is sent and fetched byte for byte', async () => {
    const sent = await ask
      .post(`/engine-rest/task/${id}/localVariables/paper/data`)
      .auth(token, { type: 'bearer' })
      .field('valueType', 'File')
      .attach('data', Buffer.from('hello'), { filename: 'a.txt', contentType: 'text/plain' });
    assert.equal(sent.status, 204);
    const { type, valueInfo } = (await rest('get', `/task/${id}/localVariables/paper`)).body;
    assert.deepEqual([type, valueInfo.filename], ['File', 'a.txt']);
    const bytes = await rest('get', `/task/${id}/localVariables/paper/data`);
    assert.match(bytes.headers['content-disposition']!, /a\.txt/);
    assert.equal(bytes.text, 'hello');
  });

  await t.test('links are added, listed by type, and taken away', async () => {
    const link = { groupId: 'auditors', type: 'candidate' };
    assert.equal((await rest('post', `/task/${id}/identity-links`, link)).status, 204);
    assert.deepEqual((await rest('get', `/task/${id}/identity-links?type=candidate`)).body, [
      { userId: null, groupId: 'clerks', type: 'candidate' },
      { userId: null, groupId: 'auditors', type: 'candidate' },
    ]);
    assert.equal((await rest('post', `/task/${id}/identity-links/delete`, link)).status, 204);
    assert.equal((await rest('get', `/task/${id}/identity-links`)).body.length, 2);
    assert.equal((await rest('post', `/task/${id}/identity-links`, { ...link, userId: 'ann' })).status, 400);
    assert.deepEqual((await rest('get', '/task/report/candidate-group-count')).body, [
      { groupName: 'clerks', taskCount: 1 },
    ]);
    const csv = await rest('get', '/task/report/candidate-group-count', undefined, { Accept: 'text/csv' });
    assert.equal(csv.text, 'groupName,taskCount\n"clerks",1\n');
  });

  await t.test('comments are written, changed and taken away', async () => {
    const created = await rest('post', `/task/${id}/comment/create`, { message: 'frist' });
    assert.equal(created.status, 200);
    assert.equal(created.body.userId, 'admin');
    assert.match(created.body.links[0].href, new RegExp(`/engine-rest/task/${id}/comment/${created.body.id}$`));
    assert.equal((await rest('put', `/task/${id}/comment`, { id: created.body.id, message: 'first' })).status, 204);
    assert.equal((await rest('get', `/task/${id}/comment/${created.body.id}`)).body.message, 'first');
    const [whole] = (await rest('get', `/task/${id}/comment`)).body;
    assert.equal(whole.processInstanceId, instance);
    assert.equal((await rest('put', `/task/${id}/comment`, { ...whole, message: 'second' })).status, 204);
    assert.deepEqual((await rest('get', `/task/${id}/comment`)).body, [{ ...whole, message: 'second' }]);
    assert.equal((await rest('put', `/process-instance/${instance}/comment`, whole)).status, 204);
    assert.equal((await rest('get', `/process-instance/${instance}/comment`)).body[0].message, 'first');
    assert.equal((await rest('put', `/task/${id}/comment`, { ...whole, id: 'x' })).status, 400);
    assert.equal((await rest('delete', `/task/${id}/comment/x`)).status, 400);
    assert.equal((await rest('delete', `/task/${id}/comment/${created.body.id}`)).status, 204);
    assert.equal((await rest('get', `/task/${id}/comment/${created.body.id}`)).status, 404);
    assert.equal((await rest('delete', `/task/${id}/comment`)).status, 204);
    assert.equal((await rest('post', `/task/${id}/comment/create`, {})).status, 400);
  });

  await t.test('attachments are files or links', async () => {
    const create = () => ask.post(`/engine-rest/task/${id}/attachment/create`).auth(token, { type: 'bearer' });
    const file = await create()
      .field('attachment-name', 'paper')
      .attach('content', Buffer.from('bytes'), { filename: 'p.txt', contentType: 'text/plain' });
    const link = await create().field('attachment-name', 'page').field('url', 'https://example.org');
    assert.deepEqual(
      [file.status, link.status, (await create().field('attachment-name', 'x')).status],
      [200, 200, 400],
    );
    const path = `/task/${id}/attachment`;
    assert.deepEqual(
      (await rest('get', path)).body.map(({ name, url }: Record<string, string>) => [name, url]),
      [
        ['paper', null],
        ['page', 'https://example.org'],
      ],
    );
    const data = await rest('get', `${path}/${file.body.id}/data`);
    assert.equal(textOf(data), 'bytes');
    assert.equal((await rest('get', `${path}/${link.body.id}/data`)).status, 404);
    assert.equal((await rest('delete', `${path}/${link.body.id}`)).status, 204);
    assert.equal((await rest('delete', `${path}/${link.body.id}`)).status, 404);
    assert.equal((await rest('get', `${path}/${file.body.id}`)).body.name, 'paper');
  });

  await t.test('a form is found by its key, rendered from its fields, filled and submitted', async () => {
    assert.equal((await rest('get', `/task/${id}/form`)).body.key, 'embedded:deployment:look.html');
    const deployed = await rest('get', `/task/${id}/deployed-form`);
    assert.equal(deployed.headers['content-type'], 'application/xhtml+xml');
    assert.equal(deployed.headers['content-security-policy'], 'sandbox');
    assert.equal(textOf(deployed), '<form>look</form>');
    assert.equal((await rest('get', `/task/${id}/rendered-form`)).status, 404);
    assert.equal((await rest('post', `/task/${id}/submit-form`, { variables: {} })).status, 204);
    const [judge] = (await rest('get', `/task?processInstanceId=${instance}`)).body;
    const at = `/task/${judge.id}`;
    assert.match((await rest('get', `${at}/form`)).body.key, /rendered-form$/);
    assert.equal((await rest('get', `${at}/deployed-form`)).status, 400);
    const rendered = await rest('get', `${at}/rendered-form`);
    assert.match(textOf(rendered), /Fine &amp; good\?/);
    const variables = (await rest('get', `${at}/form-variables?variableNames=fine,amount`)).body;
    assert.deepEqual([variables.fine.value, variables.amount.value, Object.keys(variables).length], [false, 1, 2]);
    const wrong = await rest('post', `${at}/submit-form`, {
      variables: { fine: { value: true }, grade: { value: 9 } },
    });
    assert.deepEqual([wrong.status, wrong.body.type], [400, 'RestException']);
    const noted = await rest('post', `${at}/comment/create`, { message: 'kept' });
    const right = { fine: { value: true }, grade: { value: 5 }, more: { value: 'x' } };
    const done = await rest('post', `${at}/submit-form`, { variables: right, withVariablesInReturn: true });
    assert.deepEqual([done.status, done.body.more.value], [200, 'x']);
    assert.equal((await rest('get', `${at}/comment/${noted.body.id}`)).body.message, 'kept', 'beside what is done');
    assert.deepEqual((await rest('get', `${at}/attachment`)).body, []);
    assert.equal((await rest('post', `${at}/comment/create`, { message: 'afterwards' })).status, 200);
    assert.equal((await rest('get', `${at}/comment`)).body.length, 2);
    assert.equal((await rest('get', `${at}/variables`)).status, 404);
  });
});
