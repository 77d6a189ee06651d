/** The URL is the state: everything one looks at can be sent to a colleague. */

import { signal } from '@preact/signals';

const search = signal(location.search);

addEventListener('popstate', () => {
  search.value = location.search;
});

/** Value of one parameter of the address, as a signal read. */
export const param = (name: string): string | undefined => new URLSearchParams(search.value).get(name) ?? undefined;

/** The address with some parameters changed; `undefined` removes one. */
export function addressWith(changes: Record<string, string | undefined>): string {
  const params = new URLSearchParams(search.peek());
  for (const [name, value] of Object.entries(changes)) {
    if (value) params.set(name, value);
    else params.delete(name);
  }
  const text = params.toString();
  return location.pathname + (text ? `?${text}` : '');
}

/** Goes to the address with some parameters changed; `replace` leaves no step for the back button. */
export function go(changes: Record<string, string | undefined>, how: 'push' | 'replace' = 'push') {
  const address = addressWith(changes);
  if (address === location.pathname + location.search) return;
  history[how === 'push' ? 'pushState' : 'replaceState'](null, '', address);
  search.value = location.search;
}
