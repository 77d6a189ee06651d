/** Which versions are the newest ones, kept in memory where no other process can deploy. */

import { createMemory } from '../memory.js';
import type { DefinitionDocument, DefinitionHead } from '../store/documents.js';
import type { Store } from '../store/port.js';

export interface Newest {
  /** The newest versions of a key, one of each tenant that has it. */
  of(key: string): Promise<DefinitionHead[]>;
  /** Something was deployed, changed or removed: they are read again, also those that are being read now. */
  forget(): void;
}

export function createNewest(store: Store): Newest {
  async function read(key: string): Promise<DefinitionHead[]> {
    const found = await store.find<DefinitionDocument>('definitions', { filter: { key, latest: true } });
    found.sort((one, other) => one.version - other.version);
    // while one is deployed its forerunner is still marked, too: the last one of a tenant counts
    return [...new Map(found.map(({ compiled: _graph, ...head }) => [head.tenant, head])).values()];
  }
  const memory = createMemory(read, { kept: 500, isNothing: heads => heads.length === 0 });

  return { of: store.shared ? read : memory.of, forget: memory.forgetAll };
}
