/** Readers that wait until what was committed before they asked is folded. */

import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../contract.js';
import type { HistoryDocument } from '../store/documents.js';
import type { Store } from '../store/port.js';

/** How old what the projections say is: absent when everything that the reader could know is folded. */
export interface Freshness {
  /** Milliseconds since the oldest commit that is not folded. */
  behind?: number;
}

interface WaitingTools {
  store: Store;
  clock: Clock;
  /** Milliseconds that a reader waits at most. */
  patience: number;
  /** Folds what is there; undefined: another process does it. */
  fold(): Promise<number | undefined>;
  onError(error: unknown): void;
}

/** A process that does not fold looks this often whether another one has, milliseconds. */
const LOOK = 25;

/**
 * Makes the waiting room of a projector.
 *
 *     const { caughtUp, folded } = createWaiting({ store, clock, patience: 1000, fold, onError });
 */
export function createWaiting({ store, clock, patience, fold, onError }: WaitingTools) {
  /** Who waits, by the history document he waits for. */
  const readers = new Map<string, (() => void)[]>();

  /** Has another process folded this document, before the reader waits no longer? */
  async function foldedElsewhere(id: string): Promise<boolean> {
    for (const end = Date.now() + patience; Date.now() < end; await setTimeout(LOOK)) {
      if ((await store.count('history', { id, unfolded: 1 }, 1)) === 0) return true;
    }
    return false;
  }

  /** What was waited for, or `late`. */
  async function inTime<T>(work: Promise<T>): Promise<T | 'late'> {
    let timeout: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>(resolve => {
      timeout = globalThis.setTimeout(resolve, patience, 'late');
    });
    return Promise.race([work, late]).finally(() => clearTimeout(timeout));
  }

  return {
    /** These history documents are folded. */
    folded(ids: string[]): void {
      for (const id of ids) {
        for (const tell of readers.get(id) ?? []) tell();
        readers.delete(id);
      }
    },

    /** Waits until the history that is stored now (of one instance, or all) is folded. */
    async caughtUp(instance?: string): Promise<Freshness> {
      const unfolded = { unfolded: 1, ...(instance !== undefined && { instance }) } as const;
      const [newest] = await store.find('history', {
        filter: unfolded,
        sort: { at: -1, seq: -1 },
        limit: 1,
        bare: true,
      });
      if (!newest) return {};
      const seen = new Promise<'folded'>(resolve => {
        readers.set(newest.id, [...(readers.get(newest.id) ?? []), () => resolve('folded')]);
      });
      const all = fold().then(
        async folded => (folded !== undefined || (await foldedElsewhere(newest.id)) ? 'folded' : 'late'),
        (error: unknown) => {
          onError(error);
          return 'late' as const;
        },
      );
      if ((await inTime(Promise.race([seen, all]))) === 'folded') return {};
      const [oldest] = await store.find<HistoryDocument>('history', {
        filter: unfolded,
        sort: { at: 1, seq: 1 },
        limit: 1,
        bare: true,
      });
      return oldest ? { behind: Math.max(0, clock() - oldest.at) } : {};
    },
  };
}
