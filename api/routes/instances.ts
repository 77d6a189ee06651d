/** Instances: start, find, look into, change, end. */

import { z } from 'zod';
import type { Command } from '../../engine/core/language.js';
import type { Instance } from '../../engine/core/types.js';
import type { DefinitionDocument, IncidentDocument } from '../../engine/store/documents.js';
import type { Filter } from '../../engine/store/port.js';
import type { Person } from '../auth/people.js';
import { allOf, given, listPage } from '../lists.js';
import { forbidden, notFound } from '../problems.js';
import { type Route, route } from '../route.js';
import { Flag, Id, Instant, idParams, Key, listOf, paging, VariablesIn } from '../schemas.js';
import type { Services } from '../services.js';
import { InstanceDetails, InstanceStateIn, InstanceView, instanceDetails, instanceView } from '../views/instance.js';
import {
  type InstanceAction,
  instanceFor,
  mayStart,
  visibleDefinition,
  visibleDefinitions,
  visibleInstance,
  visibleInstances,
} from '../visible.js';

const StartIn = z
  .strictObject({
    key: Key.optional().meta({ description: 'Process id: its newest version' }),
    definition: Id.optional().meta({ description: 'Id of one version' }),
    businessKey: Key.optional(),
    variables: VariablesIn.default({}),
  })
  .refine(({ key, definition }) => (key === undefined) !== (definition === undefined), {
    path: ['key'],
    message: 'name either "key" or "definition"',
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
  state: InstanceStateIn.optional(),
  incident: Flag.optional().meta({ description: 'Only those with an open incident' }),
  startedAfter: Instant.optional(),
  startedBefore: Instant.optional(),
  sort: z.enum(['-startedAt', 'startedAt']).default('-startedAt'),
});

/** Instances with incidents that one query looks at. */
const mostWithIncidents = 1_000;

export function instanceRoutes({ engine, store, clock }: Services): Route[] {
  async function startable(input: z.output<typeof StartIn>, person: Person): Promise<DefinitionDocument> {
    const { id } = input.definition !== undefined ? { id: input.definition } : await newest(input.key!, person);
    const found = await visibleDefinition(store, person, id);
    if (!mayStart(found, person))
      throw forbidden(`process "${found.key}" names who may start it, and you are not among them`);
    return found;
  }

  /** The newest version of a key, in the first of his tenants that has it. */
  async function newest(key: string, person: Person): Promise<DefinitionDocument> {
    const filter = allOf({ key, latest: true }, visibleDefinitions(person));
    const found = await store.find<DefinitionDocument>('definitions', { filter });
    const [first] = found.toSorted((a, b) => person.tenants.indexOf(a.tenant) - person.tenants.indexOf(b.tenant));
    if (!first) throw notFound(`process "${key}"`);
    return first;
  }

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

  return [
    route(
      {
        method: 'post',
        path: '/instances',
        tag: 'Instances',
        summary: 'Starts a process; the answer comes when every token waits, or the instance has ended',
        headers: z.object({
          'idempotency-key': Key.optional().meta({
            description: 'The same key within a day answers the same instance',
          }),
        }),
        body: StartIn,
        example: { key: 'order', businessKey: 'order 47', variables: { amount: 120 } },
        status: 201,
        answer: InstanceView,
        errors: [404, 409],
      },
      async ({ body, headers, person }) => {
        const { id } = await startable(body, person);
        const outcome = await engine.start({
          definition: id,
          businessKey: body.businessKey,
          variables: body.variables,
          by: person.person,
          idempotencyKey: headers['idempotency-key'],
          onFailure: 'incident',
        });
        return viewOf((await engine.instance(outcome.instance))!);
      },
    ),
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
        const { limit, after, sort, incident, startedAfter, startedBefore, key, definition, businessKey, state } =
          query;
        const page = await listPage<Instance>(store, 'instances', {
          filter: allOf(
            visibleInstances(person),
            given({ key, definition, businessKey, state }),
            startedAfter === undefined ? undefined : { startedAt: { $gte: startedAfter } },
            startedBefore === undefined ? undefined : { startedAt: { $lt: startedBefore } },
            incident ? await withIncident(key) : undefined,
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
        summary: 'Cancels a running instance',
        params: idParams,
        query: z.strictObject({ reason: z.string().max(1000).optional() }),
        errors: [404, 409],
      },
      ({ params, query, person }) => send(params.id, person, 'cancel', { do: 'cancel', reason: query.reason }),
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
        ({ params, person }) => send(params.id, person, 'suspend', { do: verb }),
      ),
    ),
    route(
      {
        method: 'put',
        path: '/instances/{id}/variables',
        tag: 'Instances',
        summary: 'Sets variables of a running instance, or of one activation in it',
        params: idParams,
        body: z.strictObject({ variables: VariablesIn, activation: z.int().min(1).optional() }),
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
