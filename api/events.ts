/** The live feed (server-sent events): what changed, told at once to those who may see it. */

import { randomUUID } from 'node:crypto';
import type { Response } from 'express';
import type { CommitNews, Engine, News, Reader } from '../engine/contract.js';
import { newsOf } from '../engine/news.js';
import type { DeploymentDocument, TaskDocument } from '../engine/store/documents.js';
import type { Filter } from '../engine/store/port.js';
import { matches } from '../engine/store/queries.js';
import type { Person } from './auth/people.js';
import { Problem } from './problems.js';
import { visibleDeployments, visibleInstances } from './visible.js';

export const topics = ['task', 'instance', 'incident', 'deployment'] as const;

export type Topic = (typeof topics)[number];

/** What a client gets; it fetches the rest by id. */
export interface LiveEvent {
  topic: Topic;
  /** In the past tense: `created`, `changed`, `completed`, `started`, `ended`, `opened`, `resolved`. */
  type: string;
  id: string;
  instance?: string;
  /** Process id. */
  key?: string;
}

export interface EventHub {
  /** Tells a change that no commit of an instance shows. */
  publish(event: LiveEvent, sees: (person: Person) => boolean): void;
  /** Tells a new deployment to those of its tenant. */
  deployed(id: string): void;
  /** Tells that a task got another owner, date or state. */
  taskChanged(id: string): void;
  /** Parks a response as a stream, after what it missed since `last`. Throws Problem 429 or 503 at the caps. */
  open(stream: Opening): void;
  /** Asks again who may see what: somebody may have been disabled, or lost a right, or a session or token ended. */
  identityChanged(): void;
  /** Resolves when everything that was committed so far has been told. */
  told(): Promise<void>;
  close(): void;
}

/** Who wants to hear what. */
export interface Opening {
  person: Person;
  topics: ReadonlySet<Topic>;
  /** Id of the last event that was heard. */
  last: string | undefined;
  response: Response;
  /** The person as he is now; undefined: he may not listen any more. */
  again(): Promise<Person | undefined>;
}

export interface EventHubOptions {
  engine: Pick<Engine, 'onCommit' | 'onNews' | 'tell' | 'store'>;
  /** Whether a person may see a task: the rule of the lists, in memory. */
  seesTask(reader: Reader, task: TaskDocument): boolean;
  /** Events that are kept for those who lost their connection. */
  kept?: number;
  /** Milliseconds between signs of life. */
  heartbeat?: number;
}

interface Told {
  number: number;
  topic: Topic;
  /** As it goes over the wire. */
  text: string;
  sees: (person: Person) => boolean;
}

interface Stream extends Omit<Opening, 'last'> {
  openedAt: number;
  /** What the next flush writes. */
  unsent: string;
}

const most = { all: 1_000, perPerson: 20, unsentBytes: 1_000_000 } as const;

/** For so long events are kept for who lost his connection, when nobody else is there; milliseconds. */
const MISSED = 60_000;

/** Events of so many milliseconds go to a stream in one piece: with many streams most of the work is writing. */
const GATHERED = 100;

/** Streams written before others have their turn. */
const TURN = 20;

/** A stream ends after this; the browser comes again, and it is asked again who it is. */
const longest = 15 * 60_000;

export function createEventHub({ engine, seesTask, kept = 2_000, heartbeat = 15_000 }: EventHubOptions): EventHub {
  /** Numbers are of this process: ids of another one are answered with a reset. */
  let epoch = randomUUID().slice(0, 8);
  const ring: Told[] = [];
  const streams = new Set<Stream>();
  const filters = new WeakMap<Person, Filter>();
  let number = 0;
  let telling: Promise<unknown> = Promise.resolve();
  let lastLeft = Number.NEGATIVE_INFINITY;
  let flushing: NodeJS.Timeout | undefined;

  const stopListening = engine.onCommit(({ unit }) => inTurn(() => tellCommit(newsOf(unit))));
  const stopHearing = engine.onNews(news =>
    inTurn(() => (tellNews[news.of] as (news: News) => Promise<void> | void)(news)),
  );
  const pulse = setInterval(beat, heartbeat).unref();

  /** Nobody listens, and nobody who did comes back for what he missed: then nothing is read for them. */
  function unheard(): boolean {
    if (streams.size > 0 || Date.now() - lastLeft < MISSED) return false;
    if (ring.length > 0) epoch = randomUUID().slice(0, 8);
    ring.length = 0;
    return true;
  }

  /** Tasks are read before they are told: the order stays that of the commits. */
  function inTurn(work: () => Promise<void> | void): void {
    if (unheard()) return;
    telling = telling.then(work).catch(error => console.error('live feed:', error));
  }

  function publish(event: LiveEvent, sees: (person: Person) => boolean): void {
    const { topic, ...data } = event;
    const text = `id: ${epoch}.${++number}\nevent: ${topic}\ndata: ${JSON.stringify(data)}\n\n`;
    const told = { number, topic, text, sees };
    ring.push(told);
    if (ring.length > kept) ring.shift();
    /** Many streams of few people: each of them is asked about once. */
    const asked = new Map<Person, boolean>();
    for (const stream of streams) {
      const seen = asked.get(stream.person) ?? sees(stream.person);
      asked.set(stream.person, seen);
      if (seen) send(stream, told);
    }
  }

  /** What its person may see, if it is one of the topics of the stream. */
  function send(stream: Stream, { topic, text }: Told): void {
    if (!stream.topics.has(topic)) return;
    stream.unsent += text;
    flushing ??= setTimeout(() => writeSome([...streams]), GATHERED);
  }

  function flush(): void {
    for (const stream of streams) write(stream);
  }

  function writeSome(left: Stream[]): void {
    for (const stream of left.slice(0, TURN)) write(stream);
    if (left.length > TURN) setImmediate(writeSome, left.slice(TURN));
    else flushing = undefined;
  }

  function write(stream: Stream): void {
    const { response, unsent } = stream;
    if (unsent === '' || response.writableEnded) return;
    stream.unsent = '';
    response.write(unsent);
    // Who does not read is dropped; the browser comes again and is told to reset.
    if (response.writableLength > most.unsentBytes) response.destroy();
  }

  async function tellCommit(commit: CommitNews): Promise<void> {
    const { instance, key, tenant, startedBy, type, incidents } = commit;
    const of = { instance, key };
    const tasks = await readTasks(commit.tasks.map(task => task.id));
    for (const { id, type } of commit.tasks) tellTask(tasks.get(id), { topic: 'task', type, id, ...of });
    const seen = { id: instance, tenant, key, ...(startedBy !== undefined && { startedBy }) };
    const seesInstance = (person: Person) => matches(filterOf(person), seen);
    for (const { id, type } of incidents) publish({ topic: 'incident', type, id, ...of }, seesInstance);
    publish({ topic: 'instance', type, id: instance, ...of }, seesInstance);
  }

  /** Which instances a person sees; made once, for a changed person is another one. */
  function filterOf(person: Person): Filter {
    const known = filters.get(person) ?? visibleInstances(person);
    filters.set(person, known);
    return known;
  }

  async function tellTaskChanged(id: string): Promise<void> {
    const task = (await readTasks([id])).get(id);
    tellTask(task, { topic: 'task', type: 'changed', id, instance: task?.instance, key: task?.definitionKey });
  }

  /** What other processes on the same data did. */
  const tellNews: { [K in News['of']]: (news: Extract<News, { of: K }>) => Promise<void> | void } = {
    commit: ({ commit }) => tellCommit(commit),
    task: ({ task }) => tellTaskChanged(task),
    deployment: ({ deployment }) => tellDeployment(deployment),
    job() {},
    definition() {},
    identity() {},
  };

  async function tellDeployment(id: string): Promise<void> {
    const found = await engine.store.get<DeploymentDocument>('deployments', id);
    if (found)
      publish({ topic: 'deployment', type: 'created', id }, person => matches(visibleDeployments(person), found));
  }

  async function readTasks(ids: string[]): Promise<Map<string, TaskDocument>> {
    if (ids.length === 0) return new Map();
    const found = await engine.store.getMany<TaskDocument>('tasks', ids);
    return new Map(found.map(task => [task.id, task]));
  }

  function tellTask(task: TaskDocument | undefined, event: LiveEvent): void {
    if (task) publish(event, person => seesTask(person, task));
  }

  async function askAgain(): Promise<void> {
    await Promise.all(
      [...streams].map(async stream => {
        const person = await stream.again();
        if (person) stream.person = person;
        else stream.response.end();
      }),
    );
  }

  function beat(): void {
    for (const stream of streams)
      if (Date.now() - stream.openedAt > longest) stream.response.end();
      else stream.response.write(': here\n\n');
  }

  /** Sends what was missed, or `reset` where that is not known any more. */
  function resume(stream: Stream, last: string): void {
    const [ofEpoch, ofNumber] = last.split('.');
    const oldest = ring[0]?.number ?? number + 1;
    if (ofEpoch !== epoch || Number(ofNumber) + 1 < oldest) stream.response.write('event: reset\ndata: {}\n\n');
    else for (const told of ring) if (told.number > Number(ofNumber) && told.sees(stream.person)) send(stream, told);
  }

  return {
    publish: (event, sees) => inTurn(() => publish(event, sees)),
    deployed: id => inTurn(() => tellDeployment(id)),
    taskChanged(id) {
      inTurn(() => tellTaskChanged(id));
      engine.tell({ of: 'task', task: id });
    },
    open({ person, topics, last, response, again }) {
      if (streams.size >= most.all) throw new Problem(503, 'too-many-streams', 'too many live streams are open');
      if ([...streams].filter(stream => stream.person.person === person.person).length >= most.perPerson)
        throw new Problem(429, 'too-many-streams', `at most ${most.perPerson} live streams for one person`);
      response.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
      response.flushHeaders();
      response.write('retry: 2000\n\n');
      const stream = { person, topics, response, again, openedAt: Date.now(), unsent: '' };
      if (last !== undefined) resume(stream, last);
      streams.add(stream);
      response.on('close', () => {
        streams.delete(stream);
        lastLeft = Date.now();
      });
    },
    identityChanged: () => inTurn(askAgain),
    async told() {
      await telling;
      flush();
    },
    close() {
      clearInterval(pulse);
      clearTimeout(flushing);
      stopListening();
      stopHearing();
      flush();
      for (const stream of streams) stream.response.end();
    },
  };
}
