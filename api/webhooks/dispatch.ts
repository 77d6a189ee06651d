/** Makes the deliveries that are due: each webhook with hands of its own, so that a dead receiver holds up no other. */

import type { Clock } from '../../engine/contract.js';
import { createBell } from '../../engine/jobs/bell.js';
import { type Crew, createCrew } from '../../engine/jobs/crew.js';
import type { Change, Store } from '../../engine/store/port.js';
import type { DeliveryDocument, WebhookDocument } from './documents.js';
import { type Receipt, send } from './send.js';

/** Deliveries to one receiver at the same time. */
const HANDS = 4;

/** How long an attempt may take before another process makes the next one, milliseconds. */
const LEASE = 60_000;

/** Milliseconds between two looks for what is due. */
const LOOK = 1_000;

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Milliseconds between attempts; behind the last one the delivery is a dead letter. */
export const pauses = [
  10 * second,
  30 * second,
  2 * minute,
  10 * minute,
  30 * minute,
  2 * hour,
  6 * hour,
  12 * hour,
] as const;

export interface DispatchOptions {
  store: Store;
  clock: Clock;
  internalAllowed: boolean;
  /** Writes deliveries of what waits to be told; called before each look. */
  gather(): Promise<void>;
  report?(error: unknown): void;
}

export interface Dispatch {
  /** From now on what is due is delivered. */
  start(): void;
  /** Something may be due. */
  ring(): void;
  /** Sends it once, and answers what became of it; nothing is kept. */
  tryOut(webhook: WebhookDocument, delivery: DeliveryDocument): Promise<DeliveryDocument>;
  /** Makes one attempt now, whenever it is due. */
  attempt(webhook: WebhookDocument, delivery: DeliveryDocument): Promise<DeliveryDocument>;
  /** Resolves when nothing that is due is left. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

export function createDispatch({
  store,
  clock,
  internalAllowed,
  gather,
  report = console.error,
}: DispatchOptions): Dispatch {
  const crews = new Map<string, Crew<DeliveryDocument>>();
  let timer: NodeJS.Timeout | undefined;

  const bell = createBell(async () => {
    await gather();
    const due = await store.group('deliveries', ['webhook'], { state: 'open', due: dueAt(clock()) });
    for (const { key } of due) crewOf(String(key[0])).ring();
  }, report);

  function crewOf(webhook: string): Crew<DeliveryDocument> {
    const known = crews.get(webhook);
    if (known) return known;
    const crew = createCrew<DeliveryDocument>({ hands: HANDS, take: max => take(webhook, max), work, report });
    crews.set(webhook, crew);
    return crew;
  }

  /** Takes what is due; the attempt counts before it is made, for it may be our last. */
  function take(webhook: string, limit: number): Promise<DeliveryDocument[]> {
    const now = clock();
    const query = { filter: { webhook, state: 'open', due: dueAt(now) }, sort: { due: 1 } as const, limit };
    return store.claim<DeliveryDocument>('deliveries', query, {
      set: { due: now + LEASE },
      increase: { attempts: 1 },
    });
  }

  async function work(delivery: DeliveryDocument): Promise<void> {
    const webhook = await store.get<WebhookDocument>('webhooks', delivery.webhook);
    if (!webhook) await store.remove('deliveries', { id: delivery.id }, 1);
    else if (webhook.active) await make(webhook, delivery);
    // What is switched off waits, and lost no attempt by that.
    else await change(delivery, { set: { due: clock() + hour }, increase: { attempts: -1 } });
  }

  function handOver(webhook: WebhookDocument, { id, message }: DeliveryDocument): Promise<Receipt> {
    const body = JSON.stringify({ id, ...message });
    return send({ ...webhook, id, at: clock(), body }, { internalAllowed });
  }

  async function make(webhook: WebhookDocument, delivery: DeliveryDocument): Promise<DeliveryDocument> {
    const receipt = await handOver(webhook, delivery);
    return (await change(delivery, afterAttempt(delivery, receipt, clock()))) ?? delivery;
  }

  const change = ({ id, attempts }: DeliveryDocument, what: Change) =>
    store.patch<DeliveryDocument>('deliveries', id, { state: 'open', attempts }, what);

  return {
    start() {
      timer ??= setInterval(bell.ring, LOOK).unref();
      bell.ring();
    },
    ring() {
      if (timer) bell.ring();
    },
    async tryOut(webhook, delivery) {
      const receipt = await handOver(webhook, delivery);
      const state = receipt.error === undefined ? 'delivered' : 'dead';
      return { ...delivery, ...receipt, state, attempts: 1, triedAt: clock() };
    },
    async attempt(webhook, delivery) {
      const taken = await store.patch<DeliveryDocument>(
        'deliveries',
        delivery.id,
        { attempts: delivery.attempts },
        { set: { state: 'open', due: clock() + LEASE }, increase: { attempts: 1 } },
      );
      return taken ? make(webhook, taken) : delivery;
    },
    async quiet() {
      bell.ring();
      await bell.quiet();
      for (const crew of crews.values()) await crew.quiet();
    },
    async close() {
      clearInterval(timer);
      timer = undefined;
      await bell.close();
      await Promise.all([...crews.values()].map(crew => crew.close(LEASE)));
    },
  };
}

/** Due by then. Not `$lte`: the stand-in that the tests use for MongoDB leaves the bound itself out. */
const dueAt = (now: number) => ({ $lt: now + 1 });

/** 410: the receiver wants to hear nothing more (RFC 9110 §15.5.11; Standard Webhooks). */
const GONE = 410;

/** Delivered; or due again after a pause; or dead. */
function afterAttempt({ attempts }: DeliveryDocument, { status, error }: Receipt, at: number): Change {
  const told = { triedAt: at, ...(status === undefined ? {} : { status }), ...(error === undefined ? {} : { error }) };
  const unset = [...(status === undefined ? ['status'] : []), ...(error === undefined ? ['error'] : [])];
  if (error === undefined) return { set: { ...told, state: 'delivered' }, unset };
  const pause = status === GONE ? undefined : pauses[attempts - 1];
  if (pause === undefined) return { set: { ...told, state: 'dead' }, unset };
  // Jitter: those that failed together do not come back together.
  return { set: { ...told, due: Math.round(at + pause * (1 + Math.random() / 10)) }, unset };
}
