/** Reads that look through an instance and its chunks; always fresh. */

import { NotFound } from './contract.js';
import { chunkOfId, chunksAround } from './core/state.js';
import type { Activation, Chunk, Incident, Instance, Variables } from './core/types.js';
import type { HistoryDocument } from './store/documents.js';
import type { Store } from './store/port.js';

/** An instance with the chunks that lie around one of its waits or incidents, whose id names them. */
async function partsAround(store: Store, instance: string, id: string | undefined): Promise<(Instance | Chunk)[]> {
  const found = await store.get<Instance>('instances', instance);
  if (!found) throw new NotFound(`there is no instance ${instance}`);
  const chunk = id === undefined ? undefined : chunkOfId(id);
  const keys = chunk === undefined ? [] : chunksAround(chunk).map(key => `${instance}~${key}`);
  return [found, ...(await store.getMany<Chunk>('chunks', keys))];
}

/** Of an activation alone; `wait` is one of its waits, needed where it may lie in a chunk. */
export async function localVariablesAt(
  store: Store,
  id: string,
  activation: number,
  wait?: string,
): Promise<Variables> {
  return localVariablesIn(await partsAround(store, id, wait), activation);
}

/** Walks outwards from an activation; `wait` as above. */
export async function variablesAt(store: Store, id: string, activation: number, wait?: string): Promise<Variables> {
  return variablesIn(await partsAround(store, id, wait), activation);
}

type Parts = Pick<Instance, 'activations'>[];

const activationIn = (parts: Parts, number: number): Activation | undefined =>
  parts.find(part => part.activations[number])?.activations[number];

/** The same for parts that are read already. */
export const localVariablesIn = (parts: Parts, activation: number): Variables =>
  activationIn(parts, activation)?.variables ?? {};

/** The same for parts that are read already. */
export function variablesIn(parts: Parts, activation: number): Variables {
  const scopes: Variables[] = [];
  for (let scope = activationIn(parts, activation); scope; scope = activationIn(parts, scope.parent))
    scopes.unshift(scope.variables ?? {});
  return Object.assign({}, ...scopes);
}

/** The incident, if it is open. */
export async function openIncident(store: Store, instance: string, incident: string): Promise<Incident | undefined> {
  const parts = await partsAround(store, instance, incident);
  return parts.find(part => part.incidents[incident])?.incidents[incident];
}

/** The incident that is open now where this one was: the same again, or the next one of the same token. */
export async function incidentAfter(store: Store, instance: string, before: Incident): Promise<Incident | undefined> {
  const parts = await partsAround(store, instance, before.id);
  return parts
    .flatMap(part => Object.values(part.incidents))
    .find(({ activation }) => activation === before.activation);
}

/** Older than any delivery that is under way, milliseconds. */
export const LEFT = 10_000;

/** Instances whose outbox nobody delivers any more; where processes share the data, another one may be about it. */
export async function unsettled(store: Store, now: number): Promise<Instance[]> {
  const filter = { 'outbox.0.id': { $exists: true } };
  const found = await store.find<Instance>('instances', { filter, limit: 1_000 });
  if (!store.shared) return found;
  const ids = found.map(({ id, version }) => `${id}:${version}`);
  const commits = await store.find<HistoryDocument>('history', { filter: { id: { $in: ids } }, bare: true });
  const left = new Set(commits.filter(({ at }) => at <= now - LEFT).map(({ instance }) => instance));
  return found.filter(({ id }) => left.has(id));
}
