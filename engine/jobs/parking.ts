/** Long polling: requests for work that find none are parked, and served first come first when some turns up. */

import { createBell } from './bell.js';
import { TooManyParked } from './errors.js';
import type { FetchRequest, Work, WorkJob } from './work.js';

/** Longest time that a request is parked, milliseconds. */
export const LONGEST_WAIT = 60_000;

export interface ParkingRequest extends FetchRequest {
  /** Milliseconds to wait for work; default 0: answer at once. */
  wait?: number;
  /** Who asks: the requests of one of its workers are counted together; default: nobody in particular. */
  client?: string;
  /** The asker has gone: nothing is locked for it any more. */
  signal?: AbortSignal;
}

export interface ParkingOptions {
  work: Work;
  perClient: number;
  total: number;
  report(error: unknown): void;
}

interface Parked {
  request: ParkingRequest;
  client: string;
  /** Takes the car out; false when it has left already. */
  leave(jobs: WorkJob[]): boolean;
}

export type Parking = ReturnType<typeof createParking>;

/** Makes the car park of waiting requests. */
export function createParking({ work, perClient, total, report }: ParkingOptions) {
  const parked = new Set<Parked>();
  /** Topics that may have work; all of them when it holds ''. */
  const rung = new Set<string>();
  let closed = false;

  const bell = createBell(async () => {
    const topics = new Set(rung);
    rung.clear();
    /** Requests that found nothing in this round: the same one behind them will not, either. */
    const vain = new Set<string>();
    for (const waiting of parked) {
      const wanted = topics.has('') || waiting.request.topics.some(({ topic }) => topics.has(topic));
      if (!wanted || vain.has(keyOf(waiting.request))) continue;
      const jobs = await work.fetch(waiting.request);
      if (jobs.length === 0) vain.add(keyOf(waiting.request));
      else if (!waiting.leave(jobs)) await giveBack(jobs);
    }
  }, report);

  /** Fetched for somebody who went meanwhile. */
  async function giveBack(jobs: WorkJob[]) {
    for (const { id, worker } of jobs) await work.unlock({ id, worker }).catch(report);
  }

  function ring(topic = '') {
    if (parked.size === 0) return;
    rung.add(topic);
    bell.ring();
  }

  function park(request: ParkingRequest, client: string, wait: number): Promise<WorkJob[]> {
    return new Promise(resolve => {
      const leave = (jobs: WorkJob[]) => {
        if (!parked.delete(car)) return false;
        clearTimeout(timer);
        request.signal?.removeEventListener('abort', gone);
        resolve(jobs);
        return true;
      };
      const gone = () => leave([]);
      const car: Parked = { request, client, leave };
      const timer = setTimeout(gone, wait);
      request.signal?.addEventListener('abort', gone);
      parked.add(car);
      // What was committed while we looked has rung for those who were parked then.
      for (const { topic } of request.topics) ring(topic);
    });
  }

  return {
    ring,
    /** How many requests wait. */
    size: () => parked.size,

    /** Work that is there, or turns up within `wait`; an empty list after that. Throws TooManyParked. */
    async fetch(request: ParkingRequest): Promise<WorkJob[]> {
      const jobs = await work.fetch(request);
      const wait = Math.min(request.wait ?? 0, LONGEST_WAIT);
      if (jobs.length > 0 || wait <= 0 || closed || request.signal?.aborted) return jobs;
      // Workers often share a token: one that asks too much starves none of the others.
      const client = JSON.stringify([request.client, request.worker]);
      const own = [...parked].filter(car => car.client === client).length;
      if (parked.size >= total) throw new TooManyParked(`${total} requests for work are waiting; ask again later`);
      if (own >= perClient) {
        throw new TooManyParked(
          `${own} requests of worker '${request.worker}' are waiting for work; one answers for all its topics`,
        );
      }
      return park(request, client, wait);
    },

    /** Answers everybody with nothing; parks nobody any more. */
    async close() {
      closed = true;
      for (const car of parked) car.leave([]);
      await bell.close();
    },
  };
}

const keyOf = ({ topics, tenants, filter }: FetchRequest) =>
  JSON.stringify([topics.map(({ lock: _, variables: _names, ...asked }) => asked), tenants, filter]);
