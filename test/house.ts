/** A whole house for tests of services: the real store and engine on a virtual clock, with diagrams written as texts. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Engine, NotFound, type Reader } from '../engine/contract.js';
import type { Definition } from '../engine/core/types.js';
import { createEngine } from '../engine/engine.js';
import { calendar } from '../engine/expressions/index.js';
import { compileXml } from '../engine/model/read.js';
import { createProjector, type Projector } from '../engine/projections/projector.js';
import { type DeploymentDocument, FORMAT, type TaskDocument, type UserDocument } from '../engine/store/documents.js';
import type { Store } from '../engine/store/port.js';
import { createSqliteStore } from '../engine/store/sqlite.js';
import { createDirectory, type Directory } from '../tasklist/directory.js';
import { createTasks, type Tasks } from '../tasklist/tasks.js';
import { createClock, type VirtualClock } from './virtual.js';

export interface House {
  store: Store;
  engine: Engine;
  clock: VirtualClock;
  projector: Projector;
  directory: Directory;
  tasks: Tasks;
  /** Compiles and deploys a process, with other files beside it. */
  deploy(xml: string, files?: Record<string, string>): Promise<Definition>;
  /** Makes a person; answers as whom he reads. */
  person(id: string, groups?: string[], administrator?: boolean): Promise<Reader>;
  /** The open task of that name. */
  task(name: string): Promise<TaskDocument>;
}

/** Opens a house in a folder of its own; it goes with the test. */
export async function openHouse(t: TestContext): Promise<House> {
  const folder = mkdtempSync(join(tmpdir(), 'weft-house-'));
  const clock = createClock();
  const store = createSqliteStore({ folder, clock });
  await store.open();
  const definitions = new Map<string, Definition>();
  const found = (id: string) => {
    const definition = definitions.get(id);
    if (!definition) throw new NotFound(`there is no definition '${id}'`);
    return definition;
  };
  const engine = createEngine({
    store,
    clock,
    calendar,
    evaluator: { evaluate: async () => ({ failure: 'this test evaluates JUEL only' }) },
    definitions: {
      definition: async id => found(id),
      latest: async key => found(`${key}:1`),
      deploy: async () => Promise.reject(new Error('deploy with house.deploy')),
    },
  });
  const projector = createProjector({ engine });
  const directory = createDirectory({ store });
  t.after(async () => {
    await projector.close();
    await engine.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });

  return {
    store,
    engine,
    clock,
    projector,
    directory,
    tasks: createTasks({ engine, store, clock, directory }),

    async deploy(xml, files = {}) {
      const { processes, problems } = await compileXml(xml, 'process.bpmn');
      const errors = problems.filter(problem => problem.level === 'error').map(problem => problem.message);
      if (errors.length > 0) throw new Error(errors.join('\n'));
      const id = `deployment-${processes[0]!.key}`;
      const resources: DeploymentDocument['resources'] = [];
      for (const [name, text] of Object.entries(files)) {
        const bytes = new TextEncoder().encode(text);
        const type = name.endsWith('.form') ? 'form' : 'other';
        resources.push({ name, type, size: bytes.length, blob: await store.putBlob('', bytes) });
      }
      const document = {
        id,
        tenant: '',
        format: FORMAT,
        name: id,
        at: clock(),
        resources,
        definitions: [],
        warnings: [],
      };
      await store.insert('deployments', document);
      const [first] = processes.map(process => ({
        ...process,
        id: `${process.key}:1`,
        version: 1,
        tenant: '',
        deployment: id,
      }));
      definitions.set(first!.id, first!);
      return first!;
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
  };
}

/** A BPMN file with one process, Camunda dialect; flows as arrows: `start -> approve -> end`, `gate -> pay if ${ok}`. */
export function bpmn(process: string, elements: string, arrows: string[]): string {
  const flows = arrows.flatMap(line => {
    const [path, condition] = line.split(' if ');
    const stops = path!.split('->').map(stop => stop.trim());
    const when = condition
      ? `<conditionExpression xsi:type="tFormalExpression"><![CDATA[${condition}]]></conditionExpression>`
      : '';
    return stops.slice(1).map((to, i) => {
      const from = stops[i]!;
      return `<sequenceFlow id="${from}-${to}" sourceRef="${from}" targetRef="${to}">${when}</sequenceFlow>`;
    });
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">
<process id="${process}" isExecutable="true" camunda:historyTimeToLive="P30D">
${elements}
${flows.join('\n')}
</process>
</definitions>`;
}
