/** The lease of the projector: of all processes on the same data one folds, and says which batch before it begins. */

import { type BatchDocument, FORMAT } from '../store/documents.js';
import type { Filter, Store } from '../store/port.js';

/** How long a process that says nothing keeps the lease, milliseconds. */
const LEASE = 10_000;

const id = 'projector';

/** Raised when projections look otherwise than before: then everything is folded again. */
export const SHAPE = 2;

export interface Lease {
  /** Takes or keeps the lease; undefined: another process has it. `taken`: somebody else had it before. */
  take(): Promise<{ last: BatchDocument; taken: boolean } | undefined>;
  /** Writes down the next batch, before its first change; undefined: the lease went to another process. */
  begin(last: BatchDocument, ids: string[]): Promise<BatchDocument | undefined>;
  /** Notes that everything is folded again, or that this is done; false: the lease went to another process. */
  rebuild(last: BatchDocument, begins: boolean): Promise<boolean>;
  /** Gives the lease back. */
  release(): Promise<void>;
}

/** The lease of one process; its clock is the machine's, for it is about processes. */
export function createLease(store: Store, holder: string): Lease {
  const until = () => Date.now() + LEASE;
  const change = (guard: Filter, set: Partial<BatchDocument>, unset: string[] = []) =>
    store.patch<BatchDocument>('meta', id, guard, { set: { holder, until: until(), ...set } as never, unset });
  const free = () => ({ $or: [{ holder }, { holder: null }, { until: { $lte: Date.now() } }] });
  const still = ({ batch }: BatchDocument) => ({ holder, batch });

  return {
    async take() {
      const before = await store.get<BatchDocument>('meta', id);
      if (!before) {
        const first: BatchDocument = {
          id,
          tenant: '',
          format: FORMAT,
          batch: 0,
          ids: [],
          shape: SHAPE,
          holder,
          until: until(),
        };
        return (await store.insert('meta', first)) ? { last: first, taken: false } : undefined;
      }
      const lasts = !store.shared || (before.until ?? 0) > Date.now() + LEASE / 2;
      if (before.holder === holder && lasts) return { last: before, taken: false };
      // where one process owns the data, whoever is here is the heir
      const last = await change(store.shared ? free() : {}, {});
      return last && { last, taken: before.holder !== holder };
    },
    begin: (last, ids) => change(still(last), { batch: last.batch + 1, ids }),
    rebuild: async (last, begins) =>
      (await (begins
        ? change(still(last), { ids: [], rebuilding: true })
        : change(still(last), { shape: SHAPE }, ['rebuilding']))) !== undefined,
    async release() {
      await store.patch('meta', id, { holder }, { unset: ['holder', 'until'] });
    },
  };
}
