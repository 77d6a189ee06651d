/** Who is signed in; every page but the sign-in page asks before it shows anything. */

import { signal } from '@preact/signals';
import { call, toSignIn } from './client.js';
import type { Session, User } from './model.js';

export const user = signal<User>();

/** Fills `user` and says whether somebody is signed in; sends the browser to the sign-in page otherwise. */
export async function signedIn(): Promise<boolean> {
  const session = await call<Session>('GET', '/session');
  user.value = session.user;
  if (!session.user) toSignIn();
  return Boolean(session.user);
}

export async function signOut() {
  await call('DELETE', '/session');
  location.assign('/signin.html');
}

/** `Diana Roth` → `DR`. */
export const initials = (name: string): string =>
  name
    .split(/\s+/)
    .map(word => word[0] ?? '')
    .join('')
    .slice(0, 2)
    .toUpperCase();
