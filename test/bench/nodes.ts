/**
 * `node dist/test/bench/nodes.js [--quick]`: two processes on one MongoDB against one: CPU per instance, and timers that are
 * due at once, against two processes with the driver alone.
 */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Document, MongoClient } from 'mongodb';
import { createEngine } from '../../engine/index.js';
import { ensureIndexes } from '../../engine/store/mongo/indexes.js';
import { xml } from '../diagram.js';
import { startMongod } from '../mongod.js';
import type { Measured } from './cell.js';
import { figure, many, median } from './table.js';

const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const run = promisify(execFile);
const mongod = await startMongod();
const environment = { ...process.env, MONGODB_URI: mongod.uri, TEST_STORE: 'mongodb' };
const addressOf = (database: string) => mongod.uri.replace(/\/(\?|$)/, `/${database}$1`);

const waits = xml(
  'waits',
  `<startEvent id="start"/><intermediateCatchEvent id="Wait"><timerEventDefinition><timeDate>\${due}</timeDate>
   </timerEventDefinition></intermediateCatchEvent><endEvent id="end"/>`,
  ['start -> Wait -> end'],
);

/** CPU µs per instance of a process that runs W3 on this database. */
async function cpuOn(database: string, instances: number): Promise<number> {
  const args = [beside('./cell.js'), 'weft', 'W3', `${instances}`, '25'];
  const { stdout } = await run(process.execPath, args, { env: { ...environment, BENCH_DATABASE: database } });
  return (JSON.parse(stdout.trim().split('\n').at(-1)!) as Measured).cpu;
}

/** The mean of processes that run at the same time, one on each of these databases. */
async function cpuOnEach(databases: string[], instances: number): Promise<number> {
  const all = await Promise.all(databases.map(database => cpuOn(database, instances)));
  return all.reduce((sum, one) => sum + one, 0) / all.length;
}

/**
 * CPU µs per instance: of one process, of two that share the work at the same time, and of two that share nothing but the
 * machine. The last says what of the difference is the machine's: two busy cores are slower than one.
 */
async function compareCpu(): Promise<void> {
  // each as much as the one, so that all of them are as warm
  const instances = many(200, 2_000);
  const rounds: Record<'one' | 'shared' | 'apart', number[]> = { one: [], shared: [], apart: [] };
  for (let round = 0; round < 3; round++) {
    rounds.one.push(await cpuOnEach(['bench_one'], instances));
    rounds.shared.push(await cpuOnEach(['bench_shared', 'bench_shared'], instances));
    rounds.apart.push(await cpuOnEach(['bench_left', 'bench_right'], instances));
  }
  const [one, shared, apart] = [median(rounds.one), median(rounds.shared), median(rounds.apart)];
  console.log(
    `W3, CPU per instance, medians of 3 rounds: one process ${figure(one)} µs, two on one database ${figure(shared)} µs ` +
      `(${figure(shared / one, 2)} ×), two on two databases ${figure(apart)} µs (${figure(apart / one, 2)} ×)`,
  );
}

/** A process that fires timers until it is told to stop; resolves when it is ready. */
async function startNode(role: string, database: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [beside('./firing.js'), role, addressOf(database)], {
    env: environment,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child.stdout!, 'data');
  return child;
}

/** Lets two nodes fire what is in the database, and says how fast they were. */
async function fire(role: string, database: string, count: number, due: number): Promise<number> {
  const client = await MongoClient.connect(mongod.uri);
  const jobs = client.db(database).collection<Document>('jobs');
  const nodes = [await startNode(role, database), await startNode(role, database)];
  while ((await jobs.countDocuments({ 'wait.state': 'open' }, { limit: 1 })) > 0) await setTimeout(20);
  const took = Date.now() - due;
  const ended = await client.db(database).collection('instances').countDocuments({ state: 'completed', version: 2 });
  if (ended !== count) throw new Error(`${ended} of ${count} timers fired once`);
  for (const node of nodes) node.stdin!.end();
  await Promise.all(nodes.map(node => once(node, 'exit')));
  await client.close();
  return (count * 1000) / took;
}

async function compareTimers(): Promise<void> {
  const count = many(1_000, 10_000);
  const weft = await createEngine({ mongodb: addressOf('bench_weft'), begin: false });
  await weft.deploy({ files: [{ name: 'waits.bpmn', bytes: Buffer.from(waits) }] });
  const due = Date.now() + count * 25;
  const variables = { due: new Date(due).toISOString() };
  for (let from = 0; from < count; from += 100) {
    await Promise.all(Array.from({ length: 100 }, () => weft.start({ key: 'waits', variables })));
  }
  const late = Math.max(due, Date.now());
  const rate = await fire('weft', 'bench_weft', count, late);
  await weft.close();

  const client = await MongoClient.connect(mongod.uri);
  const database = client.db('bench_floor');
  await ensureIndexes(database);
  const ids = Array.from({ length: count }, (_, number) => `i${number}`);
  await database
    .collection<Document>('instances')
    .insertMany(ids.map(_id => ({ _id, tenant: '', format: 1, version: 1, state: 'running', variables })) as never);
  const wait = { v: 1, state: 'open' };
  await database
    .collection<Document>('jobs')
    .insertMany(ids.map(_id => ({ _id: `${_id}~1`, kind: 'timer', due: 0, instance: _id, wait })) as never);
  const floor = await fire('floor', 'bench_floor', count, Date.now());
  await client.close();
  console.log(
    `${count} timers due at once, two nodes: ${figure(rate)} per second, the driver alone ${figure(floor)}: ${figure((rate / floor) * 100, 2)} %`,
  );
}

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}`);
try {
  await compareCpu();
  await compareTimers();
} finally {
  await mongod.stop();
}
