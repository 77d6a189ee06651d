/**
 * `node dist/test/bench/history.js [activities]` (with `MONGODB_URI` on MongoDB): how long the history of Camunda 7 takes to
 * answer over HTTP, by instance, by definition and by time, where a million activities lie.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { createServer } from '../../api/server.js';
import { readSettings } from '../../api/settings.js';
import { derivedId } from '../../engine/ids.js';
import { type ActivityDocument, FORMAT, type RunDocument } from '../../engine/store/documents.js';
import { type Stored, toStored } from '../../engine/store/mongo/documents.js';
import type { Document } from '../../engine/store/port.js';

const activities = Number(process.argv[2] ?? 1_000_000);
const perInstance = 10;
const definitions = 20;
const instances = Math.ceil(activities / perInstance);
const portion = 1000;
const rounds = 200;
const month = 30 * 86_400_000;
const begin = Date.UTC(2026, 0, 1);

const folder = mkdtempSync(join(tmpdir(), 'weft-bench-'));
const mongodb = process.env.MONGODB_URI;
const environment = { PORT: '0', WEFT_DATA: folder, ...(mongodb && { MONGODB_URI: mongodb }) };
const server = await createServer({ settings: readSettings(environment) });
const { store, identity } = server.services;
await identity.people.createUser({ id: 'bench', name: 'bench', administrator: true });
const { token } = await identity.tokens.create({ user: 'bench', name: 'bench' });

const idOf = (instance: number) => derivedId('bench', String(instance));
const definitionOf = (instance: number) => `order${instance % definitions}:1`;
const startOf = (instance: number) => begin + Math.floor((month * instance) / instances);

function* documents(first: number, last: number): Generator<{ run: RunDocument; visits: ActivityDocument[] }> {
  for (let number = first; number < last; number++) {
    const id = idOf(number);
    const startedAt = startOf(number);
    const definition = definitionOf(number);
    const common = { tenant: '', format: FORMAT, definition, definitionKey: definition.split(':')[0]!, seq: 1 };
    const times = { startedAt, endedAt: startedAt + 60_000, duration: 60_000 };
    const run: RunDocument = { ...common, ...times, id, definitionVersion: 1, root: id, state: 'completed' };
    const visits = Array.from({ length: perInstance }, (_, visit): ActivityDocument => {
      const activation = visit + 2;
      const element = { element: `step${visit}`, elementType: 'serviceTask', name: `Step ${visit}` };
      const place = { instance: id, activation, parent: 1, state: 'completed' as const };
      return { ...common, ...times, ...element, ...place, id: `${id}~${activation}`, startedAt: startedAt + visit };
    });
    yield { run, visits };
  }
}

/** Nothing is there that a put would have to look for: MongoDB takes plain inserts thirty times as fast. */
async function createFilling(): Promise<
  (collection: 'runs' | 'activities', documents: Document[]) => Promise<unknown>
> {
  if (!mongodb) return (collection, documents) => store.put(collection, documents);
  const database = (await MongoClient.connect(mongodb)).db('weft');
  return (collection, documents) =>
    database.collection<Stored>(collection).insertMany(documents.map(toStored), { ordered: false });
}

const fill = await createFilling();
const filling = performance.now();
for (let first = 0; first < instances; first += portion / perInstance) {
  const some = [...documents(first, Math.min(first + portion / perInstance, instances))];
  await fill(
    'activities',
    some.flatMap(({ visits }) => visits),
  );
  await fill(
    'runs',
    some.map(({ run }) => run),
  );
}
console.log(`${activities} activities written in ${Math.round((performance.now() - filling) / 1000)} s`);

const listening = server.app.listen(0);
const { port } = listening.address() as AddressInfo;

async function ask(path: string): Promise<number> {
  const address = `http://127.0.0.1:${port}/engine-rest/history/${path}`;
  const from = performance.now();
  const answer = await fetch(address, { headers: { Authorization: `Bearer ${token}` } });
  const rows = (await answer.json()) as unknown[];
  const took = performance.now() - from;
  if (answer.status !== 200 || rows.length === 0) throw new Error(`${path}: ${answer.status}, ${rows.length} rows`);
  return took;
}

const dateOf = (at: number) => encodeURIComponent(new Date(at).toISOString().replace('Z', '+0000'));
const newest = 'sortBy=startTime&sortOrder=desc&maxResults=50';
const within = (at: number) => `startedAfter=${dateOf(at)}&startedBefore=${dateOf(at + 3_600_000)}&${newest}`;

const queries: Record<string, (instance: number) => string> = {
  'activities of an instance': instance => `activity-instance?processInstanceId=${idOf(instance)}`,
  'activities of a definition': instance => `activity-instance?processDefinitionId=${definitionOf(instance)}&${newest}`,
  'activities of an hour': instance => `activity-instance?${within(startOf(instance))}`,
  'instances of a process': instance =>
    `process-instance?processDefinitionKey=order${instance % definitions}&finished=true&${newest}`,
  'instances of an hour': instance => `process-instance?${within(startOf(instance))}`,
};

for (const [what, query] of Object.entries(queries)) {
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) took.push(await ask(query((round * 7919) % instances)));
  took.sort((one, other) => one - other);
  const at = (share: number) => took[Math.floor((took.length - 1) * share)]!.toFixed(1);
  console.log(`${what}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
}

listening.close();
await server.close();
rmSync(folder, { recursive: true });
process.exit();
