/** The history as Camunda 7 serves it: a file per resource. */

import type { Services } from '../../../services.js';
import type { Operation } from '../../operation.js';
import { activityOperations } from './activities.js';
import { detailOperations } from './details.js';
import { externalTaskLogOperations } from './external-task-log.js';
import { identityLinkLogOperations } from './identity-links.js';
import { historicIncidentOperations } from './incidents.js';
import { instanceOperations } from './instances.js';
import { jobLogOperations } from './job-log.js';
import { userOperationOperations } from './operations.js';
import { reportOperations } from './reports.js';
import { historicStatisticsOperations } from './statistics.js';
import { historicTaskOperations } from './tasks.js';
import { historicVariableOperations } from './variables.js';

const resources: ((services: Services) => Operation[])[] = [
  // Before the paths with an id, which would read `report` as one.
  reportOperations,
  instanceOperations,
  activityOperations,
  historicVariableOperations,
  detailOperations,
  historicTaskOperations,
  historicIncidentOperations,
  jobLogOperations,
  externalTaskLogOperations,
  identityLinkLogOperations,
  userOperationOperations,
  historicStatisticsOperations,
];

export const historyOperations = (services: Services): Operation[] => resources.flatMap(of => of(services));
