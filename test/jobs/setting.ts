/** What the unit tests of the job service stand on: the real store, and an engine that writes down what it is told. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Committed, Engine, Outcome, StartInput } from '../../engine/contract.js';
import type { Command } from '../../engine/core/language.js';
import { createJobs, type Jobs, type JobsSettings } from '../../engine/jobs/index.js';
import { FORMAT, type JobDocument } from '../../engine/store/documents.js';
import type { Store } from '../../engine/store/port.js';
import { storeOf } from '../databases.js';
import { instance } from '../suites/documents.js';
import { createClock, type VirtualClock } from '../virtual.js';

export interface Setting {
  store: Store;
  clock: VirtualClock;
  jobs: Jobs;
  /** Commands and starts, in order. */
  said: { instance: string; command: Command }[];
  started: StartInput[];
  /** What the engine does with the next commands; default: nothing, successfully. */
  reply(answer: (command: Command) => void): void;
  /** A job row, as a commit would insert it. */
  add(job: Partial<JobDocument>): Promise<JobDocument>;
  job(id: string): Promise<JobDocument>;
}

/** Opens a setting that is closed when the test is over. Its clock is a virtual one, unless another is given. */
export async function openSetting(
  t: TestContext,
  settings: JobsSettings = {},
  clock: VirtualClock = createClock(),
): Promise<Setting> {
  const folder = mkdtempSync(join(tmpdir(), 'weft-jobs-'));
  const store = storeOf(folder);
  await store.open();
  const said: Setting['said'] = [];
  const started: StartInput[] = [];
  const listeners = new Set<(committed: Committed) => void>();
  let answer: (command: Command) => void = () => {};
  const outcome = (instance: string): Outcome => ({
    instance,
    definition: 'p:1',
    state: 'running',
    ended: false,
    version: 1,
    startedAt: 0,
    incidents: [],
  });
  const engine = {
    store,
    clock,
    async send(instance: string, command: Command) {
      said.push({ instance, command });
      answer(command);
      return outcome(instance);
    },
    async start(input: StartInput) {
      started.push(input);
      return outcome(input.id!);
    },
    instance: (id: string) => store.get('instances', id),
    onCommit(listener: (committed: Committed) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onDeploy: () => () => {},
    onNews: () => () => {},
    tell() {},
    idle: async () => {},
    recover: async () => {},
  } as unknown as Engine;
  const jobs = createJobs({ engine, store, clock, settings: { node: 'here', ...settings } });
  t.after(async () => {
    await jobs.stop();
    await store.close();
    rmSync(folder, { recursive: true });
  });

  let count = 0;
  return {
    store,
    clock,
    jobs,
    said,
    started,
    reply(next) {
      answer = next;
    },
    async add(given) {
      const job = jobDocument({ id: `i1~${++count}`, createdAt: clock(), due: clock(), ...given });
      await Promise.all([
        store.insert('jobs', job),
        ...(job.instance === '' ? [] : [store.insert('instances', instanceOf(job))]),
      ]);
      const unit = { rows: [{ collection: 'jobs', id: job.id, insert: job, wait: job.wait }], history: { events: [] } };
      for (const listener of listeners) listener({ unit } as unknown as Committed);
      return job;
    },
    async job(id) {
      return (await store.get<JobDocument>('jobs', id))!;
    },
  };
}

/** The running instance that a job belongs to. */
const instanceOf = ({ instance: id, activation }: JobDocument) =>
  instance(id, 1, {
    activations: {
      [activation]: { id: activation, node: 1, parent: 0, since: 0, live: 1, variables: { from: id, other: 1 } },
    },
  });

/** An open timer of instance i1, unless said otherwise. */
export function jobDocument(given: Partial<JobDocument>): JobDocument {
  return {
    id: 'i1~1',
    tenant: '',
    format: FORMAT,
    instance: 'i1',
    root: 'i1',
    definition: 'p:1',
    definitionKey: 'p',
    element: 'Wait',
    activation: 2,
    createdAt: 0,
    wait: { v: 1, state: 'open' },
    rev: 0,
    kind: 'timer',
    due: 0,
    retries: 3,
    priority: 0,
    ...given,
  };
}
