/** What one can do with a task; whoever was slower learns who was faster. */

import { signal } from '@preact/signals';
import { ask, Problem } from '../../api/web/client.js';
import { when } from '../../api/web/format.js';
import type { Completion, Task, Variables } from '../../api/web/model.js';
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
async function send<T>(task: Task, action: string, work: () => Promise<T>): Promise<T | undefined> {
  busy.value = true;
  try {
    await settleDraft();
    const answer = await work();
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

async function act(task: Task, action: string, work: () => Promise<Task>) {
  const changed = await send(task, action, work);
  // At once: the list keeps a row that it knows to be its reader's.
  if (changed && chosen.data.peek()?.id === changed.id) chosen.data.value = changed;
  await refresh();
}

const path = ({ id }: Task) => ({ id });

export const claim = (task: Task) => act(task, 'claim', () => ask('POST /tasks/{id}/claim', { path: path(task) }));
export const release = (task: Task) =>
  act(task, 'unclaim', () => ask('POST /tasks/{id}/unclaim', { path: path(task) }));
export const assign = (task: Task, assignee: string | null) =>
  act(task, 'assign', () => ask('POST /tasks/{id}/assign', { path: path(task), body: { assignee } }));
export const delegate = (task: Task, to: string) =>
  act(task, 'delegate', () => ask('POST /tasks/{id}/delegate', { path: path(task), body: { to } }));

export const claimOrRelease = (task: Task) => {
  if (isClaimable(task)) return claim(task);
  if (task.can.unclaim) return release(task);
};

/** Changes due, follow-up or priority; null clears. */
export async function change(task: Task, values: { due?: string | null; followUp?: string | null; priority?: number }) {
  try {
    await ask('PATCH /tasks/{id}', { path: path(task), body: values });
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
  const waiting = await ask('GET /tasks', { query: { view: 'all', instance: task.instance, limit: 5 } });
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
  const given = { path: path(task), body: { variables } };
  const answer = await send(
    task,
    action,
    async (): Promise<Completion> =>
      action === 'complete'
        ? ask('POST /tasks/{id}/complete', given)
        : { task: await ask('POST /tasks/{id}/resolve', given) },
  );
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
