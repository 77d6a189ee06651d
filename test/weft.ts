/** A whole Weft for tests: the real store in a folder of its own, engine and jobs, on a clock that the test moves. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Engine, NotFound } from '../engine/contract.js';
import type { Definition, Instance } from '../engine/core/types.js';
import { createEngine } from '../engine/engine.js';
import { calendar, createEvaluator } from '../engine/expressions/index.js';
import { createJobs, type Jobs, type JobsSettings } from '../engine/jobs/index.js';
import { type DefinitionDocument, FORMAT } from '../engine/store/documents.js';
import type { Filter, Store } from '../engine/store/port.js';
import { createSqliteStore } from '../engine/store/sqlite.js';
import { compile } from './diagram.js';
import { createClock, lengthOf, type VirtualClock } from './virtual.js';

export interface Weft {
  folder: string;
  store: Store;
  engine: Engine;
  jobs: Jobs;
  clock: VirtualClock;
  /** Deploys BPMN texts. */
  deploy(...texts: string[]): Promise<void>;
  /** Lets time pass (milliseconds or ISO 8601 duration) and runs what becomes due, each at its time. */
  advance(by: number | string): Promise<void>;
  /** As it is stored now. */
  instance(id: string): Promise<Instance>;
  /** Closes everything; a second Weft may open the folder. */
  close(): Promise<void>;
}

export interface WeftOptions {
  /** A folder that another Weft has left; default: a new one. */
  folder?: string;
  clock?: VirtualClock;
  settings?: JobsSettings;
}

/**
 * Opens a Weft that is closed when the test is over. Jobs run by `advance` and `jobs.runDue()`, unless the test calls
 * `jobs.start()`.
 *
 * @example
 * const { deploy, engine, advance } = await openWeft(t);
 * await deploy(xml('p', '<startEvent id="start"/>…', ['start -> end']));
 * const { instance } = await engine.start({ key: 'p' });
 * await advance('PT1H');
 */
export async function openWeft(t: TestContext, options: WeftOptions = {}): Promise<Weft> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'weft-'));
  const clock = options.clock ?? createClock();
  const weft = await start(folder, clock, options.settings);
  t.after(async () => {
    await weft.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return weft;
}

/** As `openWeft`, for a program that ends without being asked. */
export async function start(folder: string, clock: VirtualClock, settings?: JobsSettings): Promise<Weft> {
  const store = createSqliteStore({ folder });
  await store.open();
  const evaluator = createEvaluator();
  const engine = createEngine({ store, clock, calendar, definitions: definitionsOf(store), evaluator });
  const jobs = createJobs({ engine, store, clock, settings });
  let open = true;
  return {
    ...{ folder, store, engine, jobs, clock },

    async deploy(...texts) {
      const compiled = (await Promise.all(texts.map(text => compile(text)))).flat();
      await store.put('definitions', compiled.map(documentOf));
    },

    async advance(by) {
      const end = clock() + lengthOf(by, clock());
      await jobs.runDue();
      for (let due = await jobs.nextDue(); due !== undefined && due <= end; due = await jobs.nextDue()) {
        clock.set(due);
        await jobs.runDue();
      }
      clock.set(end);
      await jobs.runDue();
    },

    async instance(id) {
      return (await engine.instance(id))!;
    },

    async close() {
      if (!open) return;
      open = false;
      await jobs.stop();
      await engine.close();
      await evaluator.close();
      await store.close();
    },
  };
}

/** Definitions as they lie in the store, without the deployment that checks them. */
function definitionsOf(store: Store) {
  const one = async (filter: Filter, what: string): Promise<Definition> => {
    const [found] = await store.find<DefinitionDocument>('definitions', { filter, limit: 1 });
    if (!found) throw new NotFound(`there is no definition ${what}`);
    return found.compiled;
  };
  return {
    deploy: () => Promise.reject(new Error('use `weft.deploy`')),
    definition: (id: string) => one({ id }, id),
    latest: (key: string, tenant = '') => one({ key, tenant, latest: true }, key),
  };
}

const documentOf = (compiled: Definition): DefinitionDocument => ({
  id: compiled.id,
  tenant: compiled.tenant,
  format: FORMAT,
  key: compiled.key,
  version: compiled.version,
  latest: true,
  deployment: 'test',
  resource: 'test.bpmn',
  blob: '',
  at: 0,
  state: 'active',
  startableInTasklist: true,
  compiled,
});
