/** Who gets what: the deliveries that an occurrence makes, one for each webhook that asks for it. */

import { createHash } from 'node:crypto';
import { FORMAT } from '../../engine/store/documents.js';
import type { Store } from '../../engine/store/port.js';
import type { DeliveryDocument, WebhookDocument } from './documents.js';
import type { Occurrence } from './occasions.js';

/** Deliveries are kept this long, milliseconds: what is older and turns up again was recorded before. */
export const KEPT = 7 * 24 * 3_600_000;

/** Where and when something happened; `id` names it: told twice, it makes nothing new. */
export interface Source {
  id: string;
  tenant: string;
  at: number;
}

/** Those that may want to hear of it at all. */
export const listeningTo = (webhooks: WebhookDocument[], { tenant, at }: Omit<Source, 'id'>, now: number) =>
  webhooks.filter(webhook => webhook.active && webhook.tenant === tenant && at >= webhook.createdAt && at > now - KEPT);

/** Writes the deliveries of an occurrence; answers how many are new. */
export async function writeDeliveries(
  store: Store,
  webhooks: WebhookDocument[],
  source: Source,
  occurrence: Occurrence,
  now: number,
): Promise<number> {
  let written = 0;
  for (const webhook of listeningTo(webhooks, source, now))
    if (wants(webhook, occurrence)) {
      const delivery = deliveryOf(webhook, deliveryId(webhook.id, source.id), occurrence, now);
      if (await store.insert('deliveries', delivery)) written++;
    }
  return written;
}

/** Does the webhook ask for this? */
function wants({ events, keys, elements }: WebhookDocument, { type, data }: Occurrence): boolean {
  return (
    events.some(event => event === type) &&
    (keys === undefined || keysOf(data).some(key => keys.includes(key))) &&
    (elements === undefined || elements.includes(String(data.element)))
  );
}

/** Process ids that it is about: a deployment has several. */
const keysOf = ({ key, definitions }: Occurrence['data']): string[] =>
  Array.isArray(definitions)
    ? definitions.map(definition => String((definition as { key?: unknown }).key))
    : [String(key)];

export const deliveryOf = (
  { id: webhook, tenant }: WebhookDocument,
  id: string,
  message: Occurrence,
  at: number,
): DeliveryDocument => ({ id, tenant, format: FORMAT, webhook, message, at, due: at, attempts: 0, state: 'open' });

const deliveryId = (...parts: string[]) => createHash('sha256').update(parts.join(' ')).digest('hex').slice(0, 32);
