/** Who is signed in; every page but the sign-in page asks before it shows anything. */

import { signal } from '@preact/signals';
import { ask, toSignIn } from './client.js';
import type { User } from './model.js';

export const user = signal<User>();

/** Fills `user` and says whether somebody is signed in; sends the browser to the sign-in page otherwise. */
export async function signedIn(): Promise<boolean> {
  const session = await ask('GET /session');
  user.value = session.user;
  if (!session.user) toSignIn();
  return Boolean(session.user);
}

/** Whether the reader may do what the right allows; what one may not has no button. */
export const may = (right: 'deploy' | 'operate'): boolean =>
  Boolean(user.value?.administrator || user.value?.rights?.includes(right));

export async function signOut() {
  await ask('DELETE /session');
  location.assign('signin.html');
}

/** `Diana Roth` → `DR`. */
export const initials = (name: string): string =>
  name
    .split(/\s+/)
    .map(word => word[0] ?? '')
    .join('')
    .slice(0, 2)
    .toUpperCase();
