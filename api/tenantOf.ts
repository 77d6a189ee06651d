/** The tenant of what a change is about: whoever belongs to it may read of the change in the audit. */

import type { CollectionName, Store } from '../engine/store/port.js';
import { rowOf } from './engine-rest/ids.js';

/** First part of a path of either API → where lies what is named behind it. */
const collections: Record<string, CollectionName> = {
  definitions: 'definitions',
  'process-definition': 'definitions',
  deployments: 'deployments',
  deployment: 'deployments',
  instances: 'instances',
  'process-instance': 'instances',
  tasks: 'tasks',
  task: 'tasks',
  jobs: 'jobs',
  job: 'jobs',
  'external-task': 'jobs',
  incidents: 'incidents',
  incident: 'incidents',
  webhooks: 'webhooks',
};

/**
 * Undefined where it cannot be told: users, tokens and the like are of no one tenant.
 *
 * @example await tenantOf(store, '/definitions/{id}/suspend', 'order~3') // 'acme'; '' for what is of no tenant
 */
export async function tenantOf(store: Store, path: string, id: string | undefined): Promise<string | undefined> {
  const resource = path.split('/')[1] ?? '';
  if (id === undefined || resource === 'tenants' || resource === 'tenant') return id;
  return Object.hasOwn(collections, resource) ? (await rowOf(store, collections[resource]!, id))?.tenant : undefined;
}
