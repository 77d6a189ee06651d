/** A part of a page that is loaded when it is first shown. */

import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { text } from './text.js';
import { attempt } from './toast.js';

/**
 * A component that comes later; until then the page says that it loads.
 * `const Webhooks = later(async () => (await import('./webhooks.js')).WebhooksPage)`
 */
export function later<P extends object = object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const loaded = signal<ComponentType<P>>();
  let asked = false;
  return (props: P) => {
    if (!asked) {
      asked = true;
      attempt(load).then(part => {
        loaded.value = part;
        asked = part !== undefined;
      });
    }
    const Part = loaded.value;
    return Part ? <Part {...props} /> : <p class="nothing">{text.loading}</p>;
  };
}
