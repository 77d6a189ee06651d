/** What one can do with a task; whoever was slower learns who was faster. */

import { signal } from '@preact/signals';
import { call, Problem, query } from '../../api/web/client.js';
import { when } from '../../api/web/format.js';
import type { Completion, List, Task, Variables } from '../../api/web/model.js';
import { user } from '../../api/web/session.js';
import { dropToasts, explain, toast } from '../../api/web/toast.js';
import { settleDraft } from './draft.js';
import { choose, chosen, counts, drop, isClaimable, neighbour, tasks } from './state.js';
import { text } from './text.js';

/** True while an action is on its way: its buttons wait. */
export const busy = signal(false);

/** The form of the chosen task: gives its variables, or undefined when it is not valid. */
export const formReader = signal<() => Variables | undefined>();

function whyRefused(error: unknown): string {
  const { by, byName = by, at } = error instanceof Problem && error.status === 409 ? error.body : {};
  if (!by) return explain(error);
  return by === user.peek()?.id ? text.already : text.faster(String(byName), when(at as string | undefined));
}

/** What the messages about an action are about: they go when it succeeds. */
const about = (task: Task, action: string) => `${action} ${task.id}`;

/** Sends one action and shows its outcome; undefined when the server refused it. */
async function send<T>(task: Task, action: string, body?: unknown): Promise<T | undefined> {
  busy.value = true;
  try {
    await settleDraft();
    const answer = await call<T>('POST', `/tasks/${task.id}/${action}`, body ?? {});
    dropToasts(about(task, action));
    return answer;
  } catch (error) {
    toast(whyRefused(error), { bad: true, about: about(task, action) });
    return undefined;
  } finally {
    busy.value = false;
  }
}

async function refresh() {
  await Promise.all([chosen.reload(), counts.reload()]);
}

async function act(task: Task, action: string, body?: unknown) {
  const changed = await send<Task>(task, action, body);
  // At once: the list keeps a row that it knows to be its reader's.
  if (changed && chosen.data.peek()?.id === changed.id) chosen.data.value = changed;
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
    dropToasts(about(task, 'change'));
  } catch (error) {
    toast(whyRefused(error), { bad: true, about: about(task, 'change') });
  }
  await Promise.all([refresh(), tasks.reload()]);
}

/** Says what happened next: the end of the process, or the tasks that wait in it now. */
async function tellNext(task: Task, { instance }: Completion) {
  const done = text.done(task.name);
  if (!instance) return toast(done);
  const link = { href: `cockpit.html?i=${task.instance}`, label: text.showInstance };
  if (instance.ended) return toast(`${done} ${text.ended}`, { link });
  const waiting = await call<List<Task>>('GET', `/tasks${query({ view: 'all', instance: task.instance, limit: 5 })}`);
  const [first] = waiting.items;
  if (!first) return toast(`${done} ${text.goesOn}`, { link });
  const names = waiting.items.map(({ name }) => `“${name}”`).join(', ');
  toast(`${done} ${text.next(names)}`, {
    link: { href: `tasklist.html?view=all&t=${first.id}`, label: text.openNext },
  });
}

async function finish(task: Task, action: 'complete' | 'resolve') {
  const variables = formReader.peek()?.();
  if (!variables) return toast(text.invalid, { bad: true, about: about(task, action) });
  const answer = await send<Completion>(task, action, { variables });
  if (!answer) return refresh();
  const next = neighbour(1) ?? neighbour(-1);
  drop(task.id);
  choose(next, 'replace');
  counts.reload();
  if (action === 'complete') await tellNext(task, answer);
  else toast(text.handedBack(task.name, task.ownerName ?? task.owner ?? ''));
}

/** Completes the task with what its form holds, and opens the next one. */
export const complete = (task: Task) => finish(task, 'complete');

/** Hands a delegated task back to its owner, with what the form holds. */
export const resolve = (task: Task) => finish(task, 'resolve');
