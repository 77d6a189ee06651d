/** Which versions are the newest ones, kept in memory where no other process can deploy. */

import type { DefinitionDocument, DefinitionHead } from '../store/documents.js';
import type { Store } from '../store/port.js';

export interface Newest {
  /** The newest versions of a key, one of each tenant that has it. */
  of(key: string): Promise<DefinitionHead[]>;
  /** Something was deployed, changed or removed: they are read again, also those that are being read now. */
  forget(): void;
}

const KEPT = 500;

export function createNewest(store: Store): Newest {
  const kept = new Map<string, Promise<DefinitionHead[]>>();

  async function read(key: string): Promise<DefinitionHead[]> {
    const found = await store.find<DefinitionDocument>('definitions', { filter: { key, latest: true } });
    found.sort((one, other) => one.version - other.version);
    // while one is deployed its forerunner is still marked, too: the last one of a tenant counts
    return [...new Map(found.map(({ compiled: _graph, ...head }) => [head.tenant, head])).values()];
  }

  return {
    of(key) {
      if (store.shared) return read(key);
      const known = kept.get(key);
      if (known) return known;
      const found = read(key);
      kept.set(key, found);
      if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
      const drop = () => kept.get(key) === found && kept.delete(key);
      found.then(heads => heads.length === 0 && drop(), drop);
      return found;
    },
    forget: () => kept.clear(),
  };
}
