/** What the floor writes for a step: documents as large as those of an engine, with the fields that they are looked up by. */

import type { FloorStep } from '../floor.js';

/** What each kind of row has beside its place: the fields that it is looked up by. */
const rowOf = {
  tasks: (name: string, _at: number) => ({
    name,
    assignee: 'anna',
    candidateUsers: [],
    candidateGroups: [],
    priority: 50,
  }),
  jobs: (topic: string, due: number) => ({ kind: 'work', topic, due, retries: 3, priority: 0 }),
  subscriptions: (name: string, _at: number) => ({ kind: 'message', name, hashes: [] }),
};
export type WaitTable = keyof typeof rowOf;
export type Row = { id: string; [field: string]: unknown };

/** What a step of the floor comes to. */
export interface FloorWrites {
  instance: Row;
  history: Row;
  opened: { collection: WaitTable; row: Row }[];
  closed?: { collection: WaitTable; row: Row };
}

export function writesOf(
  { instance, events, opened }: FloorStep,
  answered?: { kind: WaitTable; wait: string; row: Row },
): FloorWrites {
  const at = Date.now();
  const { id, version } = instance;
  const own = { tenant: '', format: 1, definition: 'floor:1', definitionKey: 'floor', businessKey: id };
  const state = instance.ended ? { state: 'completed', endedAt: at } : { state: 'running' };
  return {
    instance: { ...instance, ...own, ...state, key: 'floor', startedAt: at, root: id },
    history: { ...own, id: `${id}:${version}`, instance: id, seq: version, at, unfolded: 1, events },
    opened: opened.map(({ kind, name, element, id: wait }) => {
      const place = { id: wait, instance: id, root: id, element, createdAt: at, rev: 0 };
      const collection = kind as WaitTable;
      return {
        collection,
        row: { ...own, ...place, wait: { v: version, state: 'open' }, ...rowOf[collection](name, at) },
      };
    }),
    ...(answered && {
      closed: {
        collection: answered.kind,
        row: { ...answered.row, wait: { v: version, state: 'answered', answeredAt: at, answeredBy: 'anna' } },
      },
    }),
  };
}
