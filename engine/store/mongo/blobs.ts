/** Bytes by tenant and content, in pieces far below the size of a document. */

import { createHash } from 'node:crypto';
import { Binary, type Db } from 'mongodb';
import type { Stored } from './documents.js';

const pieceSize = 255 * 1024;
const piecesAtOnce = 16;

export interface Blobs {
  put(tenant: string, bytes: Uint8Array, at: number): Promise<string>;
  get(tenant: string, hash: string): Promise<Uint8Array | undefined>;
  all(): Promise<{ tenant: string; hash: string }[]>;
}

export function createBlobs(database: Db): Blobs {
  const blobs = database.collection<Stored>('blobs');
  const pieces = database.collection<Stored>('pieces');

  return {
    async put(tenant, bytes, at) {
      const hash = createHash('sha256').update(bytes).digest('hex');
      const id = `${hash} ${tenant}`;
      const touched = await blobs.updateOne({ _id: id }, { $set: { touched: at } });
      if (touched.matchedCount === 1) return hash;
      // the pieces first: a blob that can be seen is whole
      const numbers = Array.from({ length: Math.ceil(bytes.length / pieceSize) }, (_, number) => number);
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

    async all() {
      const ids = await blobs.find({}, { projection: { _id: 1 } }).toArray();
      return ids.map(({ _id }) => ({ hash: _id.slice(0, _id.indexOf(' ')), tenant: _id.slice(_id.indexOf(' ') + 1) }));
    },

    async get(tenant, hash) {
      const id = `${hash} ${tenant}`;
      const blob = await blobs.findOne({ _id: id });
      if (!blob) return undefined;
      const bytes = new Uint8Array(blob.size as number);
      const ids = Array.from({ length: Math.ceil(bytes.length / pieceSize) }, (_, number) => `${id} ${number}`);
      for await (const piece of pieces.find({ _id: { $in: ids } })) {
        const number = Number(piece._id.slice(id.length + 1));
        bytes.set((piece.bytes as Binary).buffer, number * pieceSize);
      }
      return bytes;
    },
  };
}
