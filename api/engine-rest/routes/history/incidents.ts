/** Historic incidents: what stopped a token or a job, and how that ended. */

import type { IncidentDocument, JobLogDocument } from '../../../../engine/store/documents.js';
import type { Store } from '../../../../engine/store/port.js';
import type { Services } from '../../../services.js';
import { where } from '../../conditions.js';
import { maybeDate, restDate } from '../../dates.js';
import { byText, byTexts, equals, fits, oneOf, tenants, timeIs, when } from '../../filters.js';
import { executionId, restId } from '../../ids.js';
import { creations, typeIs, typeOf } from '../../incidents.js';
import { listOperations } from '../../lists.js';
import type { Operation } from '../../operation.js';
import type { Table } from '../../table.js';
import { tenantId } from '../../views.js';
import { activationIs, outermost, rowIs, storeId, visibleHistory } from './parts.js';

export { incidentsOfType } from '../../incidents.js';

/** The newest failure of each job: the entry of the log that an incident leads to. */
async function failures(store: Store, rows: IncidentDocument[]): Promise<Map<string, string>> {
  const jobs = rows.flatMap(({ job }) => job ?? []);
  if (jobs.length === 0) return new Map();
  const filter = { instance: { $in: rows.map(({ instance }) => instance) }, job: { $in: jobs }, type: 'failed' };
  const found = await store.find<JobLogDocument>('jobLog', { filter, sort: { at: 1 } });
  return new Map(found.map(({ job, id }) => [job, id]));
}

const incidentTable: Table<IncidentDocument> = {
  from: 'incidents',
  visible: visibleHistory(),
  filters: {
    incidentId: rowIs('id'),
    incidentType: typeIs,
    incidentMessage: equals('message'),
    incidentMessageLike: fits('message'),
    processDefinitionId: equals('definition'),
    processDefinitionKey: equals('definitionKey'),
    processDefinitionKeyIn: oneOf('definitionKey'),
    processInstanceId: equals('instance'),
    executionId: activationIs(),
    createTimeBefore: timeIs('at', '$lte'),
    createTimeAfter: timeIs('at', '$gte'),
    endTimeBefore: timeIs('resolvedAt', '$lte'),
    endTimeAfter: timeIs('resolvedAt', '$gte'),
    activityId: equals('element'),
    failedActivityId: equals('element'),
    // An incident is its own cause: it is not passed on to callers.
    causeIncidentId: rowIs('id'),
    rootCauseIncidentId: rowIs('id'),
    configuration: byText<IncidentDocument>(async (id, { services: { store } }) => {
      const job = await storeId(store, id);
      return where({ $or: [{ job }, { configuration: id }] });
    }),
    historyConfiguration: byText<IncidentDocument>(async (entry, { services: { store } }) => {
      const failure = await store.get<JobLogDocument>('jobLog', entry);
      return where({ job: failure?.job ?? '' });
    }),
    open: when({ state: 'open' }),
    resolved: when({ state: 'resolved', deleted: null }),
    deleted: when({ deleted: true }),
    ...tenants(),
    jobDefinitionIdIn: byTexts<IncidentDocument>((ids, { services: { store } }) =>
      ids.length === 0
        ? where({})
        : {
            filter: { job: { $exists: true } },
            async narrow(rows) {
              const creationBy = await creations(store, rows);
              return rows.filter(row => ids.includes(creationBy(row)?.jobDefinition ?? ''));
            },
          },
    ),
  },
  order: { at: 1 },
  sorts: {
    incidentId: 'id',
    incidentMessage: 'message',
    createTime: 'at',
    endTime: 'resolvedAt',
    incidentType: 'type',
    executionId: ({ instance, activation }) => executionId(instance, activation),
    activityId: 'element',
    processInstanceId: 'instance',
    processDefinitionId: 'definition',
    processDefinitionKey: 'definitionKey',
    causeIncidentId: 'id',
    rootCauseIncidentId: 'id',
    configuration: 'job',
    historyConfiguration: 'job',
    tenantId: 'tenant',
    incidentState: ({ state, deleted }) => (state === 'open' ? 0 : deleted ? 2 : 1),
  },
  async view(rows, { services: { store } }) {
    const [rootOf, creationBy, failureOf] = await Promise.all([
      outermost(
        store,
        rows.map(({ instance }) => instance),
      ),
      creations(store, rows),
      failures(store, rows),
    ]);
    return rows.map(row => ({
      ...incidentView(row),
      incidentType: typeOf(row, creationBy(row)),
      jobDefinitionId: creationBy(row)?.jobDefinition ?? null,
      historyConfiguration: (row.job !== undefined && failureOf.get(row.job)) || null,
      ...rootOf(row.instance),
    }));
  },
};

const incidentView = (incident: IncidentDocument) => ({
  id: restId(incident.id),
  processDefinitionKey: incident.definitionKey,
  processDefinitionId: incident.definition,
  processInstanceId: incident.instance,
  executionId: executionId(incident.instance, incident.activation),
  createTime: restDate(incident.at),
  endTime: maybeDate(incident.resolvedAt),
  activityId: incident.element,
  failedActivityId: incident.element,
  causeIncidentId: restId(incident.id),
  rootCauseIncidentId: restId(incident.id),
  configuration: incident.job === undefined ? (incident.configuration ?? null) : restId(incident.job),
  incidentMessage: incident.message,
  tenantId: tenantId(incident.tenant),
  open: incident.state === 'open',
  resolved: incident.state === 'resolved' && !incident.deleted,
  deleted: incident.deleted === true,
  annotation: incident.annotation ?? null,
});

export const historicIncidentOperations = (services: Services): Operation[] =>
  listOperations(services, incidentTable, { path: '/history/incident' });
