/** Jobs stand aside while nobody may take them: whoever fetches gets what a look at all of them would give him. */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { type FetchRequest, LockLost } from '../../engine/jobs/index.js';
import type { JobDocument } from '../../engine/store/documents.js';
import { openSetting, type Setting } from './setting.js';

const SECOND = 1_000;

type Order = NonNullable<FetchRequest['order']>;

const orders: Order[] = [
  {},
  { created: 1 },
  { created: -1 },
  { priority: true, created: 1 },
  { priority: true, created: -1 },
];

interface Asked {
  topics: string[];
  tenants: string[] | undefined;
  order: Order;
  max: number;
}

/** What may happen to a job; `amount` says how. */
const changes: Record<string, (setting: Setting, job: JobDocument, amount: number) => Promise<unknown>> = {
  fail: ({ jobs }, { id, lockedBy = '' }, amount) =>
    jobs.fail({ id, worker: lockedBy, message: 'no', retries: amount % 3, pause: (amount % 2) * 5 * SECOND }),
  unlock: ({ jobs }, { id, lockedBy = '' }) => jobs.unlock({ id, worker: lockedBy }),
  extend: ({ jobs }, { id, lockedBy = '' }, amount) =>
    jobs.extendLock({ id, worker: lockedBy, lock: (1 + (amount % 9)) * SECOND }),
  take: ({ jobs }, { id }) => jobs.take({ id, worker: 'taker', lock: 3 * SECOND }),
  release: ({ jobs }, { id }) => jobs.release({ id }),
  retries: ({ jobs }, { id }, amount) => jobs.setRetries({ id, retries: amount % 2 }),
  due: ({ jobs, clock }, { id }, amount) => jobs.setDue({ id, due: clock() + ((amount % 3) - 1) * 5 * SECOND }),
  suspend: ({ jobs }, { id }) => jobs.setSuspended({ id, suspended: true }),
  activate: ({ jobs }, { id }) => jobs.setSuspended({ id, suspended: false }),
  hurry: ({ jobs }, { id }, amount) => jobs.setPriority({ id, priority: amount % 3 }),
};

/** These are the worker's who has the job. */
const byHolder = new Set(['fail', 'unlock', 'extend']);

const added = fc.record({
  topic: fc.constantFrom('charge', 'ship'),
  tenant: fc.constantFrom('', 'acme'),
  priority: fc.nat(2),
  later: fc.constantFrom(0, 0, 0, 5),
  retries: fc.constantFrom(0, 1, 3, 3),
  locked: fc.constantFrom(false, false, true),
});
const changed = fc.record({ change: fc.constantFrom(...Object.keys(changes)), which: fc.nat(), amount: fc.nat(20) });
const passed = fc.record({ seconds: fc.constantFrom(1, 2, 5, 30) });
const asked: fc.Arbitrary<Asked> = fc.record({
  topics: fc.constantFrom(['charge'], ['ship'], ['charge', 'ship']),
  tenants: fc.constantFrom(undefined, [''], ['acme'], ['', 'acme']),
  order: fc.constantFrom(...orders),
  max: fc.constantFrom(1, 2, 10),
});
const story = fc.array(
  fc.oneof(
    { arbitrary: added, weight: 2 },
    { arbitrary: changed, weight: 8 },
    { arbitrary: passed, weight: 1 },
    { arbitrary: asked, weight: 2 },
  ),
  { minLength: 30, maxLength: 50 },
);

type Step = typeof story extends fc.Arbitrary<(infer S)[]> ? S : never;

const isFree = ({ retries, due, suspended = false, lockedUntil = 0 }: JobDocument, now: number) =>
  retries > 0 && due <= now && !suspended && lockedUntil <= now;

/** The jobs that a look at all of them gives, in order. */
function free(all: JobDocument[], { topics, tenants, order, max }: Asked, now: number): string[] {
  const { priority = order.created === undefined, created } = order;
  const keys: ((job: JobDocument) => number)[] = [
    ...(priority ? [(job: JobDocument) => -job.priority] : []),
    created === undefined ? job => job.due : job => job.createdAt * created,
    job => topics.indexOf(job.topic!),
  ];
  const byId = (one: JobDocument, other: JobDocument) => (one.id < other.id ? -1 : 1) * (created ?? 1);
  return all
    .filter(job => topics.includes(job.topic!) && (tenants === undefined || tenants.includes(job.tenant)))
    .filter(job => isFree(job, now))
    .sort((one, other) => {
      const key = keys.find(key => key(one) !== key(other));
      return key ? key(one) - key(other) : byId(one, other);
    })
    .slice(0, max)
    .map(({ id }) => id);
}

test('whatever happened to them, jobs are fetched as if all were looked at', async t => {
  const setting = await openSetting(t);
  const { add, clock, jobs, store } = setting;
  let stories = 0;

  await fc.assert(
    fc.asyncProperty(story, async steps => {
      const own = `p:${++stories}`;
      const topicOf = (topic: string) => `${topic} ${own}`;
      let all: JobDocument[] = [];

      async function happens(step: Step, number: number): Promise<unknown> {
        if ('seconds' in step) return clock.advance(step.seconds * SECOND);
        if ('retries' in step) {
          const { topic, later, locked, ...rest } = step;
          // as an older program left it: without a mark
          const lock = locked ? { lockedBy: 'old', lockedUntil: clock() + 5 * SECOND } : {};
          const place = { id: `${own}~${100 + number}`, definition: own, topic: topicOf(topic) };
          return add({ kind: 'work', ...rest, ...lock, ...place, due: clock() + later * SECOND });
        }
        if ('change' in step) {
          const locked = all.filter(({ lockedBy }) => lockedBy !== undefined);
          const meant = byHolder.has(step.change) && locked.length > 0 ? locked : all;
          const job = meant[step.which % meant.length];
          return job && changes[step.change]!(setting, job, step.amount).catch(unlessLost);
        }
        const { tenants, order, max } = step;
        const topics = step.topics.map(topic => ({ topic: topicOf(topic), lock: 4 * SECOND }));
        const fetched = await jobs.fetchAndLock({ worker: 'w', topics, order, max, ...(tenants && { tenants }) });

        const expected = free(all, { ...step, topics: step.topics.map(topicOf) }, clock());
        return assert.deepEqual(
          fetched.map(({ id }) => id),
          expected,
        );
      }

      for (const [number, step] of steps.entries()) {
        await happens(step, number);
        all = await store.find<JobDocument>('jobs', { filter: { definition: own, 'wait.state': 'open' } });
        for (const job of all)
          if (isFree(job, clock())) assert.ok((job.asideUntil ?? 0) <= clock(), `${job.id} is free, and stands aside`);
      }
    }),
    // A shorter story takes longer to find than this one to read.
    { numRuns: 12, endOnFailure: true },
  );
});

function unlessLost(error: unknown) {
  if (!(error instanceof LockLost)) throw error;
}

test('more jobs than are put back at once are fetched in order all the same', async t => {
  // given
  const { add, clock, jobs, store } = await openSetting(t);
  const topics = [{ topic: 'charge', lock: SECOND }];
  const job = await add({ kind: 'work', topic: 'charge', priority: -1 });
  await store.put(
    'jobs',
    Array.from({ length: 600 }, (_, priority) => ({ ...job, id: `${job.id}0${priority}`, priority })),
  );
  await jobs.fetchAndLock({ worker: 'gone', topics, max: 600 });

  // when
  clock.advance(2 * SECOND);
  const fetched = [
    ...(await jobs.fetchAndLock({ worker: 'w', topics, max: 2 })),
    ...(await jobs.fetchAndLock({ worker: 'w', topics, max: 2 })),
    ...(await jobs.fetchAndLock({ worker: 'w', topics, max: 2 })),
  ];

  // then
  assert.deepEqual(
    fetched.map(({ priority }) => priority),
    [599, 598, 597, 596, 595, 594],
  );
});

test('a job that stood aside by mistake is looked at again after a day', async t => {
  // given
  const { add, clock, jobs, job } = await openSetting(t);
  const topics = [{ topic: 'charge', lock: SECOND }];
  const [{ id }, dead] = [
    await add({ kind: 'work', topic: 'charge', asideUntil: clock() + 86_400_000 }),
    await add({ kind: 'work', topic: 'charge', asideUntil: clock() + 86_400_000, retries: 0 }),
  ];
  assert.deepEqual(await jobs.fetchAndLock({ worker: 'w', topics, max: 9 }), []);

  // when
  clock.advance('P1D');
  const fetched = await jobs.fetchAndLock({ worker: 'w', topics, max: 9 });

  // then
  assert.deepEqual(
    fetched.map(one => one.id),
    [id],
  );
  assert.equal((await job(dead.id)).asideUntil, clock() + 86_400_000);
});
