/** Conditions of start events, looked at on call. */

import { z } from 'zod';
import type { Instance } from '../../../engine/core/types.js';
import type { SubscriptionDocument } from '../../../engine/store/documents.js';
import type { Person } from '../../auth/people.js';
import { Id, Key } from '../../schemas.js';
import type { Services } from '../../services.js';
import { definitionFor, demand } from '../access.js';
import { engineError, instead, invalid } from '../errors.js';
import { type Operation, operation } from '../operation.js';
import { members } from '../schemas.js';
import { readVariables, TypedVariablesIn, toolsFor } from '../variables.js';
import { instanceView } from '../views.js';
import { tenantsOf } from './events.js';

const Condition = members({
  variables: TypedVariablesIn.optional(),
  businessKey: Key.optional(),
  tenantId: Id.optional(),
  withoutTenantId: z.boolean().optional(),
  processDefinitionId: Id.optional(),
});

export function conditionOperations(services: Services): Operation[] {
  const { store, engine, settings } = services;

  /** What a true condition would start. Throws 403, 500. */
  async function demandOnConditions(person: Person, tenants: string[], definition: string | undefined): Promise<void> {
    if (definition !== undefined) {
      await definitionFor(store, person, definition, 'CREATE_INSTANCE').catch(
        instead(404, engineError(`no deployed process definition found with id '${definition}'`)),
      );
      return;
    }
    const rows = await store.find<SubscriptionDocument>('subscriptions', {
      filter: { kind: 'condition', tenant: { $in: tenants }, startEvent: { $ne: null }, 'wait.state': 'open' },
    });
    for (const { definitionKey } of rows) demand(person, ['processDefinition', 'CREATE_INSTANCE', definitionKey]);
  }

  return [
    operation({ method: 'post', path: '/condition', body: Condition }, async ({ body, person }) => {
      const tenants = tenantsOf(person, body);
      if (body.variables === undefined) throw invalid('variables: is null');
      const { processDefinitionId: definition, businessKey } = body;
      await demandOnConditions(person, tenants, definition);
      const { variables, types } = await readVariables(body.variables, toolsFor(tenants, { store, settings }));
      const started = await engine.startWhereTrue({
        tenants,
        variables,
        types,
        by: person.person,
        onFailure: 'refuse',
        ...(definition !== undefined && { definition }),
        ...(businessKey !== undefined && { businessKey }),
      });
      const instances = await store.getMany<Instance>(
        'instances',
        started.map(({ instance }) => instance),
      );
      return instances.map(instanceView);
    }),
  ];
}
