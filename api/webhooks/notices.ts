/** Records what no commit tells: what people do with tasks, deployments and definitions that come and go. */

import type { Clock } from '../../engine/contract.js';
import type { NoticeDocument, TaskDocument } from '../../engine/store/documents.js';
import type { Store } from '../../engine/store/port.js';
import type { WebhookDocument } from './documents.js';
import { writeDeliveries } from './letters.js';
import { occurrenceOf, occurrenceOfTask } from './occasions.js';

const PAGE = 200;

/**
 * Answers a function that writes the deliveries of all notices that wait, then takes the notices away. A crash in between
 * makes them be read again, which writes nothing new.
 */
export function createNotices({ store, clock }: { store: Store; clock: Clock }): () => Promise<void> {
  async function ofTask(webhooks: WebhookDocument[], task: TaskDocument): Promise<void> {
    const { id, tenant, rev, untold = [] } = task;
    for (const notice of untold) {
      const source = { id: `${id} ${notice.rev}`, tenant, at: notice.at };
      await writeDeliveries(store, webhooks, source, occurrenceOfTask(task, notice), clock());
    }
    // Changed meanwhile, it is read again with what was added.
    await store.patch('tasks', id, { rev }, { unset: ['untold', 'untoldAt'] });
  }

  async function ofNotice(webhooks: WebhookDocument[], notice: NoticeDocument): Promise<void> {
    await writeDeliveries(store, webhooks, notice, occurrenceOf(notice), clock());
    await store.remove('notices', { id: notice.id }, 1);
  }

  return async () => {
    for (;;) {
      const [tasks, notices] = await Promise.all([
        store.find<TaskDocument>('tasks', { filter: { untoldAt: { $gt: 0 } }, sort: { untoldAt: 1 }, limit: PAGE }),
        store.find<NoticeDocument>('notices', { sort: { at: 1 }, limit: PAGE }),
      ]);
      if (tasks.length + notices.length === 0) return;
      const webhooks = await store.find<WebhookDocument>('webhooks', {});
      for (const task of tasks) await ofTask(webhooks, task);
      for (const notice of notices) await ofNotice(webhooks, notice);
    }
  };
}
