/**
 * The floor on MongoDB: the official driver alone, with the writes that a commit needs where there are no transactions. One
 * guarded replace of the instance with the rows inside it, then the rows in one command. Nothing is checked or kept apart.
 */

import { basename } from 'node:path';
import { type AnyClientBulkWriteModel, type Document, type Filter, MongoClient, type UpdateFilter } from 'mongodb';
import { ensureIndexes } from '../../../engine/store/mongo/indexes.js';
import { createFloor, type FloorInstance, type FloorStep } from '../floor.js';
import type { OpenSubject } from '../subject.js';
import { type FloorWrites, type Row, type WaitTable, writesOf } from './rows.js';

/** As a document of MongoDB. */
interface Stored extends Document {
  _id: string;
}

const stored = ({ id, ...fields }: Row): Stored => ({ _id: id, ...fields });

export const openMongoFloor: OpenSubject = async (xml, folder) => {
  const { begin, answer } = await createFloor(xml);
  const client = new MongoClient(process.env.MONGODB_URI!, { writeConcern: { w: 'majority', journal: true } });
  const database = client.db(basename(folder));
  await ensureIndexes(database);
  const collection = (name: string) => database.collection<Stored>(name);
  const instances = new Map<string, FloorInstance>();
  const rows = new Map<string, Row>();
  let ended = 0;

  function rest({ instance, history, opened, closed }: FloorWrites): AnyClientBulkWriteModel<Stored>[] {
    const { id, version } = instance;
    const update = (name: string, filter: Filter<Stored>, change: UpdateFilter<Stored>, upsert = false) =>
      ({ namespace: `${database.databaseName}.${name}`, name: 'updateOne', filter, update: change, upsert }) as const;
    const insert = (name: string, { id: _id, ...fields }: Row) => update(name, { _id }, { $setOnInsert: fields }, true);
    const older = { 'wait.v': { $lt: version } };
    return [
      ...opened.map(({ collection: name, row }) => insert(name, row)),
      ...(closed
        ? [update(closed.collection, { _id: closed.row.id, ...older }, { $set: { wait: closed.row.wait } })]
        : []),
      insert('history', history),
      update('instances', { _id: id, version }, { $unset: { _pending: true } }),
    ];
  }

  async function store(step: FloorStep, answered?: { kind: WaitTable; wait: string }): Promise<void> {
    const { id, version, ended: isOver } = step.instance;
    const written = writesOf(step, answered && { ...answered, row: rows.get(answered.wait)! });
    if (isOver) ended++;
    if (isOver) instances.delete(id);
    else instances.set(id, step.instance);
    for (const { row } of written.opened) rows.set(row.id, row);
    if (answered) rows.delete(answered.wait);
    const { instance, ...pending } = written;
    const document = { ...stored(instance), _pending: pending };
    if (version === 1) await collection('instances').insertOne(document);
    else await collection('instances').replaceOne({ _id: id, version: version - 1 }, document);
    await client.bulkWrite<Record<string, Stored>>(rest(written), { ordered: true });
  }

  function answerWait(kind: WaitTable, wait: string, variables = {}): Promise<void> {
    const instance = instances.get(wait.slice(0, wait.lastIndexOf('~')))!;
    return store(answer(instance, wait, variables), { kind, wait });
  }

  return {
    start: (_process, key, variables) => store(begin(key, { ...variables })),
    complete: (key, variables) => answerWait('tasks', Object.keys(instances.get(key)!.waits)[0]!, variables),
    async publish(name, key) {
      const waiting = { businessKey: key, name, 'wait.state': 'open' };
      const found = await collection('subscriptions').findOne(waiting, { projection: { _id: 1 } });
      await answerWait('subscriptions', found!._id);
    },
    async fetch(topic, max) {
      const open = { topic, 'wait.state': 'open' };
      const found = await collection('jobs')
        .find(open, { limit: max, projection: { _id: 1 } })
        .toArray();
      const ids = found.map(({ _id }) => _id);
      const until = Date.now() + 60_000;
      const lock = { $set: { lockedUntil: until, asideUntil: until } };
      await collection('jobs').updateMany({ _id: { $in: ids } }, lock);
      return ids;
    },
    finish: work => answerWait('jobs', work),
    ended: () => ended,
    async close() {
      await database.dropDatabase();
      await client.close();
    },
  };
};
