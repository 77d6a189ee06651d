/** What runs in the chaos test: an instance waits at a task, a job, a timer and a child at once, and ends when all are done. */

import { xml } from '../diagram.js';

export const parent = xml(
  'parent',
  `<startEvent id="start"/><parallelGateway id="fork"/><userTask id="task" camunda:assignee="ann"/>
   <serviceTask id="job" camunda:type="external" camunda:topic="work"/><callActivity id="call" calledElement="child"/>
   <intermediateCatchEvent id="timer"><timerEventDefinition><timeDuration>PT1S</timeDuration></timerEventDefinition></intermediateCatchEvent>
   <parallelGateway id="join"/><endEvent id="end"/>`,
  ['start -> fork -> task -> join -> end', 'fork -> job -> join', 'fork -> timer -> join', 'fork -> call -> join'],
);

export const child = xml('child', '<startEvent id="start"/><endEvent id="end"/>', ['start -> end']);

/** Answers that each parent needs. */
export const ANSWERS = 4;
