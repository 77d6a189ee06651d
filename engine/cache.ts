/** Hot instances: a bounded cache that serves commands, never reads. */

import type { Clock } from './contract.js';
import type { Instance } from './core/types.js';

export interface InstanceCache {
  get(id: string): Instance | undefined;
  set(instance: Instance): void;
  drop(id: string): void;
}

/** Another node may have delivered what an outbox holds: an instance with one is not served longer than this, milliseconds. */
const UNSETTLED = 5_000;

/** Least recently used goes first; ended instances are not kept. */
export function createCache({ capacity = 5_000, clock }: { capacity?: number; clock: Clock }): InstanceCache {
  const instances = new Map<string, { instance: Instance; since: number }>();
  return {
    get(id) {
      const found = instances.get(id);
      if (!found) return undefined;
      instances.delete(id);
      if (found.instance.outbox.length > 0 && clock() - found.since > UNSETTLED) return undefined;
      instances.set(id, found);
      return found.instance;
    },
    set(instance) {
      instances.delete(instance.id);
      if (instance.endedAt !== undefined) return;
      instances.set(instance.id, { instance, since: clock() });
      if (instances.size > capacity) instances.delete(instances.keys().next().value!);
    },
    drop: id => void instances.delete(id),
  };
}
