/** What the tasklist shows: its address, the list that never jumps, the counts, and the chosen task. */

import { computed, signal } from '@preact/signals';
import { go, param } from '../../api/web/address.js';
import { address } from '../../api/web/client.js';
import type { List, Task, TaskView } from '../../api/web/model.js';
import { resource } from '../../api/web/resource.js';
import { user } from '../../api/web/session.js';
import { text } from './text.js';

export const views: TaskView[] = ['mine', 'group', 'today', 'late', 'all'];

export const view = computed(() => views.find(name => name === param('view')) ?? 'mine');
export const searched = computed(() => param('q') ?? '');
export const chosenId = computed(() => param('t'));

/** A row stays where it is while somebody looks at it; `gone` when the server no longer lists it. */
export type Row = Task & { gone?: boolean };

interface Shown extends List<Row> {
  /** Rows that arrived meanwhile and wait behind the “new” bar. */
  waiting?: Row[];
}

const PAGE = 100;
const limit = signal(PAGE);

/** Somebody has a task open, or points at the list. */
const isRead = () =>
  chosenId.peek() !== undefined || document.querySelector('.rows:is(:hover, :focus-within)') !== null;

/** While the list is read: keeps the order of what is shown, greys what has gone, holds back what is new. */
function merge(shown: Shown, fresh: Shown): Shown {
  if (!isRead()) return fresh;
  const byId = new Map(fresh.items.map(task => [task.id, task]));
  const known = new Set(shown.items.map(({ id }) => id));
  const mine = chosen.data.peek();
  // What its reader has just taken stays where it is, and open.
  const kept = (row: Row): Row => (mine?.id === row.id && isHeldByMe(mine) ? mine : { ...row, gone: true });
  const items = shown.items.map(row => byId.get(row.id) ?? kept(row));
  const waiting = fresh.items.filter(({ id }) => !known.has(id));
  return items.every(({ gone }) => gone) && waiting.length ? fresh : { ...fresh, items, waiting };
}

export const tasks = resource<Shown>(
  () =>
    address('GET /tasks', {
      query: { view: view.value, text: searched.value, sort: 'due', limit: limit.value },
    }),
  { concerns: ({ topic }) => topic === 'task', merge },
);

export const counts = resource(() => address('GET /tasks/counts'), {
  concerns: ({ topic }) => topic === 'task',
});

export const chosen = resource(
  () => (chosenId.value ? address('GET /tasks/{id}', { path: { id: chosenId.value } }) : undefined),
  {
    concerns: ({ topic, id }) => topic === 'task' && id === chosenId.peek(),
  },
);

export const rows = computed(() => tasks.data.value?.items ?? []);

/** Who holds a task, in words for its reader. */
export const holder = ({ assignee, assigneeName, candidateGroups }: Task): string =>
  assignee === user.value?.id && assignee ? text.you : (assigneeName ?? assignee ?? candidateGroups.join(', '));

export const isHeldByMe = ({ state, assignee }: Task): boolean =>
  state === 'open' && assignee !== undefined && assignee === user.value?.id;

/** With somebody else, and comes back to its reader. */
export const isDelegatedByMe = ({ delegation, owner, assignee }: Task): boolean =>
  delegation === 'pending' && owner !== assignee && owner === user.value?.id;

/** Free, and this reader may take it. */
export const isClaimable = ({ can, assignee }: Task): boolean => Boolean(can.claim) && assignee === undefined;

/** Read-only until claimed, although the server lets a candidate complete a free task at once. */
export const isEditable = (task: Task): boolean => !isClaimable(task) && Boolean(task.can.complete || task.can.resolve);

export const showMore = () => {
  limit.value += PAGE;
};

/** Takes the waiting rows into the list, and the gone ones out. */
export const showFresh = () => tasks.reload();

/** Forgets a row at once: its reader has just completed it. */
export function drop(id: string) {
  const shown = tasks.data.peek();
  if (shown) tasks.data.value = { ...shown, items: shown.items.filter(row => row.id !== id) };
}

/** Opens a task; greyed rows leave the list when their reader moves on. */
export function choose(id: string | undefined, how: 'push' | 'replace' = 'push') {
  const shown = tasks.data.peek();
  if (shown?.items.some(row => row.gone && row.id !== id))
    tasks.data.value = { ...shown, items: shown.items.filter(row => !row.gone || row.id === id) };
  go({ t: id, tab: undefined }, how);
}

/** The id of the row `step` places away from the chosen one; gone rows are skipped. */
export function neighbour(step: 1 | -1): string | undefined {
  const all = rows.peek();
  const at = all.findIndex(({ id }) => id === chosenId.peek());
  for (let index = at + step; index >= 0 && index < all.length; index += step)
    if (!all[index]!.gone) return all[index]!.id;
  return undefined;
}

export function move(step: 1 | -1) {
  const id = neighbour(step);
  if (id) choose(id, 'replace');
}
