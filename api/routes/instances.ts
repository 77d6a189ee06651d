/** Instances: find, look into, change, end. */

import { z } from 'zod';
import type { Command } from '../../engine/core/language.js';
import type { Instance } from '../../engine/core/types.js';
import type { IncidentDocument } from '../../engine/store/documents.js';
import type { Filter } from '../../engine/store/port.js';
import type { Person } from '../auth/people.js';
import { callTree } from '../callTree.js';
import { dryRunnable, losing, said } from '../dryRun.js';
import { allOf, given, listPage, within } from '../lists.js';
import { type Route, route } from '../route.js';
import {
  Flag,
  Id,
  Instant,
  idParams,
  Key,
  listOf,
  paging,
  TenantAsked,
  VariablesIn,
  variableName,
} from '../schemas.js';
import type { Services } from '../services.js';
import { havingVariables, VariableConditions } from '../variableQuery.js';
import { InstanceDetails, InstanceStateIn, InstanceView, instanceDetails, instanceView } from '../views/instance.js';
import { type InstanceAction, instanceFor, visibleInstance, visibleInstances } from '../visible.js';

const Placement = {
  variables: VariablesIn.optional(),
  local: VariablesIn.optional().meta({ description: 'Variables of the new activation itself' }),
  inside: z.int().min(1).optional().meta({ description: 'Activation around the place, where several are open' }),
};

const Modification = z.strictObject({
  instructions: z
    .array(
      z.discriminatedUnion('do', [
        z.strictObject({ do: z.enum(['startBefore', 'startAfter']), element: Id, ...Placement }),
        z.strictObject({ do: z.literal('startOn'), flow: Id, ...Placement }),
        z.strictObject({ do: z.literal('cancel'), activation: z.int().min(1) }),
        z.strictObject({ do: z.literal('cancelAll'), element: Id }),
      ]),
    )
    .min(1)
    .max(1000),
  reason: z.string().max(1000).optional(),
  skipListeners: z.boolean().default(false),
  skipMappings: z.boolean().default(false),
});

const Ending = z.strictObject({
  instances: z.array(z.string()).meta({ description: 'It, and those that it called' }),
  tasks: z.int(),
  jobs: z.int(),
  subscriptions: z.int(),
});

const sorts = {
  '-startedAt': { startedAt: -1 },
  startedAt: { startedAt: 1 },
} as const;

const InstanceQuery = z.strictObject({
  ...paging,
  key: Key.optional(),
  definition: Id.optional(),
  businessKey: Key.optional(),
  tenant: TenantAsked,
  startedBy: Id.optional(),
  state: InstanceStateIn.optional(),
  incident: Flag.optional().meta({ description: 'Only those with an open incident' }),
  startedAfter: Instant.optional(),
  startedBefore: Instant.optional(),
  endedAfter: Instant.optional(),
  endedBefore: Instant.optional(),
  variable: VariableConditions,
  sort: z.enum(['-startedAt', 'startedAt']).default('-startedAt'),
});

/** Instances with incidents that one query looks at. */
const mostWithIncidents = 10_000;

export function instanceRoutes({ engine, store, clock }: Services): Route[] {
  async function withIncident(key: string | undefined): Promise<Filter> {
    await engine.projector.caughtUp();
    const filter = given({ state: 'open', definitionKey: key });
    const open = await store.find<IncidentDocument>('incidents', {
      filter,
      sort: { at: -1 },
      limit: mostWithIncidents,
    });
    return { id: { $in: [...new Set(open.map(incident => incident.instance))] } };
  }

  const viewOf = async (instance: Instance) => instanceView(instance, await engine.definition(instance.definition));

  /** A command of a person on an instance that he may see, and do this with. */
  async function send(id: string, person: Person, action: InstanceAction, command: Does): Promise<void> {
    await instanceFor(store, person, action, id);
    await engine.send(id, { ...command, at: clock(), by: person.person, onFailure: 'incident' });
  }

  async function whatEnds(instance: Instance): Promise<z.infer<typeof Ending>> {
    const open = (await callTree(store, instance)).filter(({ endedAt }) => endedAt === undefined);
    const instances = open.map(({ id }) => id);
    const filter = { instance: { $in: instances }, 'wait.state': 'open' };
    const [tasks, jobs, subscriptions] = await Promise.all(
      (['tasks', 'jobs', 'subscriptions'] as const).map(rows => store.count(rows, filter)),
    );
    return { instances, tasks: tasks!, jobs: jobs!, subscriptions: subscriptions! };
  }

  return [
    route(
      {
        method: 'get',
        path: '/instances',
        tag: 'Instances',
        summary: 'Instances that the asker started, or all of them with the right "operate"',
        query: InstanceQuery,
        answer: listOf(InstanceView),
      },
      async ({ query, person }) => {
        const { limit, after, sort, incident, variable = [], ...conditions } = query;
        const { startedAfter, startedBefore, endedAfter, endedBefore, ...exact } = conditions;
        if (variable.length > 0) await engine.projector.caughtUp();
        const page = await listPage<Instance>(store, 'instances', {
          filter: allOf(
            visibleInstances(person),
            given(exact),
            within('startedAt', startedAfter, startedBefore),
            within('endedAt', endedAfter, endedBefore),
            incident ? await withIncident(exact.key) : undefined,
            ...(await havingVariables(store, variable)),
          ),
          sort: sorts[sort],
          limit,
          after,
        });
        return { ...page, items: await Promise.all(page.items.map(viewOf)) };
      },
    ),
    route(
      {
        method: 'get',
        path: '/instances/{id}',
        tag: 'Instances',
        summary: 'One instance: its tokens, what it waits for, its open incidents',
        params: idParams,
        answer: InstanceDetails,
        errors: [404],
      },
      async ({ params, person }) => {
        const instance = await visibleInstance(store, person, params.id);
        return instanceDetails(instance, await engine.definition(instance.definition));
      },
    ),
    route(
      {
        method: 'delete',
        path: '/instances/{id}',
        tag: 'Instances',
        summary: 'Cancels a running instance, with what it called; `dryRun` says what would end (200)',
        params: idParams,
        query: z.strictObject({ reason: z.string().max(1000).optional(), ...dryRunnable }),
        status: 204,
        ...losing(Ending),
        errors: [404, 409],
      },
      async ({ params, query, person, ...asked }) => {
        if (query.dryRun) return said(asked, await whatEnds(await instanceFor(store, person, 'cancel', params.id)));
        await send(params.id, person, 'cancel', { do: 'cancel', reason: query.reason });
        return undefined;
      },
    ),
    route(
      {
        method: 'post',
        path: '/instances/{id}/modify',
        tag: 'Instances',
        summary:
          'Puts tokens before, after or on a flow, and takes tokens away: all of it, or nothing; `dryRun` answers the instance as it would be',
        params: idParams,
        query: z.strictObject({ dryRun: Flag.optional() }),
        body: Modification,
        example: {
          instructions: [
            { do: 'startBefore', element: 'review' },
            { do: 'cancelAll', element: 'approve' },
          ],
          reason: 'the wrong department',
        },
        answer: InstanceDetails,
        errors: [404, 409, 422],
      },
      async ({ params: { id }, query: { dryRun }, body: { instructions, ...rest }, person }) => {
        // A modification is refused as a whole where a part of it cannot be done.
        await instanceFor(store, person, 'change', id);
        const who = { at: clock(), by: person.person, onFailure: 'refuse' } as const;
        const command = { do: 'modify', ...rest, instructions, ...who } as const;
        if (!dryRun) await engine.send(id, command);
        const instance = dryRun ? await engine.rehearse(id, command) : await visibleInstance(store, person, id);
        return instanceDetails(instance, await engine.definition(instance.definition));
      },
    ),
    ...(['suspend', 'activate'] as const).map(verb =>
      route(
        {
          method: 'post',
          path: `/instances/{id}/${verb}`,
          tag: 'Instances',
          summary:
            verb === 'suspend' ? 'Suspends an instance: nothing in it goes on' : 'Lets a suspended instance go on',
          params: idParams,
          errors: [404, 409],
        },
        async ({ params, person }) => {
          await instanceFor(store, person, 'suspend', params.id);
          const suspended = verb === 'suspend';
          await engine.operations.suspendInstance(params.id, { suspended, by: person.person });
        },
      ),
    ),
    route(
      {
        method: 'put',
        path: '/instances/{id}/variables',
        tag: 'Instances',
        summary: 'Sets variables of a running instance, or of one activation in it, and takes some away',
        params: idParams,
        body: z.strictObject({
          variables: VariablesIn.default({}),
          remove: z.array(variableName).max(1000).optional(),
          activation: z.int().min(1).optional(),
        }),
        example: { variables: { amount: 120 }, remove: ['discount'] },
        errors: [404, 409],
      },
      ({ params, body, person }) =>
        send(params.id, person, 'setVariables', {
          do: 'set',
          ...body,
          ...(body.activation === undefined ? {} : { local: true }),
        }),
    ),
  ];
}

/** A command before it is known who gives it, and when. */
type Does = Command extends infer C ? (C extends Command ? Omit<C, 'at' | 'by' | 'onFailure'> : never) : never;
