/** Which worker has lately asked for work of which topic: what a start would wait for in vain is known before. */

import type { Clock } from '../contract.js';
import { FORMAT } from '../store/documents.js';
import type { Document, Store } from '../store/port.js';

export interface WorkerDocument extends Document {
  topic: string;
  worker: string;
  /** Tenants that it works for; absent: every one. */
  tenants?: string[];
  seenAt: number;
}

/** A worker that asks all the time is written down this often, milliseconds. */
const EVERY = 30_000;

/** Workers that asked longer ago than this are gone, milliseconds: five long polls. */
export const PRESENT = 5 * 60_000;

/** Workers that are remembered here, so that they are not written down each time. */
const MOST = 10_000;

export interface Sightings {
  /** A worker asks for work. Never throws: it is seen again at its next request. */
  saw(request: { worker: string; topics: { topic: string }[]; tenants?: string[] }): Promise<void>;
  /** Workers that asked within the last five minutes, newest first; of these topics, or of all. */
  seen(topics?: string[]): Promise<WorkerDocument[]>;
}

export function createSightings(store: Store, clock: Clock, report: (error: unknown) => void): Sightings {
  const written = new Map<string, number>();

  return {
    async saw({ worker, topics, tenants }) {
      const now = clock();
      const fresh = topics.flatMap(({ topic }): WorkerDocument[] => {
        const id = JSON.stringify([topic, worker]);
        if (now - (written.get(id) ?? Number.NEGATIVE_INFINITY) < EVERY) return [];
        if (written.size >= MOST) written.clear();
        written.set(id, now);
        const of = { topic, worker, seenAt: now, ...(tenants && { tenants }) };
        return [{ id, tenant: '', format: FORMAT, ...of }];
      });
      if (fresh.length > 0) await store.put('workers', fresh, 'seenAt').catch(report);
    },

    seen: topics =>
      store.find<WorkerDocument>('workers', {
        filter: { ...(topics && { topic: { $in: topics } }), seenAt: { $gt: clock() - PRESENT } },
        sort: { seenAt: -1 },
      }),
  };
}
