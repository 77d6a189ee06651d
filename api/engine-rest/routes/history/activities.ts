/** Historic activity instances: each visit of an element. */

import { activityId } from '../../../../engine/projections/activities.js';
import type { ActivityDocument, TaskDocument } from '../../../../engine/store/documents.js';
import type { Services } from '../../../services.js';
import { activityIdOf, activityType, ofActivityId, ofActivityType } from '../../activityTypes.js';
import { where } from '../../conditions.js';
import { maybeDate, restDate } from '../../dates.js';
import { byText, equals, tenants, timeIs, when } from '../../filters.js';
import { activityInstanceId, executionId, restId, uuidIn } from '../../ids.js';
import { listOperations } from '../../lists.js';
import { type Operation, operation } from '../../operation.js';
import type { Table } from '../../table.js';
import { tenantId } from '../../views.js';
import { activationIs, outermost, rowFor, storeId, visibleHistory } from './parts.js';

export const activityTable: Table<ActivityDocument> = {
  from: 'activities',
  // The process itself is a process instance, no activity.
  visible: visibleHistory('instance', {
    elementType: { $ne: 'process' },
    // Links do not appear in the history of Camunda 7.
    event: { $ne: 'link' },
  }),
  filters: {
    activityInstanceId: activationIs(),
    processInstanceId: equals('instance'),
    processDefinitionId: equals('definition'),
    executionId: activationIs(),
    activityId: byText(id => where(ofActivityId(id))),
    activityName: equals('name'),
    activityType: byText(type => where(ofActivityType(type))),
    taskAssignee: byText<ActivityDocument>(async (assignee, { services: { store } }) => {
      const tasks = await store.find<TaskDocument>('tasks', { filter: { assignee } });
      return where({ wait: { $in: tasks.map(({ id }) => id) } });
    }),
    finished: when({ endedAt: { $exists: true } }),
    unfinished: when({ endedAt: null }),
    canceled: when({ state: 'cancelled' }),
    completeScope: when({ endsPath: true }),
    startedBefore: timeIs('startedAt', '$lte'),
    startedAfter: timeIs('startedAt', '$gte'),
    finishedBefore: timeIs('endedAt', '$lte'),
    finishedAfter: timeIs('endedAt', '$gte'),
    ...tenants(),
  },
  order: { startedAt: 1 },
  sorts: {
    activityInstanceId: 'id',
    instanceId: 'instance',
    executionId: 'id',
    activityId: 'element',
    activityName: 'name',
    activityType,
    startTime: 'startedAt',
    endTime: 'endedAt',
    duration: 'duration',
    definitionId: 'definition',
    occurrence: 'activation',
    tenantId: 'tenant',
  },
  async view(rows, { services: { store } }) {
    const [rootOf, tasks, parents] = await Promise.all([
      outermost(
        store,
        rows.map(({ instance }) => instance),
      ),
      store.getMany<TaskDocument>(
        'tasks',
        rows.flatMap(({ task }) => task ?? []),
      ),
      store.getMany<ActivityDocument>('activities', [...new Set(rows.map(parentOf))]),
    ]);
    const assigneeOf = new Map(tasks.map(({ id, assignee }) => [id, assignee]));
    const activityOf = new Map(parents.map(parent => [parent.id, activityIdOf(parent)]));
    return rows.map(row => ({
      ...activityView(row),
      parentActivityInstanceId: activityInstanceId(row.instance, row.parent, activityOf.get(parentOf(row)) ?? ''),
      assignee: (row.task !== undefined && assigneeOf.get(row.task)) || null,
      ...rootOf(row.instance),
    }));
  },
};

const parentOf = ({ instance, parent }: ActivityDocument) => activityId(instance, parent);

const activityView = (activity: ActivityDocument) => ({
  id: activityInstanceId(activity.instance, activity.activation, activityIdOf(activity)),
  activityId: activityIdOf(activity),
  activityName: activity.name ?? null,
  activityType: activityType(activity),
  processDefinitionKey: activity.definitionKey,
  processDefinitionId: activity.definition,
  processInstanceId: activity.instance,
  executionId: executionId(activity.instance, activity.activation),
  taskId: activity.task === undefined ? null : restId(activity.task),
  calledProcessInstanceId: activity.called ?? null,
  calledCaseInstanceId: null,
  startTime: restDate(activity.startedAt),
  endTime: maybeDate(activity.endedAt),
  durationInMillis: activity.duration ?? null,
  canceled: activity.state === 'cancelled',
  completeScope: activity.endsPath === true,
  tenantId: tenantId(activity.tenant),
});

export function activityOperations(services: Services): Operation[] {
  const path = '/history/activity-instance';
  return [
    ...listOperations(services, activityTable, { path, methods: ['get', 'post'] }),
    operation({ method: 'get', path: `${path}/{id}` }, async ({ params, person }) => {
      const id = await storeId(services.store, uuidIn(params.id!));
      const what = `Historic activity instance with id '${params.id}'`;
      const activity = await rowFor(services, activityTable, { id, what, person });
      return (await activityTable.view([activity], { services, person, now: services.clock(), given: {} }))[0];
    }),
  ];
}
