/** Event subscriptions as clients of Camunda 7 get them. */

import type { SubscriptionDocument } from '../../engine/store/documents.js';
import { restDate } from './dates.js';
import { restId } from './ids.js';
import { tenantId } from './views.js';

/** Kinds of subscriptions → what they are called. */
const eventTypes = { message: 'message', signal: 'signal', condition: 'conditional' } as const;

type Subscription = Pick<
  SubscriptionDocument,
  'id' | 'kind' | 'name' | 'instance' | 'tenant' | 'element' | 'createdAt'
>;

export const subscriptionView = (
  { id, kind, name, instance, tenant, element, createdAt }: Subscription,
  execution: string | null,
) => ({
  id: restId(id),
  eventType: eventTypes[kind],
  eventName: kind === 'condition' ? null : name,
  executionId: execution,
  processInstanceId: instance === '' ? null : instance,
  activityId: element,
  createdDate: restDate(createdAt),
  tenantId: tenantId(tenant),
});
