/** Files and links beside a task; the bytes of a file lie in a blob of its tenant. */

import { randomUUID } from 'node:crypto';
import type { Clock } from '../engine/contract.js';
import { type AttachmentDocument, FORMAT, type TaskDocument } from '../engine/store/documents.js';
import type { Store } from '../engine/store/port.js';

export type NewAttachment = Pick<AttachmentDocument, 'name' | 'description' | 'type' | 'url' | 'mediaType' | 'by'> & {
  bytes?: Uint8Array;
};

export type Attachments = ReturnType<typeof createAttachments>;

/**
 * The attachments of tasks.
 *
 *     const attachments = createAttachments(store, clock);
 *     await attachments.add(task, { name: 'Invoice', bytes, mediaType: 'application/pdf', by: 'mary' });
 */
export function createAttachments(store: Store, clock: Clock) {
  async function get(task: string, id: string): Promise<AttachmentDocument | undefined> {
    const found = await store.get<AttachmentDocument>('attachments', id);
    return found?.task === task ? found : undefined;
  }

  return {
    get,
    list: (task: string) => store.find<AttachmentDocument>('attachments', { filter: { task }, sort: { at: 1 } }),

    async add({ id: task, tenant, instance }: TaskDocument, { bytes, ...fields }: NewAttachment) {
      const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
      const blob = bytes && (await store.putBlob(tenant, bytes));
      const attachment: AttachmentDocument = {
        ...{ id: randomUUID(), tenant, format: FORMAT, task, instance, at: clock() },
        ...given,
        ...(blob !== undefined && { blob }),
      };
      await store.insert('attachments', attachment);
      return attachment;
    },

    /** The file; undefined: it is only a link. */
    bytes: async ({ tenant, blob }: AttachmentDocument) =>
      blob === undefined ? undefined : store.getBlob(tenant, blob),

    /** False: the task has no such attachment. */
    remove: async (task: string, id: string) => (await store.remove('attachments', { id, task }, 1)) > 0,
  };
}
