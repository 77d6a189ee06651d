/** What the embedded store does alone: `node dist/test/bench/store.js [at once] [seconds]`: commits per second, point reads, the event loop meanwhile. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createSqliteStore } from '../../engine/store/sqlite.js';
import { closes, opens, task, unit } from '../suites/documents.js';

const [atOnce, seconds] = [Number(process.argv[2] ?? 100), Number(process.argv[3] ?? 5)];
/** Commits of one instance, each of which closes a task and opens the next. */
const length = 5;
const reads = 20_000;

const variables = Object.fromEntries(Array.from({ length: 20 }, (_, number) => [`name${number}`, 'x'.repeat(60)]));
const activations = { 1: { id: 1, node: 0, parent: 0, since: 1000, live: 1, variables } };

function commitOf(id: string, version: number) {
  const candidateGroups = ['sales', 'lead'];
  const row = opens(task(`${id}~${version}`, { candidateGroups, wait: { v: version, state: 'open' } }));
  const rows = version > 1 ? [closes(`${id}~${version - 1}`, version), row] : [row];
  return unit(id, version, { rows }, { activations });
}

const folder = mkdtempSync(join(tmpdir(), 'weft-bench-'));
const store = createSqliteStore({ folder });
await store.open();

const delays = monitorEventLoopDelay({ resolution: 5 });
const took: number[] = [];
const start = performance.now();
const end = start + seconds * 1000;

async function client(number: number): Promise<void> {
  for (let commit = 0; performance.now() < end; commit++) {
    const id = `i${number}-${Math.floor(commit / length)}`;
    const asked = performance.now();
    const result = await store.commit(commitOf(id, (commit % length) + 1));
    if (result !== 'committed') throw new Error(`${id}: ${result}`);
    took.push(performance.now() - asked);
  }
}

delays.enable();
await Promise.all(Array.from({ length: atOnce }, (_, number) => client(number)));
delays.disable();
const perSecond = took.length / ((performance.now() - start) / 1000);

const readsFrom = performance.now();
for (let read = 0; read < reads; read++) await store.get('instances', `i${read % atOnce}-0`);
const perRead = ((performance.now() - readsFrom) * 1000) / reads;

took.sort((a, b) => a - b);
const at = (share: number) => took[Math.floor(took.length * share)]!.toFixed(1);
console.log(
  `${Math.round(perSecond)} commits/s for ${atOnce} at once (p50 ${at(0.5)} ms, p99 ${at(0.99)} ms; event loop late p99 ${(delays.percentile(99) / 1e6).toFixed(1)} ms); ${perRead.toFixed(1)} µs per point read`,
);
await store.close();
rmSync(folder, { recursive: true });
