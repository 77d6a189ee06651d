/**
 * Ids as the clients of Camunda 7 read them: UUIDs. What lies in an instance is numbered there (tasks, jobs, executions
 * and activities by one counter), and the store knows it as `<instance>~<number>`, with `c<chunk>` behind it for an item
 * of a large multi-instance. Outside, it is the UUID of its instance with that number in place of the last 32 bits.
 * The instance is found again by the other 96 bits, the rest by the number; nothing is stored for it.
 */

import type { Instance } from '../../engine/core/types.js';
import type { CollectionName, Document, Store } from '../../engine/store/port.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const KEPT = 28;

/** A thing in an instance by its number; instances of earlier releases that are no UUIDs keep the id of the store. */
export const numbered = (instance: string, number: number): string =>
  uuid.test(instance) ? instance.slice(0, KEPT) + number.toString(16).padStart(8, '0') : `${instance}~${number}`;

/**
 * The id of a row (task, job, subscription, incident) as clients see it.
 *
 * @example restId('019ab3c4-0000-7000-8000-0123456789ab~10') // '019ab3c4-0000-7000-8000-01230000000a'
 */
export function restId(id: string): string {
  const [, instance, number] = /^(.*)~(\d+)(?:c[\d.]+)?$/.exec(id) ?? [];
  return instance !== undefined && uuid.test(instance) ? numbered(instance, Number(number)) : id;
}

/** The execution that an activation runs in: the process itself runs in the one that bears its instance's id. */
export const executionId = (instance: string, activation: number): string =>
  activation <= 1 ? instance : numbered(instance, activation);

/** `ask:<uuid>`: the activity instance of an activation; the process itself has the id of its instance. */
export const activityInstanceId = (instance: string, activation: number, activity: string): string =>
  activation <= 1 ? instance : `${activity}:${executionId(instance, activation)}`;

/** The UUID out of the id of an activity instance. */
export const uuidIn = (activityInstance: string): string =>
  activityInstance.slice(activityInstance.lastIndexOf(':') + 1);

/** What an id says: its instance, and the number in it where it is not the instance itself. */
export interface Place {
  instance: string;
  number?: number;
}

/** Looks for the instance that an id is about; undefined: there is none. */
export async function placeOf(store: Store, id: string): Promise<Place | undefined> {
  if (!uuid.test(id)) return placeOfEarlier(store, id);
  if (await store.get<Instance>('instances', id)) return { instance: id };
  const filter = { id: { $prefix: id.slice(0, KEPT) } };
  const found = await store.find<Instance>('instances', { filter, limit: 2 });
  // Two that differ only behind the 96th bit: nobody could say which one is meant.
  return found.length === 1 ? { instance: found[0]!.id, number: Number.parseInt(id.slice(KEPT), 16) } : undefined;
}

async function placeOfEarlier(store: Store, id: string): Promise<Place | undefined> {
  if (await store.get<Instance>('instances', id)) return { instance: id };
  const at = id.lastIndexOf('~');
  const number = Number.parseInt(id.slice(at + 1), 10);
  if (at <= 0 || Number.isNaN(number)) return undefined;
  const instance = id.slice(0, at);
  return (await store.get<Instance>('instances', instance)) && { instance, number };
}

/** The row behind an id of a client: in its instance, else in one of its chunks. */
export async function rowOf<T extends Document>(
  store: Store,
  collection: CollectionName,
  id: string,
): Promise<T | undefined> {
  // Rows that belong to no instance, such as a timer that starts one, bear the store's id.
  const place = uuid.test(id) ? await placeOf(store, id) : undefined;
  if (place?.number === undefined) return store.get<T>(collection, id);
  const row = `${place.instance}~${place.number}`;
  const own = await store.get<T>(collection, row);
  if (own) return own;
  const [inChunk] = await store.find<T>(collection, { filter: { id: { $prefix: `${row}c` } }, limit: 1 });
  return inChunk;
}
