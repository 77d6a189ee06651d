/** How a definition stands: whether it is suspended, and what was laid down for its jobs; kept in memory for a moment. */

import { NotFound, type Standing } from '../contract.js';
import type { DefinitionDocument } from '../store/documents.js';
import type { Store } from '../store/port.js';

export interface Standings {
  /** Throws NotFound. */
  of(id: string): Promise<Standing>;
  /** It was changed: the next question reads it again. */
  forget(id: string): void;
}

/** Where processes share the data another one may change it; should its word be lost, this is how long it goes unheard. */
const TRUSTED = 5_000;
const KEPT = 1_000;

export function createStandings(store: Store): Standings {
  const kept = new Map<string, { standing: Standing; at: number }>();
  return {
    async of(id) {
      const known = kept.get(id);
      if (known && (!store.shared || Date.now() - known.at < TRUSTED)) return known.standing;
      const document = await store.get<DefinitionDocument>('definitions', id);
      if (!document) throw new NotFound(`no process definition '${id}' is deployed`);
      const standing = standingOf(document);
      kept.delete(id);
      kept.set(id, { standing, at: Date.now() });
      if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
      return standing;
    },
    forget: id => void kept.delete(id),
  };
}

const standingOf = ({ state, jobs = [], historyTimeToLive: timeToLive }: DefinitionDocument): Standing => ({
  suspended: state === 'suspended',
  jobs: new Map(jobs.map(rule => [rule.id, rule])),
  ...(timeToLive !== undefined && { timeToLive }),
});
