/** Short messages in a corner of the page: what happened, what went wrong, and where to go next. */

import { signal } from '@preact/signals';
import { isAborted, Problem } from './client.js';
import { Icon } from './icons.js';
import { text } from './text.js';

interface Toast {
  id: number;
  message: string;
  bad?: boolean;
  /** What it is about: a newer one about the same replaces it. */
  about?: string;
  link?: { href: string; label: string };
}

const toasts = signal<Toast[]>([]);
let last = 0;

const drop = (id: number) => {
  toasts.value = toasts.value.filter(toast => toast.id !== id);
};

/** Takes away what was said about something: it has succeeded. */
export const dropToasts = (about: string) => {
  toasts.value = toasts.value.filter(toast => toast.about !== about);
};

/** At most so many at once. */
const MOST = 3;

/** Shows a message: a good one for 8 seconds, a bad one for 10. */
export function toast(message: string, more: Omit<Toast, 'id' | 'message'> = {}) {
  const id = ++last;
  if (more.about) dropToasts(more.about);
  toasts.value = [...toasts.value, { id, message, ...more }].slice(-MOST);
  setTimeout(drop, more.bad ? 10_000 : 8000, id);
}

/** The sentence for somebody who wanted something that did not work. */
export const explain = (error: unknown): string =>
  error instanceof Problem || !(error instanceof TypeError) ? (error as Error).message : text.noAnswer;

/** Does it; an error becomes a message. Resolves to undefined when it failed. */
export async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!isAborted(error)) toast(explain(error), { bad: true });
    return undefined;
  }
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, message, bad, link }) => (
        <div key={id} class={bad ? 'toast bad' : 'toast'}>
          <div>
            {message} {link && <a href={link.href}>{link.label}</a>}
          </div>
          <button type="button" class="quiet small" aria-label={text.close} onClick={() => drop(id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
