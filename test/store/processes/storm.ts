/** A process that commits as fast as it can, and tells what it was promised; somebody kills it in the middle. */
import type { Instance } from '../../../engine/core/types.js';
import { createSqliteStore } from '../../../engine/store/sqlite.js';
import { closes, opens, task, unit } from '../../suites/documents.js';

const lanes = 40;
const store = createSqliteStore({ folder: process.argv[2]! });
await store.open();

/** Each commit opens a task and closes the one before. */
async function lane(id: string): Promise<never> {
  let version = (await store.get<Instance>('instances', id))?.version ?? 0;
  for (;;) {
    version++;
    const opened = task(`${id}~${version}`, { candidateGroups: ['sales'], wait: { v: version, state: 'open' } });
    const rows = version > 1 ? [closes(`${id}~${version - 1}`, version), opens(opened)] : [opens(opened)];
    const result = await store.commit(unit(id, version, { rows }));
    process.send!({ id, version, result });
  }
}

await Promise.all(Array.from({ length: lanes }, (_, number) => lane(`lane${number}`)));
