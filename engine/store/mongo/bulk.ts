/** Many idempotent writes in as few commands as the server allows. */

import type { AnyBulkWriteOperation, AnyClientBulkWriteModel, Db, MongoClient } from 'mongodb';
import type { Bson, Stored } from './documents.js';
import { inGroups } from './groups.js';

/** One write that bears a repetition. */
export interface Write {
  collection: string;
  filter: Bson;
  /** Operators that change the document, or the document that replaces it. */
  update?: Bson;
  replacement?: Bson;
  upsert?: boolean;
}

export interface Bulk {
  /** Carries out all writes, in any order; a key that is taken means that a newer or the same document stands there. */
  write(writes: Write[]): Promise<void>;
  /** The same, and when all of them stand, the last one. */
  writeThen(writes: Write[], last: Write): Promise<void>;
}

const DUPLICATE = 11_000;

/** Did a unique index, or the id, refuse the write? */
export const isDuplicate = (error: unknown): boolean => (error as { code?: number }).code === DUPLICATE;

/** The writes of a bulk that the server refused, by their numbers; undefined: something else went wrong, too. */
export function writeErrorsOf(error: unknown): Map<number, { code: number }> | undefined {
  const { writeErrors, writeConcernErrors, err } = error as {
    writeErrors?: Map<number, { code: number }> | { code: number; index: number }[] | { code: number; index: number };
    writeConcernErrors?: unknown[];
    err?: unknown;
  };
  if (!writeErrors || err || (writeConcernErrors && writeConcernErrors.length > 0)) return undefined;
  const errors =
    writeErrors instanceof Map ? writeErrors : new Map([writeErrors].flat().map(one => [one.index, one] as const));
  // a bulk that failed as a whole has none
  return errors.size > 0 ? errors : undefined;
}

/** What went wrong in a bulk is nothing but keys that are taken. */
function onlyDuplicates(error: unknown): boolean {
  const errors = writeErrorsOf(error);
  return errors !== undefined && [...errors.values()].every(isDuplicate);
}

function unlessDuplicates(error: unknown): void {
  if (!onlyDuplicates(error)) throw error;
}

/** One command for all collections: servers since 8.0. */
export function clientBulk(client: MongoClient, database: Db): Bulk & { inOrder(writes: Write[]): Promise<void> } {
  const model = ({ collection, filter, update, replacement, upsert }: Write) =>
    ({
      namespace: `${database.databaseName}.${collection}`,
      filter,
      ...(upsert && { upsert }),
      ...(update ? { name: 'updateOne', update } : { name: 'replaceOne', replacement }),
    }) as AnyClientBulkWriteModel<Bson>;

  const run = async (writes: Write[], ordered: boolean) =>
    void (await client.bulkWrite(writes.map(model), { ordered, writeConcern: database.writeConcern! }));

  const write = async (writes: Write[]) => {
    if (writes.length > 0) await run(writes, false).catch(unlessDuplicates);
  };

  return {
    write,
    inOrder: writes => run(writes, true),
    async writeThen(writes, last) {
      try {
        await run([...writes, last], true);
      } catch (error) {
        if (!onlyDuplicates(error)) throw error;
        // an ordered bulk stops at the first key that is taken
        await write(writes);
        await run([last], true);
      }
    },
  };
}

/** One command for each collection: every server. */
export function collectionBulk(database: Db): Bulk {
  const model = ({ filter, update, replacement, upsert = false }: Write) =>
    (update
      ? { updateOne: { filter, update, upsert } }
      : { replaceOne: { filter, replacement, upsert } }) as AnyBulkWriteOperation<Stored>;

  async function write(writes: Write[]): Promise<void> {
    const byCollection = new Map<string, Write[]>();
    for (const one of writes) byCollection.set(one.collection, [...(byCollection.get(one.collection) ?? []), one]);
    await Promise.all(
      [...byCollection].map(([collection, own]) =>
        database.collection<Stored>(collection).bulkWrite(own.map(model), { ordered: false }).catch(unlessDuplicates),
      ),
    );
  }

  return {
    write,
    async writeThen(writes, last) {
      await write(writes);
      await write([last]);
    },
  };
}

/** The same for commits: the rows of those that are ready together go in one command. */
export function bulkTogether(client: MongoClient, database: Db): Bulk {
  const each = clientBulk(client, database);
  interface Entry {
    writes: Write[];
    last?: Write;
  }
  const singly = ({ writes, last }: Entry) => (last ? each.writeThen(writes, last) : each.write(writes));
  const together = inGroups<Entry, void>(async group => {
    if (group.length === 1) return group.map(singly);
    try {
      await each.inOrder(group.flatMap(({ writes, last }) => (last ? [...writes, last] : writes)));
      return group.map(() => undefined);
    } catch (error) {
      if (!writeErrorsOf(error)) throw error;
      // one of them was refused, mostly for a key that is taken, and all behind it were left out
      return group.map(singly);
    }
  });
  return {
    write: writes => together({ writes }),
    writeThen: (writes, last) => together({ writes, last }),
  };
}
