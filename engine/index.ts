/** The package's front door: an engine with its store, jobs and projections, to embed in a program. */

import { randomUUID } from 'node:crypto';
import type { Clock, Engine } from './contract.js';
import type { Calendar } from './core/language.js';
import type { Limits } from './core/world.js';
import { createDeployments, type Deployments } from './deployments.js';
import { createEngine as createBareEngine } from './engine.js';
import { createEvaluator, calendar as utc } from './expressions/index.js';
import {
  type Chore,
  createJobs,
  type Handler,
  type HandlerOptions,
  type Jobs,
  type JobsSettings,
} from './jobs/index.js';
import type { ModelReader } from './model/contract.js';
import { createModelReader, type ReaderOptions } from './model/reader.js';
import { createOperations, type Operations } from './operations/index.js';
import { createProjector, type Projector } from './projections/projector.js';
import type { Store } from './store/port.js';
import { createSqliteStore } from './store/sqlite.js';

export * from './contract.js';
export { StaleCommand, SuspendedInstance } from './core/errors.js';
export type { Definition, Incident, Instance, Json, Variables } from './core/types.js';
export { BpmnError, type HandledJob, type Handler, type HandlerOptions } from './jobs/index.js';

export interface WeftOptions {
  /** Folder of the embedded SQLite store; default `./data`. */
  data?: string;
  /** Address of a MongoDB (`mongodb://…`), used in place of the embedded store. Any number of processes may use one database. */
  mongodb?: string;
  /** Another store, not yet open, in place of these. */
  store?: Store;
  clock?: Clock;
  /** Reads times; default: UTC where a text names no zone. */
  calendar?: Calendar;
  limits?: Partial<Limits>;
  /** Limits of what may be deployed. */
  models?: ReaderOptions;
  jobs?: JobsSettings;
  /**
   * Milliseconds that a read waits at most until what was committed before it can be found, and an answer until what its
   * command caused elsewhere is done; default 1,000 and 2,000.
   */
  patience?: number;
  /** Work that is done regularly beside the engine's own. */
  chores?: Chore[];
  /** False: nothing runs by itself until `begin()` is called. Default: true. */
  begin?: boolean;
  /** Hears of what went wrong where nobody waits for an answer; default: the console. */
  report?(error: unknown): void;
}

/** An engine with everything that belongs to it. */
export interface Weft extends Engine {
  readonly deployments: Deployments;
  readonly models: ModelReader;
  readonly jobs: Jobs;
  readonly operations: Operations;
  readonly projector: Projector;
  /** Does the work of a topic in this process. Answers the function that ends it. */
  worker(topic: string, handler: Handler, options?: HandlerOptions): () => Promise<void>;
  /** Finishes what a crash left; from now on what is due runs by itself (`jobs: false`: except timers and retries). */
  begin(options?: { jobs?: boolean }): Promise<void>;
}

/**
 * Opens the data, finishes what a crash left, and begins to work.
 *
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { createEngine } from 'weft-bpmn';
 *
 * const engine = await createEngine({ data: './data' });
 * await engine.deploy({ files: [{ name: 'order.bpmn', bytes: await readFile('order.bpmn') }] });
 * engine.worker('charge-card', async job => ({ receipt: `for ${job.variables.amount}` }));
 * const { instance } = await engine.start({ key: 'order', variables: { amount: 10 } });
 * await engine.close();
 */
export async function createEngine(options: WeftOptions = {}): Promise<Weft> {
  const { clock = Date.now, calendar = utc, report = console.error } = options;
  const store = options.store ?? (await chosenStore(options, clock));
  await store.open();
  const models = createModelReader(options.models);
  const evaluator = createEvaluator();
  const deployments = createDeployments({ store, reader: models, calendar, clock });
  const engine = createBareEngine({
    store,
    definitions: deployments,
    evaluator,
    calendar,
    clock,
    limits: options.limits,
    patience: options.patience,
    report,
  });
  const node = options.jobs?.node ?? `node-${randomUUID()}`;
  const projector = createProjector({
    engine,
    node,
    patience: options.patience,
    timeToLive: async id => (await deployments.standing(id)).timeToLive,
    onError: report,
  });
  const settings = { interval: options.limits?.interval, ...options.jobs, node };
  const jobs = createJobs({
    engine,
    store,
    clock,
    calendar,
    chores: options.chores,
    settings,
    report,
    carryOut: order => operations.carryOut(order),
  });
  const operations = createOperations({
    engine,
    definitions: deployments,
    jobs,
    forget: instance => projector.forget(instance),
  });
  engine.onNews(news => news.of === 'definition' && deployments.forget(news.definition));
  let closing: Promise<void> | undefined;

  async function close(): Promise<void> {
    await jobs.stop();
    await engine.close();
    await projector.close();
    await Promise.all([evaluator.close(), models.close()]);
    await store.close();
  }

  const weft: Weft = {
    ...engine,
    deployments,
    models,
    jobs,
    operations,
    projector,
    worker: (topic, handler, handlerOptions) => jobs.worker(topic, handler, handlerOptions),
    async begin({ jobs: runJobs = true } = {}) {
      await deployments.repair();
      await engine.recover();
      await projector.start();
      if (runJobs) await jobs.start();
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
  if (options.begin !== false) await weft.begin();
  return weft;
}

async function chosenStore({ mongodb, data = './data' }: WeftOptions, clock: Clock): Promise<Store> {
  if (!mongodb) return createSqliteStore({ folder: data, clock });
  // The driver is slow to load for those who do not need it.
  const { createMongoStore } = await import('./store/mongo.js');
  return createMongoStore({ uri: mongodb, clock });
}
