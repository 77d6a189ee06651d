/** What runs in the chaos test: an instance waits at a task, a job, a timer, a child and the child's message at once, and ends when all are done. */

import { on, xml } from '../diagram.js';

const reply = '<message id="reply" name="reply"/>';

export const parent = xml(
  'parent',
  `<startEvent id="start"/><parallelGateway id="fork"/><userTask id="task" camunda:assignee="ann"/>
   <serviceTask id="job" camunda:type="external" camunda:topic="work"/>
   <callActivity id="call" calledElement="child"><extensionElements><camunda:in businessKey="#{execution.processBusinessKey}"/></extensionElements></callActivity>
   <intermediateCatchEvent id="timer">${on.timer('PT1S')}</intermediateCatchEvent>
   <intermediateCatchEvent id="hear">${on.message('reply')}</intermediateCatchEvent>
   <parallelGateway id="join"/><endEvent id="end"/>`,
  [
    'start -> fork -> task -> join -> end',
    ...['job', 'timer', 'call', 'hear'].map(branch => `fork -> ${branch} -> join`),
  ],
  reply,
);

export const child = xml(
  'child',
  `<startEvent id="start"/><endEvent id="end">${on.message('reply')}</endEvent>`,
  ['start -> end'],
  reply,
);

/** Answers that each parent needs. */
export const ANSWERS = 5;
