/** Who may be told by whom: a message or signal needs a permission on everybody who listens for it. */

import type { DefinitionDocument, SubscriptionDocument } from '../engine/store/documents.js';
import type { Store } from '../engine/store/port.js';
import type { Person } from './auth/people.js';
import { isNothing, may } from './auth/permissions.js';
import { forbidden } from './problems.js';
import { mayStart, workedOn } from './visible.js';

/** What somebody wants to send. */
export interface Sent {
  kind: 'message' | 'signal';
  name: string;
  tenant: string;
}

/**
 * Throws Problem 403 unless the person may tell all that listen: for what waits, `WORK` or `UPDATE_INSTANCE` on the process
 * or `UPDATE` on the instance; for what it starts, that he may start it, or `WORK`.
 *
 * @example await refuseUntellable(store, person, { kind: 'signal', name: 'alarm', tenant: '' });
 */
export async function refuseUntellable(store: Store, person: Person, { tenant, ...sent }: Sent): Promise<void> {
  if (person.administrator) return;
  const listening = { ...sent, tenant, 'wait.state': 'open' };
  const theirs = workedOn(person);
  const strange = isNothing(theirs) ? {} : { $nor: [theirs] };
  const [[waiting], starts] = await Promise.all([
    store.find<SubscriptionDocument>('subscriptions', {
      filter: { $and: [{ ...listening, startEvent: null }, strange] },
      limit: 1,
    }),
    store.find<SubscriptionDocument>('subscriptions', { filter: { ...listening, startEvent: { $ne: null } } }),
  ]);
  const refused = waiting?.definitionKey ?? (await notStartable(store, person, starts));
  if (refused !== undefined)
    throw forbidden(`this needs the permission WORK on process "${refused}", which listens for it`);
}

/** The first process that he may not start. */
async function notStartable(store: Store, person: Person, starts: SubscriptionDocument[]): Promise<string | undefined> {
  const definitions = await store.getMany<DefinitionDocument>('definitions', [
    ...new Set(starts.map(({ definition }) => definition)),
  ]);
  return definitions.find(
    definition => !mayStart(definition, person) && !may(person, 'processDefinition', 'WORK', definition.key),
  )?.key;
}
