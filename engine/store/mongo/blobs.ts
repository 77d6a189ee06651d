/** Bytes by tenant and content, in pieces far below the size of a document. */

import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Binary, type Db } from 'mongodb';
import type { Stored } from './documents.js';

const pieceSize = 255 * 1024;
const piecesAtOnce = 16;
/** How long a removal may take before somebody else finishes it, milliseconds. */
const REMOVAL = 5_000;

export interface Blobs {
  put(tenant: string, bytes: Uint8Array, at: number): Promise<string>;
  get(tenant: string, hash: string): Promise<Uint8Array | undefined>;
  all(before?: number): Promise<{ tenant: string; hash: string }[]>;
  remove(tenant: string, hash: string, before: number): Promise<boolean>;
}

export function createBlobs(database: Db): Blobs {
  const blobs = database.collection<Stored>('blobs');
  const pieces = database.collection<Stored>('pieces');

  async function finishRemoval(id: string, size: number): Promise<void> {
    await pieces.deleteMany({ _id: { $in: pieceIds(id, size) } });
    await blobs.deleteOne({ _id: id, removing: true });
  }

  /** A blob that is on its way out has to be gone before it can come again. */
  async function removed(id: string): Promise<void> {
    for (const end = Date.now() + REMOVAL; ; await setTimeout(50)) {
      const going = await blobs.findOne({ _id: id, removing: true });
      if (!going) return;
      if (Date.now() > end) return finishRemoval(id, going.size as number);
    }
  }

  return {
    async put(tenant, bytes, at) {
      const hash = createHash('sha256').update(bytes).digest('hex');
      const id = `${hash} ${tenant}`;
      const touched = await blobs.updateOne({ _id: id, removing: null }, { $set: { touched: at } });
      if (touched.matchedCount === 1) return hash;
      await removed(id);
      // the pieces first: a blob that can be seen is whole
      const numbers = [...pieceIds(id, bytes.length).keys()];
      for (let from = 0; from < numbers.length; from += piecesAtOnce) {
        await pieces.bulkWrite(
          numbers.slice(from, from + piecesAtOnce).map(number => {
            const piece = bytes.subarray(number * pieceSize, (number + 1) * pieceSize);
            const update = { $setOnInsert: { bytes: new Binary(piece) } };
            return { updateOne: { filter: { _id: `${id} ${number}` }, update, upsert: true } };
          }),
          { ordered: true },
        );
      }
      await blobs.updateOne({ _id: id }, { $set: { size: bytes.length, touched: at } }, { upsert: true });
      return hash;
    },

    async remove(tenant, hash, before) {
      const id = `${hash} ${tenant}`;
      const going = await blobs.findOneAndUpdate({ _id: id, touched: { $lt: before } }, { $set: { removing: true } });
      if (going) await finishRemoval(id, going.size as number);
      return going !== null;
    },

    async all(before = Number.MAX_SAFE_INTEGER) {
      const ids = await blobs.find({ touched: { $lt: before } }, { projection: { _id: 1 } }).toArray();
      return ids.map(({ _id }) => ({ hash: _id.slice(0, _id.indexOf(' ')), tenant: _id.slice(_id.indexOf(' ') + 1) }));
    },

    async get(tenant, hash) {
      const id = `${hash} ${tenant}`;
      const blob = await blobs.findOne({ _id: id });
      if (!blob) return undefined;
      const bytes = new Uint8Array(blob.size as number);
      for await (const piece of pieces.find({ _id: { $in: pieceIds(id, bytes.length) } })) {
        const number = Number(piece._id.slice(id.length + 1));
        bytes.set((piece.bytes as Binary).buffer, number * pieceSize);
      }
      return bytes;
    },
  };
}

const pieceIds = (id: string, size: number): string[] =>
  Array.from({ length: Math.ceil(size / pieceSize) }, (_, number) => `${id} ${number}`);
