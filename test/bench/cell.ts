/** One cell of the table, in a process of its own: `node cell.js <subject> <workload> <instances> <at once>`. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenSubject } from './subject.js';
import { workloads } from './workloads.js';

/** Loaded one at a time: no cell pays for the libraries of another. */
const subjects: Record<string, () => Promise<OpenSubject>> = {
  weft: async () => (await import('./subjects/weft.js')).openWeft,
  'weft-folding': async () => (await import('./subjects/weft.js')).openWeftFolding,
  'weft-memory': async () => (await import('./subjects/weft.js')).openWeftInMemory,
  floor: async () => (await import('./subjects/floor.js')).openDurableFloor,
  'floor-mongo': async () => (await import('./subjects/floor-mongo.js')).openMongoFloor,
  'weft-http': async () => (await import('./subjects/http.js')).openWeftOverHttp,
  'floor-http': async () => (await import('./subjects/http.js')).openFloorOverHttp,
  'floor-memory': async () => (await import('./subjects/floor.js')).openFloorInMemory,
  'bpmn-engine': async () => (await import('./subjects/bpmn-engine.js')).openBpmnEngine,
  'bpmn-engine-memory': async () => (await import('./subjects/bpmn-engine.js')).openBpmnEngineInMemory,
};

/** What one process measured; times in microseconds per instance. */
export interface Measured {
  cpu: number;
  wall: number;
}

const [subjectName = '', workloadName = '', count = '0', atOnce = '1'] = process.argv.slice(2);
const { file, process: id, run } = workloads[workloadName]!;
const xml = readFileSync(new URL(`../../../test/fixtures/models/${file}`, import.meta.url), 'utf8');
/** On MongoDB cells may share a database. */
const folder = process.env.BENCH_DATABASE ?? mkdtempSync(join(tmpdir(), 'weft-bench-'));
const keys = (prefix: string, length: number) => Array.from({ length }, (_each, index) => `${prefix}-${index}`);

try {
  const subject = await (await subjects[subjectName]!())(xml, folder);
  const instances = keys('run', Number(count));
  const warmUp = keys('warm', Math.ceil(instances.length / 5));
  await run(subject, id, warmUp, Number(atOnce));
  await subject.settle?.();

  const [cpu, start] = [process.cpuUsage(), performance.now()];
  await run(subject, id, instances, Number(atOnce));
  await subject.settle?.();
  const [{ user, system }, end] = [process.cpuUsage(cpu), performance.now()];

  // What did not come to its end is not worth a figure.
  const expected = instances.length + warmUp.length;
  if (subject.ended() !== expected) throw new Error(`${subject.ended()} of ${expected} instances ended`);
  const measured: Measured = {
    cpu: (user + system) / instances.length,
    wall: ((end - start) * 1000) / instances.length,
  };
  console.log(JSON.stringify(measured));
  await subject.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
