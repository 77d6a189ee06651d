/**
 * Which programs run on the same data, and the format that is written: the newest one that all of them read. A node says
 * that it lives; one that has said nothing for a while does not count.
 */

import type { Json } from '../core/types.js';
import { FORMAT } from './documents.js';
import type { Adapter, Document } from './port.js';
import { formatOf, stepsFrom, type Upgrade } from './upgrades.js';

/** A process on the data. */
interface NodeDocument extends Document {
  /** Newest format that it reads. */
  reads: number;
  seenAt: number;
}

/** Meta document `format`. */
export interface FormatDocument extends Document {
  /** What is written. */
  data: number;
  /** Every document has at least this format; absent: the one that is written. */
  carried?: number;
  /** Somebody carries older documents over, until then at most; epoch milliseconds. */
  carriedUntil?: number;
}

export interface Census {
  /** The format that is written, as it was known last. */
  written(): number;
  /** Says that this node is here. @throws StoreError when the data are of a newer program */
  join(): Promise<void>;
  /** Says that it is still here, and looks who else is; raises the format where all read a newer one. */
  beat(): Promise<FormatDocument>;
  leave(): Promise<void>;
}

export interface CensusOptions {
  store: Adapter;
  /** Name of this node. */
  node: string;
  steps: Upgrade[];
  /** What the data are called in a sentence. */
  where(): string;
  /** Epoch milliseconds (UTC). */
  clock: () => number;
}

/** A node that has said nothing for so long does not count, milliseconds. */
const GONE = 60_000;
/** Its document is removed after this, milliseconds. */
const FORGOTTEN = 24 * 3_600_000;

export function createCensus({ store, node, steps, where, clock }: CensusOptions): Census {
  const reads = formatOf(steps);
  let written = reads;

  const stored = async () => (await store.get<FormatDocument>('meta', 'format'))!;

  async function appear(): Promise<void> {
    const here: NodeDocument = { id: node, tenant: '', format: FORMAT, reads, seenAt: clock() };
    await store.putInOrder([{ collection: 'nodes', documents: [here] }]);
  }

  /** The newest format that every living node reads. */
  async function readByAll(): Promise<number> {
    const living = await store.find<NodeDocument>('nodes', { filter: { seenAt: { $gt: clock() - GONE } } });
    return Math.min(reads, ...living.map(one => one.reads));
  }

  /** Raised where all read a newer one; where somebody reads only an older one, he may still write it. */
  async function settled(before: FormatDocument, all: number): Promise<FormatDocument> {
    const { data, carried = data } = before;
    const set: Record<string, Json> | undefined =
      all > data ? { data: all, carried } : all < carried ? { carried: all } : undefined;
    if (!set) return before;
    return (await store.patch<FormatDocument>('meta', 'format', { data }, { set })) ?? (await stored());
  }

  return {
    written: () => written,
    async join() {
      await appear();
      await store.insert('meta', { id: 'format', tenant: '', format: FORMAT, data: reads } as FormatDocument);
      const { data } = await stored();
      try {
        stepsFrom(data, steps, where());
      } catch (error) {
        await this.leave();
        throw error;
      }
      written = data;
    },
    async beat() {
      await appear();
      await store.remove('nodes', { seenAt: { $lt: clock() - FORGOTTEN } }, 1_000);
      const now = await settled(await stored(), await readByAll());
      written = now.data;
      return now;
    },
    async leave() {
      await store.remove('nodes', { id: node }, 1);
    },
  };
}
