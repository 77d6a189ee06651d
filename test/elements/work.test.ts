/** Service, send, script, receive and other tasks: an expression, a script, a message, or a job for a worker. */

import assert from 'node:assert/strict';
import test from 'node:test';
import type { WaitRow } from '../../engine/core/types.js';
import { draw, on } from '../diagram.js';
import { type Answers, type Scenario, scenario } from '../scenario.js';

const doing = (task: string, more = '', flows: string[] = []) =>
  draw(`<startEvent id="start"/>${task}<userTask id="after"/>${more}`, ['start -> work -> after', ...flows]);

function jobOf(process: Scenario): WaitRow {
  const opened = process.events().find(event => event.type === 'waiting' && event.wait.kind === 'job');
  return opened?.type === 'waiting' ? opened.row : assert.fail('no job was opened');
}

test('an external task waits as a job on its topic', async () => {
  const process = scenario(
    await doing(
      '<serviceTask id="work" camunda:type="external" camunda:topic="${kind}-topic" camunda:taskPriority="${3}"/>',
    ),
  );
  process.start({ kind: 'mail' });
  assert.equal(process.wait('work').name, 'mail-topic');
  assert.equal(jobOf(process).priority, 3);
  process.complete('work', { sent: true });
  assert.deepEqual(process.waiting(), ['after']);
  assert.equal(process.variables().sent, true);
});

test('what is no whole number is no priority of a job: an incident, mended by the variable', async () => {
  const work =
    '<serviceTask id="work" camunda:type="external" camunda:topic="mail" camunda:taskPriority="${urgency}"/>';
  for (const urgency of ['abc', '', null, true, 2.5, 1e300]) {
    const process = scenario(await doing(work));
    process.start({ urgency });
    assert.match(process.incidents()[0]!, /priority \$\{urgency\} is no whole number within ±9007199254740991/);

    process.set({ urgency: '-7' });
    process.retry();
    assert.equal(jobOf(process).priority, -7);
  }

  const later = scenario(
    await doing(
      '<scriptTask id="work" camunda:asyncBefore="true" camunda:jobPriority="${urgency}" scriptFormat="feel"><script>1</script></scriptTask>',
    ),
  );
  later.start({ urgency: 2.5 });
  assert.match(later.incidents()[0]!, /priority \$\{urgency\} is no whole number/);
});

test('a job that failed for good has an incident, which resolves when the worker succeeds after all', async () => {
  const process = scenario(await doing('<serviceTask id="work" camunda:type="external" camunda:topic="mail"/>'));
  process.start();
  const { id } = process.wait('work');
  process.send({ do: 'fail', wait: id, message: 'no connection' });
  assert.match(process.incidents()[0]!, /^serviceTask 'work' \(line \d+\): no connection/);
  assert.throws(() => process.send({ do: 'fail', wait: id, message: 'again' }), { name: 'StaleCommand' });
  process.complete('work');
  assert.deepEqual(process.incidents(), []);
  assert.deepEqual(process.waiting(), ['after']);
});

test('retrying the incident of a job leaves the job open for its next attempt', async () => {
  const process = scenario(await doing('<serviceTask id="work" camunda:type="external" camunda:topic="mail"/>'));
  process.start();
  process.send({ do: 'fail', wait: process.wait('work').id, message: 'no connection' });
  process.retry();
  assert.deepEqual(process.incidents(), []);
  assert.deepEqual(process.waiting(), ['work']);
});

test('an expression is evaluated in place, its result kept where the model says', async () => {
  const process = scenario(
    await doing('<serviceTask id="work" camunda:expression="${price * 2}" camunda:resultVariable="double"/>'),
  );
  process.start({ price: 21 });
  assert.equal(process.variables().double, 42);
});

test('a send task and a message throw event publish, with the business key', async () => {
  const process = scenario(
    await doing(
      '<sendTask id="work" messageRef="hello"/>',
      `<intermediateThrowEvent id="tell">${on.message('bye')}</intermediateThrowEvent>`,
      ['after -> tell'],
    ),
  );
  process.start({}, { businessKey: 'order 7' });
  process.complete('after');
  assert.deepEqual(
    process.effects().map(effect => effect.do === 'publish' && [effect.name, effect.key]),
    [
      ['hello', 'order 7'],
      ['bye', 'order 7'],
    ],
  );
});

test('a receive task waits for its message', async () => {
  const process = scenario(await doing('<receiveTask id="work" messageRef="hello"/>'));
  process.start();
  assert.deepEqual([process.wait('work').kind, process.wait('work').name], ['message', 'hello']);
  process.complete('work', { answer: 1 });
  assert.equal(process.variables().answer, 1);
  assert.deepEqual(process.waiting(), ['after']);
});

test('manual and abstract tasks are passed through', async () => {
  for (const kind of ['task', 'manualTask']) {
    const process = scenario(await doing(`<${kind} id="work"/>`));
    process.start();
    assert.deepEqual(process.entered(), ['start', 'work', 'after']);
  }
});

const script =
  '<scriptTask id="work" scriptFormat="javascript" camunda:resultVariable="result"><script>a + 1</script></scriptTask>';

test('a script sees the variables, and its value and writes are kept', async () => {
  const seen: unknown[] = [];
  const answers: Answers = need => {
    if (need.need !== 'value') return { failure: need.need };
    seen.push(need.scope.variables, need.expression.language, need.scope.execution.currentActivityId);
    return {
      value: 2,
      writes: [
        { name: 'b', value: 3 },
        { name: 'a', value: undefined },
      ],
    };
  };
  const process = scenario(await doing(script), { answers });
  process.start({ a: 1 });
  assert.deepEqual(seen.slice(0, 3), [{ a: 1 }, 'javascript', 'work']);
  assert.deepEqual(process.variables(), { b: 3, result: 2 });
});

test('a script that writes locally leaves nothing behind', async () => {
  const process = scenario(await doing(script.replace('camunda:resultVariable="result"', '')), {
    answers: () => ({ value: 0, writes: [{ name: 'temporary', value: 1, local: true }] }),
  });
  process.start();
  assert.deepEqual(process.variables(), {});
});

test('a script that fails is an incident; a retry runs it again', async () => {
  let isBroken = true;
  const process = scenario(await doing(script), {
    answers: () => (isBroken ? { failure: 'a is not defined' } : { value: 5 }),
  });
  process.start();
  assert.match(
    process.incidents()[0]!,
    /^scriptTask 'work' \(line \d+\): a \+ 1 failed \(line \d+\): a is not defined/,
  );
  isBroken = false;
  process.retry();
  assert.equal(process.variables().result, 5);
});

test('a BPMN error thrown in a script goes the way of error events', async () => {
  const process = scenario(
    await doing(
      script,
      `<boundaryEvent id="caught" attachedToRef="work">${on.error()}</boundaryEvent><userTask id="handle"/>`,
      ['caught -> handle'],
    ),
    { answers: () => ({ thrown: { type: 'error', code: 'NO', message: 'refused' } }) },
  );
  process.start();
  assert.deepEqual(process.waiting(), ['handle']);
  assert.equal(process.variables().code, 'NO');
});

test('what a script has set before it throws a BPMN error is kept', async () => {
  const process = scenario(
    await doing(
      script,
      `<boundaryEvent id="caught" attachedToRef="work">${on.error()}</boundaryEvent><userTask id="handle"/>`,
      ['caught -> handle'],
    ),
    { answers: () => ({ thrown: { type: 'error', code: 'NO' }, writes: [{ name: 'tried', value: 1 }] }) },
  );
  process.start();
  assert.deepEqual([process.waiting(), process.variables()], [['handle'], { tried: 1, code: 'NO' }]);
});

test('a BPMN error thrown in a script that nobody catches is an incident', async () => {
  const plain = '<scriptTask id="work" scriptFormat="javascript"><script>a + 1</script></scriptTask>';
  const process = scenario(await doing(plain), { answers: () => ({ thrown: { type: 'error', code: 'NO' } }) });
  process.start();
  assert.match(process.incidents()[0]!, /error 'NO' is caught by no boundary event/);
});
