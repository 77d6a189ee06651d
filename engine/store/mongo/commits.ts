/**
 * The commit: one guarded replace of the instance, with the rows to be written inside it; then the rows. Whoever reads an
 * instance whose rows may be missing writes them first, so nobody ever steps on half a commit.
 */

import type { Collection } from 'mongodb';
import { isFinished } from '../../core/state.js';
import type { Chunk, Instance } from '../../core/types.js';
import type { HistoryDocument } from '../documents.js';
import { type CommitResult, type RowWrite, StoreError, type Unit } from '../port.js';
import type { Blobs } from './blobs.js';
import type { Bulk, Write } from './bulk.js';
import { decode, encode, encodePath, fromStored, own, type Stored, toStored } from './documents.js';
import type { Replace } from './replace.js';

/** What a commit has to write beside its instance. */
interface Pending {
  /** When it was committed, epoch milliseconds. */
  at: number;
  chunks: Chunk[];
  rows: RowWrite[];
  /** The blob that holds the rows, where they are many. */
  rowsIn?: string;
  history: HistoryDocument;
}

/** Fewer rows always stay in the instance until they are written: the budget of a step keeps them small. */
const FEW_ROWS = 100;
/** What the rows that stay may have together, bytes. */
const ROWS_SIZE = 1024 * 1024;

export interface Commits {
  commit(unit: Unit): Promise<CommitResult>;
  settle(id: string, version: number): Promise<void>;
  /** The instance; its rows stand. */
  load(id: string): Promise<Instance | undefined>;
  /** Writes the rows of every commit that did not come so far. */
  repair(): Promise<void>;
}

export function createCommits(instances: Collection<Stored>, replace: Replace, bulk: Bulk, blobs: Blobs): Commits {
  /** Commits of this process whose rows are being written: `id version`. */
  const underWay = new Map<string, Promise<void>>();

  const written = (id: string, version: number): Write => ({
    collection: 'instances',
    filter: { _id: id, version },
    update: { $unset: { [own.pending]: true } },
  });

  async function finish(id: string, version: number, pending: Pending): Promise<void> {
    await bulk.writeThen(writesOf(pending), written(id, version));
  }

  /** Writes the rows of a stored instance, or waits for this process to do so. */
  async function complete(stored: Stored): Promise<void> {
    if (!stored[own.pending]) return;
    const key = `${stored._id} ${stored.version}`;
    await (underWay.get(key) ?? finish(stored._id, stored.version, await pendingOf(stored)));
  }

  async function pendingOf(stored: Stored): Promise<Pending> {
    const pending = decode(stored[own.pending]) as Pending;
    if (pending.rowsIn === undefined) return pending;
    const bytes = await blobs.get(stored.tenant, pending.rowsIn);
    if (!bytes)
      throw new StoreError(`blob ${pending.rowsIn}, rows of instance ${stored._id}, is missing: go back to a backup`);
    return { ...pending, rows: JSON.parse(new TextDecoder().decode(bytes)) as RowWrite[] };
  }

  /** The document with what is to be written beside it. Cancelling or suspending a large instance touches rows without end. */
  async function withPending(instance: Instance, pending: Pending): Promise<Stored> {
    const document = toStored(instance);
    if (pending.rows.length > FEW_ROWS) {
      const bytes = new TextEncoder().encode(JSON.stringify(pending.rows));
      if (bytes.length > ROWS_SIZE) {
        const rowsIn = await blobs.put(instance.tenant, bytes, pending.at);
        const apart = encode({ ...pending, rows: [], rowsIn });
        return {
          ...document,
          blobs: [...((document.blobs as string[] | undefined) ?? []), rowsIn],
          [own.pending]: apart,
        };
      }
    }
    return { ...document, [own.pending]: encode(pending) };
  }

  return {
    async commit(unit) {
      const { instance, chunks, rows, history } = unit;
      const pending: Pending = { at: Date.now(), chunks, rows, history };
      const document = await withPending(instance, pending);
      const result = await replace({ instance, expects: unit.expects, document });
      if (result !== 'committed') return result;
      const key = `${instance.id} ${instance.version}`;
      // settling an outbox takes the rows out with it
      const settles = instance.outbox.length > 0;
      const rest = settles ? bulk.write(writesOf(pending)) : finish(instance.id, instance.version, pending);
      underWay.set(key, rest);
      await rest.finally(() => underWay.delete(key));
      return 'committed';
    },

    async settle(id, version) {
      await instances.updateOne({ _id: id, version }, { $set: { outbox: [] }, $unset: { [own.pending]: true } });
    },

    async load(id) {
      const stored = await instances.findOne({ _id: id });
      if (!stored) return undefined;
      await complete(stored);
      return fromStored<Instance>(stored);
    },

    async repair() {
      const unfinished = instances.find({ [`${own.pending}.at`]: { $exists: true } }).limit(1_000);
      for await (const stored of unfinished) await complete(stored);
    },
  };
}

/** The writes of a commit beside its instance; each may be repeated, at any later time. */
function writesOf({ chunks, rows, history }: Pending): Write[] {
  return [...rows.map(rowWrite), ...chunks.map(chunkWrite), historyWrite(history)];
}

/** Inserted whole; an existing row gets the engine's part, where it is of an older version. */
function rowWrite({ collection, id, insert, wait, set = {} }: RowWrite): Write {
  const filter = { _id: id, 'wait.v': { $lt: wait.v } };
  const changed = Object.fromEntries(
    Object.entries({ wait: { ...wait }, ...set }).map(([path, value]) => [encodePath(path), encode(value)]),
  );
  if (!insert) return { collection, filter, update: { $set: changed } };
  const { _id, ...fields } = toStored(insert);
  const others = Object.fromEntries(Object.entries(fields).filter(([name]) => !(name in changed)));
  return { collection, filter, update: { $set: changed, $setOnInsert: others }, upsert: true };
}

/** A chunk of which nothing is left becomes a tombstone: a late writer must not bring it back. */
function chunkWrite(chunk: Chunk): Write {
  const { id, v } = chunk;
  const replacement = isFinished(chunk) ? { _id: id, v, [own.gone]: new Date() } : toStored(chunk);
  return { collection: 'chunks', filter: { _id: id, v: { $lt: v } }, replacement, upsert: true };
}

/** History is never changed by a commit: the first writer has said it all. */
function historyWrite(history: HistoryDocument): Write {
  const { _id, ...fields } = toStored(history);
  return { collection: 'history', filter: { _id }, update: { $setOnInsert: fields }, upsert: true };
}
