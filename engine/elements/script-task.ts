/** Script task (BPMN 2.0.2, 13.3.3): runs its script, and goes on. A job where a worker runs the script. */

import { serviceTask } from './service-task.js';

export const scriptTask = serviceTask;
