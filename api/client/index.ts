/** A client of /api/v1 for programs and pages: typed by the OpenAPI document, on nothing but `fetch`. */

import type { Operations } from './schema.js';

export type * from './schema.js';

export type OperationName = keyof Operations;

/** What an operation takes: parts of the path, query, headers, body. */
export type InputOf<N extends OperationName> = Omit<Operations[N], 'answer'>;

export type AnswerOf<N extends OperationName> = Operations[N]['answer'];

/** Only operations that need something need an input. */
type Input<N extends OperationName> = Record<string, never> extends InputOf<N> ? [InputOf<N>?] : [InputOf<N>];

/** The address of a GET, which knows what is answered there. */
export type Address<A> = string & { readonly answer?: A };

type Getting = Extract<OperationName, `GET ${string}`>;

/** What the server answered instead of a result (RFC 9457). */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  constructor(
    readonly status: number,
    readonly body: Record<string, unknown>,
  ) {
    super(sentenceOf(body) || `The server answered ${status}.`);
  }

  /** Stable, for programs; the list stands in the documentation of the API. */
  get code(): string {
    return String(this.body.code ?? '');
  }
}

/** What is wrong, for a person: of bad input each field with its reason. */
function sentenceOf({ title, detail, errors }: Record<string, unknown>): string {
  const wrong: { path?: string; reason?: string }[] = Array.isArray(errors) ? errors : [];
  const fields = wrong.map(({ path, reason }) => [path?.replace(/^body\./, ''), reason].filter(Boolean).join(': '));
  // The detail of bad input says the same as its list, in the words of the API.
  const told = wrong.length > 0 && wrong.every(({ reason = '' }) => String(detail).includes(reason));
  return told ? fields.join('; ') : [detail ?? title, ...fields].filter(Boolean).join(' ');
}

interface Parts {
  path?: Record<string, string>;
  query?: Record<string, unknown>;
  header?: Record<string, string | undefined>;
  body?: unknown;
}

/** Path and query of an operation; what is undefined or empty is left out. */
function locationOf(name: string, { path = {}, query = {} }: Parts): string {
  const place = name
    .slice(name.indexOf(' ') + 1)
    .replaceAll(/\{(\w+)\}/g, (_, part: string) => encodeURIComponent(path[part] ?? ''));
  const given = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined && one !== '') given.append(key, String(one));
  return given.size === 0 ? place : `${place}?${given}`;
}

/**
 * The address of what is read, relative to `/api/v1`.
 *
 * @example address('GET /tasks', { query: { view: 'mine' } }) // '/tasks?view=mine'
 */
export function address<N extends Getting>(name: N, ...[input]: Input<N>): Address<AnswerOf<N>> {
  return locationOf(name, (input ?? {}) as Parts);
}

export interface ClientOptions {
  /** Of the API: `http://localhost:3000/api/v1`. */
  url: string;
  /** API token; absent: whoever the session cookie names. */
  token?: string;
  /** Default: the one of the platform. */
  fetch?: typeof globalThis.fetch;
}

export interface Client {
  /** Calls an operation. Throws ApiProblem for every answer that is none of 2xx. */
  ask<N extends OperationName>(name: N, ...input: Input<N>): Promise<AnswerOf<N>>;
  /** Reads an address. Throws as `ask`. */
  read<A>(address: Address<A>, signal?: AbortSignal): Promise<A>;
}

/**
 * Makes a client.
 *
 * @example
 * const weft = createClient({ url: 'http://localhost:3000/api/v1', token: process.env.WEFT_TOKEN });
 * const { id } = await weft.ask('POST /instances', { body: { key: 'order', variables: { amount: 120 } } });
 * const { items } = await weft.ask('GET /tasks', { query: { instance: id } });
 */
export function createClient({ url, token, fetch = globalThis.fetch }: ClientOptions): Client {
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };

  async function send<A>(method: string, place: string, { header, body }: Parts, signal?: AbortSignal): Promise<A> {
    const isForm = body instanceof FormData;
    const given = Object.entries(header ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const response = await fetch(url + place, {
      method,
      headers: {
        ...authorization,
        ...Object.fromEntries(given),
        ...(method === 'GET' || isForm ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
    return contentOf<A>(response);
  }

  return {
    ask: (name, ...[input]) => {
      const parts = (input ?? {}) as Parts;
      return send(name.slice(0, name.indexOf(' ')), locationOf(name, parts), parts);
    },
    read: (place, signal) => send('GET', place, {}, signal),
  };
}

/** What was answered. Throws ApiProblem. */
async function contentOf<A>(response: Response): Promise<A> {
  if (response.status === 204) return undefined as A;
  const type = response.headers.get('content-type') ?? '';
  if (!response.ok) {
    const body = type.includes('json') ? await response.json() : { title: response.statusText };
    throw new ApiProblem(response.status, body as Record<string, unknown>);
  }
  if (type.includes('json')) return (await response.json()) as A;
  return (type.startsWith('text/') ? await response.text() : await response.blob()) as A;
}
