/** User task: what its row says when it opens, and what completing it does. */

import assert from 'node:assert/strict';
import test from 'node:test';
import type { WaitRow } from '../../engine/core/types.js';
import { compile, draw, on, xml } from '../diagram.js';
import { type Scenario, scenario } from '../scenario.js';

const task = (attributes: string, inside = '') =>
  draw(
    `<startEvent id="start"/><userTask id="work" name="Do it" ${attributes}><extensionElements>${inside}</extensionElements></userTask><userTask id="after"/>`,
    ['start -> work -> after'],
  );

function rowOf(process: Scenario): WaitRow {
  const opened = process.events().find(event => event.type === 'waiting' && event.wait.kind === 'task');
  return opened?.type === 'waiting' ? opened.row : assert.fail('no task was opened');
}

test('who may do it and when is evaluated when it opens', async () => {
  const process = scenario(
    await task(
      'camunda:assignee="${who}" camunda:candidateUsers="ann, ${deputy}" camunda:candidateGroups="${groups}" camunda:dueDate="PT2H" camunda:followUpDate="2026-01-01T01:00:00Z" camunda:priority="${7 * 2}"',
    ),
  );
  process.start({ who: 'bob', deputy: 'cid', groups: ['sales', 'audit'] });
  const row = rowOf(process);
  assert.deepEqual(
    { ...row, description: undefined },
    {
      name: 'Do it',
      description: undefined,
      assignee: 'bob',
      candidateUsers: ['ann', 'cid'],
      candidateGroups: ['sales', 'audit'],
      due: process.clock.now + 7_200_000,
      followUp: process.clock.now + 3_600_000,
      priority: 14,
    },
  );
});

test('without a word about it, the priority is 50 and nobody is assigned', async () => {
  const process = scenario(await task(''));
  process.start();
  assert.equal(rowOf(process).priority, 50);
  assert.equal(rowOf(process).assignee, undefined);
});

test('an assignment that fails parks the token before the task opens, and retry opens it', async () => {
  const process = scenario(await task('camunda:assignee="${who}"'));
  process.start();
  assert.deepEqual(process.waiting(), []);
  assert.match(process.incidents()[0]!, /^userTask 'Do it' \(line \d+\): \$\{who\} failed/);
  process.set({ who: 'ann' });
  process.retry();
  assert.equal(rowOf(process).assignee, 'ann');
});

test('a due date or priority that cannot be read is an incident that quotes it', async () => {
  const due = scenario(await task('camunda:dueDate="${when}"'));
  due.start({ when: 'tomorrow' });
  assert.match(due.incidents()[0]!, /tomorrow/);
  const priority = scenario(await task('camunda:priority="${urgency}"'));
  priority.start({ urgency: 'high' });
  assert.match(priority.incidents()[0]!, /priority \$\{urgency\} is no number/);
});

test('task listeners run when it is created and completed', async () => {
  const listener = (event: string) =>
    `<camunda:taskListener event="${event}" expression="\${execution.setVariable('log', log.concat('${event} '))}"/>`;
  const process = scenario(await task('camunda:assignee="ann"', listener('create') + listener('complete')));
  process.start({ log: '' });
  assert.equal(process.variables().log, 'create ');
  process.complete('Do it');
  assert.equal(process.variables().log, 'create complete ');
});

for (const plain of [true, false])
  test(`a delete listener runs when its task is interrupted or its instance ends, in ${plain ? 'Flowable' : 'Camunda 7'}`, async () => {
    const listeners = ['complete', 'delete'].map(
      event =>
        `<camunda:taskListener event="${event}" expression="\${execution.setVariable('log', log.concat('${event} '))}"/>`,
    );
    const late = `<boundaryEvent id="late" attachedToRef="Wait">${on.timer()}</boundaryEvent>`;
    const text = xml(
      'p',
      `<startEvent id="start"/><userTask id="Wait"><extensionElements>${listeners.join('')}</extensionElements></userTask>
       ${late}<userTask id="Late"/><endEvent id="end"/>`,
      ['start -> Wait -> end', 'late -> Late'],
    );
    const file = plain
      ? text
          .replaceAll('camunda', 'flowable')
          .replace('http://flowable.org/schema/1.0/bpmn', 'http://flowable.org/bpmn')
      : text;
    const run = async () => {
      const process = scenario((await compile(file))[0]!);
      process.start({ log: '' });
      return process;
    };
    const interrupted = await run();
    interrupted.complete('late');
    const cancelled = await run();
    cancelled.send({ do: 'cancel' });
    const silent = await run();
    silent.send({ do: 'cancel', skipListeners: true });
    const done = await run();
    done.complete('Wait');

    const logged = (process: Scenario) =>
      process.events().flatMap(event => (event.type === 'set' && event.variables.log ? [event.variables.log] : []));
    assert.deepEqual([interrupted, cancelled, silent, done].map(logged), [['delete '], ['delete '], [], ['complete ']]);
  });

test('a complete listener that fails keeps the answer, and retry goes on from there', async () => {
  const process = scenario(await task('', '<camunda:taskListener event="complete" expression="${missing.value}"/>'));
  process.start();
  process.complete('Do it', { approved: true });
  assert.equal(process.incidents().length, 1);
  assert.deepEqual(process.variables(), {}, 'nothing is half done');
  process.set({ missing: { value: 1 } });
  process.retry();
  assert.deepEqual(process.waiting(), ['after']);
  assert.equal(process.variables().approved, true);
});

test('an answer that comes twice is stale, and tells so', async () => {
  const process = scenario(await task(''));
  process.start();
  const { id } = process.wait('Do it');
  process.complete('Do it');
  assert.throws(() => process.send({ do: 'resume', wait: id, variables: {} }), {
    name: 'StaleCommand',
    message: `${id} is not open any more in instance i`,
  });
  assert.throws(() => process.send({ do: 'fail', wait: id, message: 'x' }), { name: 'StaleCommand' });
});

test('a task may be escalated and go on: only an interrupting catcher takes it away', async () => {
  const process = scenario(await task(''));
  process.start();
  process.escalate('Do it', 'UP');
  assert.match(process.incidents()[0]!, /escalation 'UP' is caught by no boundary event/);
  assert.deepEqual(process.waiting(), ['Do it']);
  process.complete('Do it');
  assert.deepEqual(process.incidents(), []);
  assert.deepEqual(process.waiting(), ['after']);
});
