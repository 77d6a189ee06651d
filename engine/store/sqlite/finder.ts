/** Where a find runs: a short walk along an index on the event loop, everything else in the reader thread. */

import type { CollectionName, Document, Query } from '../port.js';
import type { Database } from './driver.js';
import { select } from './filter.js';
import type { Read } from './reads.js';
import { tables } from './schema.js';

export interface Finder {
  find<T extends Document>(collection: CollectionName, query: Query): Promise<T[]>;
  /** How SQLite would run it; `scans`: it reads a table without an index. */
  explain(collection: CollectionName, query: Query): { plan: string; scans: boolean };
}

/** Finds of more documents than this go to the thread. */
const smallFind = 50;
/** A find that holds up the event loop longer than this (ms), so many times in a row, goes to the thread from then on. */
const slowFind = 2;
const slowTimes = 3;
/** Statements of which is remembered how slow they are. */
const statementsKept = 1000;

/** @param point the connection of the event loop @param read asks the reader thread */
export function createFinder(point: Database, read: (request: Read) => Promise<unknown>): Finder {
  /** How often a statement was slow in a row (once may be a pause of the machine); infinite: its plan says that it will be. */
  const slow = new Map<string, number>();

  function explain(collection: CollectionName, query: Query) {
    const { text, values } = select(tables[collection], 'doc', query);
    const steps = point.plan(text, values);
    return { plan: steps.join('\n'), scans: steps.some(step => /^SCAN (?!.*(USING|VIRTUAL))/.test(step)) };
  }

  function suitsEventLoop(collection: CollectionName, query: Query, text: string): boolean {
    if ((query.limit ?? Number.POSITIVE_INFINITY) > smallFind || query.skip) return false;
    if (!slow.has(text)) {
      if (slow.size >= statementsKept) slow.clear();
      const isSlow = /^SCAN |TEMP B-TREE/m.test(explain(collection, query).plan);
      slow.set(text, isSlow ? Number.POSITIVE_INFINITY : 0);
    }
    return slow.get(text)! < slowTimes;
  }

  /** Answers the texts of the documents. */
  async function texts(collection: CollectionName, query: Query): Promise<string[]> {
    const { text, values } = select(tables[collection], 'doc', query);
    if (!suitsEventLoop(collection, query, text)) return (await read({ do: 'find', collection, query })) as string[];
    const start = performance.now();
    const rows = point.all(text, values);
    slow.set(text, performance.now() - start > slowFind ? slow.get(text)! + 1 : 0);
    return rows.map(row => row[0] as string);
  }

  return {
    find: async <T extends Document>(collection: CollectionName, query: Query) =>
      (await texts(collection, query)).map(text => JSON.parse(text) as T),
    explain,
  };
}
