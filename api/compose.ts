/** Composes the services: store, engine, jobs, projections, people. What starts first stops last. */

import type { Clock } from '../engine/contract.js';
import { createDeployments } from '../engine/deployments.js';
import { createEngine } from '../engine/engine.js';
import { calendar, createEvaluator } from '../engine/expressions/index.js';
import { createJobs } from '../engine/jobs/index.js';
import { createModelReader } from '../engine/model/reader.js';
import { createProjector } from '../engine/projections/projector.js';
import { matches } from '../engine/store/queries.js';
import { createSqliteStore } from '../engine/store/sqlite.js';
import { createDirectory } from '../tasklist/directory.js';
import { createForms } from '../tasklist/forms.js';
import { createTasks, visibleTo } from '../tasklist/tasks.js';
import { createIdentity } from './auth/authenticate.js';
import { createSetup } from './auth/setup.js';
import { createEventHub } from './events.js';
import type { Services } from './services.js';
import type { Settings } from './settings.js';

export interface Composed {
  services: Services;
  /** Finishes what a crash left; from now on what is due runs by itself. */
  start(): Promise<void>;
  /** Takes nothing new, finishes what runs, gives leases back, closes everything. */
  stop(): Promise<void>;
}

/** Opens the store. Throws StoreError when somebody else owns it. */
export async function compose({ settings, clock }: { settings: Settings; clock: Clock }): Promise<Composed> {
  const store = createSqliteStore({ folder: settings.data, clock });
  await store.open();
  const evaluator = createEvaluator();
  const models = createModelReader({ limits: { bytes: settings.fileLimit, elements: settings.elementLimit } });
  const deployments = createDeployments({ store, reader: models, calendar, clock });
  const limits = { loop: settings.loopLimit };
  const engine = createEngine({ store, definitions: deployments, evaluator, calendar, clock, limits });
  const jobs = createJobs({ engine, store, clock });
  const projector = createProjector({ engine, onError: error => console.error('projector:', error) });
  const directory = createDirectory({ store });
  const tasks = createTasks({ engine, store, clock, directory });
  const forms = createForms({ store, definition: id => engine.definition(id) });
  const identity = createIdentity({ store, clock, https: settings.publicUrl.startsWith('https:') });
  const setup = createSetup(identity.people);
  const events = createEventHub({ engine, seesTask: (reader, task) => matches(visibleTo(reader), task) });
  tasks.onChange(task => events.taskChanged(task.id));

  return {
    services: {
      ...{ settings, clock, store, engine, deployments, jobs, projector },
      ...{ directory, tasks, forms, identity, setup, events },
    },
    async start() {
      await deployments.repair();
      await engine.recover();
      await projector.start();
      if (settings.jobs) await jobs.start();
    },
    async stop() {
      await jobs.stop();
      await projector.close();
      await engine.close();
      await Promise.all([evaluator.close(), models.close()]);
      await store.close();
    },
  };
}
