/** Messages: who gets it, and what waits for a listener to come. */

import { randomUUID } from 'node:crypto';
import {
  type Clock,
  type Delivered,
  type PublishInput,
  type PublishResult,
  Refused,
  type Standing,
} from './contract.js';
import { StaleCommand, SuspendedInstance } from './core/errors.js';
import type { OnFailure } from './core/language.js';
import { instanceOfWait } from './core/state.js';
import type { Instance, TypeHints, Variables } from './core/types.js';
import { derivedId } from './ids.js';
import { keptFor, mayTakeKept } from './kept.js';
import { createListeners } from './listeners.js';
import { createSession, type Session } from './outbox.js';
import { LEFT } from './reads.js';
import { deliveredTo, isKept, keptReceipt, refuseAnother, writtenDown } from './receipts.js';
import { broadcast, type Signal } from './signals.js';
import type { MessageDocument, SubscriptionDocument } from './store/documents.js';
import type { Store, Unit } from './store/port.js';

/** What the courier asks of the engine; every call leaves its effects to the session. */
export interface CourierTools {
  store: Store;
  clock: Clock;
  resume(
    wait: string,
    variables: Variables,
    how: Saying & { local?: Variables; commit?: string },
    session: Session,
  ): Promise<void>;
  startByEvent(
    subscription: SubscriptionDocument,
    id: string,
    input: Saying & { variables: Variables; businessKey?: string },
    session: Session,
  ): Promise<void>;
  instance(id: string): Promise<Instance | undefined>;
  standing(definition: string): Promise<Standing>;
  /** Rehearses what they would do with it, in order; the session keeps the steps. Throws Refused. */
  rehearse(receivers: Receiver[], said: Said, session: Session): Promise<void>;
}

/** A wait, or a start event with the id of the instance that it starts. */
export type Receiver = { wait: string } | { start: SubscriptionDocument; id: string };

/** What is said, and by whom. */
export type Said = Saying & { variables: Variables; local?: Variables; businessKey?: string };

/** Who says it, how far from somebody outside, and what a failure means (default: an incident). */
export interface Saying {
  by?: string;
  hops: number;
  onFailure?: OnFailure;
  types?: TypeHints;
}

export interface Courier {
  publish(input: PublishInput & { hops?: number }, session: Session): Promise<PublishResult>;
  /** Gives it to everybody whom it fits, now. */
  publishToAll(input: PublishInput, session: Session): Promise<Delivered[]>;
  broadcast(signal: Signal, session: Session): Promise<string[]>;
  /** Brings to an end what a crash left between a message and its wait. */
  recover(): Promise<void>;
  /** Looks whether a stored message waits for the message waits that a commit opened. */
  subscribed(unit: Unit, session: Session): Promise<void>;
}

/** Attempts to find a listener that is still there. */
const LOOKS = 5;
const PAGE = 500;
/** Receivers that are looked at for one message: two are too many already. */
const FEW = 10;
/** Receivers of a message that is for all whom it fits. */
const MANY = 10_000;

export function createCourier(tools: CourierTools): Courier {
  const { store, clock } = tools;
  const listeners = createListeners(tools);

  /** One attempt to find exactly one receiver and give it the message. */
  async function give(
    input: PublishInput & { hops?: number },
    session: Session,
    reserve: (wait: string) => Promise<boolean>,
  ): Promise<PublishResult | 'again' | 'given'> {
    const waits = await listeners.waits(input, FEW);
    if (waits.length > 1) return ambiguous(waits);
    const [wait] = waits;
    if (wait) {
      if (!(await reserve(wait.id))) return 'given';
      return (await giveTo(wait, input, session)) ?? 'again';
    }
    const starts = await listeners.starts(input);
    if (starts.length > 1) return ambiguous(starts);
    const [start] = starts;
    if (!start) return { result: 'nobody' };
    const id = input.id ? derivedId(input.id, start.definition) : randomUUID();
    if (!(await reserve(`start:${id}`))) return 'given';
    return startWith(start, id, input, session);
  }

  /** Undefined: the wait was answered otherwise. */
  async function giveTo(
    { id, instance }: SubscriptionDocument,
    input: PublishInput & { hops?: number },
    session: Session,
  ): Promise<Delivered | undefined> {
    const commit = input.id && derivedId(input.id, id);
    const how = { ...saying(input), ...(input.local && { local: input.local }), ...(commit && { commit }) };
    if (!(await heard(id, input.variables ?? {}, how, session))) return undefined;
    return { result: 'delivered', instance, wait: id };
  }

  async function startWith(
    start: SubscriptionDocument,
    id: string,
    input: PublishInput & { hops?: number },
    session: Session,
  ): Promise<Delivered> {
    const { variables, local, ...how } = said(input);
    await tools.startByEvent(start, id, { ...how, variables: { ...variables, ...local } }, session);
    return { result: 'delivered', instance: id, started: true };
  }

  /** Does the wait have it now? The commit's id tells what somebody else delivered from what came too late. */
  async function heard(
    wait: string,
    variables: Variables,
    how: Parameters<CourierTools['resume']>[2],
    session: Session,
  ): Promise<boolean> {
    try {
      await tools.resume(wait, variables, how, session);
      return true;
    } catch (error) {
      if (error instanceof SuspendedInstance) return false;
      if (!(error instanceof StaleCommand)) throw error;
      const filter = { instance: instanceOfWait(wait), commit: how.commit ?? null };
      return how.commit !== undefined && (await store.count('history', filter, 1)) > 0;
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
      const offered = { ...input, id: message.id };
      const result = await give(offered, session, wait => reserve(message, wait)).catch(async error => {
        // What is refused has not been heard.
        if (error instanceof Refused) await giveBack(message.id);
        throw error;
      });
      if (result === 'given') break;
      if (result === 'again') await giveBack(message.id);
      else {
        if (result.result === 'delivered') await received(message.id);
        if (result.result === 'delivered' || result.result === 'ambiguous') return result;
        break;
      }
    }
    return keptReceipt(message);
  }

  const reserve = async (message: MessageDocument, wait: string) =>
    (await store.patch(
      'messages',
      message.id,
      { state: 'stored', ...(isKept(message) && { expiresAt: { $gt: clock() } }) },
      { set: { state: 'given', wait, givenAt: clock() } },
    )) !== undefined;

  const giveBack = (message: string) =>
    store.patch('messages', message, { state: 'given' }, { set: { state: 'stored' }, unset: ['wait', 'givenAt'] });
  const received = (message: string) =>
    store.patch('messages', message, { state: 'given' }, { set: { state: 'delivered' } });

  /**
   * Goes on where publishing it has come to: its publisher may have died before it was offered, or before it was heard.
   * Without the publisher's `input`, only one that is kept is offered again.
   */
  async function goOn(message: MessageDocument, session: Session, input?: PublishInput): Promise<PublishResult> {
    const { id, wait, state, variables } = message;
    if (state === 'given' && wait !== undefined) {
      const there = wait.startsWith('start:')
        ? (await tools.instance(wait.slice('start:'.length))) !== undefined
        : await heard(wait, variables, { hops: 0, commit: derivedId(id, wait) }, session);
      await (there ? received(id) : giveBack(id));
      if (there) return deliveredTo(wait);
    }
    if (state === 'delivered' && wait !== undefined) return deliveredTo(wait);
    if (state === 'expired' || !(input || isKept(message))) return keptReceipt(message);
    return offer(message, input ?? message, session);
  }

  /** It is given now or to nobody; who repeats it hears who got it. One that nobody got is not remembered. */
  async function giveNow(message: MessageDocument, input: PublishInput, session: Session): Promise<PublishResult> {
    const first = await goOn(message, session, input);
    if (first.result === 'delivered') return first;
    const { id, expiresAt } = message;
    if ((await store.remove('messages', { id, expiresAt, state: 'stored' }, 1)) > 0) {
      return first.result === 'ambiguous' ? first : { result: 'nobody' };
    }
    // Of several who publish it at once one gives it.
    const known = await store.get<MessageDocument>('messages', id);
    return known?.wait === undefined ? { result: 'nobody' } : deliveredTo(known.wait);
  }

  return {
    async publish(input, session) {
      if (input.id === undefined && (input.timeToLive ?? 0) <= 0) return publishNow(input, session);
      const message = writtenDown(input, clock());
      const isNew = await store.insert('messages', message);
      const known = (isNew ? undefined : await store.get<MessageDocument>('messages', message.id)) ?? message;
      refuseAnother(known, message);
      return isKept(known) ? goOn(known, session, input) : giveNow(known, input, session);
    },

    async publishToAll(input, session) {
      const given: Delivered[] = [];
      const waits = await listeners.waits(input, MANY);
      const starts = (await listeners.starts(input)).map(start => ({ start, id: randomUUID() }));
      let sent = input;
      if (input.onFailure === 'refuse') {
        const receivers = [...waits.map(({ id }) => ({ wait: id })), ...starts];
        await tools.rehearse(receivers, said(input), session);
        // None of them can refuse it any more.
        sent = { ...input, onFailure: 'incident' };
      }
      for (const wait of waits) {
        const delivered = await giveTo(wait, sent, session);
        if (delivered) given.push(delivered);
      }
      for (const { start, id } of starts) given.push(await startWith(start, id, sent, session));
      return given;
    },

    async subscribed(unit, session) {
      for (const write of unit.rows.filter(mayTakeKept)) {
        const row = (write.insert ?? (await store.get('subscriptions', write.id))) as SubscriptionDocument | undefined;
        const message = row && (await keptFor(store, row, clock()));
        if (message) await offer(message, message, session);
      }
    },

    async recover() {
      const filter = { state: 'given', givenAt: { $lte: store.shared ? clock() - LEFT : clock() } };
      const left = await store.find<MessageDocument>('messages', { filter, limit: PAGE });
      for (const message of left) await goOn(message, createSession());
    },

    broadcast: (signal, session) => broadcast(tools, signal, session),
  };
}

const ambiguous = (found: SubscriptionDocument[]): PublishResult => ({
  result: 'ambiguous',
  candidates: found.map(({ instance, definition, element, businessKey }) => ({
    ...{ instance, definition, element },
    ...(businessKey !== undefined && { businessKey }),
  })),
});

const saying = ({ by, hops = 0, onFailure, types }: PublishInput & { hops?: number }): Saying => ({
  by,
  hops,
  ...(onFailure && { onFailure }),
  ...(types && { types }),
});

const said = (input: PublishInput & { hops?: number }): Said => ({
  ...saying(input),
  variables: input.variables ?? {},
  ...(input.local && { local: input.local }),
  businessKey: input.businessKey ?? input.key,
});
