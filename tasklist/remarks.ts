/** What lies beside a task: the draft of its form, and comments. */

import { randomUUID } from 'node:crypto';
import type { Clock } from '../engine/contract.js';
import type { Variables } from '../engine/core/types.js';
import { type CommentDocument, type DraftDocument, FORMAT, type TaskDocument } from '../engine/store/documents.js';
import type { Store } from '../engine/store/port.js';

export function createRemarks(store: Store, clock: Clock) {
  return {
    draft: (task: string) => store.get<DraftDocument>('drafts', task),

    async saveDraft({ id, tenant }: TaskDocument, by: string, data: Variables): Promise<void> {
      const draft: DraftDocument = { id, tenant, format: FORMAT, by, at: clock(), data };
      await store.put('drafts', [draft]);
    },

    async dropDraft(task: string): Promise<void> {
      await store.remove('drafts', { id: task }, 1);
    },

    comments: (task: string) => store.find<CommentDocument>('comments', { filter: { task }, sort: { at: 1 } }),

    async comment({ id: task, tenant, instance }: TaskDocument, by: string, text: string): Promise<CommentDocument> {
      const comment: CommentDocument = {
        id: randomUUID(),
        tenant,
        format: FORMAT,
        task,
        instance,
        by,
        at: clock(),
        text,
      };
      await store.insert('comments', comment);
      return comment;
    },
  };
}
