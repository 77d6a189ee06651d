/** Webhooks: who wants to hear of what; deliveries, dead letters, and a test that anybody can press. */

import { randomBytes, randomUUID } from 'node:crypto';
import type { Engine } from '../../engine/contract.js';
import type { Chore } from '../../engine/jobs/wakes.js';
import type { Projector } from '../../engine/projections/projector.js';
import { FORMAT } from '../../engine/store/documents.js';
import type { Change } from '../../engine/store/port.js';
import type { Person } from '../auth/people.js';
import { badInput, notFound } from '../problems.js';
import { revise } from '../revisions.js';
import { nameProblem, urlProblem } from './address.js';
import { createDispatch, type Dispatch } from './dispatch.js';
import type { DeliveryDocument, WebhookDocument } from './documents.js';
import { deliveryOf, KEPT } from './letters.js';
import { createNotices } from './notices.js';
import type { Occasion } from './occasions.js';
import { createRecorder } from './record.js';

/** What somebody says of a webhook. */
export interface WebhookInput {
  name: string;
  url: string;
  events: Occasion[];
  keys?: string[];
  elements?: string[];
  active: boolean;
}

export interface Webhooks {
  dispatch: Dispatch;
  /** Throws Problem 404. */
  get(person: Person, id: string): Promise<WebhookDocument>;
  create(person: Person, input: WebhookInput & { tenant: string }): Promise<WebhookDocument>;
  /** `revision`: what the asker has read. Throws Problem 404, 412. */
  change(person: Person, id: string, input: WebhookInput, revision?: number): Promise<WebhookDocument>;
  /** A new secret; the old one is void at once. */
  renew(person: Person, id: string): Promise<WebhookDocument>;
  /** With all its deliveries. */
  remove(person: Person, id: string): Promise<void>;
  /** Sends a `ping` now and answers what became of it; it is no letter, and is not kept. */
  test(person: Person, id: string): Promise<DeliveryDocument>;
  /** Sends one delivery again, now; its id stays. Throws Problem 404. */
  resend(person: Person, id: string, delivery: string): Promise<DeliveryDocument>;
  /** Makes every dead letter due again; answers how many. */
  revive(person: Person, id: string): Promise<number>;
}

export interface WebhooksOptions {
  engine: Pick<Engine, 'store' | 'definition' | 'clock'> & { projector: Projector };
  internalAllowed: boolean;
}

const BATCH = 500;

export function createWebhooks({ engine, internalAllowed }: WebhooksOptions): Webhooks {
  const { store, clock } = engine;
  const gather = createNotices({ store, clock });
  const dispatch = createDispatch({ store, clock, internalAllowed, gather });
  engine.projector.onHistory(createRecorder({ engine, clock, ring: dispatch.ring }));

  async function get({ tenants }: Person, id: string): Promise<WebhookDocument> {
    const found = await store.get<WebhookDocument>('webhooks', id);
    if (!found || !tenants.includes(found.tenant)) throw notFound(`webhook "${id}"`);
    return found;
  }

  function refuse({ url }: WebhookInput): void {
    const reason = urlProblem(url, internalAllowed) ?? (internalAllowed ? undefined : nameProblem(url));
    if (reason !== undefined) throw badInput([{ path: 'body.url', value: url, reason }]);
  }

  async function patched(person: Person, id: string, change: Change, revision?: number): Promise<WebhookDocument> {
    await get(person, id);
    const changed = await revise<WebhookDocument>(store, 'webhooks', id, change, revision);
    if (!changed) throw notFound(`webhook "${id}"`);
    return changed;
  }

  return {
    dispatch,
    get,
    async create(person, input) {
      refuse(input);
      const { keys, elements, ...rest } = input;
      const webhook: WebhookDocument = {
        id: randomUUID(),
        format: FORMAT,
        ...rest,
        ...(keys && { keys }),
        ...(elements && { elements }),
        secret: newSecret(),
        createdAt: clock(),
        createdBy: person.person,
        rev: 1,
      };
      await store.insert('webhooks', webhook);
      return webhook;
    },
    async change(person, id, input, revision) {
      refuse(input);
      const { keys, elements, ...rest } = input;
      const set = { ...rest, ...(keys && { keys }), ...(elements && { elements }) };
      const unset = [...(keys ? [] : ['keys']), ...(elements ? [] : ['elements'])];
      const changed = await patched(person, id, { set, unset }, revision);
      // What waited for its next turn may be better now.
      if (changed.active) await wake(id, 'open');
      return changed;
    },
    renew: (person, id) => patched(person, id, { set: { secret: newSecret() } }),
    async remove(person, id) {
      await get(person, id);
      await store.remove('webhooks', { id }, 1);
      while ((await store.remove('deliveries', { webhook: id }, BATCH)) === BATCH);
    },
    async test(person, id) {
      const webhook = await get(person, id);
      const message = {
        type: 'ping',
        timestamp: new Date(clock()).toISOString(),
        data: { webhook: id, by: person.person },
      } as const;
      return dispatch.tryOut(webhook, deliveryOf(webhook, randomUUID(), message, clock()));
    },
    async resend(person, id, delivery) {
      const webhook = await get(person, id);
      const found = await store.get<DeliveryDocument>('deliveries', delivery);
      if (found?.webhook !== id) throw notFound(`delivery "${delivery}"`);
      return dispatch.attempt(webhook, found);
    },
    async revive(person, id) {
      await get(person, id);
      return wake(id, 'dead');
    },
  };

  /** Makes deliveries due now, with all their attempts. */
  async function wake(webhook: string, state: 'open' | 'dead'): Promise<number> {
    const now = clock();
    const filter = { webhook, state, ...(state === 'open' && { due: { $gt: now } }) };
    const change = { set: { state: 'open', due: now, attempts: 0 } };
    let woken = 0;
    for (let found = BATCH; found === BATCH; woken += found)
      found = (await store.claim('deliveries', { filter, limit: BATCH }, change)).length;
    dispatch.ring();
    return woken;
  }
}

const newSecret = () => randomBytes(32).toString('base64');

/** Takes away deliveries that were made, or are dead, for a week. */
export const purgeDeliveries = (engine: () => Pick<Engine, 'store' | 'clock'>): Chore => ({
  name: 'purge deliveries',
  every: 3_600_000,
  async run() {
    const { store, clock } = engine();
    for (const state of ['delivered', 'dead'])
      while ((await store.remove('deliveries', { state, at: { $lt: clock() - KEPT } }, BATCH)) === BATCH);
  },
});
