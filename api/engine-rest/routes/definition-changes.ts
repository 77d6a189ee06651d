/** What is done with whole definitions: suspended and activated, now or at a date, and deleted. */

import { z } from 'zod';
import type { DefinitionDocument } from '../../../engine/store/documents.js';
import type { Person } from '../../auth/people.js';
import { Id } from '../../schemas.js';
import type { Services } from '../../services.js';
import { definitionFor, demand, ofTenants } from '../access.js';
import { DateIn } from '../dates.js';
import { invalid, refused } from '../errors.js';
import { type Operation, operation, Reply } from '../operation.js';
import { deletionOf, LooseFlag, members, Skips } from '../schemas.js';

const Suspension = members({
  suspended: z.boolean(),
  processDefinitionId: Id.optional(),
  processDefinitionKey: Id.optional(),
  includeProcessInstances: z.boolean().optional(),
  executionDate: DateIn.optional(),
});

export function definitionChangeOperations(services: Services): Operation[] {
  const { store, engine } = services;

  /** All versions of a key; without a tenant of every one that the asker has. Throws 404. */
  async function versionsOf(person: Person, key: string, tenant?: string): Promise<DefinitionDocument[]> {
    const filter = { $and: [{ key }, ofTenants(person), tenant === undefined ? {} : { tenant }] };
    const found = await store.find<DefinitionDocument>('definitions', { filter, sort: { version: 1 } });
    if (found.length === 0) throw refused(404, `No process definition found with key '${key}'`);
    return found;
  }

  async function suspend(person: Person, definitions: DefinitionDocument[], body: z.output<typeof Suspension>) {
    for (const { key } of definitions)
      demand(person, ['processDefinition', 'SUSPEND', key], ['processDefinition', 'UPDATE', key]);
    const { suspended, includeProcessInstances: instances, executionDate: at } = body;
    for (const { id } of definitions)
      await engine.operations.suspendDefinition(id, {
        suspended,
        by: person.person,
        ...(instances && { instances }),
        ...(at !== undefined && { at }),
      });
  }

  const deletion = Skips.extend({ cascade: LooseFlag.optional() });

  /** The real server answers 200 without a body, whatever its document says. */
  async function remove(person: Person, definitions: DefinitionDocument[], query: z.output<typeof deletion>) {
    for (const { key } of definitions) demand(person, ['processDefinition', 'DELETE', key]);
    for (const { id } of definitions) await engine.operations.deleteDefinition(id, deletionOf(query, person));
    return new Reply({ status: 200 });
  }

  const suspending = { method: 'put', body: Suspension, audit: 'process definition suspended or activated' } as const;
  const deleting = { method: 'delete', query: deletion, audit: 'process definition deleted' } as const;
  const byKey = '/process-definition/key/{key}';
  const byTenant = `${byKey}/tenant-id/{tenantId}`;

  return [
    operation({ ...suspending, path: '/process-definition/suspended' }, async ({ body, person }) => {
      if (body.processDefinitionId !== undefined)
        throw invalid('Only processDefinitionKey can be set to update the suspension state.');
      if (body.processDefinitionKey === undefined)
        throw invalid(
          'Either processDefinitionId or processDefinitionKey should be set to update the suspension state.',
        );
      await suspend(person, await versionsOf(person, body.processDefinitionKey), body);
    }),
    operation({ ...suspending, path: '/process-definition/{id}/suspended' }, async ({ params, body, person }) =>
      suspend(person, [await definitionFor(store, person, params.id!)], body),
    ),
    operation({ ...suspending, path: `${byKey}/suspended` }, async ({ params, body, person }) =>
      suspend(person, await versionsOf(person, params.key!), body),
    ),
    operation({ ...suspending, path: `${byTenant}/suspended` }, async ({ params, body, person }) =>
      suspend(person, await versionsOf(person, params.key!, params.tenantId), body),
    ),
    operation({ ...deleting, path: '/process-definition/{id}' }, async ({ params, query, person }) =>
      remove(person, [await definitionFor(store, person, params.id!)], query),
    ),
    operation({ ...deleting, path: byKey }, async ({ params, query, person }) =>
      remove(person, await versionsOf(person, params.key!), query),
    ),
    operation({ ...deleting, path: byTenant }, async ({ params, query, person }) =>
      remove(person, await versionsOf(person, params.key!, params.tenantId), query),
    ),
  ];
}
