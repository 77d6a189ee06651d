/** Event sub-processes: every trigger, interrupting and not, in a process, a sub-process and an item of a multi-instance. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { arrows, draw, on } from '../diagram.js';
import { type Scenario, scenario } from '../scenario.js';

interface Trigger {
  definition: string;
  fire(process: Scenario): void;
  again?: boolean;
  waits: boolean;
}

const triggers: Record<string, Trigger> = {
  timer: { definition: on.timer(), fire: process => process.complete('event'), waits: true },
  message: { definition: on.message(), fire: process => process.complete('event'), again: true, waits: true },
  signal: { definition: on.signal(), fire: process => process.complete('event'), again: true, waits: true },
  conditional: {
    definition: on.condition('${alarm}'),
    fire: process => process.set({ alarm: true }),
    again: true,
    waits: true,
  },
  escalation: { definition: on.escalation(), fire: process => process.escalate('inside', 'UP'), waits: false },
  error: { definition: on.error(), fire: process => process.throwError('inside', 'NO'), waits: false },
};

const eventSubProcess = (definition: string, isInterrupting: boolean) =>
  `<subProcess id="event" triggeredByEvent="true"><startEvent id="caught" isInterrupting="${isInterrupting}">${definition}</startEvent><userTask id="handle"/><endEvent id="handled"/>${arrows('caught -> handle -> handled')}</subProcess>`;

/** Scopes that hold a task `inside` and an event sub-process; all go on to the task `after`, but the process. */
const scopes: Record<string, (event: string) => Parameters<typeof draw>> = {
  'the process': event => [
    `<startEvent id="start"/><userTask id="inside"/><endEvent id="end"/>${event}`,
    ['start -> inside -> end'],
  ],
  'a sub-process': event => [
    `<startEvent id="start"/><subProcess id="scope"><startEvent id="begin"/><userTask id="inside"/><endEvent id="done"/>${arrows('begin -> inside -> done')}${event}</subProcess><userTask id="after"/>`,
    ['start -> scope -> after'],
  ],
  'the only item of a multi-instance': event => [
    `<startEvent id="start"/><subProcess id="scope"><multiInstanceLoopCharacteristics><loopCardinality>1</loopCardinality></multiInstanceLoopCharacteristics>
       <startEvent id="begin"/><userTask id="inside"/><endEvent id="done"/>${arrows('begin -> inside -> done')}${event}</subProcess><userTask id="after"/>`,
    ['start -> scope -> after'],
  ],
};

const without = (names: string[], gone: string) => names.filter(name => name !== gone);

for (const [scopeName, scopeWith] of Object.entries(scopes)) {
  const afterwards = scopeName === 'the process' ? [] : ['after'];
  for (const [name, trigger] of Object.entries(triggers)) {
    const started = async (isInterrupting: boolean) => {
      const process = scenario(await draw(...scopeWith(eventSubProcess(trigger.definition, isInterrupting))));
      process.start();
      assert.equal(process.waiting().includes('event'), trigger.waits);
      return process;
    };

    test(`an interrupting ${name} event sub-process takes the place of what runs in ${scopeName}`, async () => {
      const process = await started(true);
      trigger.fire(process);
      assert.deepEqual(process.waiting(), ['handle']);
      process.complete('handle');
      assert.deepEqual(process.waiting(), afterwards);
      assert.equal(process.instance().state, afterwards.length > 0 ? 'running' : 'completed');
    });

    if (name === 'error') continue;
    test(`a non-interrupting ${name} event sub-process runs beside ${scopeName}, which waits for it`, async () => {
      const process = await started(false);
      trigger.fire(process);
      assert.deepEqual(without(process.waiting(), 'event'), ['handle', 'inside']);
      assert.equal(process.waiting().includes('event'), trigger.again === true);
      process.complete('inside');
      assert.deepEqual(without(process.waiting(), 'event'), ['handle']);
      process.complete('handle');
      assert.deepEqual(process.waiting(), afterwards);
    });
  }
}

test('an event sub-process in an item of a multi-instance interrupts this item only', async () => {
  const [elements, flows] = scopes['the only item of a multi-instance']!(eventSubProcess(on.message(), true));
  const process = scenario(
    await draw(elements.replace('<loopCardinality>1<', '<loopCardinality>3<'), flows as string[]),
  );
  process.start();
  process.complete('event');
  assert.deepEqual(process.waiting(), ['event', 'event', 'handle', 'inside', 'inside']);
});

test('an error thrown in the event sub-process that caught it goes outwards, not round in a circle', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><subProcess id="scope"><startEvent id="begin"/><userTask id="inside"/>${arrows('begin -> inside')}
         <subProcess id="event" triggeredByEvent="true"><startEvent id="caught">${on.error()}</startEvent><endEvent id="rethrown">${on.error()}</endEvent>${arrows('caught -> rethrown')}</subProcess>
       </subProcess><boundaryEvent id="outer" attachedToRef="scope">${on.error()}</boundaryEvent><userTask id="handle"/>`,
      ['start -> scope', 'outer -> handle'],
    ),
  );
  process.start();
  process.throwError('inside', 'NO');
  assert.deepEqual(process.entered().slice(-5), ['event', 'caught', 'rethrown', 'outer', 'handle']);
});

test('an event sub-process catches before the boundary event around its scope', async () => {
  for (const [definition, command] of [
    [on.error(), (process: Scenario) => process.throwError('inside', 'NO')],
    [on.escalation(), (process: Scenario) => process.escalate('inside', 'UP')],
  ] as const) {
    const [elements, flows] = scopes['a sub-process']!(eventSubProcess(definition, true));
    const process = scenario(
      await draw(
        `${elements}<boundaryEvent id="outer" attachedToRef="scope">${definition}</boundaryEvent><userTask id="outside"/>`,
        [...flows, 'outer -> outside'],
      ),
    );
    process.start();
    command(process);
    assert.deepEqual(process.waiting(), ['handle']);
  }
});

test('an error thrown in one event sub-process is caught by another one of the same scope', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><userTask id="inside"/>
       <subProcess id="first" triggeredByEvent="true"><startEvent id="a">${on.error('no')}</startEvent><endEvent id="thrown">${on.error('other')}</endEvent>${arrows('a -> thrown')}</subProcess>
       <subProcess id="second" triggeredByEvent="true"><startEvent id="b">${on.error('other')}</startEvent><userTask id="handle"/>${arrows('b -> handle')}</subProcess>`,
      ['start -> inside'],
    ),
  );
  process.start();
  process.throwError('inside', 'NO');
  assert.deepEqual(process.waiting(), ['handle']);
});

test('an interrupting event sub-process closes the other event sub-processes of its scope', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><userTask id="inside"/>
       <subProcess id="stop" triggeredByEvent="true"><startEvent id="a">${on.message()}</startEvent><userTask id="stopped"/>${arrows('a -> stopped')}</subProcess>
       <subProcess id="tell" triggeredByEvent="true"><startEvent id="b" isInterrupting="false">${on.signal()}</startEvent><userTask id="told"/>${arrows('b -> told')}</subProcess>`,
      ['start -> inside'],
    ),
  );
  process.start();
  process.complete('tell');
  assert.deepEqual(process.waiting(), ['inside', 'stop', 'tell', 'told']);
  process.complete('stop');
  assert.deepEqual(process.waiting(), ['stopped']);
});

test('a non-interrupting event sub-process that fires while its scope is about to end keeps the scope open', async () => {
  // given a budget that puts off the leaving of the scope
  const [elements, flows] = scopes['a sub-process']!(eventSubProcess(on.message(), false));
  const definition = await draw(elements, flows as string[]);
  for (let nodes = 1; nodes < 4; nodes++) {
    const process = scenario(definition, { limits: { nodes } });
    process.start();
    process.goOn();
    process.complete('inside');
    // when it fires before the rest is done
    if (process.waiting().includes('event')) process.complete('event');
    process.goOn();
    // then
    if (process.waiting().includes('handle')) process.complete('handle');
    process.goOn();
    assert.deepEqual(process.waiting(), ['after']);
  }
});

test('an event sub-process that begins while the end of its scope is parked keeps the scope open', async () => {
  const output =
    '<extensionElements><camunda:inputOutput><camunda:outputParameter name="x">${missing}</camunda:outputParameter></camunda:inputOutput></extensionElements>';
  const [elements, flows] = scopes['a sub-process']!(eventSubProcess(on.message(), false));
  const process = scenario(
    await draw(elements.replace('<subProcess id="scope">', `<subProcess id="scope">${output}`), flows as string[]),
  );
  process.start();
  process.complete('inside');
  assert.equal(process.incidents().length, 1);
  process.complete('event');
  process.set({ missing: 1 });
  process.retry();
  assert.deepEqual(process.waiting(), ['event', 'handle']);
  process.complete('handle');
  assert.deepEqual(process.waiting(), ['after']);
});

test('the code and the payload of what was caught are set before the event sub-process goes on', async () => {
  const process = scenario(await draw(...scopes['the process']!(eventSubProcess(on.error(), true))));
  process.start();
  process.throwError('inside', 'NO', { reason: 'no stock' });
  assert.deepEqual(process.variables(), { reason: 'no stock', code: 'NO' });
});
