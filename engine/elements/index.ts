/** The table of elements: BPMN element name → what it does. */

import type { Behaviour } from '../core/language.js';
import { boundaryEvent } from './boundary-event.js';
import { callActivity } from './call-activity.js';
import { endEvent } from './end-event.js';
import { eventBasedGateway } from './event-based-gateway.js';
import { exclusiveGateway } from './exclusive-gateway.js';
import { inclusiveGateway } from './inclusive-gateway.js';
import { intermediateCatchEvent } from './intermediate-catch-event.js';
import { intermediateThrowEvent } from './intermediate-throw-event.js';
import { multiInstance } from './multi-instance.js';
import { parallelGateway } from './parallel-gateway.js';
import { process } from './process.js';
import { receiveTask } from './receive-task.js';
import { scriptTask } from './script-task.js';
import { serviceTask } from './service-task.js';
import { startEvent } from './start-event.js';
import { subProcess } from './sub-process.js';
import { task } from './task.js';
import { userTask } from './user-task.js';

export const behaviours: Record<string, Behaviour> = {
  process,
  startEvent,
  endEvent,
  intermediateCatchEvent,
  intermediateThrowEvent,
  boundaryEvent,
  task,
  manualTask: task,
  userTask,
  serviceTask,
  sendTask: serviceTask,
  businessRuleTask: serviceTask,
  scriptTask,
  receiveTask,
  callActivity,
  subProcess,
  exclusiveGateway,
  parallelGateway,
  inclusiveGateway,
  eventBasedGateway,
  multiInstance,
};
