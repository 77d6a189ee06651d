/** The draft of the open task: saved when typing pauses, never behind the action that takes the task away. */

import { ask, Problem } from '../../api/web/client.js';
import type { Variables } from '../../api/web/model.js';
import { attempt } from '../../api/web/toast.js';

/** Typing pauses this long before a draft is saved. */
const PAUSE = 700;

/** Statuses of a task that is closed, or another's by now: the page shows that itself. */
const gone = [403, 404, 409];

let timer: ReturnType<typeof setTimeout> | undefined;
let waiting: (() => Promise<void>) | undefined;
let running: Promise<unknown> = Promise.resolve();

async function save(task: string, data: Variables, saved: () => void) {
  try {
    await ask('PUT /tasks/{id}/draft', { path: { id: task }, body: { data } });
    saved();
  } catch (error) {
    if (!(error instanceof Problem && gone.includes(error.status))) throw error;
  }
}

/** Saves what has not been saved, now: its form is closed. */
export function saveDraftNow() {
  clearTimeout(timer);
  const next = waiting;
  waiting = undefined;
  if (next) running = running.then(() => attempt(next));
}

/** Saves it when typing pauses; `saved` is called then. */
export function keepDraft(task: string, data: Variables, saved: () => void) {
  clearTimeout(timer);
  waiting = () => save(task, data, saved);
  timer = setTimeout(saveDraftNow, PAUSE);
}

/** Forgets what has not been saved, and waits for what is on its way. */
export async function settleDraft() {
  clearTimeout(timer);
  waiting = undefined;
  await running;
}
