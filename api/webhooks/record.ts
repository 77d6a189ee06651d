/** Records what commits tell: a delivery for each webhook that wants it, before the history counts as folded. */

import type { Clock, Engine } from '../../engine/contract.js';
import type { Instance } from '../../engine/core/types.js';
import type { HistoryDocument, TaskDocument } from '../../engine/store/documents.js';
import type { WebhookDocument } from './documents.js';
import { listeningTo, writeDeliveries } from './letters.js';
import { closedWaits, occurrencesOf } from './occasions.js';

export interface RecorderOptions {
  engine: Pick<Engine, 'store' | 'definition'>;
  clock: Clock;
  /** There are deliveries to make. */
  ring(): void;
}

/** Answers what the projector calls with each batch of history; a repeated batch writes nothing new. */
export function createRecorder({ engine: { store, definition }, clock, ring }: RecorderOptions) {
  async function surroundings(documents: HistoryDocument[]) {
    const [instances, tasks] = await Promise.all([
      store.getMany<Instance>('instances', [...new Set(documents.map(({ instance }) => instance))]),
      store.getMany<TaskDocument>('tasks', [...new Set(documents.flatMap(closedWaits))]),
    ]);
    return { instances: byId(instances), tasks: byId(tasks) };
  }

  return async (batch: HistoryDocument[]): Promise<void> => {
    const webhooks = await store.find<WebhookDocument>('webhooks', {});
    const documents = batch.filter(document => listeningTo(webhooks, document, clock()).length > 0);
    if (documents.length === 0) return;
    const { instances, tasks } = await surroundings(documents);
    let recorded = 0;
    for (const document of documents) {
      const around = {
        definition: await definition(document.definition),
        instance: instances.get(document.instance),
        tasks,
      };
      for (const { index, occurrence } of occurrencesOf(document, around)) {
        const source = { ...document, id: `${document.id} ${index}` };
        recorded += await writeDeliveries(store, webhooks, source, occurrence, clock());
      }
    }
    if (recorded > 0) ring();
  };
}

const byId = <T extends { id: string }>(documents: T[]) => new Map(documents.map(document => [document.id, document]));
