/** Saved filters: queries for tasks that somebody keeps under a name, for himself or for others. */

import { randomUUID } from 'node:crypto';
import { NotFound, type Reader } from '../engine/contract.js';
import type { Json } from '../engine/core/types.js';
import { type FilterDocument, FORMAT } from '../engine/store/documents.js';
import type { Store } from '../engine/store/port.js';

export type FilterFields = Pick<FilterDocument, 'name' | 'owner' | 'query' | 'properties'>;

export type SavedFilters = ReturnType<typeof createSavedFilters>;

/**
 * The saved filters; who may see which is part of the caller's query.
 *
 *     const filters = createSavedFilters(store);
 *     await filters.create(reader, { name: 'Late', owner: 'mary', query: { dueBefore: '…' }, properties: {} });
 */
export function createSavedFilters(store: Store) {
  return {
    /** Throws NotFound. */
    async get({ tenants }: Reader, id: string): Promise<FilterDocument> {
      const found = await store.get<FilterDocument>('filters', id);
      if (found && tenants.includes(found.tenant)) return found;
      throw new NotFound(`there is no filter '${id}'`);
    },

    async create({ tenants }: Reader, { owner, ...fields }: FilterFields): Promise<FilterDocument> {
      const filter: FilterDocument = {
        ...{ id: randomUUID(), tenant: tenants.includes('') ? '' : tenants[0]!, format: FORMAT },
        ...{ resourceType: 'Task', ...fields },
        ...(owner !== undefined && { owner }),
      };
      await store.insert('filters', filter);
      return filter;
    },

    async update(id: string, { owner, ...fields }: FilterFields): Promise<void> {
      const set = { ...fields, ...(owner !== undefined && { owner }) } as Record<string, Json>;
      await store.patch('filters', id, {}, { set, unset: owner === undefined ? ['owner'] : [] });
    },

    remove: async (id: string) => (await store.remove('filters', { id }, 1)) > 0,
  };
}
