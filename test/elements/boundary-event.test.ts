/** Boundary events: every trigger on every kind of activity, interrupting and not. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { arrows, draw, on } from '../diagram.js';
import { type Answers, type Scenario, scenario } from '../scenario.js';

const called: Answers = need => (need.need === 'definition' ? { definition: 'child:1' } : { failure: need.need });

/** Activities that wait at something called `inside`. */
const hosts = {
  'a user task': '<userTask id="host" name="inside"/>',
  'a sub-process': `<subProcess id="host"><startEvent id="begin"/><userTask id="inside"/>${arrows('begin -> inside')}</subProcess>`,
  'a call activity': '<callActivity id="host" name="inside" calledElement="child"/>',
  'a multi-instance task': `<userTask id="host" name="inside"><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics></userTask>`,
  'a sequential multi-instance sub-process': `<subProcess id="host"><multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>
     <startEvent id="begin"/><userTask id="inside"/>${arrows('begin -> inside')}</subProcess>`,
};

interface Trigger {
  definition: string;
  fire(process: Scenario): void;
  /** A non-interrupting one listens on for the next time. */
  again?: boolean;
  /** A wait of its own shows that it listens. */
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

async function started(host: string, trigger: Trigger, cancelActivity: boolean): Promise<Scenario> {
  const definition = await draw(
    `<startEvent id="start"/>${host}<boundaryEvent id="event" attachedToRef="host" cancelActivity="${cancelActivity}">${trigger.definition}</boundaryEvent>
     <userTask id="handle"/><endEvent id="end"/><endEvent id="handled"/>`,
    ['start -> host -> end', 'event -> handle -> handled'],
  );
  const process = scenario(definition, { answers: called });
  process.start();
  return process;
}

const without = (names: string[], gone: string) => names.filter(name => name !== gone);

for (const [hostName, host] of Object.entries(hosts)) {
  for (const [name, trigger] of Object.entries(triggers)) {
    test(`an interrupting ${name} boundary event takes ${hostName} away, and a late answer is stale`, async () => {
      // given
      const process = await started(host, trigger, true);
      const late = process.wait('inside');
      assert.equal(process.waiting().includes('event'), trigger.waits);
      // when
      trigger.fire(process);
      // then
      assert.deepEqual(process.waiting(), ['handle']);
      assert.throws(() => process.send({ do: 'resume', wait: late.id, variables: {} }), { name: 'StaleCommand' });
      process.complete('handle');
      assert.equal(process.instance().state, 'completed');
    });

    if (name === 'error') continue;
    test(`a non-interrupting ${name} boundary event leaves ${hostName} running`, async () => {
      // given
      const process = await started(host, trigger, false);
      const before = without(process.waiting(), 'event');
      // when
      trigger.fire(process);
      // then
      assert.deepEqual(without(process.waiting(), 'event'), ['handle', ...before]);
      assert.equal(process.waiting().includes('event'), trigger.again === true);
      process.complete('handle');
      while (process.waiting().includes('inside')) process.complete('inside');
      if (hostName.includes('sub-process')) assert.deepEqual(process.waiting(), []);
      assert.equal(process.instance().state, 'completed');
    });

    test(`a ${name} boundary event of ${hostName} listens no longer than it runs`, async () => {
      const process = await started(host, trigger, true);
      while (process.waiting().includes('inside')) process.complete('inside');
      assert.deepEqual(process.waiting(), []);
      assert.equal(process.instance().state, 'completed');
    });
  }
}

test('a non-interrupting boundary event fires as often as its message comes', async () => {
  const process = await started(hosts['a user task'], triggers.message!, false);
  for (let i = 0; i < 3; i++) process.complete('event');
  assert.deepEqual(process.waiting(), ['event', 'handle', 'handle', 'handle', 'inside']);
});

test('the boundary events of a sub-process stay when one of its event sub-processes interrupts it', async () => {
  const definition = await draw(
    `<startEvent id="start"/><subProcess id="sub"><startEvent id="begin"/><userTask id="inside"/>${arrows('begin -> inside')}
       <subProcess id="rescue" triggeredByEvent="true"><startEvent id="help">${on.message()}</startEvent><userTask id="repair"/>${arrows('help -> repair')}</subProcess>
     </subProcess>
     <boundaryEvent id="late" attachedToRef="sub">${on.timer()}</boundaryEvent><userTask id="handle"/>`,
    ['start -> sub', 'late -> handle'],
  );
  const process = scenario(definition);
  process.start();
  process.complete('rescue');
  assert.deepEqual(process.waiting(), ['late', 'repair']);
  process.complete('late');
  assert.deepEqual(process.waiting(), ['handle']);
});

test('several boundary events listen at once, and the first one that interrupts closes the others', async () => {
  const definition = await draw(
    `<startEvent id="start"/><userTask id="host"/>
     <boundaryEvent id="a" attachedToRef="host">${on.timer()}</boundaryEvent>
     <boundaryEvent id="b" attachedToRef="host">${on.message()}</boundaryEvent>
     <boundaryEvent id="c" attachedToRef="host" cancelActivity="false">${on.signal()}</boundaryEvent>
     <userTask id="after-a"/><userTask id="after-b"/><userTask id="after-c"/>`,
    ['start -> host', 'a -> after-a', 'b -> after-b', 'c -> after-c'],
  );
  const process = scenario(definition);
  process.start();
  process.complete('c');
  process.complete('b');
  assert.deepEqual(process.waiting(), ['after-b', 'after-c']);
});

test('what a boundary event caught is set in the process', async () => {
  const process = await started(hosts['a user task'], triggers.error!, true);
  process.throwError('inside', 'NO', { reason: 'too late' });
  assert.deepEqual(process.variables(), { reason: 'too late', code: 'NO' });
});

test('a boundary timer whose duration cannot be read parks the activity, and the incident names the event', async () => {
  const definition = await draw(
    `<startEvent id="start"/><userTask id="host"/><boundaryEvent id="late" attachedToRef="host">${on.timer('${patience}')}</boundaryEvent><endEvent id="end"/>`,
    ['start -> host', 'late -> end'],
  );
  const process = scenario(definition);
  process.start();
  assert.match(process.incidents()[0]!, /^boundaryEvent 'late' \(line \d+\)/);
  assert.deepEqual(process.waiting(), []);
  process.set({ patience: 'PT5M' });
  process.retry();
  assert.deepEqual(process.waiting(), ['host', 'late']);
  assert.deepEqual(process.incidents(), []);
});
