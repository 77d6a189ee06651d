/** A stage in this process: the engine as a library, its data in a folder that is thrown away. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reader } from '../engine/contract.js';
import { createEngine } from '../engine/index.js';
import type { ActivityDocument } from '../engine/store/documents.js';
import { createDirectory } from '../tasklist/directory.js';
import { createTasks } from '../tasklist/tasks.js';
import { filesOf } from './index.js';
import type { Stage } from './stage.js';

export async function openInProcess(): Promise<Stage> {
  const data = await mkdtemp(join(tmpdir(), 'weft-sample-'));
  const engine = await createEngine({ data });
  const { store, clock } = engine;
  const tasks = createTasks({ engine, store, clock, directory: createDirectory({ store }) });
  const everybody: Reader = { tenants: [''], person: 'everybody', groups: [], administrator: true };

  return {
    name: 'in this process',
    deploy: async sample => void (await engine.deploy({ name: sample.title, files: await filesOf(sample) })),
    start: async (key, input) => (await engine.start({ key, ...input })).instance,
    work: (topic, handler) => void engine.worker(topic, handler),
    tasks: async instance => (await tasks.find(everybody, { instance })).items,
    complete: async (task, variables) => void (await tasks.complete(everybody, task, variables)),
    variables: instance => engine.variablesAt(instance, 1),
    publish: async message => void (await engine.publish(message)),

    async look(id) {
      const instance = (await engine.instance(id))!;
      return {
        ended: instance.endedAt !== undefined,
        waitsForMessage: Object.values(instance.waits).some(wait => wait.kind === 'message'),
        incidents: Object.values(instance.incidents).map(incident => incident.message),
      };
    },

    async visits(instance) {
      await engine.projector.caughtUp(instance);
      const sort = { startedAt: 1, activation: 1 } as const;
      const activities = await store.find<ActivityDocument>('activities', { filter: { instance }, sort });
      const visits = activities.filter(({ elementType }) => elementType !== 'multiInstanceBody');
      return visits.map(({ name, element }) => name ?? element);
    },

    async close() {
      await engine.close();
      await rm(data, { recursive: true });
    },
  };
}
