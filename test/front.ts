/** A few lines that act as nginx: TLS in front, a path prefix, a balancer over several servers. */

import { readFileSync } from 'node:fs';
import { request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as askSecurely, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const file = (name: string) => fileURLToPath(new URL(`../../test/fixtures/tls/${name}`, import.meta.url));

/** A certificate for localhost, signed by itself: the files, and their contents. */
export const certificate = { certificate: file('certificate.pem'), key: file('key.pem') };
const [cert, key] = [readFileSync(certificate.certificate), readFileSync(certificate.key)];

export interface FrontOptions {
  /** Under which it answers, such as `/weft`. */
  prefix?: string;
  /** `proxy_pass http://weft;` passes the prefix on, `proxy_pass http://weft/;` takes it away. */
  passes?: 'prefix' | 'rest';
  /** What it sends requests on to, in turn; one that does not answer is left out. */
  servers: string[];
}

/** Starts it; answers its address without the prefix. It ends with the test. */
export async function startFront(t: TestContext, { prefix = '', passes = 'prefix', servers }: FrontOptions) {
  let turn = 0;

  function pass(request: IncomingMessage, response: ServerResponse, body: Buffer, left: string[]): void {
    const [server] = left;
    if (server === undefined) return void response.writeHead(502).end('no server answers');
    const path = passes === 'rest' ? request.url!.slice(prefix.length) : request.url!;
    const headers = {
      ...request.headers,
      'x-forwarded-for': [request.headers['x-forwarded-for'], request.socket.remoteAddress].filter(Boolean).join(', '),
      'x-forwarded-proto': 'https',
    };
    const upstream = ask(`${server}${path}`, { method: request.method!, headers }, answer => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    upstream.on('error', () => pass(request, response, body, left.slice(1)));
    upstream.end(body);
  }

  const front = createServer({ cert, key }, async (request, response) => {
    if (!request.url!.startsWith(`${prefix}/`)) return void response.writeHead(404).end('not here');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const first = turn++ % servers.length;
    pass(request, response, Buffer.concat(chunks), [...servers.slice(first), ...servers.slice(0, first)]);
  });
  await new Promise<void>(resolve => front.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    front.close();
    front.closeAllConnections();
  });
  return `https://localhost:${(front.address() as AddressInfo).port}`;
}

export interface Seen {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
}

/** Asks as a browser does that trusts the certificate. */
export function browse(
  address: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: object } = {},
): Promise<Seen> {
  const sent = body === undefined ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const request = askSecurely(address, { method, ca: cert, headers: { ...sent, ...headers } }, async response => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      resolve({
        status: response.statusCode!,
        headers: response.headers,
        text: Buffer.concat(chunks).toString(),
      });
    });
    request.on('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
