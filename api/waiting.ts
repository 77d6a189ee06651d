/** Waits for an instance: until it has ended, or until no machine is at work on it, or until the time is up. */

import type { Instance, Wait } from '../engine/core/types.js';
import { childId } from '../engine/ids.js';
import type { Weft } from '../engine/index.js';
import { createBell } from '../engine/jobs/bell.js';
import type { Store } from '../engine/store/port.js';
import { Problem } from './problems.js';

/** `end`: it has ended. `rest`: it has, or every token waits for a person, an event, a time, or help. */
export type Goal = 'end' | 'rest';

export interface Waiting {
  /** Answers whether the goal was reached within so many milliseconds. Throws Problem 429 when too many wait. */
  for(instance: string, goal: Goal, patience: number, signal: AbortSignal): Promise<boolean>;
}

/** Requests that wait at one node. */
const MOST = 1_000;

/** Waits of which a machine answers: a worker, or the engine itself. */
const ofMachines = new Set<Wait['kind']>(['job', 'async']);

export function createWaiting({ engine, store }: { engine: Weft; store: Store }): Waiting {
  let waiting = 0;

  /** Has the goal been reached? `tree` learns the instances that it depends on. */
  async function reached(id: string, goal: Goal, tree: Set<string>): Promise<boolean> {
    tree.add(id);
    const instance = await engine.instance(id);
    if (!instance || instance.endedAt !== undefined) return instance !== undefined;
    if (goal === 'end' || instance.state === 'suspended') return goal === 'rest';
    return atRest(instance, tree);
  }

  async function atRest(instance: Instance, tree: Set<string>): Promise<boolean> {
    if (instance.queue.length > 0) return false;
    const stopped = new Set(Object.values(instance.incidents).map(incident => incident.wait));
    const waits = Object.values(instance.waits).filter(wait => !stopped.has(wait.id));
    if (waits.some(wait => ofMachines.has(wait.kind))) return false;
    const inChunks = Object.values(instance.activations).some(({ loop }) => (loop?.chunkSize ?? 0) > 0);
    if (inChunks && (await openJobs(instance.id)) > 0) return false;
    for (const { kind, id } of waits) if (kind === 'child' && !(await reached(childId(id), 'rest', tree))) return false;
    return true;
  }

  /** Items of a large multi-instance lie in documents of their own; the rows of their jobs tell. */
  const openJobs = (instance: string) =>
    store.count('jobs', { instance, kind: { $in: ['work', 'async'] }, 'wait.state': 'open', retries: { $gt: 0 } }, 1);

  return {
    async for(id, goal, patience, signal) {
      if (waiting >= MOST) throw new Problem(429, 'too-many-waiting', `${MOST} requests wait for instances already`);
      waiting++;
      const tree = new Set([id]);
      const endings: (() => void)[] = [];
      try {
        return await new Promise<boolean>((resolve, reject) => {
          const look = async () => (await reached(id, goal, tree)) && resolve(true);
          const bell = createBell(async () => void (await look()), reject);
          const hear = (instance: string) => tree.has(instance) && bell.ring();
          const gone = () => resolve(false);
          const timer = setTimeout(gone, patience);
          signal.addEventListener('abort', gone);
          endings.push(
            engine.onCommit(({ unit }) => void hear(unit.instance.id)),
            engine.onNews(news => news.of === 'commit' && void hear(news.commit.instance)),
            () => clearTimeout(timer),
            () => signal.removeEventListener('abort', gone),
            () => void bell.close(),
          );
          bell.ring();
        });
      } finally {
        waiting--;
        for (const end of endings) end();
      }
    },
  };
}
