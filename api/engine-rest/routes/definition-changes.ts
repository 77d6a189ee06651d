/** What is done with whole definitions: suspended and activated, now or at a date, and deleted. */

import { z } from 'zod';
import type { DefinitionDocument, DefinitionHead } from '../../../engine/store/documents.js';
import type { Person } from '../../auth/people.js';
import { Id } from '../../schemas.js';
import type { Services } from '../../services.js';
import { definitionFor, demand, ofTenants } from '../access.js';
import { DateIn } from '../dates.js';
import { invalid, refused } from '../errors.js';
import { type Asked, type Operation, operation, Reply } from '../operation.js';
import { deletionOf, LooseFlag, members, Skips } from '../schemas.js';
import { ofDefinition } from './definitions.js';

const Suspension = members({
  suspended: z.boolean(),
  processDefinitionId: Id.optional(),
  processDefinitionKey: Id.optional(),
  includeProcessInstances: z.boolean().optional(),
  executionDate: DateIn.optional(),
});

const deletion = Skips.extend({ cascade: LooseFlag.optional() });

type Suspending = Pick<Asked<unknown, z.output<typeof Suspension>>, 'body' | 'person' | 'note'>;
type Deleting = Pick<Asked<z.output<typeof deletion>, unknown>, 'query' | 'person' | 'note'>;

export function definitionChangeOperations(services: Services): Operation[] {
  const { store, engine } = services;

  /** All versions of a key, as far as the asker has their tenants. Throws 404. */
  async function versionsOf(person: Person, key: string, tenant?: string): Promise<DefinitionDocument[]> {
    const filter = { $and: [{ key }, ofTenants(person), tenant === undefined ? {} : { tenant }] };
    const found = await store.find<DefinitionDocument>('definitions', { filter, sort: { version: 1 } });
    if (found.length === 0) throw refused(404, `No process definition found with key '${key}'`);
    return found;
  }

  async function suspend(definitions: DefinitionHead[], { body, person, note }: Suspending) {
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
    const states = (stateOf: (definition: DefinitionHead) => string) =>
      Object.fromEntries(definitions.map(definition => [definition.id, stateOf(definition)]));
    note({
      subject: definitions.map(({ id }) => id).join(', '),
      before: { state: states(({ state }) => state) },
      after: {
        state: states(() => (suspended ? 'suspended' : 'active')),
        ...(instances !== undefined && { includeProcessInstances: instances }),
        ...(at !== undefined && { executionDate: new Date(at).toISOString() }),
      },
    });
  }

  /** The real server answers 200 without a body, whatever its document says. */
  async function remove(definitions: DefinitionDocument[], { query, person, note }: Deleting) {
    for (const { key } of definitions) demand(person, ['processDefinition', 'DELETE', key]);
    for (const { id } of definitions) await engine.operations.deleteDefinition(id, deletionOf(query, person));
    const before = definitions.map(({ id, key, version, tenant, state }) => ({ id, key, version, tenant, state }));
    note({ subject: definitions.map(({ id }) => id).join(', '), before: { definitions: before }, after: undefined });
    return new Reply({ status: 200 });
  }

  const suspending = { method: 'put', body: Suspension, audit: 'process definition suspended or activated' } as const;
  const deleting = { method: 'delete', query: deletion, audit: 'process definition deleted' } as const;
  const byKey = '/process-definition/key/{key}';

  return [
    operation({ ...suspending, path: '/process-definition/suspended' }, async asked => {
      const { body, person } = asked;
      if (body.processDefinitionId !== undefined)
        throw invalid('Only processDefinitionKey can be set to update the suspension state.');
      if (body.processDefinitionKey === undefined)
        throw invalid(
          'Either processDefinitionId or processDefinitionKey should be set to update the suspension state.',
        );
      await suspend(await versionsOf(person, body.processDefinitionKey), asked);
    }),
    ...ofDefinition(services, { ...suspending, path: '/suspended' }, (definition, asked) =>
      suspend([definition], asked),
    ),
    operation({ ...deleting, path: '/process-definition/{id}' }, async ({ params, person, ...asked }) =>
      remove([await definitionFor(store, person, params.id!)], { ...asked, person }),
    ),
    operation({ ...deleting, path: byKey }, async ({ params, person, ...asked }) =>
      remove(await versionsOf(person, params.key!, ''), { ...asked, person }),
    ),
    operation({ ...deleting, path: `${byKey}/tenant-id/{tenantId}` }, async ({ params, person, ...asked }) =>
      remove(await versionsOf(person, params.key!, params.tenantId), { ...asked, person }),
    ),
  ];
}
