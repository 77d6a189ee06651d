/** Starting an instance: once per idempotency key, once per business key where that is asked for, and waiting for it. */

import { z } from 'zod';
import type { Outcome } from '../../engine/contract.js';
import type { Instance, Json, Variables } from '../../engine/core/types.js';
import { newId } from '../../engine/ids.js';
import { keepAnswer, type Reservation, reserve, reserved } from '../../engine/reservations.js';
import type { DefinitionHead, VariableDocument } from '../../engine/store/documents.js';
import { matches } from '../../engine/store/queries.js';
import type { Person } from '../auth/people.js';
import { lacks } from '../auth/permissions.js';
import { allOf, given } from '../lists.js';
import { createMissing, Missing } from '../missing.js';
import { notFound, Problem } from '../problems.js';
import { type Route, route } from '../route.js';
import { Id, Key, TenantIn, VariablesIn, VariablesOut } from '../schemas.js';
import type { Services } from '../services.js';
import { InstanceView, instanceView } from '../views/instance.js';
import { mayStart, visibleDefinition, visibleDefinitions } from '../visible.js';
import { createWaiting, type Goal } from '../waiting.js';

const StartIn = z
  .strictObject({
    key: Key.optional().meta({ description: 'Process id: its newest version' }),
    definition: Id.optional().meta({ description: 'Id of one version' }),
    tenant: TenantIn.meta({ description: 'Of the key; default: the first of the own tenants that has it' }),
    businessKey: Key.optional(),
    unique: z
      .enum(['refuse', 'answer'])
      .optional()
      .meta({
        description:
          'What an open instance of the process with this business key means: 409, or that it is answered. ' +
          'Only starts that say so heed each other',
      }),
    variables: VariablesIn.default({}),
    wait: z
      .enum(['end', 'rest'])
      .optional()
      .meta({
        description:
          'Answer when it has ended; or, with `rest`, when no worker is at work on it any more: every token waits for ' +
          'a person, an event, a time, or help',
      }),
    timeout: z.int().min(0).max(60_000).default(30_000).meta({ description: 'Milliseconds to wait at most' }),
  })
  .refine(({ key, definition }) => (key === undefined) !== (definition === undefined), {
    path: ['key'],
    message: 'name either "key" or "definition"',
  })
  .refine(({ unique, businessKey }) => unique === undefined || businessKey !== undefined, {
    path: ['businessKey'],
    message: 'is what "unique" is about: name one',
  });

const Started = InstanceView.extend({
  reached: z.boolean().optional().meta({ description: 'Whether what `wait` names was reached in time' }),
  variables: VariablesOut.optional().meta({ description: 'Of the process, where `wait` was asked for' }),
  missing: z.array(Missing).optional().meta({ description: 'What it will miss, with the start policy `warn`' }),
}).meta({ id: 'StartedInstance' });

interface Starter {
  person: Person;
  signal(): AbortSignal;
}

/** An answer, and the id that a new instance was to have: with `unique` another one may have been there. */
interface Begun {
  id: string;
  answer: z.infer<typeof Started>;
}

/** How often the projections are given their time to catch up with an instance that was waited for. */
const WAITS = 30;

export function startingRoutes({ engine, store, clock, forms }: Services): Route[] {
  const missingOf = createMissing({ engine, store, forms });
  const waiting = createWaiting({ engine, store });

  const named = ({ definition, key, tenant }: z.output<typeof StartIn>, person: Person): Promise<DefinitionHead> =>
    definition === undefined ? newest(key!, tenant, person) : visibleDefinition(store, person, definition);

  function refuseUnstartable(found: DefinitionHead, person: Person): void {
    if (!mayStart(found, person)) throw lacks('processDefinition', 'CREATE_INSTANCE', found.key, whyNot(found));
    if (found.state === 'suspended')
      throw new Problem(409, 'suspended', `process "${found.key}" version ${found.version} is suspended`);
  }

  /** The newest version of a key, in the first of his tenants that has it. */
  async function newest(key: string, tenant: string | undefined, person: Person): Promise<DefinitionHead> {
    const filter = allOf(given({ tenant }), visibleDefinitions(person));
    const found = (await engine.deployments.newest(key)).filter(one => matches(filter, one));
    const [first] = found.toSorted((a, b) => person.tenants.indexOf(a.tenant) - person.tenants.indexOf(b.tenant));
    if (!first) throw notFound(`process "${key}"`);
    return first;
  }

  async function variablesOf(instance: string): Promise<Variables> {
    // Whoever waited for the end waits for what came out of it, too.
    for (let wait = 0; wait < WAITS; wait++)
      if ((await engine.projector.caughtUp(instance)).behind === undefined) break;
    const found = await store.find<VariableDocument>('variables', { filter: { instance, activation: 1 } });
    return Object.fromEntries(found.filter(({ removed }) => !removed).map(({ name, value }) => [name, value]));
  }

  /** As the start left it. */
  async function viewOf({ instance: id, incidents, ...seen }: Outcome) {
    const definition = await engine.definition(seen.definition);
    const byId = Object.fromEntries(incidents.map(incident => [incident.id, incident]));
    return instanceView({ id, key: definition.key, incidents: byId, ...seen }, definition);
  }

  const viewNow = async (instance: Instance) => instanceView(instance, await engine.definition(instance.definition));

  async function awaited(
    id: string,
    wait: Goal,
    timeout: number,
    signal: AbortSignal,
  ): Promise<z.infer<typeof Started>> {
    const reached = await waiting.for(id, wait, timeout, signal);
    const now = await engine.instance(id);
    if (!now) throw notFound(`instance "${id}"`);
    return { ...(await viewNow(now)), reached, variables: await variablesOf(id) };
  }

  /** What it will miss, as far as its start policy wants to know. Throws Problem 422 with the policy `refuse`. */
  async function readied({ id, key, startPolicy }: DefinitionHead): Promise<Missing[] | undefined> {
    if (!startPolicy) return undefined;
    const missing = await missingOf(await engine.definition(id));
    if (startPolicy === 'warn' || missing.length === 0) return missing;
    const sentences = missing.map(({ sentence }) => sentence).join('; ');
    throw new Problem(422, 'not-ready', `process "${key}" is not ready to start: ${sentences}`, { missing });
  }

  async function start(
    definition: DefinitionHead,
    body: z.output<typeof StartIn>,
    { person, signal, id }: Starter & { id: string },
  ): Promise<z.infer<typeof Started>> {
    const { businessKey, variables, unique, wait, timeout } = body;
    const missing = await readied(definition);
    const outcome = await engine.start({
      id,
      definition: definition.id,
      businessKey,
      variables,
      unique,
      by: person.person,
      onFailure: 'incident',
    });
    const more = missing && { missing };
    if (!wait) return Object.assign(await viewOf(outcome), more);
    return Object.assign(await awaited(outcome.instance, wait, timeout, signal()), more);
  }

  async function startNew(body: z.output<typeof StartIn>, { person, signal }: Starter): Promise<Begun> {
    const definition = await named(body, person);
    refuseUnstartable(definition, person);
    const id = newId(clock());
    return { id, answer: await start(definition, body, { person, signal, id }) };
  }

  /** What is answered already is answered again, whatever may be started now. */
  async function startOnce(
    body: z.output<typeof StartIn>,
    idempotencyKey: string,
    { person, signal }: Starter,
  ): Promise<Begun> {
    const definition = await named(body, person);
    const asked = { tenant: definition.tenant, by: person.person, idempotencyKey, request: body as unknown as Json };
    const known = await reserved(store, asked, clock());
    if (known?.answer !== undefined) return answeredBefore(known);
    const { wait, timeout } = body;
    // Cut off before it was answered: it is there.
    const begun = known && (await engine.instance(known.instance));
    if (!begun) refuseUnstartable(definition, person);
    const reservation = await reserve(store, asked, clock());
    // Of two at once the other may have been faster.
    if (reservation.answer !== undefined) return answeredBefore(reservation);
    const started = () => start(definition, body, { person, signal, id: reservation.instance });
    const seen = (instance: Instance) => (wait ? awaited(instance.id, wait, timeout, signal()) : viewNow(instance));
    const answer = begun ? await seen(begun) : await started();
    await keepAnswer(store, reservation, JSON.parse(JSON.stringify(answer)));
    return { id: reservation.instance, answer };
  }

  return [
    route(
      {
        method: 'post',
        path: '/instances',
        tag: 'Instances',
        summary: 'Starts a process; the answer comes when every token waits, or when what `wait` names is reached',
        headers: z.object({
          'idempotency-key': Key.optional().meta({
            description: 'For a day the same key with the same body gets the first answer, with another one 422',
          }),
        }),
        body: StartIn,
        example: { key: 'order', businessKey: 'order 47', variables: { amount: 120 } },
        status: 201,
        answer: Started,
        already: 'With `unique` "answer": the open instance that bears the business key; none was started',
        errors: [404, 409, 422, 429],
      },
      async ({ body, headers, person, signal, response }) => {
        const idempotencyKey = headers['idempotency-key'];
        const starter = { person, signal };
        const { id, answer } = await (idempotencyKey === undefined
          ? startNew(body, starter)
          : startOnce(body, idempotencyKey, starter));
        if (answer.id !== id) response.status(200);
        return answer;
      },
    ),
  ];
}

const answeredBefore = ({ instance: id, answer }: Reservation): Begun => ({
  id,
  answer: answer as unknown as Begun['answer'],
});

/** Where the model itself says who may start it; undefined: only an authorization could. */
const whyNot = ({ key, candidateStarterUsers: users = [], candidateStarterGroups: groups = [] }: DefinitionHead) =>
  users.length + groups.length > 0
    ? `process "${key}" names who may start it, and you are not among them; an authorization for you with CREATE_INSTANCE would do, too`
    : undefined;
