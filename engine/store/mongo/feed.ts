/**
 * News between the processes on one database: written to a collection whose entries live for a minute; heard by a change
 * stream where there is a replica set, else by reading four times a second. Nothing depends on it but how soon one hears.
 */

import { randomUUID } from 'node:crypto';
import { setTimeout as setTimer } from 'node:timers';
import { setTimeout } from 'node:timers/promises';
import type { ChangeStream, ChangeStreamInsertDocument, Db } from 'mongodb';
import type { Json } from '../../core/types.js';
import { decode, encode, type Stored } from './documents.js';

export interface Feed {
  /** Tells the others; nothing waits for it. */
  tell(news: Json): void;
  /** Hears the others; answers the function that ends it. */
  hear(listener: (news: Json) => void): () => void;
  close(): Promise<void>;
}

/** Milliseconds between two entries of a node: each costs every other node a round trip. */
const TELL_EVERY = 25;
/** Milliseconds between two looks. */
const LOOK_EVERY = 250;
/** How far behind the newest entry a look goes back, milliseconds: writers' clocks differ, and a write may be slow. */
const OVERLAP = 1_000;
/** Every so many looks one goes back further, milliseconds. */
const LONG_LOOK_EVERY = 20;
const LONG_OVERLAP = 10_000;

export function createFeed(database: Db, replicaSet: boolean): Feed {
  const entries = database.collection<Stored>('feed');
  const node = randomUUID();
  const listeners = new Set<(news: Json) => void>();
  /** Entries that were heard, and when. */
  const heard = new Map<string, number>();
  const stopped = new AbortController();
  let outgoing: Json[] = [];
  let told = 0;
  let telling: NodeJS.Timeout | undefined;
  let begun = 0;
  let writing: Promise<unknown> = Promise.resolve();
  let hearing: Promise<void> | undefined;
  let stream: ChangeStream<Stored> | undefined;

  /** What is told until the next entry is due is one entry. */
  function flush(): void {
    clearTimeout(telling);
    told = Date.now();
    const entry = { _id: randomUUID(), at: new Date(), node, news: encode(outgoing) };
    outgoing = [];
    // Who does not hear of it finds it when he looks for due work the next time.
    writing = entries.insertOne(entry, { writeConcern: { w: 1 } }).catch(() => undefined);
  }

  function deliver({ _id, news }: Stored): void {
    if (heard.has(_id)) return;
    heard.set(_id, Date.now());
    for (const one of decode(news) as Json[]) for (const listener of listeners) listener(one);
  }

  function forget(): void {
    for (const [id, at] of heard) {
      if (at > Date.now() - 2 * LONG_OVERLAP) return;
      heard.delete(id);
    }
  }

  async function look(overlap: number): Promise<void> {
    forget();
    const since = new Date(Math.max(Date.now() - overlap, begun - OVERLAP));
    for await (const entry of entries.find({ at: { $gte: since }, node: { $ne: node } }, { sort: { at: 1 } })) {
      // what was told before anybody listened here is no news
      if (Number(entry.at) >= begun) deliver(entry);
    }
  }

  const pause = () => setTimeout(LOOK_EVERY, undefined, { signal: stopped.signal, ref: false });

  /** Where there is a stream, this finds what was told between two of them. */
  async function lookAgainAndAgain(): Promise<void> {
    for (let number = 1; !stopped.signal.aborted; number++) {
      await pause();
      const long = number % LONG_LOOK_EVERY === 0;
      if (!replicaSet || long || number === 1) await look(long ? LONG_OVERLAP : OVERLAP).catch(() => undefined);
    }
  }

  async function follow(): Promise<void> {
    for (; !stopped.signal.aborted; await pause()) {
      stream = entries.watch([{ $match: { operationType: 'insert', 'fullDocument.node': { $ne: node } } }]);
      try {
        for await (const change of stream) deliver((change as ChangeStreamInsertDocument<Stored>).fullDocument);
      } catch {
        // the server was away: another stream
      }
    }
  }

  async function begin(): Promise<void> {
    begun = Date.now();
    await Promise.allSettled([lookAgainAndAgain(), ...(replicaSet ? [follow()] : [])]);
  }

  return {
    tell(news) {
      if (outgoing.length === 0) telling = setTimer(flush, Math.max(0, told + TELL_EVERY - Date.now()));
      outgoing.push(news);
    },
    hear(listener) {
      listeners.add(listener);
      hearing ??= begin();
      return () => void listeners.delete(listener);
    },
    async close() {
      if (outgoing.length > 0) flush();
      stopped.abort();
      await stream?.close().catch(() => undefined);
      await Promise.all([writing, hearing]);
    },
  };
}
