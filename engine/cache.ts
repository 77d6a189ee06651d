/** Hot instances: a bounded cache that serves commands, never reads. */

import type { Instance } from './core/types.js';

export interface InstanceCache {
  get(id: string): Instance | undefined;
  set(instance: Instance): void;
  drop(id: string): void;
}

/** Least recently used goes first; ended instances are not kept. */
export function createCache(capacity = 5_000): InstanceCache {
  const instances = new Map<string, Instance>();
  return {
    get(id) {
      const found = instances.get(id);
      if (found) {
        instances.delete(id);
        instances.set(id, found);
      }
      return found;
    },
    set(instance) {
      instances.delete(instance.id);
      if (instance.endedAt !== undefined) return;
      instances.set(instance.id, instance);
      if (instances.size > capacity) instances.delete(instances.keys().next().value!);
    },
    drop: id => void instances.delete(id),
  };
}
