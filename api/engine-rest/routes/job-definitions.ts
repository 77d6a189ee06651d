/** Job definitions: what in a process makes jobs, and what is laid down for those. */

import { z } from 'zod';
import type { Document } from '../../../engine/store/port.js';
import type { Person } from '../../auth/people.js';
import { permitted } from '../../auth/permissions.js';
import type { Noted } from '../../route.js';
import { Id, maybeTime } from '../../schemas.js';
import type { Services } from '../../services.js';
import { definitionFor, demand, ofTenants } from '../access.js';
import { DateIn } from '../dates.js';
import { invalid, missing } from '../errors.js';
import { type AnyFilter, equals, oneOf, tenants, when } from '../filters.js';
import { listOperations } from '../lists.js';
import { type Operation, operation } from '../operation.js';
import { Long, members, Whole } from '../schemas.js';
import { listingOf, type Table } from '../table.js';
import { retriesIn } from './jobs.js';

interface JobDefinitionRow {
  id: string;
  definition: string;
  definitionKey: string;
  deployment: string;
  tenant: string;
  element: string;
  type: string;
  configuration: string;
  suspended: boolean;
  priority?: number;
}

const filters: Record<string, AnyFilter<JobDefinitionRow>> = {
  jobDefinitionId: equals('id'),
  activityIdIn: oneOf('element'),
  processDefinitionId: equals('definition'),
  processDefinitionKey: equals('definitionKey'),
  jobType: equals('type'),
  jobConfiguration: equals('configuration'),
  active: when({ suspended: false }),
  suspended: when({ suspended: true }),
  withOverridingJobPriority: when({ priority: { $exists: true } }),
  ...tenants('tenant', 'includeJobDefinitionsWithoutTenantId'),
};

export const jobDefinitionTable: Table<JobDefinitionRow> = {
  async from(_condition, { services, person }) {
    const { store, engine } = services;
    const filter = { $and: [ofTenants(person), permitted(person, 'processDefinition', 'READ', 'key')] };
    const definitions = await store.group('definitions', ['id', 'key', 'deployment', 'tenant'], filter);
    const rows = definitions.map(async ({ key }) => {
      const [definition = '', definitionKey = '', deployment = '', tenant = ''] = key.map(String);
      const found = await engine.operations.jobDefinitions(definition);
      return found.map(row => ({ ...row, definition, definitionKey, deployment, tenant }));
    });
    return (await Promise.all(rows)).flat();
  },
  visible: () => ({}),
  filters,
  sorts: {
    jobDefinitionId: 'id',
    activityId: 'element',
    processDefinitionId: 'definition',
    processDefinitionKey: 'definitionKey',
    jobType: 'type',
    jobConfiguration: 'configuration',
    tenantId: 'tenant',
  },
  view: rows =>
    rows.map(row => ({
      id: row.id,
      processDefinitionId: row.definition,
      processDefinitionKey: row.definitionKey,
      activityId: row.element,
      jobType: row.type,
      jobConfiguration: row.configuration,
      overridingJobPriority: row.priority ?? null,
      suspended: row.suspended,
      tenantId: row.tenant || null,
      deploymentId: row.deployment,
    })),
};

const Suspension = {
  suspended: z.boolean().optional(),
  includeJobs: z.boolean().optional(),
  executionDate: DateIn.optional(),
};

type SuspensionIn = z.output<z.ZodObject<typeof Suspension>>;

const SuspensionWhere = members({
  ...Suspension,
  processDefinitionId: Id.optional(),
  processDefinitionKey: Id.optional(),
  processDefinitionTenantId: Id.optional(),
  processDefinitionWithoutTenantId: z.boolean().optional(),
});

const suspendedOrActivated = 'job definitions suspended or activated';

/** What the audit says of a suspension: the states by id. */
function suspensionOf(
  rows: JobDefinitionRow[],
  { suspended = false, includeJobs, executionDate }: SuspensionIn,
): Noted {
  const states = (stateOf: (row: JobDefinitionRow) => boolean) =>
    Object.fromEntries(rows.map(row => [row.id, stateOf(row)]));
  return {
    subject: rows.map(({ id }) => id).join(', '),
    before: { suspended: states(row => row.suspended) },
    after: { suspended: states(() => suspended), includeJobs, executionDate: maybeTime(executionDate) },
  };
}

export function jobDefinitionOperations(services: Services): Operation[] {
  const { store, engine, clock } = services;
  const { operations, jobs } = engine;
  const listing = listingOf(jobDefinitionTable);

  const find = (values: Record<string, unknown>, person: Person) =>
    listing.find({ values, or: [], sorting: [] }, { services, person, now: clock(), given: {} });

  async function one(id: string, person: Person): Promise<JobDefinitionRow> {
    const [found] = await find({ jobDefinitionId: id }, person);
    if (found) return found;
    throw missing(`Job Definition with id ${id}`);
  }

  const suspend = (
    { id }: JobDefinitionRow,
    { suspended = false, includeJobs = false, executionDate }: SuspensionIn,
    { person }: Person,
  ) =>
    operations.suspendJobDefinition(id, {
      suspended,
      jobs: includeJobs,
      by: person,
      ...(executionDate !== undefined && { at: executionDate }),
    });

  /** Definitions that a body names: one, or all versions of a key. */
  async function definitionsOf(body: z.output<typeof SuspensionWhere>, person: Person): Promise<string[]> {
    const { processDefinitionId: id, processDefinitionKey: key } = body;
    if ((id === undefined) === (key === undefined))
      throw invalid('Either processDefinitionId or processDefinitionKey should be set to update the suspension state.');
    if (id !== undefined) return [(await definitionFor(store, person, id)).id];
    const { processDefinitionTenantId: tenant, processDefinitionWithoutTenantId: none } = body;
    const wanted = none ? [''] : tenant === undefined ? person.tenants : [tenant];
    const filter = { key: key!, tenant: { $in: wanted.filter(one => person.tenants.includes(one)) } };
    const found = await store.group('definitions', ['id'], filter);
    return found.map(({ key: [definition] }) => String(definition));
  }

  return [
    ...listOperations(services, jobDefinitionTable, { path: '/job-definition', methods: ['get', 'post'] }),

    operation(
      { method: 'put', path: '/job-definition/suspended', body: SuspensionWhere, audit: suspendedOrActivated },
      async ({ body, person, note }) => {
        const changed: JobDefinitionRow[] = [];
        for (const definition of await definitionsOf(body, person))
          for (const row of await find({ processDefinitionId: definition }, person)) {
            demand(person, ['processDefinition', 'UPDATE', row.definitionKey]);
            await suspend(row, body, person);
            changed.push(row);
          }
        note(suspensionOf(changed, body));
      },
    ),

    operation({ method: 'get', path: '/job-definition/{id}' }, async ({ params, person }) => {
      const [view] = await jobDefinitionTable.view([await one(params.id!, person)], {
        ...{ services, person, now: clock(), given: {} },
      });
      return view;
    }),

    operation(
      { method: 'put', path: '/job-definition/{id}/suspended', body: members(Suspension), audit: suspendedOrActivated },
      async ({ params, body, person, note }) => {
        const row = await one(params.id!, person);
        demand(person, ['processDefinition', 'UPDATE', row.definitionKey]);
        await suspend(row, body, person);
        note(suspensionOf([row], body));
      },
    ),

    operation(
      {
        method: 'put',
        path: '/job-definition/{id}/jobPriority',
        body: members({ priority: Long.optional(), includeJobs: z.boolean().optional() }),
        audit: 'priority of a job definition changed',
      },
      async ({ params, body: { priority, includeJobs = false }, person, note }) => {
        const row = await one(params.id!, person);
        demand(person, ['processDefinition', 'UPDATE', row.definitionKey]);
        if (priority === undefined && includeJobs)
          throw invalid("Cannot reset priority for job definition and 'includeJobs' at once");
        await operations.setJobDefinitionPriority(row.id, priority, includeJobs);
        note({ before: { priority: row.priority ?? null }, after: { priority: priority ?? null, includeJobs } });
      },
    ),

    operation(
      {
        method: 'put',
        path: '/job-definition/{id}/retries',
        body: members({ retries: Whole.optional(), dueDate: DateIn.optional() }),
        audit: 'failed jobs of a job definition retried',
      },
      async ({ params, body, person, note }) => {
        const row = await one(params.id!, person);
        demand(
          person,
          ['processDefinition', 'RETRY_JOB', row.definitionKey],
          ['processDefinition', 'UPDATE_INSTANCE', row.definitionKey],
        );
        const retries = retriesIn(body.retries);
        const failed = { jobDefinition: row.id, retries: 0 };
        const due = body.dueDate;
        const ids =
          due === undefined ? [] : await store.find<Document>('jobs', { filter: { ...failed, 'wait.state': 'open' } });
        const changed = await jobs.setAllRetries(failed, retries, person.person);
        for (const { id } of ids) await jobs.setDue({ id, by: person.person, ...(due !== undefined && { due }) });
        note({ before: { retries: 0 }, after: { retries, jobs: changed, due: maybeTime(due) } });
      },
    ),
  ];
}
