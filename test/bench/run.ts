/** `npm run bench`: the workloads on Weft, on the floor and on bpmn-engine, in turn; medians as a Markdown table. `--quick` takes two minutes. */

import { type Column, many, printMachine, quick, table } from './table.js';
import { workloads } from './workloads.js';

const durable: Column[] = [
  { title: 'Weft', subject: 'weft', instances: many(1_500, 10_000), atOnce: 100 },
  { title: 'Weft with projections', subject: 'weft-folding', instances: many(1_500, 10_000), atOnce: 100 },
  { title: 'floor', subject: 'floor', instances: many(4_000, 20_000), atOnce: 100 },
  { title: 'bpmn-engine', subject: 'bpmn-engine', instances: many(10, 100) },
];
const inMemory: Column[] = [
  { title: 'Weft', subject: 'weft-memory', instances: many(20_000, 100_000) },
  { title: 'floor', subject: 'floor-memory', instances: many(100_000, 500_000) },
  { title: 'bpmn-engine', subject: 'bpmn-engine-memory', instances: many(10, 100) },
];

printMachine();

const names = Object.keys(workloads);
table(
  'Durable: SQLite, synchronous FULL, 100 clients (bpmn-engine: one, saving its state at every wait)',
  durable,
  // The models of 10 and 1,000 nodes tell the same in memory, and sooner.
  names.filter(name => !quick || !workloads[name]!.withoutPeer),
);
table(
  'In memory: commands, events and state alone',
  inMemory,
  names.filter(name => workloads[name]!.inMemory),
);
