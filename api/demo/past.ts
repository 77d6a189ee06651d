/** Two weeks of work that really happened: the samples, run through the services on a clock that starts in the past. */

import type { Reader } from '../../engine/contract.js';
import { createEngine, type Handler, type Weft } from '../../engine/index.js';
import type { SubscriptionDocument } from '../../engine/store/documents.js';
import type { Store } from '../../engine/store/port.js';
import { filesOf, type Sample } from '../../samples/index.js';
import { oneOf, type Random } from '../../samples/sample.js';
import type { Directory } from '../../tasklist/directory.js';
import { createTasks, type Tasks, type TaskView } from '../../tasklist/tasks.js';
import { fillIn } from './fill.js';
import { seededRandom } from './random.js';

export interface PastOptions {
  store: Store;
  directory: Directory;
  samples: Sample[];
  /** Where the past ends, epoch milliseconds. */
  now: number;
  /** Aborted when the server stops: the past breaks off. */
  signal: AbortSignal;
  /** Called after each day that has passed. */
  onDay?(): Promise<void>;
}

/** What the past has left: services on the clock of the last moment, and who did it all. */
export interface Past {
  engine: Weft;
  tasks: Tasks;
  random: Random;
  /** As an administrator: sees everything. */
  administrator: Reader;
  reader(person: string): Promise<Reader>;
  close(): Promise<void>;
}

const hour = 3_600_000;
const days = 14;
/** Tasks that are left open at the end. */
const inbox = 40;
/** So long before the end more comes in than gets done, until the inbox is full. */
const busy = 96 * hour;
/** Who starts processes and does tasks. */
const workers = ['clara', 'lena', 'sam'];

/** Makes the past of the samples; their tasks are open at its end as far as the inbox wants them. */
export async function makePast({ store, directory, samples, now, signal, onDay }: PastOptions): Promise<Past> {
  const random = seededRandom(20_260_105);
  let at = now - days * 24 * hour;
  const clock = () => at;
  const engine = await createEngine({ store: borrowed(store), clock, begin: false });
  const tasks = createTasks({ engine, store, clock, directory });
  const reader = async (person: string): Promise<Reader> => (await directory.reader(person))!;
  const administrator = await reader('demo');
  for (const sample of samples) {
    await engine.deploy({ name: sample.title, by: 'demo', files: await filesOf(sample) });
    for (const [topic, handler] of Object.entries(sample.workers)) engine.worker(topic, sometimesFailing(handler));
  }
  const started = new Map<string, number>();
  const readyAt = new Map<string, number>();

  const failing = new Set<string>();

  /** In the last days two jobs fail for good: an operator finds incidents to repair. */
  function sometimesFailing(handler: Handler): Handler {
    return job => {
      if (at > now - busy && failing.size < 2) failing.add(job.id);
      if (failing.has(job.id)) throw new Error(`the service behind "${job.topic}" does not answer`);
      return handler(job);
    };
  }

  /** Some minutes pass: not everything happens on the hour. */
  function pass(most: number): void {
    at = Math.min(now, at + Math.floor(random() * most * 60_000));
  }

  async function startOne(): Promise<void> {
    pass(20);
    const sample = oneOf(random, samples);
    const n = (started.get(sample.key) ?? 0) + 1;
    started.set(sample.key, n);
    await engine.start({ key: sample.key, by: oneOf(random, workers), ...sample.start(n, random) });
  }

  /** How many processes are started in an hour: less than one, and two when it gets busy. */
  async function demand(): Promise<number> {
    if (at > now - busy) return (await tasks.counts(administrator)).all < inbox ? 2 : 0;
    return random() < 0.8 ? 1 : 0;
  }

  /** Hours after something began to wait; the same one at every look. */
  function readyTime(id: string, since: number, most: number): number {
    const ready = readyAt.get(id) ?? since + (1 + random() ** 2 * most) * hour;
    readyAt.set(id, ready);
    return ready;
  }

  /** Sends the messages that instances have waited for long enough. */
  async function post(): Promise<void> {
    const filter = { 'wait.state': 'open', kind: 'message', startEvent: null };
    for (const waiting of await store.find<SubscriptionDocument>('subscriptions', { filter })) {
      const sample = samples.find(({ key }) => key === waiting.definitionKey);
      const message = sample?.messages?.[waiting.name];
      if (!message || readyTime(waiting.id, waiting.createdAt, 200) > at) continue;
      const variables = message(random, await engine.variablesAt(waiting.instance, waiting.activation, waiting.id));
      await engine.publish({ name: waiting.name, businessKey: waiting.businessKey, variables });
    }
  }

  /** Runs what becomes due until then, each at its time. */
  async function advance(to: number): Promise<void> {
    for (let due = await engine.jobs.nextDue(); due !== undefined && due <= to; due = await engine.jobs.nextDue()) {
      at = Math.max(at, due);
      await engine.jobs.runDue();
    }
    at = Math.max(at, to);
    await engine.jobs.runDue();
  }

  /** Does every task that somebody would have got round to by now. */
  async function work(): Promise<void> {
    const open = await tasks.find(administrator, { sort: 'created' }, { limit: 500 });
    let left = open.total;
    for (const task of open.items) {
      const stays = at > now - busy && left <= inbox;
      if (stays || readyTime(task.id, task.createdAt, 30) > at) continue;
      // What was done a moment ago may have ended others with it: reviews that are no longer needed.
      if ((await tasks.get(administrator, task.id)).state === 'open') await complete(task);
      left--;
    }
  }

  async function complete(task: TaskView): Promise<void> {
    pass(4);
    const person = await reader(task.assignee ?? (await candidate(task)));
    if (task.assignee === undefined) await tasks.claim(person, task.id);
    const form = await tasks.form(person, task.id);
    const sample = samples.find(one => one.key === task.key);
    const values = sample?.answers[task.element]?.(random, form.data) ?? fillIn(form, random, at);
    await tasks.complete(person, task.id, values);
  }

  async function candidate({ candidateUsers, candidateGroups }: TaskView): Promise<string> {
    const readers = await Promise.all(workers.map(reader));
    const fits = readers.filter(
      ({ person, groups }) => candidateUsers.includes(person) || candidateGroups.some(group => groups.includes(group)),
    );
    return fits.length === 0 ? 'demo' : oneOf(random, fits).person;
  }

  /** Brings the inbox to its size: something more is started, or somebody does one more task. */
  async function settle(): Promise<void> {
    for (let guard = 0; guard < 500 && !signal.aborted; guard++) {
      const open = await tasks.find(administrator, { sort: 'created' }, { limit: 500 });
      if (open.total === inbox) return;
      if (open.total < inbox) await startOne();
      else await complete(oneOf(random, open.items));
      await engine.jobs.runDue();
    }
  }

  for (let moment = at; moment < now && !signal.aborted; moment += hour) {
    await advance(moment);
    const { weekday, hourOfDay } = calendarOf(moment);
    if (weekday && hourOfDay >= 8 && hourOfDay < 17) {
      for (let more = await demand(); more > 0; more--) await startOne();
      await post();
      await work();
    }
    if (hourOfDay === 18) await onDay?.();
  }
  await advance(now);
  await settle();
  return { engine, tasks, random, administrator, reader, close: () => engine.close() };
}

/** The store of a server that runs: opened and closed by that one. */
const borrowed = (store: Store): Store => ({ ...store, open: async () => {}, close: async () => {} });

function calendarOf(moment: number): { weekday: boolean; hourOfDay: number } {
  const date = new Date(moment);
  return { weekday: date.getDay() % 6 !== 0, hourOfDay: date.getHours() };
}
