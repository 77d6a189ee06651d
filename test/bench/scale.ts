/** `node dist/test/bench/scale.js [sqlite|mongodb] [stored…]`: what a command costs when so many instances are stored; default 1,000 and 1,000,000. */

import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Db, MongoClient } from 'mongodb';
import { createEngine, type Weft } from '../../engine/index.js';
import type { Document } from '../../engine/store/port.js';
import { fixture } from '../api/harness.js';
import { databaseOf } from '../databases.js';
import { startMongod } from '../mongod.js';
import { figure } from './table.js';

const [store = 'sqlite', ...sizes] = process.argv.slice(2);
const stored = sizes.length > 0 ? sizes.map(Number) : [1_000, 1_000_000];
const COMMANDS = 600;
const AT_ONCE = 20;
const BATCH = 1_000;

/** Where the parts of a waiting instance lie, and by what they are found. */
const parts = { instances: 'id', tasks: 'instance', history: 'instance' } as const;
type Part = keyof typeof parts;

/** How copies come into the database: all documents of one collection that belong to an instance, and many at once. */
interface Filling {
  read(part: Part, instance: string): Promise<object[]>;
  write(part: Part, documents: object[]): Promise<unknown>;
}

const throughStore = ({ store }: Weft): Filling => ({
  read: (part, instance) => store.find(part, { filter: { [parts[part]]: instance } }),
  write: (part, documents) => store.put(part, documents as Document[]),
});

/** The store writes each document by itself there; a million of them take hours. */
const throughDriver = (database: Db): Filling => ({
  read: (part, instance) =>
    database
      .collection(part)
      .find({ [parts[part].replace(/^id$/, '_id')]: instance } as object)
      .toArray(),
  write: (part, documents) => database.collection(part).insertMany(documents, { ordered: false }),
});

/** Copies of one waiting instance, with its task and its history. */
async function fill(weft: Weft, filling: Filling, from: number, to: number): Promise<void> {
  const { instance: id } = await weft.start({ key: 'w3_approval', businessKey: 'original' });
  for (const part of Object.keys(parts) as Part[]) {
    const texts = (await filling.read(part, id)).map(document => JSON.stringify(document));
    for (let batch = from; batch < to; batch += BATCH) {
      const ids = Array.from({ length: Math.min(BATCH, to - batch) }, (_, number) => `copy-${batch + number}`);
      await filling.write(
        part,
        ids.flatMap(copy => texts.map(text => JSON.parse(text.replaceAll(id, copy)) as object)),
      );
    }
  }
}

/** Milliseconds per command: starts and completions, in turn. */
async function commands(weft: Weft): Promise<number> {
  const start = performance.now();
  const one = async () => {
    for (let number = 0; number < COMMANDS / AT_ONCE / 2; number++) {
      const { instance } = await weft.start({ key: 'w3_approval', businessKey: 'b' });
      const [task] = await weft.store.find('tasks', { filter: { instance, 'wait.state': 'open' } });
      const answer = { variables: { approved: true }, at: Date.now(), onFailure: 'incident' } as const;
      await weft.send(instance, { do: 'resume', wait: task!.id, ...answer });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return (performance.now() - start) / COMMANDS;
}

/** Bytes on the disk. */
function sizeOf(path: string): number {
  const found = statSync(path);
  return found.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0) : found.size;
}

const folder = mkdtempSync(join(tmpdir(), 'weft-bench-'));
const mongod = store === 'mongodb' ? await startMongod({ folder }) : undefined;
const weft = await createEngine({ ...databaseOf(folder), ...(mongod && { mongodb: mongod.uri }), begin: false });
await weft.deploy({ files: [{ name: 'w3.bpmn', bytes: Buffer.from(fixture('models/w3-approval.bpmn')) }] });
const client = mongod && (await MongoClient.connect(mongod.uri));
const filling = client ? throughDriver(client.db('weft')) : throughStore(weft);
await commands(weft);
let before = 0;
let first: number | undefined;
for (const size of stored) {
  const begun = performance.now();
  await fill(weft, filling, before, size);
  const [seconds, megabytes] = [(performance.now() - begun) / 1000, sizeOf(folder) / 1e6];
  before = size;
  const cost = await commands(weft);
  first ??= cost;
  console.log(
    `${store}, ${figure(size)} instances (stored in ${figure(seconds)} s, ${figure(megabytes)} MB): ${figure(cost)} ms per command, ${figure(cost / first, 2)} ×`,
  );
}
await weft.close();
await client?.close();
await mongod?.stop();
rmSync(folder, { recursive: true });
process.exit();
