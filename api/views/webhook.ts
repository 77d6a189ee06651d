/** Webhooks and their deliveries as the API shows them; a secret is shown once, when it is made. */

import { z } from 'zod';
import { maybeTime, TenantOut, Time, tenantOut, time, VariablesOut } from '../schemas.js';
import type { DeliveryDocument, WebhookDocument } from '../webhooks/documents.js';
import { occasions } from '../webhooks/occasions.js';

export const Webhook = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    url: z.string(),
    tenant: TenantOut,
    events: z.array(z.enum(occasions)),
    keys: z.array(z.string()).optional().meta({ description: 'Process ids; absent: every process' }),
    elements: z.array(z.string()).optional().meta({ description: 'Element ids; absent: every element' }),
    active: z.boolean(),
    createdAt: Time,
    createdBy: z.string(),
    rev: z.int(),
    open: z.int().meta({ description: 'Deliveries under way' }),
    dead: z.int().meta({ description: 'Deliveries that were given up' }),
  })
  .meta({ id: 'Webhook' });

export const WebhookWithSecret = Webhook.extend({
  secret: z.string().meta({ description: 'Of the signature, shown this once: `whsec_` and Base64' }),
}).meta({ id: 'WebhookWithSecret' });

export const Delivery = z
  .strictObject({
    id: z.string().meta({ description: 'Stable: the receiver gets it as `webhook-id`' }),
    webhook: z.string(),
    type: z.enum([...occasions, 'ping']),
    data: VariablesOut.meta({ description: 'What is sent beside id, type and timestamp' }),
    at: Time,
    state: z.enum(['open', 'delivered', 'dead']),
    attempts: z.int(),
    due: Time.optional().meta({ description: 'Of an open one: the next attempt' }),
    triedAt: Time.optional(),
    status: z.int().optional().meta({ description: 'What the receiver answered last' }),
    error: z.string().optional(),
  })
  .meta({ id: 'Delivery' });

export function webhookView(
  { tenant, format: _, secret: __, createdAt, ...webhook }: WebhookDocument,
  { open = 0, dead = 0 }: { open?: number; dead?: number } = {},
): z.infer<typeof Webhook> {
  return { ...webhook, tenant: tenantOut(tenant), createdAt: time(createdAt), open, dead };
}

export const withSecret = (webhook: WebhookDocument): z.infer<typeof WebhookWithSecret> => ({
  ...webhookView(webhook),
  secret: `whsec_${webhook.secret}`,
});

export function deliveryView(delivery: DeliveryDocument): z.infer<typeof Delivery> {
  const { id, webhook, message, at, state, attempts, due, triedAt, status, error } = delivery;
  return {
    id,
    webhook,
    type: message.type,
    data: message.data,
    at: time(at),
    state,
    attempts,
    ...(state === 'open' ? { due: time(due) } : {}),
    triedAt: maybeTime(triedAt),
    status,
    error,
  };
}
