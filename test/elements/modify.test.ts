/** Modification: tokens are put and taken away by hand, as Camunda 7's process instance modification does. */

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Instruction } from '../../engine/core/language.js';
import { arrows, draw, on } from '../diagram.js';
import { type Scenario, scenario } from '../scenario.js';

const modify = (process: Scenario, ...instructions: Instruction[]) => process.send({ do: 'modify', instructions });

const inner = `<subProcess id="sub"><startEvent id="begin"/><userTask id="a"/><userTask id="b"/>${arrows('begin -> a -> b')}</subProcess>`;

const nested = () =>
  draw(
    `<startEvent id="start"/><userTask id="first"/>${inner}<userTask id="last"/><boundaryEvent id="late" attachedToRef="sub">${on.timer()}</boundaryEvent><userTask id="escape"/>`,
    ['start -> first -> sub -> last', 'late -> escape'],
  );

/** The number of the activation that waits at a task, or of the scope around it. */
const activationAt = (process: Scenario, name: string) => process.wait(name).activation;
const scopeOf = (process: Scenario, name: string) =>
  process.instance().activations[activationAt(process, name)]!.parent;

test('a token is put before a task, the scope around it is entered and listens', async () => {
  const process = scenario(await nested());
  process.start();
  modify(process, { do: 'startBefore', element: 'b' });
  assert.deepEqual(process.waiting(), ['b', 'first', 'late']);
  process.complete('b');
  assert.deepEqual(process.waiting(), ['first', 'last'], 'the scope is left as usual');
});

test('a second token goes into the scope that is open; with an ancestor named, the scopes below it are entered anew', async () => {
  const process = scenario(await nested());
  process.start();
  modify(process, { do: 'startBefore', element: 'a' }, { do: 'startBefore', element: 'b' });
  assert.equal(scopeOf(process, 'a'), scopeOf(process, 'b'));
  modify(process, { do: 'startBefore', element: 'b', inside: 1 });
  assert.deepEqual(process.waiting(), ['a', 'b', 'b', 'first', 'late', 'late']);
});

test('where the scope is open twice, the place has to be named', async () => {
  const process = scenario(await nested());
  process.start();
  const twice: Instruction[] = [
    { do: 'startBefore', element: 'a', inside: 1 },
    { do: 'startBefore', element: 'a', inside: 1 },
  ];
  modify(process, ...twice);
  const before = process.instance();
  assert.throws(() => modify(process, { do: 'cancelAll', element: 'first' }, { do: 'startBefore', element: 'b' }), {
    name: 'BadCommand',
    message: /^subProcess 'sub' \(line \d+\) is open more than once; name the activation that userTask 'b'/,
  });
  assert.equal(process.instance(), before, 'nothing of a refused modification is kept');
  modify(process, { do: 'startBefore', element: 'b', inside: scopeOf(process, 'a') });
  assert.deepEqual(process.waiting(), ['a', 'a', 'b', 'first', 'late', 'late']);
});

test('an ancestor that is not around the place is refused', async () => {
  const process = scenario(await nested());
  process.start();
  const inside = activationAt(process, 'first');
  assert.throws(() => modify(process, { do: 'startBefore', element: 'b', inside }), {
    name: 'BadCommand',
    message: /is no open scope around userTask 'b'/,
  });
});

test('after an element and on a flow: the flow is taken', async () => {
  const process = scenario(await nested());
  process.start();
  modify(process, { do: 'startAfter', element: 'sub' }, { do: 'startOn', flow: 'a-b' });
  assert.deepEqual(process.waiting(), ['b', 'first', 'last', 'late']);
  const taken = process.events().filter(event => event.type === 'taken');
  assert.equal(taken.length, 3);
});

test('unknown places, and elements with no or several flows behind them, are refused in a sentence', async () => {
  const process = scenario(
    await draw('<startEvent id="start"/><userTask id="a"/><userTask id="b"/><userTask id="c"/>', [
      'start -> a -> b',
      'a -> c',
    ]),
  );
  process.start();
  const refused = (instruction: Instruction, message: RegExp) =>
    assert.throws(() => modify(process, instruction), { name: 'BadCommand', message });
  refused({ do: 'startBefore', element: 'nowhere' }, /process 'p' has no element 'nowhere'/);
  refused({ do: 'startBefore', element: 'a#multiInstanceBody' }, /no element 'a#multiInstanceBody'/);
  refused({ do: 'startOn', flow: 'nowhere' }, /no sequence flow 'nowhere'/);
  refused({ do: 'startAfter', element: 'a' }, /userTask 'a' \(line \d+\) has more than one outgoing flow/);
  refused({ do: 'startAfter', element: 'b' }, /has no outgoing flow/);
  refused({ do: 'cancel', activation: 99 }, /activation 99 is not open/);
  assert.throws(() => modify(process), { message: /at least one instruction/ });
});

test('variables go where they are defined, local ones onto the new activation', async () => {
  const process = scenario(await nested());
  process.start({ x: 1 });
  modify(process, { do: 'startBefore', element: 'b', variables: { x: 2, y: 3 }, local: { z: 4 } });
  assert.deepEqual(process.variables(), { x: 2, y: 3 });
  assert.deepEqual(process.local('b'), { z: 4 });
});

test('a cancelled activation takes the scopes with it that are left empty', async () => {
  const process = scenario(await nested());
  process.start();
  process.complete('first');
  modify(process, { do: 'startBefore', element: 'first' }, { do: 'cancel', activation: activationAt(process, 'a') });
  assert.deepEqual(process.waiting(), ['first']);
  assert.equal(Object.keys(process.instance().activations).length, 2);
});

test('one token is moved: cancelled there, started here', async () => {
  const process = scenario(await nested());
  process.start();
  modify(process, { do: 'cancelAll', element: 'first' }, { do: 'startBefore', element: 'last' });
  assert.deepEqual(process.waiting(), ['last']);
  assert.equal(process.instance().state, 'running');
});

test('an instance that is left empty is cancelled, with the reason', async () => {
  const process = scenario(await nested());
  process.start();
  process.send({ do: 'modify', instructions: [{ do: 'cancelAll', element: 'first' }], reason: 'by mistake' });
  assert.equal(process.instance().state, 'cancelled');
  assert.ok(process.events().some(event => event.type === 'ended' && event.reason === 'by mistake'));
});

test('an instance whose new token comes to its end completes', async () => {
  const process = scenario(
    await draw('<startEvent id="start"/><userTask id="a"/><endEvent id="end"/>', ['start -> a -> end']),
  );
  process.start();
  modify(process, { do: 'cancelAll', element: 'a' }, { do: 'startBefore', element: 'end' });
  assert.equal(process.instance().state, 'completed');
});

const joined = () =>
  draw(
    '<startEvent id="start"/><parallelGateway id="fork"/><userTask id="a"/><userTask id="b"/><parallelGateway id="join"/><userTask id="end"/>',
    ['start -> fork -> a -> join -> end', 'fork -> b -> join'],
  );

test('before a join: the token waits there for the one that is missing', async () => {
  const process = scenario(await joined());
  process.start();
  modify(process, { do: 'startBefore', element: 'join' }, { do: 'cancelAll', element: 'a' });
  assert.deepEqual(process.waiting(), ['b']);
  process.complete('b');
  assert.deepEqual(process.waiting(), ['end']);
});

test('tokens that wait at a join are taken away with it', async () => {
  const process = scenario(await joined());
  process.start();
  process.complete('a');
  modify(process, { do: 'cancelAll', element: 'join' }, { do: 'startBefore', element: 'end' });
  assert.deepEqual(process.waiting(), ['b', 'end']);
  assert.equal(process.instance().activations[1]!.arrived, undefined);
});

const loop = (sequential: boolean) =>
  draw(
    `<startEvent id="start"/><userTask id="vote"><multiInstanceLoopCharacteristics isSequential="${sequential}" camunda:collection="\${people}" camunda:elementVariable="person"/></userTask><userTask id="end"/>`,
    ['start -> vote -> end'],
  );

test('an item of a multi-instance is cancelled, another one is added; the rest goes on', async () => {
  const process = scenario(await loop(false));
  process.start({ people: ['ann', 'bob'] });
  modify(process, { do: 'cancel', activation: process.wait('vote', { person: 'ann' }).activation });
  modify(process, { do: 'startBefore', element: 'vote', local: { person: 'eve' } });
  assert.deepEqual(process.local('vote', { person: 'eve' }), { loopCounter: 2, person: 'eve' });
  process.complete('vote', {}, { person: 'bob' });
  process.complete('vote', {}, { person: 'eve' });
  assert.deepEqual(process.waiting(), ['end']);
});

test('the last item that is cancelled takes the whole multi-instance with it', async () => {
  const process = scenario(await loop(true));
  process.start({ people: ['ann', 'bob'] });
  modify(
    process,
    { do: 'cancel', activation: activationAt(process, 'vote') },
    { do: 'startBefore', element: 'vote#multiInstanceBody' },
  );
  assert.deepEqual(process.local('vote'), { loopCounter: 0, person: 'ann' });
  assert.throws(() => modify(process, { do: 'startBefore', element: 'vote' }), { message: /takes no further item/ });
});

test('an item is started where the multi-instance is not open: its body has this one item', async () => {
  const process = scenario(await loop(false));
  process.start({ people: [] });
  modify(process, { do: 'startBefore', element: 'vote', local: { person: 'eve' } });
  assert.deepEqual(process.waiting(), ['end', 'vote']);
  process.complete('vote');
  assert.deepEqual(process.waiting(), ['end', 'end']);
});

test('items of a large multi-instance are cancelled and added in their chunks', async () => {
  const process = scenario(await loop(false), { limits: { chunk: 2 } });
  process.start({ people: ['a', 'b', 'c', 'd', 'e'] });
  const wait = process.wait('vote', { person: 'c' });
  const chunk = /c(.+)$/.exec(wait.id)![1]!;
  modify(process, { do: 'cancel', activation: wait.activation, chunk }, { do: 'startBefore', element: 'vote' });
  assert.equal(process.waiting().length, 5);
  for (const person of ['a', 'b', 'd', 'e']) process.complete('vote', {}, { person });
  process.complete('vote');
  assert.deepEqual(process.waiting(), ['end']);
});

test('an activity inside a large multi-instance is cancelled in all chunks', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><subProcess id="each"><multiInstanceLoopCharacteristics camunda:collection="\${people}"/><startEvent id="begin"/><userTask id="a"/><userTask id="b"/>${arrows('begin -> a', 'begin -> b')}</subProcess><userTask id="end"/>`,
      ['start -> each -> end'],
    ),
    { limits: { chunk: 2 } },
  );
  process.start({ people: [1, 2, 3] });
  modify(process, { do: 'cancelAll', element: 'a' });
  assert.deepEqual(process.waiting(), ['b', 'b', 'b']);
  assert.throws(() => modify(process, { do: 'startBefore', element: 'a' }), { message: /open more than once/ });
  modify(process, { do: 'cancelAll', element: 'b' }, { do: 'startBefore', element: 'end' });
  process.goOn();
  assert.deepEqual(process.waiting(), ['end']);
});

test('an interrupting boundary event that is put in place cancels its activity', async () => {
  const process = scenario(await nested());
  process.start();
  process.complete('first');
  modify(process, { do: 'startBefore', element: 'late' });
  assert.deepEqual(process.waiting(), ['escape']);
});

test('an interrupting event sub-process that is put in place empties its scope; another element in it does not', async () => {
  const definition = await draw(
    `<startEvent id="start"/><userTask id="work"/><subProcess id="help" triggeredByEvent="true"><startEvent id="asked">${on.message()}</startEvent><userTask id="answer"/><userTask id="check"/>${arrows('asked -> answer -> check')}</subProcess>`,
    ['start -> work'],
  );
  const gentle = scenario(definition);
  gentle.start();
  modify(gentle, { do: 'startBefore', element: 'check' });
  assert.deepEqual(gentle.waiting(), ['check', 'help', 'work']);

  const interrupting = scenario(definition);
  interrupting.start();
  modify(interrupting, { do: 'startBefore', element: 'help' });
  assert.deepEqual(interrupting.waiting(), ['answer']);
});

const mapped = () =>
  draw(
    `<startEvent id="start"/>
    <userTask id="work"><extensionElements>
      <camunda:inputOutput><camunda:inputParameter name="in">\${order}</camunda:inputParameter><camunda:outputParameter name="out">\${in}</camunda:outputParameter></camunda:inputOutput>
      <camunda:executionListener event="end" expression="\${execution.setVariable('ended', true)}"/>
      <camunda:executionListener event="start" expression="\${execution.setVariable('started', true)}"/>
    </extensionElements></userTask><userTask id="beside"/>`,
    ['start -> work', 'start -> beside'],
  );

test('mappings and listeners run for what is started and cancelled by hand (camunda)', async () => {
  const process = scenario(await mapped());
  process.start({ order: 7 });
  modify(process, { do: 'cancelAll', element: 'work' });
  assert.deepEqual(process.variables(), { order: 7, started: true, out: 7, ended: true });
});

test('mappings and listeners are left out where the command says so', async () => {
  const process = scenario(await mapped());
  const skip = { skipListeners: true, skipMappings: true };
  process.start({ order: 7 });
  process.send({ do: 'set', variables: { started: false } });
  process.send({
    do: 'modify',
    instructions: [
      { do: 'cancelAll', element: 'work' },
      { do: 'startBefore', element: 'work' },
    ],
    ...skip,
  });
  assert.deepEqual(process.variables(), { order: 7, started: false });
  assert.deepEqual(process.local('work'), {});
  process.send({ do: 'cancel', ...skip });
  assert.deepEqual(process.variables(), { order: 7, started: false });
});

test('a deleted instance runs the output mappings of what was under way; a failing one holds nothing up', async () => {
  const process = scenario(await mapped());
  process.start({ order: 7 });
  process.send({ do: 'cancel', reason: 'no longer needed' });
  assert.equal(process.variables().out, 7);

  const failing = scenario(
    await draw(
      `<startEvent id="start"/><userTask id="work"><extensionElements><camunda:inputOutput><camunda:outputParameter name="out">\${missing}</camunda:outputParameter></camunda:inputOutput></extensionElements></userTask>`,
      ['start -> work'],
    ),
  );
  failing.start();
  assert.throws(() => failing.send({ do: 'cancel', onFailure: 'refuse' }), { name: 'Failure' });
  failing.send({ do: 'cancel' });
  assert.equal(failing.instance().state, 'cancelled');
});

test('a suspended instance is modified; what was placed moves when it is activated', async () => {
  const process = scenario(await nested());
  process.start();
  process.send({ do: 'suspend' });
  modify(process, { do: 'cancelAll', element: 'first' }, { do: 'startAfter', element: 'first' });
  assert.deepEqual(process.waiting(), []);
  process.send({ do: 'activate' });
  assert.deepEqual(process.waiting(), ['a', 'late']);
});

test('an instance starts at given places instead of its start events', async () => {
  const process = scenario(await nested());
  process.send({
    do: 'start',
    instance: 'i',
    tenant: '',
    variables: { x: 1 },
    instructions: [
      { do: 'startBefore', element: 'b', variables: { y: 2 } },
      { do: 'startAfter', element: 'sub' },
    ],
  });
  assert.deepEqual(process.waiting(), ['b', 'last', 'late']);
  assert.deepEqual(process.variables(), { x: 1, y: 2 });
});
