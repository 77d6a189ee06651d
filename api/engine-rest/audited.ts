/** What the audit tells of a change over the Camunda 7 API, without that its operation says a word: as it was, and as it became. */

import type { Request } from 'express';
import type {
  DefinitionDocument,
  DeploymentDocument,
  FilterDocument,
  IncidentDocument,
  UserDocument,
} from '../../engine/store/documents.js';
import type { CollectionName, Document, Store } from '../../engine/store/port.js';
import { auditOf } from '../routes/deployments.js';
import { jobSettings } from '../views/job.js';
import { rowOf } from './ids.js';
import { rowOfJob } from './jobs.js';
import type { Operation } from './operation.js';

type Read = (store: Store, id: string) => Promise<object | undefined>;

/** The document of a collection, or what is told of it. */
const document =
  <T extends Document>(collection: CollectionName, told: (found: T) => object = found => found): Read =>
  async (store, id) => {
    const found = await store.get<T>(collection, id);
    return found && told(found);
  };

const job: Read = async (store, id) => {
  const found = await rowOfJob(store, id);
  return found && jobSettings(found);
};

/** First part of the path → what is told of the one that the request is about. */
const states: Record<string, Read> = {
  user: document<UserDocument>('users', user => ({ ...user, hasPassword: user.password !== undefined })),
  group: document('groups'),
  tenant: document('tenants'),
  authorization: document('authorizations'),
  filter: document<FilterDocument>('filters'),
  deployment: document<DeploymentDocument>('deployments', auditOf),
  'process-definition': document<DefinitionDocument>(
    'definitions',
    ({ key, version, deployment, state, historyTimeToLive = null }) => ({
      ...{ key, version, deployment, state, historyTimeToLive },
    }),
  ),
  job,
  'external-task': job,
  async incident(store, id) {
    const found = await rowOf<IncidentDocument>(store, 'incidents', id);
    return found && { annotation: found.annotation ?? null };
  },
};

/** What the request is about, as it is now; of a membership the member. Undefined: told otherwise, or not there. */
export async function stateOf(
  store: Store,
  { path }: Operation,
  { params, body }: Request,
): Promise<object | undefined> {
  const resource = path.split('/')[1] ?? '';
  const { userId, groupId, id } = params as Record<string, string>;
  const { id: created, profile } = (body ?? {}) as { id?: unknown; profile?: { id?: unknown } };
  const [kind, name] =
    userId !== undefined
      ? (['user', userId] as const)
      : groupId !== undefined
        ? (['group', groupId] as const)
        : ([resource, id ?? created ?? profile?.id] as const);
  return typeof name === 'string' && Object.hasOwn(states, kind) ? states[kind]!(store, name) : undefined;
}
