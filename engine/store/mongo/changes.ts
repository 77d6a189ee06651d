/** Changes of documents under a guard: one, or up to so many that match. */

import { randomUUID } from 'node:crypto';
import type { Db } from 'mongodb';
import type { Change, CollectionName, Document, Filter, Query } from '../port.js';
import { type Bson, encode, encodePath, fromStored, own, type Stored } from './documents.js';
import { allOf, filterOf, findOf } from './filter.js';

export interface Changes {
  patch<T extends Document>(
    collection: CollectionName,
    id: string,
    guard: Filter,
    change: Change,
  ): Promise<T | undefined>;
  claim<T extends Document>(collection: CollectionName, query: Query & { limit: number }, change: Change): Promise<T[]>;
  strip(collection: CollectionName, ids: string[], fields: string[]): Promise<void>;
  remove(collection: CollectionName, filter: Filter, limit: number): Promise<number>;
}

export function createChanges(database: Db): Changes {
  const ids = async (collection: CollectionName, query: Query): Promise<string[]> => {
    const { filter, sort, skip, limit } = findOf(query);
    const found = database
      .collection<Stored>(collection)
      .find(filter, { projection: { _id: 1 }, skip, limit, ...(sort && { sort }) });
    return (await found.toArray()).map(({ _id }) => _id);
  };

  /** Takes what it can of these; others may have taken them since they were found. */
  async function take(collection: CollectionName, wanted: string[], filter: Filter, change: Change): Promise<Stored[]> {
    const claim = randomUUID();
    const update = updateOf({ ...change, set: { ...change.set, [own.claim]: claim } });
    const still = allOf([{ _id: { $in: wanted } }, filterOf(filter)]);
    const { matchedCount } = await database.collection<Stored>(collection).updateMany(still, update);
    if (matchedCount === 0) return [];
    const taken = database.collection<Stored>(collection).find({ _id: { $in: wanted }, [own.claim]: claim });
    const byId = new Map((await taken.toArray()).map(one => [one._id, one]));
    return wanted.flatMap(id => byId.get(id) ?? []);
  }

  /** The first one, in one command; undefined also when others were faster. */
  async function takeFirst(collection: CollectionName, query: Query, change: Change): Promise<Stored | undefined> {
    const { filter, sort } = findOf(query);
    const options = { returnDocument: 'after', ...(sort && { sort }) } as const;
    return (
      (await database.collection<Stored>(collection).findOneAndUpdate(filter, updateOf(change), options)) ?? undefined
    );
  }

  return {
    async patch<T extends Document>(collection: CollectionName, id: string, guard: Filter, change: Change) {
      const filter = allOf([{ _id: id }, filterOf(guard)]);
      const update = updateOf(change);
      const documents = database.collection<Stored>(collection);
      const stored =
        Object.keys(update).length > 0
          ? await documents.findOneAndUpdate(filter, update, { returnDocument: 'after' })
          : await documents.findOne(filter);
      return stored ? fromStored<T>(stored) : undefined;
    },

    async claim<T extends Document>(collection: CollectionName, query: Query & { limit: number }, change: Change) {
      const { filter = {}, limit } = query;
      const first = limit === 1 ? await takeFirst(collection, query, change) : undefined;
      const taken: Stored[] = first ? [first] : [];
      while (taken.length < limit) {
        const others = { id: { $nin: taken.map(({ _id }) => _id) } };
        const wanted = await ids(collection, {
          ...query,
          filter: taken.length > 0 ? { $and: [filter, others] } : filter,
          limit: limit - taken.length,
        });
        const own = wanted.length > 0 ? await take(collection, wanted, filter, change) : [];
        taken.push(...own);
        // Nobody was faster: these are enough, or there are no others.
        if (own.length === wanted.length) break;
      }
      return taken.map(fromStored<T>);
    },

    async strip(collection, stripped, fields) {
      await database.collection<Stored>(collection).updateMany({ _id: { $in: stripped } }, updateOf({ unset: fields }));
    },

    async remove(collection, filter, limit) {
      const wanted = await ids(collection, { filter, limit });
      if (wanted.length === 0) return 0;
      const { deletedCount } = await database
        .collection<Stored>(collection)
        .deleteMany(allOf([{ _id: { $in: wanted } }, filterOf(filter)]));
      return deletedCount;
    },
  };
}

/** A change as update operators; empty where nothing is to change. */
function updateOf({ set = {}, unset = [], increase = {} }: Change): Bson {
  const operators = {
    $set: Object.fromEntries(Object.entries(set).map(([path, value]) => [encodePath(path), encode(value)])),
    $unset: Object.fromEntries(unset.map(path => [encodePath(path), true])),
    $inc: Object.fromEntries(Object.entries(increase).map(([path, amount]) => [encodePath(path), amount])),
  };
  return Object.fromEntries(Object.entries(operators).filter(([, paths]) => Object.keys(paths).length > 0));
}
