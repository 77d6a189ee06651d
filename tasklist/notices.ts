/** What others may hear of a change that somebody makes of a task: kept in the task by the very write that makes it. */

import type { Json } from '../engine/core/types.js';
import type { TaskDocument, TaskNotice } from '../engine/store/documents.js';
import type { Change } from '../engine/store/port.js';

interface Difference {
  before: TaskDocument;
  after: TaskDocument;
  by: string;
}

/** The first rule that holds says what it is called. */
const kinds: [type: TaskNotice['type'], holds: (difference: Difference) => boolean][] = [
  [
    'delegated',
    ({ before, after }) =>
      after.delegation === 'pending' && (before.delegation !== 'pending' || before.assignee !== after.assignee),
  ],
  ['resolved', ({ before, after }) => after.delegation === 'resolved' && before.delegation !== 'resolved'],
  ['unclaimed', ({ before, after }) => before.assignee !== undefined && after.assignee === undefined],
  ['claimed', ({ before, after, by }) => before.assignee === undefined && after.assignee === by],
  ['assigned', ({ before, after }) => before.assignee !== after.assignee],
];

/**
 * The change with its notice, if it is one that others hear of. A completion that begins is none: its end is told.
 *
 * @example noticed(task, { set: { assignee: 'mary' } }, 'mary', clock()).set.untold // [{ type: 'claimed', … }]
 */
export function noticed(task: TaskDocument, change: Change, by: string, at: number): Change {
  if (change.set?.completing || change.unset?.includes('completing')) return change;
  const taken = Object.fromEntries((change.unset ?? []).map(field => [field, undefined]));
  const after: TaskDocument = { ...task, ...(change.set as Partial<TaskDocument>), ...taken };
  const type = kinds.find(([, holds]) => holds({ before: task, after, by }))?.[0];
  if (!type) return change;
  const { assignee, owner } = after;
  const who = { ...(assignee !== undefined && { assignee }), ...(owner !== undefined && { owner }) };
  const notice: TaskNotice = { type, rev: task.rev + 1, at, by, ...who };
  const untold = [...(task.untold ?? []), notice] as unknown as Json;
  return { ...change, set: { ...change.set, untold, untoldAt: at } };
}
