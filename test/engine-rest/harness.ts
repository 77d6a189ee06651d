/** A server asked at /engine-rest, as an administrator by HTTP Basic or token. */

import type { TestContext } from 'node:test';
import { type Api, startApi } from '../api/harness.js';

type Options = Parameters<typeof startApi>[1];

export interface RestAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the answers of all operations
  body: any;
  headers: Record<string, string>;
  text: string;
}

export type Method = 'get' | 'post' | 'put' | 'delete' | 'options';

export interface Rest extends Api {
  /** Asks as an administrator; a path begins behind `/engine-rest`. */
  rest(method: Method, path: string, body?: unknown, headers?: Record<string, string>): Promise<RestAnswer>;
  /** Asks as this token's owner. */
  as(token: string): Rest['rest'];
  /** The administrator's token. */
  token: string;
}

/** Starts a server that ends with the test. */
export async function startRest(test: TestContext, options: Options = {}): Promise<Rest> {
  const api = await startApi(test, options);
  const { people, tokens } = api.server.services.identity;
  await people.createUser({ id: 'admin', name: 'admin', administrator: true });
  const { token } = await tokens.create({ user: 'admin', name: 'test' });
  const as =
    (bearer: string): Rest['rest'] =>
    (method, path, body, headers = {}) => {
      const request = api.ask[method](`/engine-rest${path}`).auth(bearer, { type: 'bearer' }).set(headers);
      return body === undefined ? request : request.send(body as object);
    };
  return { ...api, token, as, rest: as(token) };
}
