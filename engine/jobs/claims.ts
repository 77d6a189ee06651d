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

/** With more levels of urgency than this, jobs of all of them are sorted together. */
const LEVELS = 50;

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
        { $or: [{ lockedUntil: null }, { lockedUntil: { $lte: now } }] },
        // With an alternative, so that no planner takes the date for a bound and prefers an index that gives another order.
        { $or: [{ due: { $lte: now } }, { due: null }] },
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
  async function candidates(
    topic: Topic,
    free: Wanted,
    { order = {}, limit }: { order?: FetchRequest['order']; limit: number },
  ): Promise<JobDocument[]> {
    const { created, priority = false } = order;
    return created === undefined ? inOrderOf(topic, free, limit) : byAge(topic, free, { created, priority, limit });
  }

  async function inOrderOf(topic: Topic, { filter, sort }: Wanted, limit: number): Promise<JobDocument[]> {
    if (!topic.having) return store.find<JobDocument>('jobs', { filter, sort, limit });
    const fit: JobDocument[] = [];
    for (let after: Scalar[] | undefined; ; ) {
      const page = await store.find<JobDocument>('jobs', { filter, sort, limit: PAGE, after });
      fit.push(...(await ofProcessesWith(topic.having, page)));
      if (page.length < PAGE || fit.length >= limit) return fit.slice(0, limit);
      after = cursorOf(page.at(-1)!, sort);
    }
  }

  /** Level by level of urgency, each in the order of its index: one index serves all that ask for an age. */
  async function byAge(
    topic: Topic,
    free: Wanted,
    { created, priority, limit }: { created: 1 | -1; priority: boolean; limit: number },
  ): Promise<JobDocument[]> {
    const found: JobDocument[] = [];
    let levels = 0;
    for await (const level of levelsOf(topic)) {
      if (!priority && ++levels > LEVELS) return inOrderOf(topic, free, limit);
      const filter: Filter = { $and: [free.filter, { priority: level }] };
      const left = priority ? limit - found.length : limit;
      found.push(...(await inOrderOf(topic, { filter, sort: { createdAt: created } }, left)));
      if (priority && found.length >= limit) return found;
    }
    const byCreation = (one: JobDocument, other: JobDocument) =>
      (one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1)) * created;
    return priority ? found : found.sort(byCreation).slice(0, limit);
  }

  /** How urgent the jobs of a topic are, the most urgent first. */
  async function* levelsOf({ topic }: Topic): AsyncGenerator<number> {
    const all: Filter = { $and: [{ topic, 'wait.state': 'open' }, inOrder] };
    for (let filter = all; ; ) {
      const [first] = await store.find<JobDocument>('jobs', { filter, sort: { priority: -1, due: 1 }, limit: 1 });
      if (!first) return;
      yield first.priority;
      filter = { $and: [all, { priority: { $lt: first.priority } }] };
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
    const { order, worker } = request;
    const change = { set: { lockedBy: worker, lockedUntil: until, asideUntil: until }, increase: { rev: 1 } };
    const claim = (query: Wanted, most: number) => store.claim<JobDocument>('jobs', { ...query, limit: most }, change);
    if (!topic.having && order?.created === undefined) return claim(free, limit);
    const locked: JobDocument[] = [];
    for (;;) {
      const found = await candidates(topic, free, { order, limit: limit - locked.length });
      if (found.length === 0) return locked;
      const filter: Filter = { $and: [free.filter, { id: { $in: found.map(({ id }) => id) } }] };
      const own = await claim({ ...free, filter }, found.length);
      locked.push(...own);
      // Where somebody was faster, there may be others.
      if (own.length === found.length) return locked;
    }
  }

  /** How many each topic gives, when the first jobs of all topics are taken. */
  async function shares(request: FetchRequest, max: number): Promise<{ topic: Topic; limit: number }[]> {
    const { topics } = request;
    if (topics.length === 1) return [{ topic: topics[0]!, limit: max }];
    const found = await Promise.all(
      topics.map(async topic => {
        const jobs = await candidates(topic, await wanted(topic, request), { order: request.order, limit: max });
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
