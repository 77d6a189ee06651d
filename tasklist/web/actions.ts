/** What one can do with a task; whoever was slower learns who was faster. */

import { signal } from '@preact/signals';
import { call, Problem, query } from '../../api/web/client.js';
import { when } from '../../api/web/format.js';
import type { Completion, List, Task, Variables } from '../../api/web/model.js';
import { explain, toast } from '../../api/web/toast.js';
import { choose, chosen, counts, drop, isClaimable, neighbour, tasks } from './state.js';
import { text } from './text.js';

/** True while an action is on its way: its buttons wait. */
export const busy = signal(false);

/** The form of the chosen task: gives its variables, or undefined when it is not valid. */
export const formReader = signal<() => Variables | undefined>();

function refused(error: unknown) {
  const conflict = error instanceof Problem && error.status === 409 ? error.body : undefined;
  const name = conflict?.byName ?? conflict?.by;
  const message = name ? text.faster(String(name), when(conflict?.at as string | undefined)) : explain(error);
  toast(message, { bad: true });
}

/** Sends one action and shows its outcome; undefined when the server refused it. */
async function send<T>(task: Task, action: string, body?: unknown): Promise<T | undefined> {
  busy.value = true;
  try {
    return await call<T>('POST', `/tasks/${task.id}/${action}`, body ?? {});
  } catch (error) {
    refused(error);
    return undefined;
  } finally {
    busy.value = false;
  }
}

async function refresh() {
  await Promise.all([chosen.reload(), counts.reload()]);
}

async function act(task: Task, action: string, body?: unknown) {
  await send(task, action, body);
  await refresh();
}

export const claim = (task: Task) => act(task, 'claim');
export const release = (task: Task) => act(task, 'unclaim');
export const assign = (task: Task, assignee: string | null) => act(task, 'assign', { assignee });
export const delegate = (task: Task, to: string) => act(task, 'delegate', { to });

export const claimOrRelease = (task: Task) => {
  if (isClaimable(task)) return claim(task);
  if (task.can.unclaim) return release(task);
};

/** Changes due, follow-up or priority; null clears. */
export async function change(task: Task, values: { due?: string | null; followUp?: string | null; priority?: number }) {
  try {
    await call('PATCH', `/tasks/${task.id}`, values);
  } catch (error) {
    refused(error);
  }
  await Promise.all([refresh(), tasks.reload()]);
}

/** Says what happened next: the end of the process, or the tasks that wait in it now. */
async function tellNext(task: Task, { instance }: Completion) {
  const done = text.done(task.name);
  const link = { href: `/cockpit.html?i=${task.instance}`, label: text.showInstance };
  if (instance?.ended) return toast(`${done} ${text.ended}`, { link });
  const waiting = await call<List<Task>>('GET', `/tasks${query({ view: 'all', instance: task.instance, limit: 5 })}`);
  const [first] = waiting.items;
  if (!first) return toast(`${done} ${text.goesOn}`, { link });
  const names = waiting.items.map(({ name }) => `“${name}”`).join(', ');
  toast(`${done} ${text.next(names)}`, {
    link: { href: `/tasklist.html?view=all&t=${first.id}`, label: text.openNext },
  });
}

async function finish(task: Task, action: 'complete' | 'resolve') {
  const variables = formReader.peek()?.();
  if (!variables) return toast(text.invalid, { bad: true });
  const answer = await send<Completion>(task, action, { variables });
  if (!answer) return refresh();
  const next = neighbour(1) ?? neighbour(-1);
  drop(task.id);
  choose(next, 'replace');
  counts.reload();
  if (action === 'complete') await tellNext(task, answer);
}

/** Completes the task with what its form holds, and opens the next one. */
export const complete = (task: Task) => finish(task, 'complete');

/** Hands a delegated task back to its owner, with what the form holds. */
export const resolve = (task: Task) => finish(task, 'resolve');
