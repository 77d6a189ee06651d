/** Short messages at the foot of the page: what happened, what went wrong, and where to go next. */

import { signal } from '@preact/signals';
import { Problem } from './client.js';
import { Icon } from './icons.js';
import { text } from './text.js';

interface Toast {
  id: number;
  message: string;
  bad?: boolean;
  link?: { href: string; label: string };
}

const toasts = signal<Toast[]>([]);
let last = 0;

const drop = (id: number) => {
  toasts.value = toasts.value.filter(toast => toast.id !== id);
};

/** Shows a message: a good one for 8 seconds, a bad one until it is closed. */
export function toast(message: string, more: Pick<Toast, 'bad' | 'link'> = {}) {
  const id = ++last;
  toasts.value = [...toasts.value.slice(-3), { id, message, ...more }];
  if (!more.bad) setTimeout(drop, 8000, id);
}

/** The sentence for somebody who wanted something that did not work. */
export const explain = (error: unknown): string =>
  error instanceof Problem || !(error instanceof TypeError) ? (error as Error).message : text.noAnswer;

/** Does it; an error becomes a message. Resolves to undefined when it failed. */
export async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    toast(explain(error), { bad: true });
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
