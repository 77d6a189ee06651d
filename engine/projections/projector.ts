/** Runs the folds: takes unfolded history in batches, counts each once, and lets readers wait for their own writes. */

import { randomUUID } from 'node:crypto';
import { Busy, type Engine } from '../contract.js';
import type { Definition } from '../core/types.js';
import type { BatchDocument, HistoryDocument } from '../store/documents.js';
import { type CollectionName, StoreError } from '../store/port.js';
import { cursorOf } from '../store/queries.js';
import { foldBatch } from './batch.js';
import { forget, forgetVariables } from './forget.js';
import { createLease, SHAPE } from './lease.js';
import { createWaiting, type Freshness } from './waiting.js';

export type { Freshness } from './waiting.js';

export interface ProjectorOptions {
  engine: Pick<Engine, 'store' | 'clock' | 'definition' | 'onCommit' | 'onNews'>;
  /** History documents per batch. */
  size?: number;
  /** Milliseconds that commits are collected before they are folded. */
  delay?: number;
  /** Milliseconds that a reader waits at most. */
  patience?: number;
  /** Days that the past of a definition is kept, null: for ever; undefined (default): as its model says. */
  timeToLive?: (definition: string) => Promise<number | null | undefined>;
  /** Name in the lease; default: a new one. */
  node?: string;
  /** Hears what went wrong in the background; the fold is tried again with the next commit. */
  onError?: (error: unknown) => void;
}

export interface Projector {
  /** Repeats a batch that a crash left, folds what is unfolded, and from now on what is committed. */
  start(): Promise<void>;
  /** Folds everything that is unfolded now. */
  fold(): Promise<void>;
  /** Waits until the history that is stored now (of one instance, or all) is folded; a second at most. */
  caughtUp(instance?: string): Promise<Freshness>;
  /** Throws the projections away and folds all history again; answers how many documents were folded. */
  rebuild(): Promise<number>;
  /**
   * Calls `listener` with each batch of new history before it counts as folded: what it writes is as durable as the
   * commits. A crash may show it a batch twice; a rebuild shows it nothing.
   */
  onHistory(listener: (documents: HistoryDocument[]) => Promise<void>): void;
  /** Takes away everything that is kept of an ended instance. Throws BadCommand while it runs, Busy while it is not folded. */
  forget(instance: string): Promise<void>;
  /** Takes away what is kept of the variables of an instance, or of one of them. */
  forgetVariables(which: { instance: string; variable?: string }): Promise<void>;
  /** Stops listening and finishes the running batch. */
  close(): Promise<void>;
}

/** History documents read at once, and events after which a batch is large enough: a commit may hold thousands. */
const PAGE = 25;
const MOST_EVENTS = 5_000;

/** A process that does not fold looks this often whether the one that did is gone, milliseconds. */
const INHERIT = 5_000;

/** What is thrown away before everything is folded again. The logs stay: they also hold what was no commit, and notes. */
const PROJECTIONS: CollectionName[] = ['runs', 'activities', 'variables', 'details', 'statistics', 'incidents'];

/**
 * Creates the projector of an engine. Of all that are on one database one folds, under a lease.
 *
 *     const projector = createProjector({ engine });
 *     await projector.start();
 *     await projector.caughtUp(instance);
 */
export function createProjector({
  engine,
  size = 500,
  delay = 50,
  patience = 1000,
  timeToLive = async () => undefined,
  node = randomUUID(),
  onError = () => {},
}: ProjectorOptions): Projector {
  const { store } = engine;
  const lease = createLease(store, node);
  const listeners: ((documents: HistoryDocument[]) => Promise<void>)[] = [];
  const waiting = createWaiting({ store, clock: engine.clock, patience, fold, onError });
  const { caughtUp } = waiting;
  let running: Promise<unknown> = Promise.resolve();
  let queued: Promise<number | undefined> | undefined;
  /** The last batch may not be finished: after a start, and after an error. */
  let interrupted = true;
  let pending = 0;
  let timer: NodeJS.Timeout | undefined;
  let heir: NodeJS.Timeout | undefined;
  let stopListening = () => {};
  let closed = false;

  /** One fold at a time. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = running.then(work);
    running = result.catch(() => {});
    return result;
  }

  /** The oldest unfolded history: at most `size` documents, and fewer when much happened in them. */
  async function nextDocuments(): Promise<HistoryDocument[]> {
    const sort = { at: 1, seq: 1 } as const;
    const documents: HistoryDocument[] = [];
    let events = 0;
    while (documents.length < size && events < MOST_EVENTS) {
      const last = documents.at(-1);
      const page = await store.find<HistoryDocument>('history', {
        filter: { unfolded: 1 },
        sort,
        limit: Math.min(PAGE, size - documents.length),
        ...(last && { after: cursorOf(last, sort) }),
      });
      for (const document of page) {
        if (documents.length > 0 && events + document.events.length > MOST_EVENTS) return documents;
        documents.push(document);
        events += document.events.length;
      }
      if (page.length < PAGE) break;
    }
    return documents;
  }

  async function definitionOf(id: string): Promise<Definition> {
    const [definition, days] = await Promise.all([engine.definition(id), timeToLive(id)]);
    if (days === undefined) return definition;
    const { historyTimeToLive: _, ...others } = definition;
    return days === null ? others : { ...others, historyTimeToLive: String(days) };
  }

  async function foldDocuments(batch: number, documents: HistoryDocument[]): Promise<void> {
    interrupted = true;
    await foldBatch(store, definitionOf, batch, documents);
    const untold = documents.filter(document => !document.told);
    for (const listener of untold.length > 0 ? listeners : []) await listener(untold);
    const ids = documents.map(document => document.id);
    await store.strip('history', ids, ['unfolded', 'told']);
    interrupted = false;
    waiting.folded(ids);
  }

  /** Repeats the batch that was written down last: harmless when it was finished, necessary when it was not. */
  async function repeatLast({ batch, ids }: BatchDocument): Promise<void> {
    const documents = await store.getMany<HistoryDocument>('history', ids);
    if (documents.some(document => document.unfolded)) await foldDocuments(batch, documents);
    interrupted = false;
  }

  /** The batch before the next one, finished; undefined: another process folds. */
  async function begun(): Promise<BatchDocument | undefined> {
    if (store.outdated()) {
      // What it cannot read it cannot fold: a newer program goes on.
      await lease.release();
      return undefined;
    }
    const held = await lease.take();
    if (held && (interrupted || held.taken)) await repeatLast(held.last);
    return held?.last;
  }

  /** Answers how many documents were folded; undefined: another process does it. */
  async function foldAll(): Promise<number | undefined> {
    let last = await begun();
    let folded = 0;
    while (last && !closed) {
      const documents = await nextDocuments();
      if (documents.length === 0) return folded;
      last = await lease.begin(
        last,
        documents.map(document => document.id),
      );
      if (last) await foldDocuments(last.batch, documents);
      folded += documents.length;
    }
    return last && folded;
  }

  async function foldAgain(): Promise<number> {
    const last = (await lease.take())?.last;
    if (!last || !(await lease.rebuild(last, true))) {
      throw new StoreError('another process folds the history now: stop it before you fold everything again');
    }
    const bare = { annotation: { $exists: false } };
    for (const projection of PROJECTIONS) while ((await store.remove(projection, bare, 1000)) > 0);
    const folded = { filter: { unfolded: { $exists: false } }, limit: 1000, bare: true } as const;
    while ((await store.claim('history', folded, { set: { unfolded: 1, told: 1 } })).length > 0);
    await lease.rebuild(last, false);
    return (await foldAll()) ?? 0;
  }

  function fold(): Promise<number | undefined> {
    queued ??= inTurn(() => {
      queued = undefined;
      return foldAll();
    });
    return queued;
  }

  function soon(): void {
    pending++;
    if (pending >= size) now();
    else timer ??= setTimeout(now, delay).unref();
  }

  function now(): void {
    clearTimeout(timer);
    timer = undefined;
    pending = 0;
    fold().catch(onError);
  }

  return {
    async start() {
      const stop = [engine.onCommit(soon), engine.onNews(news => news.of === 'commit' && soon())];
      stopListening = () => {
        for (const end of stop) end();
      };
      if (store.shared) heir = setInterval(now, INHERIT).unref();
      const last = (await lease.take())?.last;
      // What an earlier program folded is made anew beside everything else: it may take long.
      if (last && last.shape !== SHAPE) inTurn(foldAgain).catch(onError);
      else await inTurn(last?.rebuilding ? foldAgain : foldAll);
    },

    async fold() {
      await fold();
    },

    caughtUp,
    rebuild: () => inTurn(foldAgain),

    onHistory(listener) {
      listeners.push(listener);
    },

    async forget(instance) {
      await caughtUp(instance);
      if ((await store.count('history', { instance, unfolded: 1 }, 1)) > 0) {
        throw new Busy(`the history of instance ${instance} is not folded yet: try again`);
      }
      await inTurn(() => forget(store, instance));
    },

    forgetVariables: which => inTurn(() => forgetVariables(store, which)),

    async close() {
      closed = true;
      stopListening();
      clearTimeout(timer);
      clearInterval(heir);
      await running;
      await lease.release().catch(onError);
    },
  };
}
