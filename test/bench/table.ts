/** Runs cells in turn, each in a process of its own, and prints their medians as a Markdown table. */

import { spawnSync } from 'node:child_process';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Measured } from './cell.js';
import { workloads } from './workloads.js';

const cell = fileURLToPath(new URL('./cell.js', import.meta.url));

/** `--quick` takes two minutes. */
export const quick = process.argv.includes('--quick');
const rounds = quick ? 3 : 5;
/** How much a cell does: in a hurry, or else. */
export const many = (few: number, full: number) => (quick ? few : full);

/** A column: whose it is, how many instances one cell runs, and for how many clients. */
export interface Column {
  title: string;
  subject: string;
  instances: number;
  atOnce?: number;
}

function measure({ subject, instances, atOnce = 1 }: Column, workload: string): Measured | undefined {
  if (subject.startsWith('bpmn-engine') && workloads[workload]!.withoutPeer) return undefined;
  const args = [cell, subject, workload, String(instances), String(atOnce)];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${subject} did not finish ${workload}: ${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Measured;
}

/** In turn (A B C A B C), so that a busy minute of the machine meets all alike. */
function measureAll(columns: Column[], workload: string): (Measured | undefined)[] {
  const found = Array.from({ length: rounds }, () => columns.map(column => measure(column, workload)));
  return columns.map((_column, index) => medianOf(found.flatMap(round => round[index] ?? [])));
}

function medianOf(all: Measured[]): Measured | undefined {
  if (all.length === 0) return undefined;
  return { cpu: median(all.map(({ cpu }) => cpu)), wall: median(all.map(({ wall }) => wall)) };
}

export const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

export const figure = (value: number | undefined, digits = 3) =>
  value === undefined ? '–' : Number(value.toPrecision(digits)).toLocaleString('en');

/** How much of the floor's speed, and how many times the peer's. */
function ratios(columns: Column[], found: (Measured | undefined)[]): string[] {
  const of = (title: string) => found[columns.findIndex(column => column.title === title)];
  const [weft, floor, peer] = [of('Weft')!, of('floor')!, of('bpmn-engine')];
  return [
    `${figure((floor.cpu / weft.cpu) * 100, 2)} %`,
    `${figure((floor.wall / weft.wall) * 100, 2)} %`,
    peer ? `${figure(peer.cpu / weft.cpu, 2)} ×` : '–',
  ];
}

export function table(title: string, columns: Column[], names: string[]): void {
  const heads = [
    'workload',
    ...columns.map(column => `${column.title}, CPU µs per instance`),
    ...columns.map(column => `${column.title}, instances per second`),
    ...['Weft reaches of the floor, by CPU', 'by time', 'Weft over bpmn-engine, by CPU'],
  ];
  console.log(`\n### ${title}\n\n| ${heads.join(' | ')} |\n|---|${'--:|'.repeat(heads.length - 1)}`);
  for (const name of names) {
    const found = measureAll(columns, name);
    const cells = [
      `${name} ${workloads[name]!.title}`,
      ...found.map(measured => figure(measured?.cpu)),
      ...found.map(measured => figure(measured && 1e6 / measured.wall)),
      ...ratios(columns, found),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
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

/** On what it was measured. */
export function printMachine(): void {
  const machine = `${cpus().length} × ${cpus()[0]?.model}, load ${loadavg()[0]!.toFixed(1)}`;
  console.log(
    `Node ${process.version}, ${machine}, ${figure(flushRate())} flushes per second; medians of ${rounds} rounds.`,
  );
}
