/** Messages and signals from outside: who hears them, and what is started. */

import { z } from 'zod';
import type { Delivered } from '../../../engine/contract.js';
import type { SubscriptionDocument } from '../../../engine/store/documents.js';
import type { Person } from '../../auth/people.js';
import { Id, Key, Name } from '../../schemas.js';
import type { Services } from '../../services.js';
import { type Claim, demand, executionFor, tenantOf } from '../access.js';
import { engineError, instead, invalid, refused } from '../errors.js';
import { activationIn, wholeOf } from '../executions.js';
import { executionId } from '../ids.js';
import { type Operation, operation } from '../operation.js';
import { members } from '../schemas.js';
import { readVariables, TypedVariablesIn, toolsFor, typedVariables } from '../variables.js';
import { instanceView } from '../views.js';
import { executionView } from './executions.js';

const Message = members({
  messageName: Name.optional(),
  businessKey: Key.optional(),
  tenantId: Id.optional(),
  withoutTenantId: z.boolean().optional(),
  processInstanceId: Id.optional(),
  correlationKeys: TypedVariablesIn.optional(),
  localCorrelationKeys: TypedVariablesIn.optional(),
  processVariables: TypedVariablesIn.optional(),
  processVariablesLocal: TypedVariablesIn.optional(),
  processVariablesToTriggeredScope: TypedVariablesIn.optional(),
  all: z.boolean().optional(),
  resultEnabled: z.boolean().optional(),
  variablesInResultEnabled: z.boolean().optional(),
});

const Signal = members({
  name: Name.optional(),
  executionId: Id.optional(),
  variables: TypedVariablesIn.optional(),
  tenantId: Id.optional(),
  withoutTenantId: z.boolean().optional(),
});

/** Whose it is: of one tenant, of none, or of any that the asker has. Throws 400 for both, 403. */
export function tenantsOf(
  person: Person,
  { tenantId, withoutTenantId }: { tenantId?: string; withoutTenantId?: boolean },
): string[] {
  if (tenantId !== undefined && withoutTenantId)
    throw invalid("Parameter 'tenantId' cannot be used together with parameter 'withoutTenantId'.");
  if (withoutTenantId) return [''];
  return tenantId === undefined ? person.tenants : [tenantOf(person, tenantId)];
}

export function eventOperations(services: Services): Operation[] {
  const { store, engine, clock, settings } = services;
  const tools = (tenants: string[]) => toolsFor(tenants, { store, settings });

  /** Whoever listens, somebody must be allowed to tell him. Throws 403. */
  async function demandOnListeners(
    person: Person,
    listening: { kind: SubscriptionDocument['kind']; name: string; tenants: string[]; instance?: string | undefined },
  ): Promise<void> {
    if (person.administrator) return;
    const { kind, name, tenants, instance } = listening;
    const rows = await store.find<SubscriptionDocument>('subscriptions', {
      filter: {
        kind,
        name,
        tenant: { $in: tenants },
        'wait.state': 'open',
        ...(instance !== undefined && { instance }),
      },
    });
    for (const row of rows) {
      const waits: [Claim, ...Claim[]] = [
        ['processInstance', 'UPDATE', row.instance],
        ['processDefinition', 'UPDATE_INSTANCE', row.definitionKey],
        // Ours: of programs that work for the process.
        ['processDefinition', 'WORK', row.definitionKey],
      ];
      if (row.startEvent === undefined) demand(person, ...waits);
      else demand(person, ['processDefinition', 'CREATE_INSTANCE', row.definitionKey]);
    }
  }

  async function resultOf({ instance: id, wait }: Delivered, withVariables: boolean) {
    const [instance, row] = await Promise.all([
      engine.instance(id),
      wait === undefined ? undefined : store.get<SubscriptionDocument>('subscriptions', wait),
    ]);
    const found = instance!;
    const variables = typedVariables(found.activations['1']?.variables ?? {}, { types: found.types });
    return {
      resultType: row ? 'Execution' : 'ProcessDefinition',
      processInstance: row ? null : instanceView(found),
      execution: row ? executionView(executionId(id, row.activation), id, found.tenant) : null,
      ...(withVariables && { variables }),
    };
  }

  async function correlate(body: z.output<typeof Message>, person: Person): Promise<Delivered[]> {
    const { messageName: name, processInstanceId: instance, businessKey, all } = body;
    if (name === undefined) throw invalid('No message name supplied');
    const tenants = tenantsOf(person, body);
    await demandOnListeners(person, { kind: 'message', name, tenants, instance });
    if (instance !== undefined) await refuseSuspended(instance);
    const read = (sent: z.output<typeof TypedVariablesIn> | undefined) => readVariables(sent, tools(tenants));
    const [keys, localKeys, variables, local, scoped] = await Promise.all([
      read(body.correlationKeys),
      read(body.localCorrelationKeys),
      read(body.processVariables),
      read(body.processVariablesLocal),
      read(body.processVariablesToTriggeredScope),
    ]);
    const message = {
      name,
      tenants,
      variables: variables.variables,
      local: { ...local.variables, ...scoped.variables },
      types: { ...variables.types, ...local.types, ...scoped.types },
      by: person.person,
      onFailure: 'refuse' as const,
      ...(businessKey !== undefined && { businessKey }),
      ...(instance !== undefined && { instance }),
      ...(body.correlationKeys && { correlation: keys.variables }),
      ...(body.localCorrelationKeys && { localCorrelation: localKeys.variables }),
    };
    if (all) return engine.publishToAll(message);
    const published = await engine.publish(message);
    if (published.result === 'delivered') return [published];
    const why =
      published.result === 'ambiguous'
        ? `${published.candidates.length} executions match the correlation keys`
        : 'No process definition or execution matches the parameters';
    throw refused(
      400,
      `org.camunda.bpm.engine.MismatchingMessageCorrelationException: Cannot correlate message '${name}': ${why}`,
    );
  }

  async function refuseSuspended(id: string): Promise<void> {
    const instance = await engine.instance(id);
    if (instance?.state === 'suspended') throw engineError(`Process instance ${id} is suspended`);
  }

  /** To one execution that waits for it. Throws 500 where it does not. */
  async function signalTo(person: Person, id: string, name: string, sent: z.output<typeof Signal>): Promise<void> {
    const { instance, activation } = await executionFor(store, person, id, 'update').catch(
      instead(404, engineError(`Cannot find execution with id '${id}'.`)),
    );
    const whole = await wholeOf(store, instance);
    const at = activationIn(whole, await engine.definition(instance.definition), activation);
    const wait = Object.values(whole.waits).find(
      each => each.kind === 'signal' && each.name === name && [activation, at?.id].includes(each.activation),
    );
    if (!wait) throw engineError(`Execution '${id}' has not subscribed to a signal event with name '${name}'.`);
    const { variables, types } = await readVariables(sent.variables, tools([instance.tenant]));
    const command = { do: 'resume', wait: wait.id, variables, types } as const;
    await engine.send(instance.id, { ...command, by: person.person, at: clock(), onFailure: 'refuse' });
  }

  return [
    operation({ method: 'post', path: '/message', body: Message }, async ({ body, person }) => {
      if (body.variablesInResultEnabled && !body.resultEnabled)
        throw invalid("Parameter 'variablesInResultEnabled' cannot be used without 'resultEnabled' set to 'true'.");
      const delivered = await correlate(body, person);
      if (!body.resultEnabled) return undefined;
      return Promise.all(delivered.map(one => resultOf(one, body.variablesInResultEnabled === true)));
    }),
    operation({ method: 'post', path: '/signal', body: Signal }, async ({ body, person }) => {
      const { name, executionId: execution } = body;
      if (name === undefined) throw invalid('No signal name given');
      if (execution !== undefined) {
        if (body.tenantId !== undefined || body.withoutTenantId)
          throw invalid('Cannot specify a tenant-id when deliver a signal to a single execution.');
        return signalTo(person, execution, name, body);
      }
      const tenants = tenantsOf(person, body);
      await demandOnListeners(person, { kind: 'signal', name, tenants });
      const { variables, types } = await readVariables(body.variables, tools(tenants));
      await engine.broadcast({ name, tenants, variables, types, by: person.person, onFailure: 'refuse' });
    }),
  ];
}
