/** What lies beside a task: the draft of its form, and comments. */

import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../engine/contract.js';
import type { Variables } from '../engine/core/types.js';
import { type CommentDocument, type DraftDocument, FORMAT, type TaskDocument } from '../engine/store/documents.js';
import type { Store } from '../engine/store/port.js';

/** Comments removed at a time. */
const PAGE = 1_000;

/** Of the variables those that have one of the names. */
const having = (variables: Variables, names: string[]): Variables =>
  Object.fromEntries(names.filter(name => Object.hasOwn(variables, name)).map(name => [name, variables[name]!]));

/** The draft above the variables, save for those that somebody has changed after it was saved. */
export function filled(variables: Variables, { data = {}, over }: Partial<DraftDocument> = {}): Variables {
  const still = Object.entries(data).filter(([name]) => !over || isDeepStrictEqual(variables[name], over[name]));
  return { ...variables, ...Object.fromEntries(still) };
}

export function createRemarks(store: Store, clock: Clock) {
  return {
    draft: (task: string) => store.get<DraftDocument>('drafts', task),

    /** `variables`: what the process has now. */
    async saveDraft({ id, tenant }: TaskDocument, by: string, data: Variables, variables: Variables): Promise<void> {
      const over = having(variables, Object.keys(data));
      const draft: DraftDocument = { id, tenant, format: FORMAT, by, at: clock(), data, over };
      await store.put('drafts', [draft]);
    },

    async dropDraft(task: string): Promise<void> {
      // mostly there is none, and to read that is cheaper than to write it
      if (await store.get('drafts', task)) await store.remove('drafts', { id: task }, 1);
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

    /** Undefined: the task has no such comment. */
    async editComment(task: string, id: string, text: string): Promise<CommentDocument | undefined> {
      return store.patch<CommentDocument>('comments', id, { task }, { set: { text } });
    },

    /** One comment of the task, or all; answers how many. */
    async removeComments(task: string, id?: string): Promise<number> {
      const filter = { task, ...(id !== undefined && { id }) };
      let removed = 0;
      for (let some = PAGE; some === PAGE; removed += some) some = await store.remove('comments', filter, PAGE);
      return removed;
    },
  };
}
