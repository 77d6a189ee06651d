/** Call activity: what goes into the called process, what comes back, and what it throws. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { draw, on } from '../diagram.js';
import { type Answers, scenario } from '../scenario.js';

const deployed: Answers = need =>
  need.need === 'definition' && need.key === 'child' ? { definition: 'child:3' } : { failure: 'no such process' };

const calling = (inside: string, attributes = '', more = '', flows: string[] = []) =>
  draw(
    `<startEvent id="start"/><callActivity id="call" calledElement="child" ${attributes}><extensionElements>${inside}</extensionElements></callActivity><userTask id="after"/>${more}`,
    ['start -> call -> after', ...flows],
  );

test('mappings say what the called process gets, and what comes back', async () => {
  const process = scenario(
    await calling(
      `<camunda:in source="order" target="item"/><camunda:in sourceExpression="\${amount * 2}" target="double"/>
       <camunda:out source="result" target="answer"/><camunda:out sourceExpression="\${result + 1}" target="next"/>`,
    ),
    { answers: deployed },
  );
  process.start({ order: 'chair', amount: 4, secret: true });
  const [effect] = process.effects();
  assert.deepEqual(effect, {
    id: effect!.id,
    hops: 1,
    do: 'startChild',
    wait: process.wait('call').id,
    definition: 'child:3',
    variables: { item: 'chair', double: 8 },
  });
  process.complete('call', { result: 7, internal: 'x' });
  assert.deepEqual(process.variables(), { order: 'chair', amount: 4, secret: true, answer: 7, next: 8 });
});

test('variables="all" hands on what is visible, and takes back everything', async () => {
  const process = scenario(await calling('<camunda:in variables="all"/><camunda:out variables="all"/>'), {
    answers: deployed,
  });
  process.start({ a: 1 });
  const [effect] = process.effects();
  assert.deepEqual(effect?.do === 'startChild' && effect.variables, { a: 1 });
  process.complete('call', { a: 2, b: 3 });
  assert.deepEqual(process.variables(), { a: 2, b: 3 });
});

test('without mappings nothing goes in and nothing comes back', async () => {
  const process = scenario(await calling(''), { answers: deployed });
  process.start({ a: 1 });
  const [effect] = process.effects();
  assert.deepEqual(effect?.do === 'startChild' && effect.variables, {});
  process.complete('call', { a: 2 });
  assert.deepEqual(process.variables(), { a: 1 });
});

test('the business key goes with it when the model says so', async () => {
  const process = scenario(await calling('<camunda:in businessKey="#{execution.processBusinessKey}"/>'), {
    answers: deployed,
  });
  process.start({}, { businessKey: 'order 7' });
  const [effect] = process.effects();
  assert.equal(effect?.do === 'startChild' && effect.businessKey, 'order 7');
});

test('a called process that is not deployed is an incident at the call, and a retry calls again', async () => {
  let isThere = false;
  const process = scenario(await calling(''), {
    answers: () => (isThere ? { definition: 'child:1' } : { failure: "no process 'child' is deployed" }),
  });
  process.start();
  assert.match(process.incidents()[0]!, /^callActivity 'call' \(line \d+\): no process 'child' is deployed/);
  isThere = true;
  process.retry();
  assert.deepEqual(process.waiting(), ['call']);
});

test('an error of the called process is caught at the call', async () => {
  const process = scenario(
    await calling(
      '',
      '',
      `<boundaryEvent id="caught" attachedToRef="call">${on.anyError}</boundaryEvent><userTask id="handle"/>`,
      ['caught -> handle'],
    ),
    { answers: deployed },
  );
  process.start();
  process.throwError('call', 'BROKEN', { part: 'leg' });
  assert.deepEqual(process.waiting(), ['handle']);
  assert.deepEqual(process.variables(), { part: 'leg', code: 'BROKEN' });
});

test('an error of the called process that nobody catches is an incident at the call', async () => {
  const process = scenario(await calling(''), { answers: deployed });
  process.start();
  process.throwError('call', 'BROKEN');
  assert.match(process.incidents()[0]!, /callActivity 'call'.*error 'BROKEN' is caught by no boundary event/);
});

test('an escalation of the called process leaves it running, whether somebody catches it or not', async () => {
  const definition = await calling(
    '',
    '',
    `<boundaryEvent id="told" attachedToRef="call" cancelActivity="false">${on.escalation()}</boundaryEvent><userTask id="handle"/>`,
    ['told -> handle'],
  );
  const process = scenario(definition, { answers: deployed });
  process.start();
  process.escalate('call', 'UP');
  process.escalate('call', 'OTHER');
  assert.deepEqual(process.waiting(), ['call', 'handle']);
  assert.deepEqual(process.incidents(), []);
  process.complete('call');
  assert.deepEqual(process.waiting(), ['after', 'handle']);
});

test('an interrupting event at the call cancels the called process', async () => {
  const process = scenario(
    await calling(
      '',
      '',
      `<boundaryEvent id="late" attachedToRef="call">${on.timer()}</boundaryEvent><userTask id="handle"/>`,
      ['late -> handle'],
    ),
    { answers: deployed },
  );
  process.start();
  const child = process.wait('call').id;
  process.effects();
  process.complete('late');
  assert.deepEqual(
    process.effects().map(effect => effect.do === 'cancelChild' && effect.child),
    [child],
  );
});

test('a process that ends tells its caller, with its variables', async () => {
  const process = scenario(await draw('<startEvent id="start"/><userTask id="work"/>', ['start -> work']));
  const parent = { instance: 'caller', wait: 'caller~4' };
  process.start({ a: 1 }, { parent, depth: 1 });
  process.complete('work', { b: 2 });
  const [effect] = process.effects();
  assert.equal(effect?.do, 'answerParent');
  assert.deepEqual(effect?.do === 'answerParent' && [effect.wait, effect.variables], ['caller~4', { a: 1, b: 2 }]);
});

test('an uncaught error ends a called process and goes on in its caller; an uncaught escalation does not end it', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><intermediateThrowEvent id="tell">${on.escalation()}</intermediateThrowEvent><userTask id="work"/><endEvent id="broken">${on.error()}</endEvent>`,
      ['start -> tell -> work -> broken'],
    ),
  );
  process.start({}, { parent: { instance: 'caller', wait: 'caller~4' } });
  const thrown = () => process.effects().map(effect => effect.do === 'answerParent' && effect.thrown?.type);
  assert.deepEqual(thrown(), ['escalation']);
  assert.deepEqual(process.waiting(), ['work']);
  process.complete('work');
  assert.deepEqual(thrown(), ['error']);
  assert.equal(process.instance().state, 'failed');
});

test('a process that was cancelled by its caller does not answer it; one that somebody else cancels tells it', async () => {
  const definition = await draw('<startEvent id="start"/><userTask id="work"/>', ['start -> work']);
  for (const byCaller of [true, false]) {
    const process = scenario(definition);
    process.start({}, { parent: { instance: 'caller', wait: 'caller~4' } });
    process.send({ do: 'cancel', reason: 'a mistake', ...(byCaller && { hops: 1 }) });
    assert.deepEqual(
      process.effects().map(effect => effect.do === 'answerParent' && effect.failed),
      byCaller ? [] : ['the called process (instance i) was cancelled: a mistake; retry calls it once more'],
    );
  }
});

test('a called process that is gone is an incident, and a retry calls it once more', async () => {
  const process = scenario(
    await calling(
      '<camunda:in source="order" target="item"/>',
      '',
      `<boundaryEvent id="late" attachedToRef="call">${on.timer()}</boundaryEvent><userTask id="handle"/>`,
      ['late -> handle'],
    ),
    { answers: deployed },
  );
  process.start({ order: 'chair' });
  const first = process.wait('call').id;
  process.send({ do: 'fail', wait: first, message: 'it was cancelled' });
  assert.match(process.incidents()[0]!, /^callActivity 'call' \(line \d+\): it was cancelled$/);
  assert.deepEqual(process.waiting(), ['late'], 'the boundary event still listens');
  process.effects();
  process.retry();
  const [effect] = process.effects();
  assert.deepEqual(effect?.do === 'startChild' && effect.variables, { item: 'chair' });
  assert.notEqual(process.wait('call').id, first);
  assert.deepEqual(process.waiting(), ['call', 'late']);
  process.complete('call');
  assert.deepEqual(process.waiting(), ['after']);
});

test('calls that are nested too deep are an incident that asks whether the process calls itself', async () => {
  const process = scenario(await calling(''), { answers: deployed, limits: { depth: 5 } });
  process.start({}, { parent: { instance: 'caller', wait: 'caller~4' }, depth: 5 });
  assert.match(process.incidents()[0]!, /nested 5 deep; does process 'p' call itself\?/);
});

test('instances that start each other in a circle are an incident after a thousand hops', async () => {
  const process = scenario(await calling('', 'camunda:asyncBefore="true"'), { answers: deployed });
  process.start();
  process.send({ do: 'resume', wait: process.wait('call').id, variables: {}, hops: 1000 });
  assert.match(process.incidents()[0]!, /steps in a row without an answer from outside/);
  process.retry();
  assert.deepEqual(process.waiting(), ['call']);
});

test('a multi-instance call starts one process per item', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><callActivity id="call" calledElement="child"><extensionElements><camunda:in source="it" target="item"/></extensionElements>
         <multiInstanceLoopCharacteristics camunda:collection="list" camunda:elementVariable="it"/></callActivity><userTask id="after"/>`,
      ['start -> call -> after'],
    ),
    { answers: deployed },
  );
  process.start({ list: ['x', 'y'] });
  assert.deepEqual(
    process.effects().map(effect => effect.do === 'startChild' && effect.variables),
    [{ item: 'x' }, { item: 'y' }],
  );
  process.complete('call');
  process.complete('call');
  assert.deepEqual(process.waiting(), ['after']);
});
