/** Messages and signals: who listens, who gets it, and what waits for a listener to come. */

import { createHash, randomUUID } from 'node:crypto';
import { variableHash } from './commit.js';
import type { Clock, PublishInput, PublishResult } from './contract.js';
import { StaleCommand, SuspendedInstance } from './core/errors.js';
import { instanceOfWait } from './core/state.js';
import type { Instance, Variables } from './core/types.js';
import type { Session } from './outbox.js';
import { FORMAT, type MessageDocument, type SubscriptionDocument } from './store/documents.js';
import type { Document, Filter, Store, Unit } from './store/port.js';

/** What the courier asks of the engine; every call leaves its effects to the session. */
export interface CourierTools {
  store: Store;
  clock: Clock;
  resume(wait: string, variables: Variables, by: string | undefined, session: Session, hops: number): Promise<void>;
  startByEvent(
    subscription: SubscriptionDocument,
    id: string,
    input: { variables: Variables; businessKey?: string; by?: string; hops: number },
    session: Session,
  ): Promise<void>;
  instance(id: string): Promise<Instance | undefined>;
}

/** The recipients of a signal, fixed before the first of them hears it: a repetition reaches no others. */
interface SignalDocument extends Document {
  name: string;
  waits: string[];
  starts: string[];
}

export interface Courier {
  publish(input: PublishInput & { hops?: number }, session: Session): Promise<PublishResult>;
  broadcast(
    input: { id?: string; name: string; tenant?: string; variables?: Variables; by?: string; hops?: number },
    session: Session,
  ): Promise<string[]>;
  /** Looks whether a stored message waits for the message waits that a commit opened. */
  subscribed(unit: Unit, session: Session): Promise<void>;
}

/** Attempts to find a listener that is still there. */
const LOOKS = 5;
const PAGE = 500;

/** An id that follows from others, so that a repetition makes nothing new. */
export function derivedId(...parts: string[]): string {
  return createHash('sha256').update(parts.join(' ')).digest('hex').slice(0, 32);
}

export function createCourier(tools: CourierTools): Courier {
  const { store, clock } = tools;

  async function listeners(input: PublishInput): Promise<SubscriptionDocument[]> {
    const conditions: Filter[] = [
      { tenant: input.tenant ?? '', kind: 'message', name: input.name, 'wait.state': 'open', startEvent: null },
    ];
    if (input.key !== undefined)
      conditions.push({ $or: [{ key: input.key }, { $and: [{ key: null }, { businessKey: input.key }] }] });
    if (input.businessKey !== undefined) conditions.push({ businessKey: input.businessKey });
    for (const [name, value] of Object.entries(input.correlation ?? {}))
      conditions.push({ hashes: variableHash(name, value) });
    const found = await store.find<SubscriptionDocument>('subscriptions', { filter: { $and: conditions }, limit: 10 });
    return found.length < 2 ? found : filterAsync(found, isOpen);
  }

  /** Rows may be behind their instance: only what the instance still waits for counts. */
  async function isOpen(subscription: SubscriptionDocument): Promise<boolean> {
    if (subscription.id.includes('c', subscription.id.lastIndexOf('~'))) return true;
    return (await tools.instance(subscription.instance))?.waits[subscription.id] !== undefined;
  }

  async function startListener(input: PublishInput): Promise<SubscriptionDocument | undefined> {
    const filter: Filter = {
      tenant: input.tenant ?? '',
      kind: 'message',
      name: input.name,
      'wait.state': 'open',
      startEvent: { $ne: null },
    };
    const [found] = await store.find<SubscriptionDocument>('subscriptions', { filter, limit: 1 });
    return found;
  }

  /** One attempt to find exactly one receiver and give it the message. */
  async function give(
    input: PublishInput & { hops?: number },
    session: Session,
    reserve: (wait: string) => Promise<boolean>,
  ): Promise<PublishResult | 'again' | 'given'> {
    const found = await listeners(input);
    const [listener] = found;
    const hops = input.hops ?? 0;
    if (found.length > 1) {
      return { result: 'ambiguous', candidates: found.map(({ instance, element }) => ({ instance, element })) };
    }
    if (listener) {
      if (!(await reserve(listener.id))) return 'given';
      try {
        await tools.resume(listener.id, input.variables ?? {}, input.by, session, hops);
        return { result: 'delivered', instance: listener.instance, wait: listener.id };
      } catch (error) {
        if (error instanceof StaleCommand || error instanceof SuspendedInstance) return 'again';
        throw error;
      }
    }
    const start = await startListener(input);
    if (!start) return { result: 'nobody' };
    const id = input.id ? derivedId(input.id, start.definition) : randomUUID();
    if (!(await reserve(`start:${id}`))) return 'given';
    const businessKey = input.businessKey ?? input.key;
    await tools.startByEvent(start, id, { variables: input.variables ?? {}, businessKey, by: input.by, hops }, session);
    return { result: 'delivered', instance: id, started: true };
  }

  /** Nothing is stored: look, answer, on a stale look again, else refuse. */
  async function publishNow(input: PublishInput, session: Session): Promise<PublishResult> {
    for (let look = 0; look < LOOKS; look++) {
      const result = await give(input, session, async () => true);
      if (typeof result === 'object') return result;
    }
    return { result: 'nobody' };
  }

  /** The message is stored first; one compare-and-set gives it to one wait, and a stale one gives it back. */
  async function offer(message: MessageDocument, input: PublishInput, session: Session): Promise<PublishResult> {
    for (let look = 0; look < LOOKS; look++) {
      const result = await give({ ...input, id: message.id }, session, wait => reserve(message.id, wait));
      if (result === 'given') break;
      if (result === 'again')
        await store.patch('messages', message.id, { state: 'given' }, { set: { state: 'stored' }, unset: ['wait'] });
      else if (result.result === 'delivered' || result.result === 'ambiguous') return result;
      else break;
    }
    return { result: 'stored', message: message.id, expiresAt: message.expiresAt };
  }

  const reserve = async (message: string, wait: string) =>
    (await store.patch(
      'messages',
      message,
      { state: 'stored', expiresAt: { $gt: clock() } },
      { set: { state: 'given', wait } },
    )) !== undefined;

  return {
    async publish(input, session) {
      const timeToLive = input.timeToLive ?? 0;
      if (timeToLive <= 0) return publishNow(input, session);
      const now = clock();
      const message: MessageDocument = {
        id: input.id ?? randomUUID(),
        tenant: input.tenant ?? '',
        format: FORMAT,
        name: input.name,
        ...((input.key ?? input.businessKey) !== undefined && { key: input.key ?? input.businessKey }),
        variables: input.variables ?? {},
        at: now,
        expiresAt: now + timeToLive,
        state: 'stored',
      };
      if (!(await store.insert('messages', message))) return repeated(store, message.id);
      return offer(message, input, session);
    },

    async subscribed(unit, session) {
      for (const { insert } of unit.rows) {
        const row = insert as SubscriptionDocument | undefined;
        if (row?.kind !== 'message') continue;
        const filter: Filter = {
          $and: [{ tenant: row.tenant, name: row.name, state: 'stored', expiresAt: { $gt: clock() } }, keyOf(row)],
        };
        const [message] = await store.find<MessageDocument>('messages', { filter, sort: { at: 1 }, limit: 1 });
        if (message)
          await offer(
            message,
            { name: message.name, tenant: message.tenant, key: message.key, variables: message.variables },
            session,
          );
      }
    },

    async broadcast({ id = randomUUID(), name, tenant = '', variables = {}, by, hops = 0 }, session) {
      const recipients = await recipientsOf(store, { id, name, tenant });
      const reached: string[] = [];
      for (const wait of recipients.waits) {
        const heard = tools.resume(wait, variables, by, session, hops).then(() => true, unlessLate);
        if (await heard) reached.push(instanceOfWait(wait));
      }
      for (const start of await store.getMany<SubscriptionDocument>('subscriptions', recipients.starts)) {
        const instance = derivedId(id, start.id);
        await tools.startByEvent(start, instance, { variables, by, hops }, session);
        reached.push(instance);
      }
      return reached;
    },
  };
}

/** Messages that a wait may take: for its key, else for its business key, or for anybody. */
function keyOf(row: SubscriptionDocument): Filter {
  const key = row.key ?? row.businessKey;
  return key === undefined ? { key: null } : { key: { $in: [key, null] } };
}

async function repeated(store: Store, id: string): Promise<PublishResult> {
  const message = await store.get<MessageDocument>('messages', id);
  if (message?.state === 'given' && message.wait) {
    const { wait } = message;
    return wait.startsWith('start:')
      ? { result: 'delivered', instance: wait.slice('start:'.length), started: true }
      : { result: 'delivered', instance: instanceOfWait(wait), wait };
  }
  return { result: 'stored', message: id, expiresAt: message?.expiresAt ?? 0 };
}

/** Everybody who listens now, written down before anybody hears it. */
async function recipientsOf(
  store: Store,
  { id, name, tenant }: { id: string; name: string; tenant: string },
): Promise<SignalDocument> {
  const fixed = await store.get<SignalDocument>('signals', id);
  if (fixed) return fixed;
  const signal: SignalDocument = { id, tenant, format: FORMAT, name, waits: [], starts: [] };
  const filter: Filter = { tenant, kind: 'signal', name, 'wait.state': 'open' };
  for (let skip = 0; ; skip += PAGE) {
    const page = await store.find<SubscriptionDocument>('subscriptions', {
      filter,
      sort: { id: 1 },
      skip,
      limit: PAGE,
    });
    for (const found of page) (found.startEvent === undefined ? signal.waits : signal.starts).push(found.id);
    if (page.length < PAGE) break;
  }
  return (await store.insert('signals', signal)) ? signal : (await store.get<SignalDocument>('signals', id))!;
}

function unlessLate(error: unknown): false {
  if (error instanceof StaleCommand || error instanceof SuspendedInstance) return false;
  throw error;
}

async function filterAsync<T>(items: T[], test: (item: T) => Promise<boolean>): Promise<T[]> {
  const kept = await Promise.all(items.map(test));
  return items.filter((_, index) => kept[index]);
}
