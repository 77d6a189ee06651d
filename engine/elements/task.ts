/** Abstract task and manual task (BPMN 2.0.2, 13.3.3): nothing for the engine to do, the token passes through. */

import type { Behaviour } from '../core/language.js';

export const task: Behaviour = {};
