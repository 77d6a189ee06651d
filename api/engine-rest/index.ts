/**
 * The Camunda 7 REST API (7.24) at `/engine-rest`: a thin translation onto the services that `/api/v1` uses, too.
 *
 * How a resource is added: a file in `routes/` that answers its operations, and a line in the list below.
 *
 * - `operation({ method, path, query, body, … }, handler)` (`operation.ts`) declares one. `body` is made with `members({…})`
 *   (`schemas.ts`): null counts as absent, unknown members are refused. The handler gets `{ params, query, body, person, hal,
 *   signal, request }`; it answers JSON (200), `undefined` (204), or a `Reply` (`download(bytes, name)` for files).
 * - `throw invalid(…)` 400, `missing('task x')` 404, `refused(status, …)` RestException, `engineError(…)` 500,
 *   `forbidden(person, 'READ', 'Task', id)` 403 (`errors.ts`). Errors of the engine and its services are translated there.
 * - A list is a `Table` (`table.ts`): where its rows come from (a collection, or a function that makes rows), who sees which
 *   (`visible`), its `filters`, `sorts` and `view`. `listOperations(services, table, { path, methods })` (`lists.ts`) makes
 *   GET and POST, of list and count, with sorting, paging and orQueries; HAL where `hal` names the list.
 *   `listingOf(table).find/count` runs one from elsewhere; `queryIn(table)` is the schema of a query inside another body.
 * - Filters (`filters.ts`) are a line each: `equals('path')`, `oneOf`, `noneOf`, `fits` (LIKE), `timeIs('path', '$gt')`,
 *   `numberIs`, `when({ filter })` (flags), `byText/byTexts/byDate/byWhole(value => condition)`, `byVariables`, `neverText`
 *   (CMMN), `option` (flags that only say how), `expression` (400). A condition (`conditions.ts`) is `where({ filter })`,
 *   `test(row => …)`, or `{ filter, narrow(rows) }` where whole pages of rows are looked at; `all` and `any` join them.
 * - Ids (`ids.ts`): outside everything in an instance is a UUID. `restId(row.id)` and `executionId(instance, activation)`
 *   on the way out; `rowOf(store, 'tasks', id)` and `placeOf(store, id)` on the way in.
 * - Variables (`variables.ts`): `TypedVariablesIn` in a body, `readVariables(body.variables, tools)` → `{ variables, types }`
 *   for a command, `typedVariables(variables, { types: instance.types })` on the way out.
 *   `variableOperations(services, place)` makes all operations below a path such as `/task/{id}/variables`.
 * - Who asks (`access.ts`): `definitionFor`, `newestFor`, `instanceFor`, `executionFor` find what a request names, 404 or 403;
 *   `demand(person, ['deployment', 'CREATE', '*'])`. Executions are made of activations (`executions.ts`), the activity tree
 *   in `tree.ts`, incidents and their types in `incidents.ts`.
 * - Dates (`dates.ts`): `DateIn`, `restDate(at)`, `maybeDate(at)`.
 * - What is not served yet is in `later.ts`: 501 with a sentence.
 */

import type { Router } from 'express';
import type { Services } from '../services.js';
import type { Operation } from './operation.js';
import { type RouterOptions, restRouter } from './router.js';
import { authorizationOperations } from './routes/authorizations.js';
import { conditionOperations } from './routes/conditions.js';
import { definitionChangeOperations } from './routes/definition-changes.js';
import { definitionFormOperations } from './routes/definition-forms.js';
import { definitionStatisticsOperations } from './routes/definition-statistics.js';
import { definitionOperations } from './routes/definitions.js';
import { deploymentOperations } from './routes/deployments.js';
import { engineOperations } from './routes/engine.js';
import { eventOperations } from './routes/events.js';
import { executionOperations } from './routes/executions.js';
import { externalTaskOperations } from './routes/external-tasks.js';
import { filterOperations } from './routes/filters.js';
import { groupOperations } from './routes/groups.js';
import { historyOperations } from './routes/history/index.js';
import { identityOperations } from './routes/identity.js';
import { incidentOperations } from './routes/incidents.js';
import { instanceCommentOperations } from './routes/instance-comments.js';
import { instanceOperations } from './routes/instances.js';
import { jobDefinitionOperations } from './routes/job-definitions.js';
import { jobOperations } from './routes/jobs.js';
import { metricOperations } from './routes/metrics.js';
import { modificationOperations } from './routes/modification.js';
import { startOperations } from './routes/starts.js';
import { subscriptionOperations } from './routes/subscriptions.js';
import { taskFormOperations } from './routes/task-forms.js';
import { taskRemarkOperations } from './routes/task-remarks.js';
import { taskVariableOperations } from './routes/task-variables.js';
import { taskOperations } from './routes/tasks.js';
import { tenantOperations } from './routes/tenants.js';
import { userOperations } from './routes/users.js';
import { variableInstanceOperations } from './routes/variables.js';
import { workerOperations } from './routes/workers.js';

/** Every resource. */
const resources: ((services: Services) => Operation[])[] = [
  engineOperations,
  deploymentOperations,
  definitionOperations,
  definitionChangeOperations,
  definitionFormOperations,
  definitionStatisticsOperations,
  historyOperations,
  startOperations,
  instanceOperations,
  instanceCommentOperations,
  modificationOperations,
  metricOperations,
  taskOperations,
  taskVariableOperations,
  taskRemarkOperations,
  taskFormOperations,
  executionOperations,
  variableInstanceOperations,
  subscriptionOperations,
  incidentOperations,
  externalTaskOperations,
  workerOperations,
  userOperations,
  groupOperations,
  tenantOperations,
  authorizationOperations,
  identityOperations,
  eventOperations,
  conditionOperations,
  filterOperations,
  jobOperations,
  jobDefinitionOperations,
];

/** The operations that are served. */
export const restOperations = (services: Services): Operation[] => resources.flatMap(of => of(services));

/** Where it is mounted. */
export const restBase = '/engine-rest';

/** The whole interface as a router. */
export const engineRest = (
  services: Services,
  options: Omit<RouterOptions, 'settings' | 'identity' | 'store'>,
): Router =>
  restRouter(restOperations(services), {
    ...options,
    settings: services.settings,
    identity: services.identity,
    store: services.store,
  });
