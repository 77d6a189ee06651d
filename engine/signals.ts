/** Signals: everybody who listens hears it, once, also when its sender dies in between. */

import { randomUUID } from 'node:crypto';
import type { BroadcastInput } from './contract.js';
import { StaleCommand, SuspendedInstance } from './core/errors.js';
import { instanceOfWait } from './core/state.js';
import { derivedId } from './ids.js';
import { ofTenants } from './listeners.js';
import type { CourierTools } from './messages.js';
import type { Session } from './outbox.js';
import { FORMAT, type SubscriptionDocument } from './store/documents.js';
import type { Document, Filter, Store } from './store/port.js';

/** The recipients of a signal, fixed before the first of them hears it: a repetition reaches no others. */
export interface SignalDocument extends Document {
  name: string;
  /** Epoch milliseconds, UTC. */
  at: number;
  waits: string[];
  starts: string[];
}

/** A signal on its way: `id` names it, so that its repetition is known. */
export type Signal = BroadcastInput & { id?: string; hops?: number };

const PAGE = 500;

/** Lets everybody hear a signal; answers the instances that heard it or were started. */
export async function broadcast(tools: CourierTools, signal: Signal, session: Session): Promise<string[]> {
  const { variables = {}, businessKey, by, hops = 0, types, onFailure } = signal;
  const id = signal.id ?? randomUUID();
  const recipients = await recipientsOf(tools, { ...signal, id });
  const starts = await tools.store.getMany<SubscriptionDocument>('subscriptions', recipients.starts);
  const how = { by, hops, ...(types && { types }) };
  if (onFailure === 'refuse') {
    const receivers = [
      ...recipients.waits.map(wait => ({ wait })),
      ...starts.map(start => ({ start, id: startedBy(id, start.id) })),
    ];
    await tools.rehearse(receivers, { variables, businessKey, ...how }, session);
  }
  const reached: string[] = [];
  const hear = async (instance: string, heard: Promise<void>) => {
    if (await heard.then(() => true, unlessLate)) reached.push(instance);
  };
  for (const wait of recipients.waits) await hear(instanceOfWait(wait), tools.resume(wait, variables, how, session));
  for (const start of starts) {
    const instance = startedBy(id, start.id);
    await hear(instance, tools.startByEvent(start, instance, { variables, businessKey, ...how }, session));
  }
  return reached;
}

/** The id of the instance that a signal starts at a start event. */
export const startedBy = (signal: string, start: string): string => derivedId(signal, start);

/** Everybody who listens now, written down before anybody hears it. */
async function recipientsOf(
  { store, clock }: CourierTools,
  { id, name, ...of }: Signal & { id: string },
): Promise<SignalDocument> {
  const fixed = await store.get<SignalDocument>('signals', id);
  if (fixed) return fixed;
  const { tenant = '' } = of;
  const signal: SignalDocument = { id, tenant, format: FORMAT, name, at: clock(), waits: [], starts: [] };
  for await (const { id: row, startEvent } of listenersOf(store, { name, ...of }))
    (startEvent === undefined ? signal.waits : signal.starts).push(row);
  return (await store.insert('signals', signal)) ? signal : (await store.get<SignalDocument>('signals', id))!;
}

/** All that listen for a signal now. */
export async function* listenersOf(store: Store, signal: Signal): AsyncGenerator<SubscriptionDocument> {
  const filter: Filter = { ...ofTenants(signal), kind: 'signal', name: signal.name, 'wait.state': 'open' };
  for (let skip = 0; ; skip += PAGE) {
    const query = { filter, sort: { id: 1 }, skip, limit: PAGE } as const;
    const page = await store.find<SubscriptionDocument>('subscriptions', query);
    yield* page;
    if (page.length < PAGE) return;
  }
}

function unlessLate(error: unknown): false {
  if (error instanceof StaleCommand || error instanceof SuspendedInstance) return false;
  throw error;
}
