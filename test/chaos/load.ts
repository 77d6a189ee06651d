/** The load of the chaos test: starts, completions of tasks and jobs, at whichever node; it notes what was acknowledged. */

import type { Random } from '../../samples/sample.js';
import type { Client } from '../server/process.js';
import type { Acknowledged } from './checks.js';

const LOCK = 5_000;

/** What a server may answer in a storm, beside that it was done. */
const normal = new Set([0, 409, 429, 503]);

export interface Load {
  acknowledged: Acknowledged;
  /** Does one thing at a node. Throws when the answer is none that a storm explains. */
  work(client: Client): Promise<void>;
  /** Does everything that is open. */
  finish(client: Client): Promise<void>;
}

export function createLoad(random: Random): Load {
  let number = 0;
  const acknowledged: Acknowledged = { started: new Set(), tasks: new Set(), jobs: new Set() };

  /** Asks, and answers the body of what was done; undefined: it was not, or nobody knows. */
  async function ask(client: Client, method: string, path: string, body?: unknown) {
    const answer = await client.ask(method, path, body);
    if (answer.status >= 200 && answer.status < 300) return answer.body ?? {};
    if (!normal.has(answer.status))
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return undefined;
  }

  async function start(client: Client): Promise<void> {
    // the child's message finds its way by it
    const businessKey = `${++number}`;
    const started = await ask(client, 'POST', '/instances', { key: 'parent', businessKey });
    if (started?.id) acknowledged.started.add(started.id);
  }

  async function completeTasks(client: Client, most: number): Promise<void> {
    const open = (await ask(client, 'GET', '/tasks?view=all&limit=50'))?.items ?? [];
    for (const { id } of pick(open, most)) {
      const done = await ask(client, 'POST', `/tasks/${encodeURIComponent(id)}/complete`, { variables: {} });
      if (done) acknowledged.tasks.add(id);
    }
  }

  async function completeJobs(client: Client, max: number): Promise<void> {
    const worker = `w${Math.floor(random() * 1e6)}`;
    const fetched = await ask(client, 'POST', '/jobs/fetch', { worker, topics: [{ topic: 'work', lock: LOCK }], max });
    for (const { id } of fetched?.items ?? []) {
      const done = await ask(client, 'POST', `/jobs/${encodeURIComponent(id)}/complete`, { worker });
      if (done) acknowledged.jobs.add(id);
    }
  }

  const pick = <T>(items: T[], most: number) =>
    items.length <= most ? items : Array.from({ length: most }, () => items[Math.floor(random() * items.length)]!);

  return {
    acknowledged,
    work(client) {
      const dice = random();
      if (dice < 0.3) return start(client);
      return dice < 0.65 ? completeTasks(client, 3) : completeJobs(client, 3);
    },
    async finish(client) {
      await completeTasks(client, 50);
      await completeJobs(client, 50);
    },
  };
}
