/** The floor as a subject: in memory, and with the rows that a durable engine has to write. */

import { join } from 'node:path';
import type { CollectionName } from '../../../engine/store/port.js';
import { openForWriting } from '../../../engine/store/sqlite/files.js';
import { present, storedRow, tables } from '../../../engine/store/sqlite/schema.js';
import type { Bind } from '../../../engine/store/sqlite/values.js';
import { createFloor, type FloorInstance, type FloorStep } from '../floor.js';
import type { OpenSubject } from '../subject.js';
import { type Row, type WaitTable, writesOf } from './rows.js';

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

/**
 * The same rows as Weft's in the same tables with the same indexes, journal, page size and flushes, each written by one
 * prepared statement; commands that arrive together are one transaction. Nothing is read back, checked or kept apart.
 */
export const openDurableFloor: OpenSubject = async (xml, folder) => {
  const { begin, answer } = await createFloor(xml);
  const database = openForWriting(join(folder, 'floor.db'));
  for (const name of ['instances', 'history', 'tasks', 'jobs', 'subscriptions'] as const) {
    database.exec(tables[name].create.join(';'));
  }
  const instances = new Map<string, FloorInstance>();
  const rows = new Map<string, Row>();
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
  function insert(collection: CollectionName, document: Row): void {
    const { id, columns, doc } = storedRow(tables[collection], document);
    database.run(tables[collection].insert, [id, ...columns, doc]);
  }
  function update(collection: CollectionName, document: Row, paths: string[]): void {
    const { columns } = tables[collection];
    const { id, columns: values, doc } = storedRow(tables[collection], document);
    const sets = paths.map(path => `"${path}" = ?`).join(', ');
    database.run(`UPDATE ${tables[collection].name} SET ${sets}, doc = ? WHERE id = ?`, [
      ...paths.map(path => values[columns.indexOf(path)]!),
      doc,
      id,
    ]);
  }

  function store(step: FloorStep, answered?: { kind: WaitTable; wait: string }): Promise<void> {
    const { instance } = step;
    const written = writesOf(step, answered && { ...answered, row: rows.get(answered.wait)! });
    if (instance.ended) ended++;
    if (instance.ended) instances.delete(instance.id);
    else instances.set(instance.id, instance);
    return commit(() => {
      if (instance.version === 1) insert('instances', written.instance);
      else update('instances', written.instance, instance.ended ? ['version', 'state'] : ['version']);
      for (const { collection, row } of written.opened) {
        rows.set(row.id, row);
        insert(collection, row);
      }
      if (written.closed) {
        const { collection, row } = written.closed;
        rows.delete(row.id);
        const by = collection === 'tasks' ? ['wait.answeredBy'] : [];
        update(collection, row, ['wait.v', 'wait.state', 'wait.answeredAt', ...by]);
      }
      insert('history', written.history);
    });
  }
  function answerWait(kind: WaitTable, wait: string, variables = {}): Promise<void> {
    const instance = instances.get(wait.slice(0, wait.lastIndexOf('~')))!;
    return store(answer(instance, wait, variables), { kind, wait });
  }
  const openOnes = (kind: WaitTable, condition: string, values: Bind[]) =>
    database
      .all(`SELECT id FROM ${kind} WHERE "wait.state" = 'open' AND ${condition}`, values)
      .map(([id]) => id as string);

  return {
    start: (_process, key, variables) => store(begin(key, { ...variables })),
    complete: (key, variables) => answerWait('tasks', Object.keys(instances.get(key)!.waits)[0]!, variables),
    publish: (name, key) =>
      answerWait(
        'subscriptions',
        openOnes('subscriptions', `"businessKey" = ? AND name = ? AND ${present('businessKey')}`, [key, name])[0]!,
      ),
    async fetch(topic, max) {
      const found = openOnes('jobs', `topic = ? AND ${present('topic')} LIMIT ?`, [topic, max]);
      const until = Date.now() + 60_000;
      await commit(() => {
        for (const id of found) {
          const row: Row = { ...rows.get(id)!, lockedUntil: until, asideUntil: until };
          update('jobs', row, ['lockedUntil', 'asideUntil']);
        }
      });
      return found;
    },
    finish: work => answerWait('jobs', work),
    ended: () => ended,
    close: async () => database.close(),
  };
};
