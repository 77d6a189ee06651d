/** Starts of processes: by id or key, with variables, at the start event or wherever instructions say; with or without a form. */

import { z } from 'zod';
import type { Outcome } from '../../../engine/contract.js';
import type { Instance, TypeHints, Variables } from '../../../engine/core/types.js';
import type { DefinitionHead, VariableDocument } from '../../../engine/store/documents.js';
import type { Person } from '../../auth/people.js';
import { Key } from '../../schemas.js';
import type { Services } from '../../services.js';
import { mayStart } from '../../visible.js';
import { demand } from '../access.js';
import { engineError, forbidden, refused } from '../errors.js';
import { InstructionIn, readInstructions } from '../instructions.js';
import { linkTo } from '../links.js';
import type { Asked, Operation } from '../operation.js';
import { members } from '../schemas.js';
import { readVariables, TypedVariablesIn, typedVariables } from '../variables.js';
import { instanceView } from '../views.js';
import { ofDefinition } from './definitions.js';

const StartIn = members({
  businessKey: z.string().max(500).optional(),
  variables: TypedVariablesIn.optional(),
  caseInstanceId: Key.optional(),
  startInstructions: z.array(InstructionIn).max(1000).optional(),
  skipCustomListeners: z.boolean().optional(),
  skipIoMappings: z.boolean().optional(),
  withVariablesInReturn: z.boolean().optional(),
});

const FormIn = members({ businessKey: z.string().max(500).optional(), variables: TypedVariablesIn.optional() });

type Start = Partial<z.output<typeof StartIn>>;

/** Throws 403, or 500 for a suspended definition. */
function demandStart(person: Person, definition: DefinitionHead): void {
  demand(person, ['processInstance', 'CREATE', '*']);
  if (!mayStart(definition, person)) throw forbidden(person, 'CREATE_INSTANCE', 'ProcessDefinition', definition.key);
  if (definition.state === 'suspended')
    throw engineError(`Cannot start process instance. Process definition (id = ${definition.id}) is suspended`);
}

export function startOperations(services: Services): Operation[] {
  const { store, engine, forms, settings } = services;

  /** Starts, and answers what came of it. */
  async function start(
    definition: DefinitionHead,
    body: Start,
    person: Person,
    check?: (variables: Variables) => Promise<Variables>,
  ): Promise<Outcome> {
    demandStart(person, definition);
    const tools = { store, settings, tenant: definition.tenant };
    const { variables, types } = await readVariables(body.variables, tools);
    const { startInstructions = [] } = body;
    const placed = startInstructions.length > 0 ? await readInstructions(startInstructions, tools) : undefined;
    return engine.start({
      definition: definition.id,
      tenant: definition.tenant,
      variables: check ? await check(variables) : variables,
      form: check !== undefined,
      types: { ...types, ...placed?.types },
      by: person.person,
      skipListeners: body.skipCustomListeners === true,
      skipMappings: body.skipIoMappings === true,
      onFailure: 'refuse',
      ...(body.businessKey !== undefined && { businessKey: body.businessKey }),
      ...(!placed && (await messageStart(definition))),
      ...(placed && { instructions: placed.instructions }),
    });
  }

  /** A process that only messages start is begun where the first of them would. */
  async function messageStart({ id }: DefinitionHead): Promise<{ startEvent?: number }> {
    const { nodes } = await engine.definition(id);
    if (nodes[0]!.starts.length > 0) return {};
    const found = nodes.find(
      ({ type, parent, event }) => type === 'startEvent' && parent === 0 && event?.type === 'message',
    );
    return found ? { startEvent: found.index } : {};
  }

  /** The variables of the process, also of one that has ended already. */
  async function variablesOf({ id, endedAt, activations }: Instance): Promise<Variables> {
    if (endedAt === undefined) return activations['1']?.variables ?? {};
    await engine.projector.caughtUp(id);
    const found = await store.find<VariableDocument>('variables', { filter: { instance: id, activation: 1 } });
    return Object.fromEntries(found.filter(({ removed }) => !removed).map(({ name, value }) => [name, value]));
  }

  const started = (
    { key, tenant }: DefinitionHead,
    { instance: id, ...outcome }: Outcome,
    { request }: Pick<Asked<unknown, unknown>, 'request'>,
  ) => ({
    ...instanceView({ ...outcome, id, key, tenant }),
    links: [linkTo(settings, request)('GET', `/process-instance/${id}`, 'self')],
  });

  const byStart = ofDefinition(
    services,
    { method: 'post', path: '/start', body: StartIn },
    async (definition, asked) => {
      const outcome = await start(definition, asked.body, asked.person);
      if (!asked.body.withVariablesInReturn) return started(definition, outcome, asked);
      const instance = (await engine.instance(outcome.instance))!;
      const types: TypeHints | undefined = instance.types;
      const variables = typedVariables(await variablesOf(instance), { types });
      return { ...started(definition, outcome, asked), variables };
    },
  );

  return [
    ...byStart.map(unknownIs500),
    ...ofDefinition(services, { method: 'post', path: '/submit-form', body: FormIn }, async (definition, asked) => {
      const compiled = await engine.definition(definition.id);
      const form = await forms.start(compiled);
      const outcome = await start(definition, asked.body, asked.person, async variables =>
        forms.check(form, variables, {}),
      );
      return started(definition, outcome, asked);
    }),
  ];
}

/** The real server answers a start of an unknown definition so, whatever its document says. */
function unknownIs500(one: Operation): Operation {
  if (one.path !== '/process-definition/{id}/start') return one;
  return {
    ...one,
    async run(incoming) {
      try {
        return await one.run(incoming);
      } catch (error) {
        const { status, message } = error as { status?: number; message: string };
        throw status === 404 ? refused(500, `Cannot instantiate process definition: ${message}`) : error;
      }
    },
  };
}
