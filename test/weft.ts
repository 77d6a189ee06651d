/** A whole Weft for tests: a folder of its own, on a clock that the test moves. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Engine } from '../engine/contract.js';
import type { Instance } from '../engine/core/types.js';
import type { Limits } from '../engine/core/world.js';
import { createEngine } from '../engine/index.js';
import type { Jobs, JobsSettings } from '../engine/jobs/index.js';
import type { Store } from '../engine/store/port.js';
import { databaseOf } from './databases.js';
import { patience } from './until.js';
import { createClock, lengthOf, type VirtualClock } from './virtual.js';

export interface Weft {
  folder: string;
  store: Store;
  engine: Engine;
  jobs: Jobs;
  clock: VirtualClock;
  /** Deploys BPMN texts, all in one deployment. */
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
  limits?: Partial<Limits>;
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
  const weft = await start(folder, options.clock ?? createClock(), options);
  t.after(async () => {
    await weft.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return weft;
}

/** As `openWeft`, for a program that ends without being asked. */
export async function start(data: string, clock: VirtualClock, options: WeftOptions = {}): Promise<Weft> {
  const { settings, limits } = options;
  const engine = await createEngine({ ...databaseOf(data), clock, jobs: settings, limits, patience, begin: false });
  await engine.begin({ jobs: false });
  const { jobs } = engine;
  return {
    ...{ folder: data, store: engine.store, engine, jobs, clock },

    async deploy(...texts) {
      const files = texts.map((text, index) => ({ name: `${index}.bpmn`, bytes: new TextEncoder().encode(text) }));
      await engine.deploy({ files });
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

    close: () => engine.close(),
  };
}
