/** `npm run bench`: the workloads on Weft, on the floor and on bpmn-engine, in turn; medians as a Markdown table. `--quick` takes two minutes. */

import { spawnSync } from 'node:child_process';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Measured } from './cell.js';
import { workloads } from './workloads.js';

const quick = process.argv.includes('--quick');
const rounds = quick ? 3 : 5;
const cell = fileURLToPath(new URL('./cell.js', import.meta.url));

/** Instances of one cell: enough for a second or so of each. */
const instances: Record<string, number> = quick
  ? {
      weft: 1_500,
      floor: 4_000,
      'bpmn-engine': 10,
      'weft-memory': 20_000,
      'floor-memory': 100_000,
      'bpmn-engine-memory': 10,
    }
  : {
      weft: 10_000,
      floor: 20_000,
      'bpmn-engine': 100,
      'weft-memory': 100_000,
      'floor-memory': 500_000,
      'bpmn-engine-memory': 100,
    };

/** Clients that wait for their answers; bpmn-engine has nothing to gain from more than one. */
const atOnce: Record<string, number> = { weft: 100, floor: 100 };

const peers = ['weft', 'floor', 'bpmn-engine'];

function measure(subject: string, workload: string): Measured | undefined {
  if (subject.startsWith('bpmn-engine') && workloads[workload]!.withoutPeer) return undefined;
  const args = [cell, subject, workload, String(instances[subject]), String(atOnce[subject] ?? 1)];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${subject} did not finish ${workload}: ${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Measured;
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Rounds in turn (A B C A B C), so that a busy minute of the machine meets all alike. */
function measureAll(workload: string, suffix: string): (Measured | undefined)[] {
  const found = Array.from({ length: rounds }, () => peers.map(peer => measure(peer + suffix, workload)));
  return peers.map((_peer, index) => {
    const all = found.flatMap(round => round[index] ?? []);
    return all.length > 0
      ? { cpu: median(all.map(({ cpu }) => cpu)), wall: median(all.map(({ wall }) => wall)) }
      : undefined;
  });
}

/** Flushes to the disk per second: what durable figures are worth depends on it. */
function flushRate(): number {
  const folder = mkdtempSync(join(tmpdir(), 'weft-bench-'));
  const file = openSync(join(folder, 'flush'), 'w');
  const start = performance.now();
  for (let count = 0; count < 200; count++) {
    writeSync(file, 'x'.repeat(4096), 0);
    fsyncSync(file);
  }
  closeSync(file);
  rmSync(folder, { recursive: true });
  return 200_000 / (performance.now() - start);
}

const figure = (value: number | undefined, digits = 3) =>
  value === undefined ? '–' : Number(value.toPrecision(digits)).toLocaleString('en');
const perSecond = (measured: Measured | undefined) => figure(measured && 1e6 / measured.wall);
const times = (a: number | undefined, b: number | undefined) => (a && b ? `${figure(a / b, 2)} ×` : '–');

function row(workload: string, suffix: string): string {
  const [weft, floor, other] = measureAll(workload, suffix);
  return `| ${[
    `${workload} ${workloads[workload]!.title}`,
    ...[weft, floor, other].map(measured => figure(measured?.cpu)),
    times(weft?.cpu, floor?.cpu),
    times(other?.cpu, weft?.cpu),
    ...[weft, floor, other].map(perSecond),
    weft && floor ? `${figure((floor.wall / weft.wall) * 100, 2)} %` : '–',
  ].join(' | ')} |`;
}

function table(title: string, names: string[], suffix: string): void {
  console.log(`\n### ${title}\n`);
  console.log(
    '| workload | CPU µs per instance: Weft | floor | bpmn-engine | Weft / floor | bpmn-engine / Weft | instances per second: Weft | floor | bpmn-engine | Weft of the floor |',
  );
  console.log('|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|');
  for (const name of names) console.log(row(name, suffix));
}

const [processor] = cpus();
console.log(
  `Node ${process.version}, ${cpus().length} × ${processor?.model}, load ${loadavg()[0]!.toFixed(1)}, ${figure(flushRate())} flushes per second; medians of ${rounds} rounds.`,
);
table(
  'Durable: SQLite, synchronous FULL, 100 clients (bpmn-engine: 1, saving at every wait)',
  // The models of 10 and 1,000 nodes tell the same in memory, and sooner.
  Object.keys(workloads).filter(name => !quick || !workloads[name]!.withoutPeer),
  '',
);
table(
  'In memory: the core alone',
  Object.keys(workloads).filter(name => workloads[name]!.inMemory),
  '-memory',
);
