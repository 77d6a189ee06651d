/** Receive task (BPMN 2.0.2, 13.3.3): waits for its message. Not supported: `instantiate`. */

import { intermediateCatchEvent } from './intermediate-catch-event.js';

export const receiveTask = intermediateCatchEvent;
