/** Messages to one listener, signals to all. */

import { z } from 'zod';
import { instanceOfWait } from '../../engine/core/state.js';
import { messageId, publishedId } from '../../engine/receipts.js';
import type { MessageDocument } from '../../engine/store/documents.js';
import type { Person } from '../auth/people.js';
import { every, need } from '../auth/permissions.js';
import { refuseUntellable } from '../listeners.js';
import { allOf, given, listPage } from '../lists.js';
import { notFound, Problem } from '../problems.js';
import { type Route, route } from '../route.js';
import { Id, idParams, Key, listOf, Name, paging, TenantIn, Time, time, VariablesIn } from '../schemas.js';
import type { Services } from '../services.js';
import { tenantFor } from '../visible.js';

const day = 24 * 3_600_000;

/** Messages that are kept are nobody's yet: they are for who may work on every process. */
const onAll = ['processDefinition', 'WORK', every] as const;

const MessageIn = z.strictObject({
  name: Name,
  tenant: TenantIn,
  businessKey: Key.optional(),
  key: Key.optional().meta({ description: 'Matches the correlation key of the model' }),
  correlation: VariablesIn.optional().meta({ description: 'Variables that the listener must see with these values' }),
  instance: Id.optional().meta({ description: 'Only who waits in this instance, such as one of the candidates' }),
  variables: VariablesIn.default({}),
  timeToLive: z
    .int()
    .min(0)
    .max(365 * day)
    .default(0)
    .meta({ description: 'Milliseconds to keep it when nobody listens yet' }),
  id: Id.optional().meta({
    description:
      'The same id is published once in a tenant: a repetition hears who got it, until a day after it was published or expired',
  }),
});

const Published = z.union([
  z.strictObject({
    result: z.literal('delivered'),
    instance: z.string(),
    wait: z.string().optional(),
    started: z.boolean().optional(),
  }),
  z.strictObject({
    result: z.enum(['buffered', 'expired']),
    message: z.string().meta({ description: 'Its id: ask for it what became of it' }),
    expiresAt: Time,
  }),
]);

const Receipt = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    key: z.string().optional(),
    state: z.enum(['buffered', 'delivered', 'expired']),
    at: Time,
    expiresAt: Time,
    instance: z.string().optional().meta({ description: 'Of a delivered one: who has it' }),
    wait: z.string().optional(),
  })
  .meta({ id: 'MessageReceipt' });

/** What became of a message that was kept. */
function receiptOf(message: MessageDocument, now: number): z.infer<typeof Receipt> {
  const { name, key, at, expiresAt, state } = message;
  const id = publishedId(message);
  const times = { at: time(at), expiresAt: time(expiresAt) };
  if (state === 'delivered') return { id, name, key, state, ...times, ...receiverOf(message.wait ?? '') };
  const isOver = state === 'expired' || expiresAt <= now;
  return { id, name, key, state: isOver ? 'expired' : 'buffered', ...times };
}

/** The wait that has it, or the instance that it started. */
const receiverOf = (wait: string) =>
  wait.startsWith('start:') ? { instance: wait.slice('start:'.length) } : { instance: instanceOfWait(wait), wait };

export function messageRoutes({ engine, store, clock }: Services): Route[] {
  async function kept(id: string, { tenants }: Person): Promise<MessageDocument> {
    // Messages of earlier releases bear the plain id.
    const ids = [...tenants.map(tenant => messageId(tenant, id)), id];
    const [found] = (await store.getMany<MessageDocument>('messages', ids)).filter(({ tenant }) =>
      tenants.includes(tenant),
    );
    if (!found) throw notFound(`message "${id}"`);
    return found;
  }

  return [
    route(
      {
        method: 'post',
        path: '/messages',
        tag: 'Messages and signals',
        summary:
          'Publishes a message to the one who listens, or keeps it for him; needs a permission on each process that listens',
        body: MessageIn,
        answer: Published,
        errors: [404, 409, 422],
      },
      async ({ body: { tenant: asked, ...body }, person }) => {
        const tenant = tenantFor(person, asked);
        // Kept, it may reach any process that listens for it some day.
        if (body.timeToLive > 0) need(person, ...onAll);
        await refuseUntellable(store, person, { kind: 'message', name: body.name, tenant });
        const published = await engine.publish({ ...body, tenant, by: person.person });
        if (published.result === 'nobody')
          throw new Problem(
            404,
            'nobody-listens',
            `nobody listens to the message "${body.name}" with these keys; "timeToLive" would keep it`,
          );
        if (published.result === 'ambiguous')
          throw new Problem(409, 'several-listen', `several listen to the message "${body.name}"; add a key`, {
            candidates: published.candidates,
          });
        if (published.result === 'delivered') return published;
        const { message, expiresAt } = published;
        const result = expiresAt <= clock() ? 'expired' : 'buffered';
        return { result, message, expiresAt: time(expiresAt) } as const;
      },
    ),
    route(
      {
        method: 'get',
        path: '/messages',
        tag: 'Messages and signals',
        summary: 'Messages that are kept until somebody listens, those first that expire first',
        needs: ['processDefinition', 'WORK'],
        query: z.strictObject({ ...paging, name: Name.optional() }),
        answer: listOf(Receipt),
      },
      async ({ query: { name, ...page }, person }) => {
        const now = clock();
        const kept = { tenant: { $in: person.tenants }, state: 'stored', expiresAt: { $gt: now } } as const;
        const list = { ...page, filter: allOf(kept, given({ name })), sort: { expiresAt: 1 } as const };
        const found = await listPage<MessageDocument>(store, 'messages', list);
        return { ...found, items: found.items.map(message => receiptOf(message, now)) };
      },
    ),
    route(
      {
        method: 'get',
        path: '/messages/{id}',
        tag: 'Messages and signals',
        summary: 'The receipt of a message that was kept: buffered, delivered or expired',
        needs: ['processDefinition', 'WORK'],
        params: idParams,
        answer: Receipt,
        errors: [404],
      },
      async ({ params, person }) => receiptOf(await kept(params.id, person), clock()),
    ),
    route(
      {
        method: 'post',
        path: '/signals',
        tag: 'Messages and signals',
        summary:
          'Broadcasts a signal, and answers the instances that heard it or were started; needs a permission on each process that listens',
        body: z.strictObject({ name: Name, tenant: TenantIn, variables: VariablesIn.default({}) }),
        answer: z.strictObject({ instances: z.array(z.string()) }),
      },
      async ({ body: { tenant: asked, ...body }, person }) => {
        const tenant = tenantFor(person, asked);
        await refuseUntellable(store, person, { kind: 'signal', name: body.name, tenant });
        return { instances: await engine.broadcast({ ...body, tenant, by: person.person }) };
      },
    ),
  ];
}
