/** Reads that look through an instance and its chunks; always fresh. */

import { NotFound } from './contract.js';
import type { Chunk, Instance, Variables } from './core/types.js';
import type { Store } from './store/port.js';

/** Walks outwards from an activation, through its chunk where it lies in one. */
export async function variablesAt(store: Store, id: string, activation: number): Promise<Variables> {
  const instance = await store.get<Instance>('instances', id);
  if (!instance) throw new NotFound(`there is no instance ${id}`);
  const chunk = instance.activations[activation] ? undefined : await chunkWith(store, id, activation);
  const find = (number: number) => instance.activations[number] ?? chunk?.activations[number];
  const scopes: Variables[] = [];
  for (let scope = find(activation); scope; scope = find(scope.parent)) scopes.unshift(scope.variables ?? {});
  return Object.assign({}, ...scopes);
}

async function chunkWith(store: Store, instance: string, activation: number): Promise<Chunk | undefined> {
  const filter = { instance, [`activations.${activation}.id`]: activation };
  const [chunk] = await store.find<Chunk>('chunks', { filter, limit: 1 });
  return chunk;
}
