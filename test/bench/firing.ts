/** A node that fires timers until its input ends: `node firing.js weft|floor mongodb://…`. */

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AnyClientBulkWriteModel, type Document, MongoClient } from 'mongodb';
import { createEngine } from '../../engine/index.js';

const [role, address = ''] = process.argv.slice(2);
/** Timers taken at once. */
const BATCH = 500;

interface Stored extends Document {
  _id: string;
}

/** Takes what is due and answers it with the writes of a commit, until nothing is left. */
async function fireAll(client: MongoClient): Promise<void> {
  const database = client.db();
  const [jobs, instances] = [database.collection<Stored>('jobs'), database.collection<Stored>('instances')];
  const free = { kind: 'timer', 'wait.state': 'open', due: { $lte: Date.now() }, lockedUntil: null };
  const at = (name: string) => `${database.databaseName}.${name}`;

  async function answer({ _id, instance: id }: Stored): Promise<void> {
    const before = await instances.findOne({ _id: id as string });
    const wait = { v: 2, state: 'answered', answeredAt: Date.now() };
    const history = { instance: id, seq: 2, at: Date.now(), unfolded: 1, events: [{ type: 'answered', wait: _id }] };
    const after = { ...before!, version: 2, state: 'completed', endedAt: Date.now(), _pending: { wait, history } };
    await instances.replaceOne({ _id: id as string, version: 1 }, after);
    const writes: AnyClientBulkWriteModel<Stored>[] = [
      { namespace: at('jobs'), name: 'updateOne', filter: { _id }, update: { $set: { wait } } },
      {
        ...{ namespace: at('history'), name: 'updateOne', filter: { _id: `${id}:2` } },
        ...{ update: { $setOnInsert: history }, upsert: true },
      },
      { namespace: at('instances'), name: 'updateOne', filter: { _id: id }, update: { $unset: { _pending: true } } },
    ];
    await client.bulkWrite<Record<string, Stored>>(writes, { ordered: true });
  }

  for (;;) {
    const found = await jobs.find(free, { limit: BATCH, projection: { _id: 1 } }).toArray();
    if (found.length === 0) return;
    const ids = found.map(({ _id }) => _id);
    const claim = randomUUID();
    await jobs.updateMany({ _id: { $in: ids }, ...free }, { $set: { claim, lockedUntil: Date.now() + 10_000 } });
    await Promise.all((await jobs.find({ _id: { $in: ids }, claim }).toArray()).map(answer));
  }
}

async function open(): Promise<() => Promise<void>> {
  if (role === 'weft') {
    const weft = await createEngine({ mongodb: address, begin: false });
    // the floor folds no history either
    await weft.jobs.start();
    return () => weft.close();
  }
  const client = new MongoClient(address, { writeConcern: { w: 'majority', journal: true } });
  await client.connect();
  const firing = fireAll(client);
  return async () => {
    await firing;
    await client.close();
  };
}

const close = await open();
console.log('ready');
process.stdin.resume();
await once(process.stdin, 'end');
await close();
process.exit();
