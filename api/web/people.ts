/** Names of people by their ids; asked for once, when the first one is shown. */

import { signal } from '@preact/signals';
import { ask } from './client.js';

const names = signal<ReadonlyMap<string, string>>(new Map());
let asked = false;

async function load() {
  const { items } = await ask('GET /users');
  names.value = new Map(items.map(({ id, name }) => [id, name]));
}

/** The full name, or the id until it is known; a signal read. */
export function nameOf(id: string | undefined): string | undefined {
  if (id !== undefined && !asked) {
    asked = true;
    load().catch(() => {
      asked = false;
    });
  }
  return id === undefined ? undefined : (names.value.get(id) ?? id);
}
