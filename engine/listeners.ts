/** Who listens for a message: waits of instances, and start events; what is suspended takes no part. */

import { variableHash } from './commit.js';
import type { PublishInput, Standing } from './contract.js';
import { chunkOfId } from './core/state.js';
import type { Instance, Variables } from './core/types.js';
import { localVariablesAt } from './reads.js';
import type { SubscriptionDocument } from './store/documents.js';
import type { Filter, Store } from './store/port.js';

export interface ListenerTools {
  store: Store;
  instance(id: string): Promise<Instance | undefined>;
  standing(definition: string): Promise<Standing>;
}

export interface Listeners {
  /** Waits that a message fits; as many as are looked at. */
  waits(input: PublishInput, limit: number): Promise<SubscriptionDocument[]>;
  /** Start events that it fits. */
  starts(input: PublishInput): Promise<SubscriptionDocument[]>;
}

/** Looks for one receiver see a few: more than one is ambiguous already. */
export function createListeners({ store, instance, standing }: ListenerTools): Listeners {
  return {
    async waits(input, limit) {
      if (input.only === 'starts') return [];
      const conditions: Filter[] = [{ ...listensFor(input), startEvent: null, suspended: { $ne: true } }];
      if (input.key !== undefined)
        conditions.push({ $or: [{ key: input.key }, { $and: [{ key: null }, { businessKey: input.key }] }] });
      if (input.businessKey !== undefined) conditions.push({ businessKey: input.businessKey });
      if (input.instance !== undefined) conditions.push({ instance: input.instance });
      for (const [name, value] of Object.entries({ ...input.correlation, ...input.localCorrelation }))
        conditions.push({ hashes: variableHash(name, value) });
      const filter = { $and: conditions };
      const found = await store.find<SubscriptionDocument>('subscriptions', { filter, sort: { id: 1 }, limit });
      const local = input.localCorrelation;
      const fitting = local ? await filterAsync(found, row => hasLocally(row, local)) : found;
      return fitting.length < 2 ? fitting : filterAsync(fitting, isOpen);
    },

    async starts(input) {
      const isNarrowed = input.instance !== undefined || input.localCorrelation !== undefined;
      if (input.only === 'waits' || isNarrowed) return [];
      const filter: Filter = { ...listensFor(input), startEvent: { $ne: null } };
      const found = await store.find<SubscriptionDocument>('subscriptions', { filter, sort: { id: 1 } });
      return filterAsync(found, async ({ definition }) => !(await standing(definition)).suspended);
    },
  };

  /** Rows may be behind their instance: only what the instance still waits for counts. */
  async function isOpen({ id, instance: of }: SubscriptionDocument): Promise<boolean> {
    return chunkOfId(id) !== undefined || (await instance(of))?.waits[id] !== undefined;
  }

  async function hasLocally({ id, instance: of, activation }: SubscriptionDocument, wanted: Variables) {
    const local = await localVariablesAt(store, of, activation, id);
    return Object.entries(wanted).every(([name, value]) => Object.hasOwn(local, name) && local[name] === value);
  }
}

type OfTenants = { tenant?: string; tenants?: string[] };

/** Those of these tenants, else of the one. */
export const ofTenants = ({ tenants, tenant = '' }: OfTenants) => ({ tenant: tenants ? { $in: tenants } : tenant });

const listensFor = (input: PublishInput) => ({
  ...ofTenants(input),
  kind: 'message',
  name: input.name,
  'wait.state': 'open',
});

async function filterAsync<T>(items: T[], test: (item: T) => Promise<boolean>): Promise<T[]> {
  const kept = await Promise.all(items.map(test));
  return items.filter((_, index) => kept[index]);
}
