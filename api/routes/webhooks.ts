/** Webhooks: who is told of what happens, what became of each message, and dead letters that are sent again. */

import { z } from 'zod';
import { countEach, dryRunnable, losing, numbersOf, said } from '../dryRun.js';
import { listPage } from '../lists.js';
import { refuseOther } from '../revisions.js';
import { type Route, route } from '../route.js';
import { Id, idParams, Key, listOf, Name, paging, TenantIn } from '../schemas.js';
import type { Services } from '../services.js';
import { Delivery, deliveryView, Webhook, WebhookWithSecret, webhookView, withSecret } from '../views/webhook.js';
import { tenantFor } from '../visible.js';
import type { DeliveryDocument, WebhookDocument } from '../webhooks/documents.js';
import { occasions } from '../webhooks/occasions.js';

const WebhookIn = z.strictObject({
  name: Name,
  url: z.string().max(2000).meta({ format: 'uri' }),
  events: z
    .array(z.enum(occasions))
    .min(1)
    .max(occasions.length)
    .refine(events => new Set(events).size === events.length, 'names an event twice')
    .meta({ uniqueItems: true }),
  keys: z.array(Key).min(1).max(1000).optional(),
  elements: z.array(Id).min(1).max(1000).optional(),
  active: z.boolean().default(true),
});

const NewWebhookIn = WebhookIn.extend({
  tenant: TenantIn.meta({ description: 'Whose events it hears; default: those that belong to no tenant' }),
});

/** They tell of every instance of the tenant: as much as an administrator sees. */
const hook = { tag: 'Webhooks', access: 'administrator', params: idParams, errors: [404] } as const;

const deliveryParams = z.strictObject({ id: Id, delivery: Id });

/** What the audit says of a webhook: all that somebody may set. */
const settingsOf = ({ name, url, events, keys, elements, active }: WebhookDocument) => ({
  name,
  url,
  events,
  keys,
  elements,
  active,
});

/** And of an attempt. */
const outcomeOf = ({ id, state, attempts, status }: DeliveryDocument) => ({ delivery: id, state, attempts, status });

export function webhookRoutes({ webhooks, store }: Pick<Services, 'webhooks' | 'store'>): Route[] {
  async function counted(found: WebhookDocument[]) {
    const filter = { webhook: { $in: found.map(({ id }) => id) }, state: { $in: ['open', 'dead'] } };
    const groups = found.length === 0 ? [] : await store.group('deliveries', ['webhook', 'state'], filter);
    return found.map(webhook => {
      const own = groups.filter(({ key }) => key[0] === webhook.id);
      return webhookView(webhook, Object.fromEntries(own.map(({ key, count }) => [String(key[1]), count])));
    });
  }

  return [
    route(
      {
        ...hook,
        params: undefined,
        method: 'get',
        path: '/webhooks',
        summary: 'Webhooks, by name',
        query: z.strictObject(paging),
        answer: listOf(Webhook),
        errors: [],
      },
      async ({ query, person }) => {
        const filter = { tenant: { $in: person.tenants } };
        const page = await listPage<WebhookDocument>(store, 'webhooks', { ...query, filter, sort: { name: 1 } });
        return { ...page, items: await counted(page.items) };
      },
    ),
    route(
      {
        ...hook,
        params: undefined,
        method: 'post',
        path: '/webhooks',
        summary: 'Tells an address of events; the secret of the signature is shown this once',
        body: NewWebhookIn,
        example: { name: 'Billing', url: 'https://example.org/hook', events: ['instance.ended'], keys: ['order'] },
        status: 201,
        answer: WebhookWithSecret,
        errors: [],
        audit: 'webhook created',
      },
      async ({ body, person, note }) => {
        const created = await webhooks.create(person, { ...body, tenant: tenantFor(person, body.tenant) });
        note({ subject: created.id, after: { tenant: created.tenant, ...settingsOf(created) } });
        return withSecret(created);
      },
    ),
    route(
      { ...hook, method: 'get', path: '/webhooks/{id}', summary: 'One webhook', answer: Webhook },
      async ({ params, person }) => (await counted([await webhooks.get(person, params.id)]))[0]!,
    ),
    route(
      {
        ...hook,
        method: 'put',
        path: '/webhooks/{id}',
        summary: 'Changes it; what waits for its next attempt is tried at once',
        body: WebhookIn,
        answer: Webhook,
        errors: [404, 412],
        audit: 'webhook changed',
      },
      async ({ params, body, person, revision, note }) => {
        const before = await webhooks.get(person, params.id);
        const after = await webhooks.change(person, params.id, body, revision);
        note({ before: settingsOf(before), after: settingsOf(after) });
        return (await counted([after]))[0]!;
      },
    ),
    route(
      {
        ...hook,
        method: 'delete',
        path: '/webhooks/{id}',
        summary: 'Takes it away, with all its deliveries; `dryRun` says how many',
        query: z.strictObject(dryRunnable),
        status: 204,
        errors: [404, 412],
        ...losing(numbersOf('deliveries')),
        audit: 'webhook deleted',
      },
      async ({ params: { id }, query: { dryRun }, person, revision, ...asked }) => {
        const before = await webhooks.get(person, id);
        refuseOther(before, revision);
        if (dryRun) return said(asked, await countEach(store, { deliveries: { webhook: id } }));
        await webhooks.remove(person, id);
        asked.note({ before: settingsOf(before) });
        return undefined;
      },
    ),
    route(
      {
        ...hook,
        method: 'post',
        path: '/webhooks/{id}/secret',
        summary: 'Makes a new secret, shown this once; the old one is void at once',
        answer: WebhookWithSecret,
        audit: 'webhook secret renewed',
      },
      async ({ params, person, note }) => {
        const { rev: before } = await webhooks.get(person, params.id);
        const renewed = await webhooks.renew(person, params.id);
        note({ before: { rev: before }, after: { rev: renewed.rev } });
        return withSecret(renewed);
      },
    ),
    route(
      {
        ...hook,
        method: 'post',
        path: '/webhooks/{id}/test',
        summary: 'Sends a `ping` once, and answers what became of it; it is not kept',
        answer: Delivery,
        audit: 'webhook tested',
      },
      async ({ params, person, note }) => {
        const sent = await webhooks.test(person, params.id);
        note({ after: outcomeOf(sent) });
        return deliveryView(sent);
      },
    ),
    route(
      {
        ...hook,
        method: 'get',
        path: '/webhooks/{id}/deliveries',
        summary: 'Its deliveries of the last week, newest first',
        query: z.strictObject({ ...paging, state: z.enum(['open', 'delivered', 'dead']).optional() }),
        answer: listOf(Delivery),
      },
      async ({ params, query: { state, ...page }, person }) => {
        const { id: webhook } = await webhooks.get(person, params.id);
        const filter = { webhook, ...(state && { state }) };
        const found = await listPage<DeliveryDocument>(store, 'deliveries', { ...page, filter, sort: { at: -1 } });
        return { ...found, items: found.items.map(deliveryView) };
      },
    ),
    route(
      {
        ...hook,
        method: 'post',
        path: '/webhooks/{id}/deliveries/{delivery}/resend',
        summary: 'Sends one again now, and answers what became of it',
        params: deliveryParams,
        answer: Delivery,
        audit: 'webhook delivery sent again',
      },
      async ({ params, person, note }) => {
        const sent = await webhooks.resend(person, params.id, params.delivery);
        note({ after: outcomeOf(sent) });
        return deliveryView(sent);
      },
    ),
    route(
      {
        ...hook,
        method: 'post',
        path: '/webhooks/{id}/resend',
        summary: 'Sends every dead letter again',
        answer: z.strictObject({ deliveries: z.int().meta({ description: 'How many are under way again' }) }),
        audit: 'webhook dead letters sent again',
      },
      async ({ params, person, note }) => {
        const deliveries = await webhooks.revive(person, params.id);
        note({ before: { dead: deliveries }, after: { dead: 0 } });
        return { deliveries };
      },
    ),
  ];
}
