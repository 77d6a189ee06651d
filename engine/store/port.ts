/** The store port: what the engine and its services ask of a database. Small; what all adapters need is written above it. */

import type { AgendaBackend } from 'agenda';
import type { Chunk, Instance, Json } from '../core/types.js';
import type { HistoryDocument } from './documents.js';

/** Every document: JSON only (no Date, no undefined); `id` is unique within its collection. */
export interface Document {
  id: string;
  tenant: string;
  /** Format number of the document; see `upgrades.ts`. */
  format: number;
}

export type CollectionName =
  | 'definitions'
  | 'deployments'
  | 'instances'
  | 'chunks'
  | 'tasks'
  | 'jobs'
  | 'subscriptions'
  | 'history'
  | 'runs'
  | 'activities'
  | 'variables'
  | 'details'
  | 'jobLog'
  | 'linkLog'
  | 'operations'
  | 'statistics'
  | 'incidents'
  | 'keys'
  | 'messages'
  | 'signals'
  | 'comments'
  | 'attachments'
  | 'drafts'
  | 'filters'
  | 'users'
  | 'groups'
  | 'tenants'
  | 'authorizations'
  | 'tokens'
  | 'sessions'
  | 'audit'
  | 'workers'
  | 'webhooks'
  | 'deliveries'
  | 'notices'
  | 'agenda'
  | 'nodes'
  | 'meta';

export type Scalar = string | number | boolean | null;

/** Conditions on one field. A missing field equals null. */
export type FieldFilter =
  | Scalar
  | {
      $eq?: Scalar;
      $ne?: Scalar;
      $in?: Scalar[];
      $nin?: Scalar[];
      $gt?: string | number;
      $gte?: string | number;
      $lt?: string | number;
      $lte?: string | number;
      $exists?: boolean;
      /** Text begins with this. */
      $prefix?: string;
    };

/**
 * A typed subset of MongoDB's filter language. Keys are dotted paths. On an array path declared in the collection's
 * indexes an equality, `$in` or their negation tests membership. Of objects and of other arrays only `$exists` and null
 * are asked.
 */
export type Filter =
  | ({ [path: string]: FieldFilter | undefined } & {
      $and?: never;
      $or?: never;
      $nor?: never;
    })
  | { $and: Filter[] }
  | { $or: Filter[] }
  | { $nor: Filter[] };

export interface Query {
  filter?: Filter;
  /**
   * Path → direction, in order; ties are broken by `id` in the direction of the last one. Null and missing come first, then
   * numbers, texts by code point, booleans. Absent: any order.
   */
  sort?: Record<string, 1 | -1>;
  skip?: number;
  limit?: number;
  /** For who wants ids, dates and numbers only: large values and fields are not fetched; `{}` stands where they are. */
  bare?: true;
  /** Keyset paging: the sort values and id of the last document seen, as `cursorOf` in `queries.ts` makes them. */
  after?: Scalar[];
}

/** One index. */
export interface Index {
  name: string;
  /** In order; a leading `-` means descending, which matters only where a sort mixes directions. */
  paths: string[];
  unique?: boolean;
  /** Only documents where these paths have these values. */
  where?: Record<string, Scalar>;
  /** Only documents that have the first path. */
  sparse?: boolean;
  /** A path that holds an array of scalars: one entry per element, which stands before `paths`. */
  array?: string;
}

/**
 * A row of a wait, as the commit writes it: inserted whole; an existing one gets only its `wait` part, and only where
 * `wait.v` is smaller than the new one.
 */
export interface RowWrite {
  collection: 'tasks' | 'jobs' | 'subscriptions';
  id: string;
  /** The whole document for an insert; absent when the row must exist already (a closing). */
  insert?: Document & { wait: WaitState };
  wait: WaitState;
  /** Engine's own fields beside `wait` that are written too (correlation hashes of a subscription). */
  set?: Record<string, Json>;
}

/** The engine's part of a row. */
export interface WaitState {
  /** The instance's version that wrote it. */
  v: number;
  state: 'open' | 'answered' | 'dropped';
  answeredBy?: string;
  answeredAt?: number;
}

/** One commit: the instance (guarded by its version), its chunks, its waits' rows, one history document. */
export interface Unit {
  /** Version that must be stored now; 0: the instance must not exist. */
  expects: number;
  instance: Instance;
  chunks: Chunk[];
  rows: RowWrite[];
  history: HistoryDocument;
}

/** `conflict`: another version is stored. `duplicate`: the instance to insert exists. */
export type CommitResult = 'committed' | 'conflict' | 'duplicate';

/** Documents that are put; see `Store.put`. */
export interface Put {
  collection: CollectionName;
  documents: Document[];
  newer?: string;
}

/** A change of one document: paths set, removed, or increased. */
export interface Change {
  set?: Record<string, Json>;
  unset?: string[];
  increase?: Record<string, number>;
}

export interface Store {
  /** May several processes have the same data open? */
  readonly shared: boolean;
  /** Does a newer program write here, in a format that this one does not read? Its documents are passed over. */
  outdated(): boolean;
  /** Opens, creates or upgrades. Throws StoreError with a sentence when somebody else owns the data or its format is newer. */
  open(): Promise<void>;
  close(): Promise<void>;

  get<T extends Document>(collection: CollectionName, id: string): Promise<T | undefined>;
  /** Those that exist, in the order of the ids. */
  getMany<T extends Document>(collection: CollectionName, ids: string[]): Promise<T[]>;
  find<T extends Document>(collection: CollectionName, query: Query): Promise<T[]>;
  /** Counts up to `max` (default: exact). */
  count(collection: CollectionName, filter: Filter, max?: number): Promise<number>;
  /** Counts per value of one or more paths. */
  group(collection: CollectionName, by: string[], filter: Filter): Promise<{ key: Scalar[]; count: number }[]>;

  /** One durable, conditional write, seen whole or not at all. StoreUnreachable: the outcome is unknown. */
  commit(unit: Unit): Promise<CommitResult>;
  /** Empties the outbox where the version is still this one. */
  settle(instance: string, version: number): Promise<void>;
  /** Finishes what commits of crashed processes have left half written, where a commit is more than one write. */
  repair(): Promise<void>;

  /** Inserts; false when the id (or a unique index) is taken. */
  insert(collection: CollectionName, document: Document): Promise<boolean>;
  /**
   * Inserts or replaces: for projections and documents with one writer. With `newer`, a stored document stays where its
   * number at this path is not smaller than the new one's: a writer that slept overwrites nothing.
   */
  put(collection: CollectionName, documents: Document[], newer?: string): Promise<void>;
  /** The same for several collections, one after the other; a crash may leave only the first ones. */
  putInOrder(puts: Put[]): Promise<void>;
  /** Takes fields away from these documents; those that are gone are passed over. */
  strip(collection: CollectionName, ids: string[], fields: string[]): Promise<void>;
  /** Changes the one document where `guard` holds; answers the new document, or undefined. */
  patch<T extends Document>(
    collection: CollectionName,
    id: string,
    guard: Filter,
    change: Change,
  ): Promise<T | undefined>;
  /** Atomically takes up to `limit` documents that match, applies the change, answers them as changed. */
  claim<T extends Document>(collection: CollectionName, query: Query & { limit: number }, change: Change): Promise<T[]>;
  /** Removes up to `limit` matching documents; answers how many. For purging only. */
  remove(collection: CollectionName, filter: Filter, limit: number): Promise<number>;

  /** Tells other processes on the same data; nothing waits for it, and a crash may swallow it. */
  tell(news: Json): void;
  /** Hears what they tell, within half a second; answers the function that ends it. */
  hear(listener: (news: Json) => void): () => void;

  /** Agenda's own backend for this database, where it has one. */
  agenda?(): Promise<AgendaRows>;

  /** Stores bytes under the tenant and their SHA-256 (hex), which is answered. */
  putBlob(tenant: string, bytes: Uint8Array): Promise<string>;
  getBlob(tenant: string, hash: string): Promise<Uint8Array | undefined>;
  /** All that are stored, or those that nobody has put since then (epoch milliseconds). */
  blobs(before?: number): Promise<{ tenant: string; hash: string }[]>;
  /** Removes one, unless somebody has put it since then. */
  removeBlob(tenant: string, hash: string, before: number): Promise<boolean>;
  /** Removes those that nobody has put for a day and nobody refers to; answers how many. */
  collectBlobs(): Promise<number>;
  /** Copies the data to a file while running (SQLite), or says which tool does it. */
  backup(file: string): Promise<void>;
  /** How the database would run a query; `scans` names collections read without an index. For tests. */
  explain(collection: CollectionName, query: Query): Promise<{ plan: string; scans: boolean }>;
}

/** A backend of agenda, and what gives back the lock of a row that it took at that time. */
export interface AgendaRows {
  backend: AgendaBackend;
  unlock(id: string, lockedAt: Date): Promise<void>;
}

/** A store as its adapter makes it; what it lacks is the same for all. */
export type Adapter = Omit<Store, 'outdated' | 'collectBlobs' | 'put'>;

/** The database said no: a sentence for the operator. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** A document was written by a newer program: another node knows what to do with it. */
export class NewerFormat extends StoreError {}

/** The document is larger than the database keeps: nothing was written. */
export class TooLarge extends StoreError {}

/** The database does not answer: a write may have been made or not, a read may be tried again. */
export class StoreUnreachable extends StoreError {}
