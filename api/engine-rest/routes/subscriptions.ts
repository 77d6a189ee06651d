/** Event subscriptions: who waits for which message, signal or condition. */

import type { Instance } from '../../../engine/core/types.js';
import type { SubscriptionDocument } from '../../../engine/store/documents.js';
import { either, permitted } from '../../auth/permissions.js';
import type { Services } from '../../services.js';
import { ofTenants } from '../access.js';
import { none, where } from '../conditions.js';
import { executionOf, wholeOf } from '../executions.js';
import { byText, byWord, equals, type QueryContext, tenants } from '../filters.js';
import { rowOf } from '../ids.js';
import { inExecution } from '../in-execution.js';
import { listOperations } from '../lists.js';
import type { Operation } from '../operation.js';
import { subscriptionView } from '../subscriptions.js';
import type { Table } from '../table.js';

const kinds = { message: 'message', signal: 'signal', conditional: 'condition' } as const;

const table: Table<SubscriptionDocument> = {
  from: 'subscriptions',
  visible: ({ person }) => ({
    $and: [
      { 'wait.state': 'open' },
      ofTenants(person),
      either(
        permitted(person, 'processDefinition', 'READ_INSTANCE', 'definitionKey'),
        permitted(person, 'processInstance', 'READ', 'instance'),
      ),
    ],
  }),
  filters: {
    eventSubscriptionId: byText(async (id, { services }) => {
      const found = await rowOf<SubscriptionDocument>(services.store, 'subscriptions', id);
      return where({ id: found?.id ?? null });
    }),
    eventName: equals('name'),
    eventType: byWord(['message', 'signal', 'compensate', 'conditional'], type =>
      type === 'compensate' ? none : where({ kind: kinds[type] }),
    ),
    executionId: inExecution,
    processInstanceId: equals('instance'),
    activityId: equals('element'),
    ...tenants('tenant', 'includeEventSubscriptionsWithoutTenantId'),
  },
  sorts: { created: 'createdAt', tenantId: 'tenant' },
  async view(rows, context) {
    const executions = await executionsOfRows(rows, context);
    return rows.map(row => subscriptionView(row, executions.get(row.id) ?? null));
  },
};

/** Row → the execution that it belongs to; rows of start events have none. */
export async function executionsOfRows(
  rows: { id: string; instance: string; activation: number }[],
  { services: { store, engine } }: Pick<QueryContext, 'services'>,
): Promise<Map<string, string>> {
  const ids = [...new Set(rows.map(({ instance }) => instance).filter(id => id !== ''))];
  const found = new Map<string, string>();
  for (const instance of await store.getMany<Instance>('instances', ids)) {
    const whole = await wholeOf(store, instance);
    const definition = await engine.definition(instance.definition);
    for (const row of rows.filter(each => each.instance === instance.id))
      found.set(row.id, executionOf(whole, definition, row.activation));
  }
  return found;
}

export const subscriptionOperations = (services: Services): Operation[] =>
  listOperations(services, table, { path: '/event-subscription' });
