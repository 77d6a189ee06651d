/** Intermediate throw event (BPMN 2.0.2, 13.5.2): throws what it carries, and goes on. */

import { endEvent } from './end-event.js';

export const intermediateThrowEvent = endEvent;
