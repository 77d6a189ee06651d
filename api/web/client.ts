/** The generated client, as the pages use it: with the session's cookie, and the sign-in page when there is none. */

import { type Client, createClient, ApiProblem as Problem } from '../client/index.js';

export { address } from '../client/index.js';
export { Problem };

let leaving = false;
addEventListener('beforeunload', () => {
  leaving = true;
  // A download leaves no page.
  setTimeout(() => {
    leaving = false;
  }, 3000);
});

/** The browser itself gave the request up: for a newer one, or because the page is left. */
export const isAborted = (error: unknown): boolean =>
  (error instanceof DOMException && error.name === 'AbortError') || (error instanceof TypeError && leaving);

/** Name of the page that is open: all lie in one folder, under whatever path a proxy puts it. */
export const pageName = () => location.pathname.split('/').at(-1) ?? '';

/** Sends the browser to the sign-in page, which comes back to this very address. */
export function toSignIn() {
  const here = pageName() + location.search;
  if (pageName() !== 'signin.html') location.assign(`signin.html?to=${encodeURIComponent(here)}`);
}

const client = createClient({ url: 'api/v1', fetch: (...request) => fetch(...request) });

/** Sends who is not signed in any more to the sign-in page; a wrong password is no end of the session. */
async function orSignIn<A>(answer: Promise<A>): Promise<A> {
  return answer.catch(error => {
    if (error instanceof Problem && error.status === 401 && error.code !== 'wrong-credentials') toSignIn();
    throw error;
  });
}

/**
 * One operation of the API. Throws a `Problem` for every answer that is none of 2xx.
 * `const { items } = await ask('GET /tasks', { query: { view: 'mine' } })`
 */
export const ask: Client['ask'] = (name, ...input) => orSignIn(client.ask(name, ...input));

/** What is at an address. Throws as `ask`. */
export const read: Client['read'] = (place, signal) => orSignIn(client.read(place, signal));
