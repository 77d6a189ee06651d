/** Brings the open tasks of the demo into every state that an inbox knows: by the same calls that people make. */

import type { TaskView } from '../../tasklist/tasks.js';
import { fillIn } from './fill.js';
import type { Past } from './past.js';

const hour = 3_600_000;

/** What is done with one task after the other, round and round; a task that does not allow it stays as it is. */
const turns: ((past: Past, task: TaskView, now: number) => Promise<void>)[] = [
  /** In the group, due today. */
  async ({ tasks, administrator, random }, task, now) => {
    await tasks.change(administrator, task.id, { due: inTime(task, laterToday(now, 6 * random()), now) });
  },
  /** The clerk's, late. */
  async ({ tasks, administrator, random }, { id }, now) => {
    await tasks.assign(administrator, id, 'clara');
    await tasks.change(administrator, id, { due: Math.round(now - (2 + 60 * random()) * hour) });
  },
  /** The lead's, urgent, with a word of the clerk. */
  async ({ tasks, administrator, reader }, task, now) => {
    const { id } = task;
    await tasks.assign(administrator, id, 'lena');
    await tasks.change(administrator, id, { priority: 80, due: inTime(task, now + 20 * hour, now) });
    await tasks.comment(await reader('lena'), id, 'The customer has asked twice; let us do this one first.');
  },
  /** Delegated by the lead to her substitute. */
  async ({ tasks, administrator, reader }, { id }) => {
    await tasks.assign(administrator, id, 'lena');
    await tasks.delegate(await reader('lena'), id, 'sam');
  },
  /** The clerk's, half filled. */
  async ({ tasks, administrator, reader, random }, { id }, now) => {
    await tasks.assign(administrator, id, 'clara');
    const clara = await reader('clara');
    const filled = Object.entries(fillIn(await tasks.form(clara, id), random, now));
    await tasks.saveDraft(clara, id, Object.fromEntries(filled.slice(0, Math.ceil(filled.length / 2))));
  },
  /** In the group, somebody looks again tomorrow. */
  async ({ tasks, administrator }, task, now) => {
    const due = inTime(task, now + 72 * hour, now);
    await tasks.change(administrator, task.id, { followUp: Math.min(now + 24 * hour, due), due });
  },
  /** The substitute's, due in two days. */
  async ({ tasks, administrator }, task, now) => {
    await tasks.assign(administrator, task.id, 'sam');
    await tasks.change(administrator, task.id, { due: inTime(task, now + 48 * hour, now) });
  },
  /** In the group, late. */
  async ({ tasks, administrator, random }, { id }, now) => {
    await tasks.change(administrator, id, { due: Math.round(now - (1 + 20 * random()) * hour) });
  },
];

/** `now`: epoch milliseconds. */
export async function arrangeInbox(past: Past, now: number): Promise<void> {
  const { items } = await past.tasks.find(past.administrator, { sort: 'created' }, { limit: 500 });
  for (const [n, task] of items.entries()) await turns[n % turns.length]!(past, task, now);
}

/** Not after the due date that the model gives, while that is to come: a deadline of the process may stand there. */
const inTime = ({ due }: TaskView, wanted: number, now: number): number =>
  due !== undefined && due > now ? Math.min(wanted, due) : wanted;

/** In an hour or more, if the day has that many. */
function laterToday(now: number, more: number): number {
  return Math.min(Math.round(now + (1 + more) * hour), new Date(now).setHours(23, 59, 0, 0));
}
