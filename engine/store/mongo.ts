/** The production store: MongoDB, any number of processes on one database, no multi-document transaction. */

import type { Instance } from '../core/types.js';
import { withFormats } from './formats.js';
import { withLargeValues } from './large.js';
import { agendaOn } from './mongo/agenda.js';
import { type Blobs, createBlobs } from './mongo/blobs.js';
import { type Bulk, bulkTogether, clientBulk, collectionBulk, isDuplicate, type Write } from './mongo/bulk.js';
import { type Changes, createChanges } from './mongo/changes.js';
import { type Commits, createCommits } from './mongo/commits.js';
import { type Connection, connect, meaningOf } from './mongo/connection.js';
import { type Bson, encodePath, fromStored, own, type Stored, toStored } from './mongo/documents.js';
import { createFeed, type Feed } from './mongo/feed.js';
import { filterOf, findOf, present } from './mongo/filter.js';
import { ensureIndexes } from './mongo/indexes.js';
import { planOf } from './mongo/plans.js';
import { replaceSingly, replaceTogether } from './mongo/replace.js';
import { valueAt } from './paths.js';
import {
  type Adapter,
  type CollectionName,
  type Document,
  type Put,
  type Query,
  type Scalar,
  type Store,
  StoreError,
  type Unit,
} from './port.js';
import { type Upgrade, upgrades } from './upgrades.js';

export interface MongoOptions {
  /** `mongodb://…` or `mongodb+srv://…`. */
  uri: string;
  /** Default: the one that the address names, else `weft`. */
  database?: string;
  /** Rows of all collections in one command; default: where the server can (8.0). */
  oneBulk?: boolean;
  /** Milliseconds since 1970 (UTC), for the age of blobs and of the nodes. */
  clock?: () => number;
  /** Steps between formats; the program's own by default. */
  upgrades?: Upgrade[];
  /** Milliseconds between two looks which other nodes are there; default 10,000. */
  beat?: number;
}

interface Opened extends Connection {
  bulk: Bulk;
  commits: Commits;
  changes: Changes;
  blobs: Blobs;
  feed: Feed;
}

/** Servers that take writes to several collections in one command. */
const ONE_BULK_SINCE = 8;
/** Ids asked for in one command. */
const idsAtOnce = 10_000;

/**
 * Opens a database of MongoDB.
 *
 * @example
 * const store = createMongoStore({ uri: 'mongodb://localhost:27017/weft' });
 * await store.open();
 * await store.insert('users', { id: 'ann', tenant: '', format: 1 });
 * await store.close();
 */
export function createMongoStore({
  uri,
  database: name,
  oneBulk,
  clock = Date.now,
  upgrades: steps = upgrades,
  beat,
}: MongoOptions): Store {
  let connection: Opened | undefined;
  let closing: Promise<void> | undefined;
  /** Closing the client under a command would reject it when nobody listens any more. */
  const underWay = new Set<Promise<unknown>>();

  function opened(): Opened {
    if (!connection || closing)
      throw new StoreError(closing ? 'the store is closed' : 'the store is not open: call open() first');
    return connection;
  }

  /** Runs commands on the open connection. */
  async function using<T>(work: (connection: Opened) => Promise<T>): Promise<T> {
    const running = work(opened()).catch((error: unknown) => {
      throw meaningOf(error);
    });
    underWay.add(running);
    return running.finally(() => underWay.delete(running));
  }

  const stored = (collection: CollectionName | 'blobs') => opened().database.collection<Stored>(collection);

  function cursor(collection: CollectionName, query: Query) {
    const { filter, sort, skip, limit } = findOf(query);
    return stored(collection).find(collection === 'chunks' ? present(filter) : filter, {
      projection: { [own.pending]: 0 },
      skip,
      limit,
      ...(sort && { sort }),
    });
  }

  const adapter: Adapter = {
    shared: true,

    async open() {
      if (closing) throw new StoreError('the store is closed: create another one');
      if (connection) return;
      const connected = await connect(uri, name);
      const { client, database, version } = connected;
      try {
        await ensureIndexes(database);
      } catch (error) {
        await client.close();
        throw error;
      }
      const together = oneBulk ?? version >= ONE_BULK_SINCE;
      const instances = database.collection<Stored>('instances');
      const blobs = createBlobs(database);
      connection = {
        ...connected,
        bulk: together ? clientBulk(client, database) : collectionBulk(database),
        commits: together
          ? createCommits(instances, replaceTogether(client, instances), bulkTogether(client, database), blobs)
          : createCommits(instances, replaceSingly(instances), collectionBulk(database), blobs),
        changes: createChanges(database),
        blobs,
        feed: createFeed(database, connected.replicaSet),
      };
    },

    close() {
      closing ??= (async () => {
        while (underWay.size > 0) await Promise.allSettled(underWay);
        await connection?.feed.close();
        await connection?.client.close();
      })();
      return closing;
    },

    get: <T extends Document>(collection: CollectionName, id: string) =>
      using(async ({ commits }) => {
        if (collection === 'instances') return (await commits.load(id)) as T | undefined;
        const found = await stored(collection).findOne({ _id: id });
        return found && !(own.gone in found) ? fromStored<T>(found) : undefined;
      }),

    getMany: <T extends Document>(collection: CollectionName, ids: string[]) =>
      using(async () => {
        const found = new Map<string, T>();
        const wanted = [...new Set(ids)];
        for (let from = 0; from < wanted.length; from += idsAtOnce) {
          const filter = { id: { $in: wanted.slice(from, from + idsAtOnce) } };
          for await (const one of cursor(collection, { filter })) found.set(one._id, fromStored<T>(one));
        }
        return wanted.flatMap(id => found.get(id) ?? []);
      }),

    find: <T extends Document>(collection: CollectionName, query: Query) =>
      using(async () => {
        // to MongoDB no limit and a limit of none are the same
        if (query.limit === 0) return [];
        return (await cursor(collection, query).toArray()).map(fromStored<T>);
      }),

    count: (collection, filter, max) =>
      using(async () => {
        if (max === 0) return 0;
        return stored(collection).countDocuments(filterOf(filter), max === undefined ? {} : { limit: max });
      }),

    group: (collection, by, filter) =>
      using(async () => {
        if (by.length === 0) return [{ key: [], count: await stored(collection).countDocuments(filterOf(filter)) }];
        const key = Object.fromEntries(
          by.map((path, index) => [`k${index}`, { $ifNull: [`$${encodePath(path)}`, null] }]),
        );
        const groups = await stored(collection)
          .aggregate([{ $match: filterOf(filter) }, { $group: { _id: key, count: { $sum: 1 } } }])
          .toArray();
        return groups.map(({ _id, count }) => ({
          key: by.map((_, index) => scalarOf((_id as Bson)[`k${index}`])),
          count: count as number,
        }));
      }),

    commit: (unit: Unit) => using(({ commits }) => commits.commit(unit)),
    settle: (instance: Instance['id'], version) => using(({ commits }) => commits.settle(instance, version)),
    repair: () => using(({ commits }) => commits.repair()),

    insert: (collection, document) =>
      using(async () => {
        try {
          await stored(collection).insertOne(toStored(document));
          return true;
        } catch (error) {
          if (isDuplicate(error)) return false;
          throw error;
        }
      }),

    putInOrder: puts =>
      using(async ({ bulk }) => {
        for (const one of puts) await bulk.write(writesOf(one));
      }),
    strip: (collection, ids, fields) => using(({ changes }) => changes.strip(collection, ids, fields)),

    patch: (collection, id, guard, change) => using(({ changes }) => changes.patch(collection, id, guard, change)),
    claim: (collection, query, change) => using(({ changes }) => changes.claim(collection, query, change)),
    remove: (collection, filter, limit) => using(({ changes }) => changes.remove(collection, filter, limit)),

    tell: news => connection?.feed.tell(news),
    hear: listener => opened().feed.hear(listener),

    agenda: () => agendaOn(opened().database),

    putBlob: (tenant, bytes) => using(({ blobs }) => blobs.put(tenant, bytes, clock())),
    blobs: before => using(({ blobs }) => blobs.all(before)),
    removeBlob: (tenant, hash, before) => using(({ blobs }) => blobs.remove(tenant, hash, before)),
    getBlob: (tenant, hash) => using(({ blobs }) => blobs.get(tenant, hash)),
    async backup() {
      throw new StoreError('MongoDB is backed up by its own tools: mongodump --oplog, or a snapshot of its volume');
    },

    explain: (collection, query) => using(async () => planOf(await cursor(collection, query).explain('queryPlanner'))),
  };
  const where = () => `the database ${opened().database.databaseName}`;
  return withLargeValues(withFormats(adapter, { steps, where, clock, beat }), clock);
}

const writesOf = ({ collection, documents, newer }: Put): Write[] =>
  documents.map(document => {
    const replacement = toStored(document);
    const older = newer !== undefined && { [encodePath(newer)]: { $lt: valueAt(document, newer) } };
    return { collection, filter: { _id: document.id, ...older }, replacement, upsert: true };
  });

const scalarOf = (value: unknown): Scalar =>
  value === undefined || typeof value === 'object' ? null : (value as Scalar);
