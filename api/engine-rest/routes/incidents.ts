/** Open incidents: found, annotated, made by hand and resolved. */

import { z } from 'zod';
import type { IncidentDocument } from '../../../engine/store/documents.js';
import type { Person } from '../../auth/people.js';
import { either, permitted } from '../../auth/permissions.js';
import { Name } from '../../schemas.js';
import type { Services } from '../../services.js';
import { demandOnInstance, executionFor, ofTenants } from '../access.js';
import { where } from '../conditions.js';
import { restDate } from '../dates.js';
import { instead, invalid, missing } from '../errors.js';
import { activationIn, wholeOf } from '../executions.js';
import { byText, byTexts, equals, fits, oneOf, type QueryContext, tenants, timeIs } from '../filters.js';
import { restId, rowOf } from '../ids.js';
import { inExecution } from '../in-execution.js';
import { creations, typeIs, typeOf } from '../incidents.js';
import { listOperations } from '../lists.js';
import { type Operation, operation } from '../operation.js';
import { LongText, members } from '../schemas.js';
import type { Table } from '../table.js';
import { tenantId } from '../views.js';
import { executionsOfRows } from './subscriptions.js';

const byId = (path: string) =>
  byText<IncidentDocument>(async (id, { services }) => {
    const found = await rowOf<IncidentDocument>(services.store, 'incidents', id);
    return where({ [path]: found?.id ?? null });
  });

const table: Table<IncidentDocument> = {
  from: 'incidents',
  async visible({ services, person }) {
    await services.engine.projector.caughtUp();
    const allowed = either(
      permitted(person, 'processDefinition', 'READ_INSTANCE', 'definitionKey'),
      permitted(person, 'processInstance', 'READ', 'instance'),
    );
    return { $and: [{ state: 'open' }, ofTenants(person), allowed] };
  },
  filters: {
    incidentId: byId('id'),
    incidentType: typeIs,
    incidentMessage: equals('message'),
    incidentMessageLike: fits('message'),
    processDefinitionId: equals('definition'),
    processDefinitionKeyIn: oneOf('definitionKey'),
    processInstanceId: equals('instance'),
    executionId: inExecution,
    incidentTimestampBefore: timeIs('at', '$lt'),
    incidentTimestampAfter: timeIs('at', '$gt'),
    activityId: equals('element'),
    failedActivityId: equals('element'),
    // An incident is its own cause: it is not passed on to callers.
    causeIncidentId: byId('id'),
    rootCauseIncidentId: byId('id'),
    configuration: byText(async (text, { services }) => {
      const job = await rowOf(services.store, 'jobs', text);
      return where({ $or: [{ job: job?.id ?? '' }, { configuration: text }] });
    }),
    tenantIdIn: tenants().tenantIdIn,
    jobDefinitionIdIn: byTexts<IncidentDocument>((ids, { services: { store } }) => ({
      filter: { job: { $exists: true } },
      async narrow(rows) {
        const creationBy = await creations(store, rows);
        return rows.filter(row => ids.includes(creationBy(row)?.jobDefinition ?? ''));
      },
    })),
  },
  sorts: {
    incidentId: 'id',
    incidentMessage: 'message',
    incidentTimestamp: 'at',
    incidentType: 'type',
    executionId: 'activation',
    activityId: 'element',
    processInstanceId: 'instance',
    processDefinitionId: 'definition',
    causeIncidentId: 'id',
    rootCauseIncidentId: 'id',
    configuration: 'job',
    tenantId: 'tenant',
  },
  view: (rows, context) => incidentViews(rows, context),
};

async function incidentViews(rows: IncidentDocument[], context: Pick<QueryContext, 'services'>) {
  const [executions, creationBy] = await Promise.all([
    executionsOfRows(rows, context),
    creations(context.services.store, rows),
  ]);
  return rows.map(row => {
    const id = restId(row.id);
    return {
      id,
      processDefinitionId: row.definition,
      processInstanceId: row.instance,
      executionId: executions.get(row.id) ?? null,
      incidentTimestamp: restDate(row.at),
      incidentType: typeOf(row, creationBy(row)),
      activityId: row.element,
      failedActivityId: row.element,
      causeIncidentId: id,
      rootCauseIncidentId: id,
      configuration: row.job === undefined ? (row.configuration ?? null) : restId(row.job),
      tenantId: tenantId(row.tenant),
      incidentMessage: row.message,
      jobDefinitionId: creationBy(row)?.jobDefinition ?? null,
      annotation: row.annotation ?? null,
    };
  });
}

export function incidentOperations(services: Services): Operation[] {
  const { store, engine, clock } = services;

  async function incidentFor(person: Person, id: string): Promise<IncidentDocument> {
    await engine.projector.caughtUp();
    const found = await rowOf<IncidentDocument>(store, 'incidents', id);
    if (found?.state !== 'open' || !person.tenants.includes(found.tenant))
      throw missing(`No matching incident with id ${id}: it`);
    demandOnInstance(person, 'read', { id: found.instance, key: found.definitionKey });
    return found;
  }

  async function annotate(person: Person, id: string, annotation: string | undefined): Promise<void> {
    const none = invalid(`No incident found for id '${id}'`);
    const { id: own, instance, definitionKey } = await incidentFor(person, id).catch(instead(404, none));
    demandOnInstance(person, 'update', { id: instance, key: definitionKey });
    await store.patch(
      'incidents',
      own,
      {},
      annotation === undefined ? { unset: ['annotation'] } : { set: { annotation } },
    );
  }

  return [
    ...listOperations(services, table, { path: '/incident' }),
    operation(
      { method: 'get', path: '/incident/{id}' },
      async ({ params, person }) => (await incidentViews([await incidentFor(person, params.id!)], { services }))[0],
    ),
    operation({ method: 'delete', path: '/incident/{id}' }, async ({ params, person }) => {
      const { id, instance, definitionKey, job } = await incidentFor(person, params.id!);
      demandOnInstance(person, 'update', { id: instance, key: definitionKey });
      if (job !== undefined)
        throw invalid(`Cannot resolve an incident of type 'failedJob': give its job attempts again`);
      await engine.send(instance, { do: 'retry', incident: id, by: person.person, at: clock(), onFailure: 'refuse' });
    }),
    operation(
      {
        method: 'put',
        path: '/incident/{id}/annotation',
        body: members({ annotation: LongText.optional() }),
        audit: 'incident annotated',
      },
      ({ params, body, person }) => annotate(person, params.id!, body.annotation),
    ),
    operation(
      { method: 'delete', path: '/incident/{id}/annotation', audit: 'annotation of an incident removed' },
      ({ params, person }) => annotate(person, params.id!, undefined),
    ),
    operation(
      {
        method: 'post',
        path: '/execution/{id}/create-incident',
        body: members({ incidentType: Name, configuration: Name.optional(), message: z.string().max(4000).optional() }),
      },
      async ({ params, body, person }) => {
        const none = invalid(`Cannot find an execution with executionId '${params.id}'`);
        const { instance, activation } = await executionFor(store, person, params.id!, 'update').catch(
          instead(404, none),
        );
        const whole = await wholeOf(store, instance);
        const at = activationIn(whole, await engine.definition(instance.definition), activation);
        if (!at || at.node === 0) throw invalid(`Execution with id '${params.id}' is not at an activity`);
        const before = new Set(Object.keys(instance.incidents));
        const { incidents } = await engine.send(instance.id, {
          do: 'report',
          activation: at.id,
          type: body.incidentType,
          message: body.message ?? '',
          ...(body.configuration !== undefined && { configuration: body.configuration }),
          by: person.person,
          at: clock(),
          onFailure: 'refuse',
        });
        const made = incidents.find(({ id }) => !before.has(id));
        await engine.projector.caughtUp(instance.id);
        const found = await store.get<IncidentDocument>('incidents', made?.id ?? '');
        if (!found) throw missing('the incident');
        return (await incidentViews([found], { services }))[0];
      },
    ),
  ];
}
