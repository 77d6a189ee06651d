/** Speaks to /api/v1: JSON in and out, problem details as errors, the sign-in page when there is no session. */

/** What the server answered instead of a result (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly body: Record<string, unknown>,
  ) {
    super(sentence(body) || `The server answered ${status}.`);
  }
}

function sentence({ title, detail, errors }: Record<string, unknown>): string {
  const wrong: { path?: string; reason?: string }[] = Array.isArray(errors) ? errors : [];
  const fields = wrong.map(({ path, reason }) => [path?.replace(/^body\./, ''), reason].filter(Boolean).join(': '));
  // The detail of bad input says the same as its list, in the words of the API.
  const told = wrong.length > 0 && wrong.every(({ reason = '' }) => String(detail).includes(reason));
  return told ? fields.join('; ') : [detail ?? title, ...fields].filter(Boolean).join(' ');
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

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

/**
 * One request to `/api/v1${path}`. Throws a `Problem` for every answer that is none of 2xx.
 * `const { items } = await call<List<Task>>('GET', '/tasks?view=mine')`
 */
export async function call<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const answer = await fetch(`api/v1${path}`, {
    method,
    headers: body instanceof FormData || method === 'GET' ? {} : { 'content-type': 'application/json' },
    body: body === undefined || body instanceof FormData ? body : JSON.stringify(body),
    signal,
  });
  if (answer.status === 204) return undefined as T;
  const json = answer.headers.get('content-type')?.includes('json');
  const content = json ? await answer.json() : await answer.text();
  if (answer.ok) return content as T;
  if (answer.status === 401) toSignIn();
  throw new Problem(answer.status, json ? content : { title: answer.statusText });
}

/** `query({ view: 'mine', text: '' })` → `?view=mine`: what is empty is left out. */
export function query(values: Record<string, string | number | boolean | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return given.length ? `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : '';
}
