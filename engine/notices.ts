/** Notices: what others should hear and no commit of an instance tells, kept until those who tell it have done so. */

import { FORMAT, type NoticeDocument } from './store/documents.js';
import type { Store } from './store/port.js';

/** What a notice says; the same id is kept once. */
export type Notice = Pick<NoticeDocument, 'id' | 'tenant' | 'at' | 'type' | 'data'>;

/**
 * Keeps a notice.
 *
 * @example await leaveNotice(store, { id: `${deployment.id}:created`, type: 'deployment.created', tenant, at, data });
 */
export async function leaveNotice(store: Store, notice: Notice): Promise<void> {
  await store.insert('notices', { ...notice, format: FORMAT });
}
