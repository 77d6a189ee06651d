/** Messages and signals: who listens, who gets it, and what waits for a listener to come. */

import { randomUUID } from 'node:crypto';
import { variableHash } from './commit.js';
import type { Clock, PublishInput, PublishResult } from './contract.js';
import { StaleCommand, SuspendedInstance } from './core/errors.js';
import { instanceOfWait } from './core/state.js';
import type { Instance, Variables } from './core/types.js';
import { derivedId } from './ids.js';
import { createSession, type Session } from './outbox.js';
import { LEFT } from './reads.js';
import { FORMAT, type MessageDocument, type SubscriptionDocument } from './store/documents.js';
import type { Document, Filter, Store, Unit } from './store/port.js';

/** What the courier asks of the engine; every call leaves its effects to the session. */
export interface CourierTools {
  store: Store;
  clock: Clock;
  resume(
    wait: string,
    variables: Variables,
    how: { by?: string; hops: number; commit?: string },
    session: Session,
  ): Promise<void>;
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
  /** Brings to an end what a crash left between a message and its wait. */
  recover(): Promise<void>;
  /** Looks whether a stored message waits for the message waits that a commit opened. */
  subscribed(unit: Unit, session: Session): Promise<void>;
}

/** Attempts to find a listener that is still there. */
const LOOKS = 5;
const PAGE = 500;

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
      const how = { by: input.by, hops, ...(input.id && { commit: derivedId(input.id, listener.id) }) };
      if (!(await heard(listener.id, input.variables ?? {}, how, session))) return 'again';
      return { result: 'delivered', instance: listener.instance, wait: listener.id };
    }
    const start = await startListener(input);
    if (!start) return { result: 'nobody' };
    const id = input.id ? derivedId(input.id, start.definition) : randomUUID();
    if (!(await reserve(`start:${id}`))) return 'given';
    const businessKey = input.businessKey ?? input.key;
    await tools.startByEvent(start, id, { variables: input.variables ?? {}, businessKey, by: input.by, hops }, session);
    return { result: 'delivered', instance: id, started: true };
  }

  /** Does the wait have it now? The commit's id tells what somebody else delivered from what came too late. */
  async function heard(
    wait: string,
    variables: Variables,
    how: { by?: string; hops: number; commit?: string },
    session: Session,
  ): Promise<boolean> {
    try {
      await tools.resume(wait, variables, how, session);
      return true;
    } catch (error) {
      if (error instanceof SuspendedInstance) return false;
      if (!(error instanceof StaleCommand)) throw error;
      const filter = { instance: instanceOfWait(wait), commit: how.commit ?? null };
      return how.commit !== undefined && (await store.find('history', { filter, limit: 1 })).length > 0;
    }
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
      if (result === 'again') await giveBack(message.id);
      else {
        if (result.result === 'delivered') await received(message.id);
        if (result.result === 'delivered' || result.result === 'ambiguous') return result;
        break;
      }
    }
    return { result: 'stored', message: message.id, expiresAt: message.expiresAt };
  }

  const reserve = async (message: string, wait: string) =>
    (await store.patch(
      'messages',
      message,
      { state: 'stored', expiresAt: { $gt: clock() } },
      { set: { state: 'given', wait, givenAt: clock() } },
    )) !== undefined;

  const giveBack = (message: string) =>
    store.patch('messages', message, { state: 'given' }, { set: { state: 'stored' }, unset: ['wait', 'givenAt'] });
  const received = (message: string) =>
    store.patch('messages', message, { state: 'given' }, { set: { state: 'delivered' } });

  /** A message that was published before: its publisher may have died before it was offered, or before it was heard. */
  async function goOn(message: MessageDocument, session: Session): Promise<PublishResult> {
    const { id, wait, state, variables } = message;
    if (state === 'given' && wait !== undefined) {
      const there = wait.startsWith('start:')
        ? (await tools.instance(wait.slice('start:'.length))) !== undefined
        : await heard(wait, variables, { hops: 0, commit: derivedId(id, wait) }, session);
      await (there ? received(id) : giveBack(id));
      if (there) return deliveredTo(wait);
    }
    if (state === 'delivered' && wait !== undefined) return deliveredTo(wait);
    if (state === 'expired') return { result: 'stored', message: id, expiresAt: message.expiresAt };
    return offer(message, message, session);
  }

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
      if (!(await store.insert('messages', message))) {
        return goOn((await store.get<MessageDocument>('messages', message.id)) ?? message, session);
      }
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
        if (message) await offer(message, message, session);
      }
    },

    async recover() {
      const filter = { state: 'given', givenAt: { $lte: store.shared ? clock() - LEFT : clock() } };
      const left = await store.find<MessageDocument>('messages', { filter, limit: PAGE });
      for (const message of left) await goOn(message, createSession());
    },

    async broadcast({ id = randomUUID(), name, tenant = '', variables = {}, by, hops = 0 }, session) {
      const recipients = await recipientsOf(store, { id, name, tenant });
      const reached: string[] = [];
      for (const wait of recipients.waits) {
        const heard = tools.resume(wait, variables, { by, hops }, session).then(() => true, unlessLate);
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

function deliveredTo(wait: string): PublishResult {
  return wait.startsWith('start:')
    ? { result: 'delivered', instance: wait.slice('start:'.length), started: true }
    : { result: 'delivered', instance: instanceOfWait(wait), wait };
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
