/** A receiver of webhooks: keeps what it gets, and answers as the test says. */

import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export interface Received {
  headers: IncomingHttpHeaders;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the messages of all events
  body: any;
}

export interface Receiver {
  url: string;
  received: Received[];
  /** Answers from now on with this status and these headers; 0: never. */
  answer(status: number, headers?: Record<string, string>, body?: string): void;
}

/** Listens on a free port until the test ends. */
export async function startReceiver(test: TestContext): Promise<Receiver> {
  const received: Received[] = [];
  let next = { status: 200, headers: {} as Record<string, string>, body: '' };
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    received.push({ headers: request.headers, text, body: text === '' ? undefined : JSON.parse(text) });
    if (next.status > 0) response.writeHead(next.status, next.headers).end(next.body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    answer(status, headers = {}, body = '') {
      next = { status, headers, body };
    },
  };
}
