/** A whole house for tests of services: the real engine as the package gives it, people and tasks, on a virtual clock. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Reader } from '../engine/contract.js';
import type { Definition } from '../engine/core/types.js';
import { createEngine, type Weft } from '../engine/index.js';
import type { Projector } from '../engine/projections/projector.js';
import { FORMAT, type TaskDocument, type UserDocument } from '../engine/store/documents.js';
import type { Store } from '../engine/store/port.js';
import { createDirectory, type Directory } from '../tasklist/directory.js';
import { createTasks, type Tasks } from '../tasklist/tasks.js';
import { databaseOf } from './databases.js';
import { patience } from './until.js';
import { createClock, lengthOf, type VirtualClock } from './virtual.js';

export interface House {
  store: Store;
  engine: Weft;
  clock: VirtualClock;
  projector: Projector;
  directory: Directory;
  tasks: Tasks;
  /** Deploys a process, with other files beside it. */
  deploy(xml: string, files?: Record<string, string | Uint8Array>): Promise<Definition>;
  /** Makes a person; answers as whom he reads. */
  person(id: string, groups?: string[], administrator?: boolean): Promise<Reader>;
  /** The open task of that name. */
  task(name: string): Promise<TaskDocument>;
  /** Lets time pass (milliseconds or ISO 8601 duration) and runs what becomes due, each at its time. */
  advance(by: number | string): Promise<void>;
}

/** The name of the node that a house is. */
export const house = 'house';

/** Opens a house in a folder of its own; it goes with the test. */
export async function openHouse(t: TestContext): Promise<House> {
  const data = mkdtempSync(join(tmpdir(), 'weft-house-'));
  const clock = createClock();
  const engine = await createEngine({ ...databaseOf(data), clock, jobs: { node: house }, patience, begin: false });
  const { store, projector } = engine;
  const directory = createDirectory({ store });
  t.after(async () => {
    await engine.close();
    rmSync(data, { recursive: true });
  });

  return {
    store,
    engine,
    clock,
    projector,
    directory,
    tasks: createTasks({ engine, store, clock, directory }),

    async deploy(xml, files = {}) {
      const all = Object.entries({ 'process.bpmn': xml, ...files }).map(([name, content]) => ({
        name,
        bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content,
      }));
      const { definitions } = await engine.deploy({ files: all });
      return engine.definition(definitions[0]!.id);
    },

    async person(id, groups = [], administrator = false) {
      const name = id.charAt(0).toUpperCase() + id.slice(1);
      const user: UserDocument = { id, tenant: '', format: FORMAT, name, groups, administrator };
      await store.insert('users', user);
      return { tenants: [''], person: id, groups, administrator };
    },

    async task(name) {
      const [task] = await store.find<TaskDocument>('tasks', { filter: { name, 'wait.state': 'open' } });
      if (!task) throw new Error(`no task '${name}' is open`);
      return task;
    },

    async advance(by) {
      const end = clock() + lengthOf(by, clock());
      await engine.jobs.runDue();
      for (let due = await engine.jobs.nextDue(); due !== undefined && due <= end; due = await engine.jobs.nextDue()) {
        clock.set(due);
        await engine.jobs.runDue();
      }
      clock.set(end);
      await engine.jobs.runDue();
    },
  };
}
