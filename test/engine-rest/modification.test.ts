/** /engine-rest: modification of one instance, of many, and starts wherever instructions say. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { startRest } from './harness.js';
import { driver, part, process } from './models.js';

const { start, ask, set } = part;
const listened = `<camunda:executionListener event="start" expression="\${execution.setVariable('listened', true)}"/>`;
const mapped =
  '<camunda:inputOutput><camunda:inputParameter name="input">${1 + 1}</camunda:inputParameter></camunda:inputOutput>';
const withBoth = `<extensionElements>${mapped}${listened}</extensionElements>`;
const later = '<serviceTask id="later" camunda:asyncBefore="true" camunda:expression="${1}"/>';
const inner = `<subProcess id="inner"><startEvent id="begin"/>${ask('first')}${ask('second')}<sequenceFlow id="begin-first" sourceRef="begin" targetRef="first"/></subProcess>`;
const many =
  '<multiInstanceLoopCharacteristics><loopCardinality xsi:type="tFormalExpression">3</loopCardinality></multiInstanceLoopCharacteristics>';

test('an instance is modified in every way', async t => {
  const api = await startRest(t);
  const { rest } = api;
  const { deploy, start: begin, at } = driver(api);
  const deployed = await deploy(
    process(
      'work',
      `${start()}<parallelGateway id="fork"/>${ask()}${later}${inner}${ask('each', many)}${ask('rich', withBoth)}${set('sum', '${1 + 2}', 'sum')}${ask('after')}`,
      ['start -> fork -> ask', 'fork -> later', 'fork -> inner', 'fork -> each', 'rich -> sum -> after'],
    ),
  );
  assert.equal(deployed.status, 200, deployed.text);
  const treeOf = async (id: string) => (await rest('get', `/process-instance/${id}/activity-instances`)).body;
  const modify = (id: string, instructions: object[], more = {}) =>
    rest('post', `/process-instance/${id}/modification`, { instructions, ...more });
  const done = async (id: string, instructions: object[], more = {}) => {
    const { status, text } = await modify(id, instructions, more);
    assert.equal(status, 204, text);
    return at(id);
  };
  const variablesOf = async (id: string) => (await rest('get', `/process-instance/${id}/variables`)).body;
  const before = (activityId: string, more = {}) => ({ type: 'startBeforeActivity', activityId, ...more });

  await t.test('what is open is cancelled: by activity, by activity instance, by transition instance', async () => {
    const id = await begin('work');
    assert.deepEqual(await at(id), ['ask', 'each', 'each', 'each', 'first', 'later']);
    const tree = await treeOf(id);
    const [body] = tree.childActivityInstances.filter((one: { activityId: string }) => /^each/.test(one.activityId));
    const [transition] = tree.childTransitionInstances;
    const item = { type: 'cancel', activityInstanceId: body.childActivityInstances[0].id };
    assert.deepEqual(await done(id, [item]), ['ask', 'each', 'each', 'first', 'later']);
    const point = { type: 'cancel', transitionInstanceId: transition.id };
    assert.deepEqual(await done(id, [point]), ['ask', 'each', 'each', 'first']);
    assert.deepEqual(await done(id, [{ type: 'cancel', activityId: 'each#multiInstanceBody' }]), ['ask', 'first']);
    assert.deepEqual(await done(id, [{ type: 'cancel', activityId: 'inner' }]), ['ask']);
    assert.deepEqual(await done(id, [{ type: 'cancel', activityInstanceId: id }]), []);
    assert.equal((await rest('get', `/history/process-instance/${id}`)).body.state, 'EXTERNALLY_TERMINATED');
  });

  await t.test(
    'tokens start before, after and on a flow, in a scope that is named or a new one, with variables',
    async () => {
      const id = await begin('work');
      await done(
        id,
        ['ask', 'each#multiInstanceBody', 'later'].map(activityId => ({ type: 'cancel', activityId })),
      );
      const variables = { around: { value: 1 }, own: { value: 'x', local: true } };
      assert.deepEqual(await done(id, [before('after', { variables })]), ['after', 'first']);
      assert.deepEqual(Object.keys(await variablesOf(id)), ['around']);
      const [task] = (await rest('get', `/task?processInstanceId=${id}&taskDefinitionKey=after`)).body;
      assert.equal((await rest('get', `/task/${task.id}/localVariables/own`)).body.value, 'x');
      assert.deepEqual(await done(id, [{ type: 'startAfterActivity', activityId: 'sum' }]), [
        'after',
        'after',
        'first',
      ]);
      assert.equal((await variablesOf(id)).sum, undefined, 'what lies before is passed over');
      const flow = { type: 'startTransition', transitionId: 'rich-sum' };
      assert.deepEqual(await done(id, [flow]), ['after', 'after', 'after', 'first']);
      assert.equal((await variablesOf(id)).sum.value, 3);
      await done(id, [before('inner')]);
      const scopes = (await treeOf(id)).childActivityInstances.filter(
        (one: { activityId: string }) => one.activityId === 'inner',
      );
      assert.equal(scopes.length, 2);
      await done(id, [before('second', { ancestorActivityInstanceId: scopes[1].id })]);
      const [first, second] = (await treeOf(id)).childActivityInstances
        .filter((one: { activityId: string }) => one.activityId === 'inner')
        .map((one: { childActivityInstances: object[] }) => one.childActivityInstances.length);
      assert.deepEqual([first, second], [1, 2]);
      const items = async (activityId: string) =>
        (await done(id, [before(activityId)])).filter(one => one === 'each').length;
      assert.equal(await items('each'), 1, 'one item');
      assert.equal(await items('each#multiInstanceBody'), 4, 'all items, beside');
    },
  );

  await t.test('several instructions are one step: where one fails, nothing is kept', async () => {
    const id = await begin('work');
    const open = await at(id);
    assert.equal((await modify(id, [before('after'), before('nowhere')])).status, 500);
    assert.deepEqual(await at(id), open);
    for (const wrong of [{ type: 'cancel' }, { type: 'cancel', activityId: 'ask', activityInstanceId: 'x' }])
      assert.equal((await modify(id, [wrong])).status, 400);
    for (const wrong of [before(null as never), { type: 'startTransition' }, { type: 'jump', activityId: 'ask' }])
      assert.equal((await modify(id, [wrong])).status, 400);
    assert.equal((await modify(id, [])).status, 400);
    assert.equal((await modify('00000000-0000-4000-8000-000000000001', [before('ask')])).status, 404);
  });

  await t.test(
    'many instances are modified at once, all or those that a query finds, never of another definition',
    async () => {
      const ids = [
        await begin('work', {}, { businessKey: 'group' }),
        await begin('work', {}, { businessKey: 'group' }),
      ];
      const order = {
        processDefinitionId: 'work:1',
        instructions: [
          before('after'),
          { type: 'cancel', activityId: 'ask', cancelCurrentActiveActivityInstances: true },
        ],
        annotation: 'as agreed',
      };
      const execute = (more: object) => rest('post', '/modification/execute', { ...order, ...more });
      assert.equal((await execute({ processInstanceQuery: { businessKey: 'group' } })).status, 204);
      for (const id of ids) assert.ok((await at(id)).includes('after') && !(await at(id)).includes('ask'));
      assert.equal((await execute({ processInstanceIds: [] })).status, 400);
      assert.equal((await execute({ processInstanceIds: ids, instructions: [] })).status, 400);
      assert.equal((await execute({ processInstanceIds: ids, processDefinitionId: null })).status, 400);
      const operations = `/history/user-operation?operationType=ModifyProcessInstance&processInstanceId=${ids[0]}`;
      assert.equal((await rest('get', operations)).body[0].userId, 'admin');
    },
  );

  await t.test('a start begins where its instructions say', async () => {
    const startInstructions = [before('after'), { type: 'startTransition', transitionId: 'rich-sum' }];
    const started = await rest('post', '/process-definition/key/work/start', {
      startInstructions,
      withVariablesInReturn: true,
    });
    assert.deepEqual(await at(started.body.id), ['after', 'after']);
    assert.equal(started.body.variables.sum.value, 3);
    const nowhere = await rest('post', '/process-definition/key/work/start', {
      startInstructions: [before('nowhere')],
    });
    assert.equal(nowhere.status, 500);
  });
});
