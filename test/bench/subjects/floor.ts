/** The floor as a subject: in memory, and with the rows that a durable engine has to write. */

import { join } from 'node:path';
import { openForWriting } from '../../../engine/store/sqlite/files.js';
import { createFloor, type FloorInstance, type FloorStep } from '../floor.js';
import type { OpenSubject } from '../subject.js';

/** One row per instance, per wait and per command, each with what it is looked up by. */
const schema = `
  CREATE TABLE instances (id TEXT PRIMARY KEY, doc TEXT, ended INTEGER);
  CREATE INDEX running ON instances (id) WHERE ended = 0;
  CREATE TABLE history (id TEXT PRIMARY KEY, instance TEXT, doc TEXT);
  CREATE INDEX of_instance ON history (instance);
  ${['tasks', 'jobs', 'subscriptions']
    .map(
      kind => `CREATE TABLE ${kind} (id TEXT PRIMARY KEY, doc TEXT, name TEXT, key TEXT, state TEXT);
               CREATE INDEX open_${kind} ON ${kind} (name, key) WHERE state = 'open';`,
    )
    .join('\n')}`;
const upsertInstance = `INSERT INTO instances VALUES (?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET doc = excluded.doc, ended = excluded.ended`;

/** Tokens alone. */
export const openFloorInMemory: OpenSubject = async xml => {
  const { begin, answer } = await createFloor(xml);
  const instances = new Map<string, FloorInstance>();
  let ended = 0;
  const keep = ({ instance }: FloorStep) => {
    if (instance.ended) ended++;
    if (instance.ended) instances.delete(instance.id);
    else instances.set(instance.id, instance);
  };
  return {
    start: async (_process, key, variables) => keep(begin(key, { ...variables })),
    async complete(key, variables) {
      const instance = instances.get(key)!;
      keep(answer(instance, Object.keys(instance.waits)[0]!, variables));
    },
    ended: () => ended,
    close: async () => {},
  };
};

/** With the journal, the page size and the flushes of the real store; commands that arrive together are one transaction. */
export const openDurableFloor: OpenSubject = async (xml, folder) => {
  const { begin, answer } = await createFloor(xml);
  const database = openForWriting(join(folder, 'floor.db'));
  database.exec(schema);
  const instances = new Map<string, FloorInstance>();
  let ended = 0;
  let group: { write(): void; done(): void }[] = [];

  function commit(write: () => void): Promise<void> {
    if (group.length === 0) setImmediate(flush);
    return new Promise(done => group.push({ write, done }));
  }
  function flush(): void {
    const committed = group;
    group = [];
    database.exec('BEGIN');
    for (const { write } of committed) write();
    database.exec('COMMIT');
    for (const { done } of committed) done();
  }
  function store({ instance, events, opened }: FloorStep, answered?: { kind: string; wait: string }): Promise<void> {
    if (instance.ended) ended++;
    if (instance.ended) instances.delete(instance.id);
    else instances.set(instance.id, instance);
    const doc = JSON.stringify(instance);
    const history = JSON.stringify({ instance: instance.id, seq: instance.version, at: Date.now(), events });
    return commit(() => {
      database.run(upsertInstance, [instance.id, doc, instance.ended ? 1 : 0]);
      for (const { kind, ...wait } of opened) {
        const row = JSON.stringify({ ...wait, instance: instance.id, createdAt: Date.now() });
        database.run(`INSERT INTO ${kind} VALUES (?, ?, ?, ?, 'open')`, [wait.id, row, wait.name, instance.id]);
      }
      if (answered) database.run(`UPDATE ${answered.kind} SET state = 'answered' WHERE id = ?`, [answered.wait]);
      database.run('INSERT INTO history VALUES (?, ?, ?)', [
        `${instance.id}:${instance.version}`,
        instance.id,
        history,
      ]);
    });
  }
  function answerWait(kind: string, wait: string, variables = {}): Promise<void> {
    const instance = instances.get(wait.split('~')[0]!)!;
    return store(answer(instance, wait, variables), { kind, wait });
  }
  const openOnes = (kind: string, condition: string, values: (string | number)[]) =>
    database.all(`SELECT id FROM ${kind} WHERE state = 'open' AND ${condition}`, values).map(([id]) => id as string);

  return {
    start: (_process, key, variables) => store(begin(key, { ...variables })),
    complete: (key, variables) => answerWait('tasks', Object.keys(instances.get(key)!.waits)[0]!, variables),
    publish: (name, key) =>
      answerWait('subscriptions', openOnes('subscriptions', 'name = ? AND key = ?', [name, key])[0]!),
    async fetch(topic, max) {
      const found = openOnes('jobs', 'name = ? LIMIT ?', [topic, max]);
      await commit(() => {
        for (const id of found) database.run("UPDATE jobs SET state = 'locked' WHERE id = ?", [id]);
      });
      return found;
    },
    finish: work => answerWait('jobs', work),
    ended: () => ended,
    close: async () => database.close(),
  };
};
