/** Names of people by their ids; asked for once, when the first one is shown. */

import { signal } from '@preact/signals';
import { call } from './client.js';
import type { List, User } from './model.js';

const names = signal<ReadonlyMap<string, string>>(new Map());
let asked = false;

async function ask() {
  const { items } = await call<List<User>>('GET', '/users');
  names.value = new Map(items.map(({ id, name }) => [id, name]));
}

/** The full name, or the id until it is known; a signal read. */
export function nameOf(id: string | undefined): string | undefined {
  if (id !== undefined && !asked) {
    asked = true;
    ask().catch(() => {
      asked = false;
    });
  }
  return id === undefined ? undefined : (names.value.get(id) ?? id);
}
