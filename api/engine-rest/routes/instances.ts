/** Process instances: found, looked into, changed, suspended, ended. */

import { z } from 'zod';
import type { Instance } from '../../../engine/core/types.js';
import type { Person } from '../../auth/people.js';
import { Id } from '../../schemas.js';
import type { Services } from '../../services.js';
import { demandOnInstance, instanceFor } from '../access.js';
import { invalid } from '../errors.js';
import { wholeOf } from '../executions.js';
import { type Chosen, chosenBy, chosenInstances, instanceTable } from '../instances.js';
import { InstructionIn, readInstructions } from '../instructions.js';
import { listOperations } from '../lists.js';
import { type Operation, operation } from '../operation.js';
import { FlagOfQuery, LongText, LooseFlag, members, Skips } from '../schemas.js';
import { activityTree } from '../tree.js';
import { variableOperations } from '../variable-operations.js';
import { instanceView } from '../views.js';

interface OfDefinition {
  processDefinitionId?: string | undefined;
  processDefinitionKey?: string | undefined;
  processDefinitionTenantId?: string | undefined;
  processDefinitionWithoutTenantId?: boolean | undefined;
}

export function instanceOperations(services: Services): Operation[] {
  const { store, engine, clock, settings } = services;
  const refusing = ({ person }: Person) => ({ by: person, at: clock(), onFailure: 'refuse' }) as const;

  async function suspend(person: Person, instance: Instance, suspended: boolean): Promise<void> {
    demandOnInstance(person, 'suspend', instance);
    await engine.operations.suspendInstance(instance.id, { suspended, by: person.person });
  }

  /** The instances that a change of many is about: of a definition, or those that are named. */
  async function toSuspend(body: Chosen & OfDefinition, person: Person): Promise<Instance[]> {
    const { processDefinitionId, processDefinitionKey, processDefinitionTenantId } = body;
    const context = { services, person, now: clock(), given: {} };
    const given = [processDefinitionId, processDefinitionKey].filter(id => id !== undefined);
    const { processInstanceIds, processInstanceQuery, historicProcessInstanceQuery } = body;
    const ways = [processInstanceIds, processInstanceQuery, historicProcessInstanceQuery];
    const named = ways.some(way => way !== undefined);
    if (given.length + Number(named) !== 1)
      throw invalid(
        'Either processInstanceIds, processInstanceQuery, processDefinitionId or processDefinitionKey should be set to update the suspension state.',
      );
    if (named) return chosenInstances(context, body);
    const tenant = body.processDefinitionWithoutTenantId ? '' : processDefinitionTenantId;
    return store.find<Instance>('instances', {
      filter: {
        $and: [
          await instanceTable.visible(context),
          processDefinitionId === undefined ? { key: processDefinitionKey! } : { definition: processDefinitionId },
          tenant === undefined ? {} : { tenant },
        ],
      },
    });
  }

  return [
    ...listOperations(services, instanceTable, { path: '/process-instance', methods: ['get', 'post'] }),
    operation({ method: 'get', path: '/process-instance/{id}' }, async ({ params, person }) =>
      instanceView(await instanceFor(store, person, params.id!)),
    ),
    operation(
      {
        method: 'delete',
        path: '/process-instance/{id}',
        query: Skips.extend({
          skipSubprocesses: FlagOfQuery.optional(),
          failIfNotExists: LooseFlag.optional(),
        }),
      },
      async ({ params, query, person }) => {
        const found = await instanceFor(store, person, params.id!, 'delete').catch((error: { status?: number }) => {
          if (error.status === 404 && query.failIfNotExists === false) return undefined;
          throw error;
        });
        if (!found) return;
        await engine.operations.deleteInstance(found.id, {
          keepChildren: query.skipSubprocesses === true,
          skipListeners: query.skipCustomListeners === true,
          skipMappings: query.skipIoMappings === true,
          by: person.person,
          onFailure: 'refuse',
        });
      },
    ),
    operation(
      { method: 'put', path: '/process-instance/{id}/suspended', body: members({ suspended: z.boolean() }) },
      async ({ params, body, person }) =>
        suspend(person, await instanceFor(store, person, params.id!, 'suspend'), body.suspended),
    ),
    operation({ method: 'get', path: '/process-instance/{id}/activity-instances' }, async ({ params, person }) => {
      const instance = await instanceFor(store, person, params.id!);
      return activityTree(await wholeOf(store, instance), await engine.definition(instance.definition));
    }),
    operation(
      {
        method: 'post',
        path: '/process-instance/{id}/modification',
        body: members({
          instructions: z.array(InstructionIn).min(1).max(1000),
          skipCustomListeners: z.boolean().optional(),
          skipIoMappings: z.boolean().optional(),
          annotation: LongText.optional(),
        }),
      },
      async ({ params, body, person }) => {
        const instance = await instanceFor(store, person, params.id!, 'update');
        const tools = { store, settings, tenant: instance.tenant };
        const { instructions, types } = await readInstructions(
          body.instructions,
          tools,
          await wholeOf(store, instance),
        );
        await engine.send(instance.id, {
          do: 'modify',
          instructions,
          types,
          skipListeners: body.skipCustomListeners === true,
          skipMappings: body.skipIoMappings === true,
          ...(body.annotation !== undefined && { reason: body.annotation }),
          ...refusing(person),
        });
      },
    ),
    ...variableOperations(services, {
      path: '/process-instance/{id}/variables',
      of: 'process instance',
      async scope({ params, person }, wanted) {
        const doing = wanted === 'read' ? 'readVariables' : 'updateVariables';
        const { id, tenant, activations, types } = await instanceFor(store, person, params.id!, doing);
        return {
          tenant,
          variables: activations['1']?.variables ?? {},
          types,
          write: ({ set, remove, types: said }) =>
            engine.send(id, { do: 'set', variables: set, remove, types: said, ...refusing(person) }),
        };
      },
    }),
    operation(
      {
        method: 'put',
        path: '/process-instance/suspended',
        body: members({
          suspended: z.boolean(),
          ...chosenBy,
          processDefinitionId: Id.optional(),
          processDefinitionKey: Id.optional(),
          processDefinitionTenantId: Id.optional(),
          processDefinitionWithoutTenantId: z.boolean().optional(),
        }),
      },
      async ({ body, person }) => {
        for (const instance of await toSuspend(body, person)) await suspend(person, instance, body.suspended);
      },
    ),
  ];
}
