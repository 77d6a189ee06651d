/** Which work a worker gets: free jobs of its topics, as its request narrows them, in the order that it asks for. */

import { comeBack, inOrder } from '../aside.js';
import type { Clock } from '../contract.js';
import type { Instance, Variables } from '../core/types.js';
import type { DefinitionDocument, JobDocument } from '../store/documents.js';
import type { Filter, Query, Scalar, Store } from '../store/port.js';
import { cursorOf } from '../store/queries.js';
import type { FetchRequest, Topic } from './work.js';

/** A job that is locked now, and the topic by which it was asked for. */
export interface Claimed {
  job: JobDocument;
  topic: Topic;
}

/** Free jobs of one topic. */
interface Wanted {
  filter: Filter;
  sort: NonNullable<Query['sort']>;
}

/** Candidates that are looked at together where their processes' variables decide. */
const PAGE = 100;

export function createClaims(store: Store, clock: Clock) {
  async function wanted(topic: Topic, request: FetchRequest): Promise<Wanted> {
    const now = clock();
    await comeBack(store, { topic: topic.topic }, now);
    const filter: Filter = {
      $and: [
        {
          topic: topic.topic,
          'wait.state': 'open',
          retries: { $gt: 0 },
          suspended: { $ne: true },
        },
        // The date stands inside, so that no planner prefers an index of dates to the one of the order.
        {
          $or: [
            { lockedUntil: null, due: { $lte: now } },
            { lockedUntil: { $lte: now }, due: { $lte: now } },
          ],
        },
        inOrder,
        ...(request.tenants ? [{ tenant: { $in: request.tenants } }] : []),
        ...[request.filter, topic.filter].filter(part => part !== undefined),
        ...(topic.versionTag === undefined ? [] : [await tagged(topic.versionTag)]),
      ],
    };
    return { filter, sort: sortOf(request) };
  }

  async function tagged(versionTag: string): Promise<Filter> {
    const found = await store.find<DefinitionDocument>('definitions', { filter: { versionTag } });
    return { definition: { $in: found.map(({ id }) => id) } };
  }

  /** Those that may be locked, in order. */
  async function candidates(topic: Topic, { filter, sort }: Wanted, limit: number): Promise<JobDocument[]> {
    if (!topic.having) return store.find<JobDocument>('jobs', { filter, sort, limit });
    const fit: JobDocument[] = [];
    for (let after: Scalar[] | undefined; ; ) {
      const page = await store.find<JobDocument>('jobs', { filter, sort, limit: PAGE, after });
      fit.push(...(await ofProcessesWith(topic.having, page)));
      if (page.length < PAGE || fit.length >= limit) return fit.slice(0, limit);
      after = cursorOf(page.at(-1)!, sort);
    }
  }

  async function ofProcessesWith(having: Variables, jobs: JobDocument[]): Promise<JobDocument[]> {
    const instances = await store.getMany<Instance>('instances', [...new Set(jobs.map(({ instance }) => instance))]);
    const fit = new Set(instances.filter(instance => hasAll(instance, having)).map(({ id }) => id));
    return jobs.filter(({ instance }) => fit.has(instance));
  }

  /** Locks up to so many of one topic; of two that ask at once each gets its own. */
  async function lock(topic: Topic, request: FetchRequest, limit: number): Promise<JobDocument[]> {
    const free = await wanted(topic, request);
    const until = clock() + topic.lock;
    const change = {
      set: { lockedBy: request.worker, lockedUntil: until, asideUntil: until },
      increase: { rev: 1 },
    };
    if (!topic.having) return store.claim<JobDocument>('jobs', { ...free, limit }, change);
    const ids = (await candidates(topic, free, limit)).map(({ id }) => id);
    if (ids.length === 0) return [];
    const filter: Filter = { $and: [free.filter, { id: { $in: ids } }] };
    return store.claim<JobDocument>('jobs', { ...free, filter, limit }, change);
  }

  /** How many each topic gives, when the first jobs of all topics are taken. */
  async function shares(request: FetchRequest, max: number): Promise<{ topic: Topic; limit: number }[]> {
    const { topics } = request;
    if (topics.length === 1) return [{ topic: topics[0]!, limit: max }];
    const found = await Promise.all(
      topics.map(async topic => {
        const jobs = await candidates(topic, await wanted(topic, request), max);
        return jobs.map(job => ({ job, topic }));
      }),
    );
    const chosen = found.flat().sort(asAsked(request)).slice(0, max);
    return topics
      .map(topic => ({ topic, limit: chosen.filter(one => one.topic === topic).length }))
      .filter(({ limit }) => limit > 0);
  }

  return {
    /** Locks what there is now, `max` jobs at most. */
    async claimWork(request: FetchRequest): Promise<Claimed[]> {
      const { max = 1 } = request;
      const claimed: Claimed[] = [];
      for (const { topic, limit } of await shares(request, max)) {
        const jobs = await lock(topic, request, limit);
        claimed.push(...jobs.map(job => ({ job, topic })));
      }
      return claimed.sort(asAsked(request));
    },
  };
}

/** By urgency and then by the time from which they may run, unless something else is asked for. */
function sortOf({ order }: FetchRequest): NonNullable<Query['sort']> {
  const { priority = order?.created === undefined, created } = order ?? {};
  return {
    ...(priority && { priority: -1 as const }),
    ...(created === undefined ? { due: 1 as const } : { createdAt: created }),
  };
}

const asAsked = (request: FetchRequest) => {
  const keys = Object.entries(sortOf(request)) as ['priority' | 'due' | 'createdAt', 1 | -1][];
  return ({ job: one }: Claimed, { job: other }: Claimed): number => {
    for (const [key, direction] of keys) if (one[key] !== other[key]) return (one[key] - other[key]) * direction;
    return 0;
  };
};

const hasAll = ({ activations }: Instance, having: Variables): boolean =>
  Object.entries(having).every(([name, value]) => activations[1]?.variables?.[name] === value);
