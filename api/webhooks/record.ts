/** Writes a delivery for each thing that happened and each webhook that wants it: before the history counts as folded. */

import { createHash } from 'node:crypto';
import type { Clock, Engine } from '../../engine/contract.js';
import type { Instance } from '../../engine/core/types.js';
import { FORMAT, type HistoryDocument, type TaskDocument } from '../../engine/store/documents.js';
import type { DeliveryDocument, WebhookDocument } from './documents.js';
import { closedWaits, type Occurrence, occurrencesOf } from './occasions.js';

/** Deliveries are kept this long, milliseconds: what is older and turns up again was recorded before. */
export const KEPT = 7 * 24 * 3_600_000;

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
    const oldest = clock() - KEPT;
    const documents = batch.filter(({ at, tenant }) =>
      webhooks.some(webhook => webhook.active && webhook.tenant === tenant && at >= webhook.createdAt && at > oldest),
    );
    if (documents.length === 0) return;
    const { instances, tasks } = await surroundings(documents);
    let recorded = 0;
    for (const document of documents) {
      const around = {
        definition: await definition(document.definition),
        instance: instances.get(document.instance),
        tasks,
      };
      for (const { index, occurrence } of occurrencesOf(document, around))
        for (const webhook of webhooks.filter(webhook => wants(webhook, document, occurrence))) {
          const id = deliveryId(webhook.id, document.id, String(index));
          if (await store.insert('deliveries', deliveryOf(webhook, id, occurrence, clock()))) recorded++;
        }
    }
    if (recorded > 0) ring();
  };
}

/** Does the webhook ask for this? */
function wants(webhook: WebhookDocument, { tenant, at }: HistoryDocument, { type, data }: Occurrence): boolean {
  const { active, events, keys, elements, createdAt } = webhook;
  return (
    active &&
    webhook.tenant === tenant &&
    at >= createdAt &&
    events.some(event => event === type) &&
    (keys === undefined || keys.includes(String(data.key))) &&
    (elements === undefined || elements.includes(String(data.element)))
  );
}

export const deliveryOf = (
  { id: webhook, tenant }: WebhookDocument,
  id: string,
  message: Occurrence,
  at: number,
): DeliveryDocument => ({ id, tenant, format: FORMAT, webhook, message, at, due: at, attempts: 0, state: 'open' });

const deliveryId = (...parts: string[]) => createHash('sha256').update(parts.join(' ')).digest('hex').slice(0, 32);

const byId = <T extends { id: string }>(documents: T[]) => new Map(documents.map(document => [document.id, document]));
