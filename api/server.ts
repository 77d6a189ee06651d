/** The server: composes services and application, listens, and drains before it stops. */

import { readFileSync } from 'node:fs';
import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { Express } from 'express';
import type { Clock } from '../engine/contract.js';
import { addressOf } from './address.js';
import { createApp } from './app.js';
import { compose } from './compose.js';
import { keepApart } from './demo/apart.js';
import { createMetrics } from './metrics.js';
import type { Services } from './services.js';
import type { Settings } from './settings.js';

export interface ServerOptions {
  settings: Settings;
  /** Default: the machine's. */
  clock?: Clock;
  /** As of an embedded engine: how long a read waits for what was committed before, milliseconds. */
  patience?: number;
  /** Folder of the built pages; default: `web` beside the compiled `api`. */
  web?: string;
}

export interface Server {
  app: Express;
  services: Services;
  /** Begins to listen; behind the first answer timers and jobs run, too. */
  listen(): Promise<{ url: string; port: number }>;
  /** Drains: not ready, no new work, parked requests answered, what runs finished, leases given back, store closed. */
  close(): Promise<void>;
}

/** How long due jobs wait for the first answer after a start, milliseconds. */
const headStart = 250;

/** How long running requests may take to finish when the server stops, milliseconds. */
const grace = 10_000;

/**
 * Creates a server that does not listen yet; tests ask its `app`. Throws where the data are of a demo and the server is
 * none, or the other way round.
 *
 * @example
 * const server = await createServer({ settings: readSettings({ PORT: '0' }) });
 * const { url } = await server.listen();
 * await server.close();
 */
export async function createServer({
  settings,
  clock = Date.now,
  patience,
  web = beside('../web'),
}: ServerOptions): Promise<Server> {
  const draining = new AbortController();
  const tls = certificateOf(settings);
  const services = await compose({ settings, clock, patience });
  const { engine, events } = services;
  await keepApart(services.store, settings).catch(async (error: unknown) => {
    await engine.close();
    throw error;
  });
  const metrics = createMetrics(engine);
  const app = createApp({ services, metrics, draining: draining.signal, web, version });
  const http = tls === undefined ? createHttpServer(app) : createHttpsServer(tls, app);
  http.requestTimeout = 120_000;
  http.headersTimeout = 20_000;
  // Longer than a proxy keeps an unused connection (nginx 60 s): else the next request on it meets its end.
  http.keepAliveTimeout = 75_000;
  let closing: Promise<void> | undefined;
  let latest: NodeJS.Timeout | undefined;

  const demo = settings.demo ? (await import('./demo.js')).createDemo(services, draining.signal) : undefined;
  let working: Promise<unknown> | undefined;

  /** Behind the first answer: what takes time to load, the demo's past, and then whatever is due. */
  async function beginWork(): Promise<void> {
    await metrics.load();
    // The past of the demo runs on a clock of its own: the jobs of the real one wait until it is made.
    await demo?.fill().catch(error => console.error('the demo data could not be made:', error));
    if (!settings.jobs || draining.signal.aborted) return;
    await engine.jobs.start();
    services.webhooks.dispatch.start();
  }

  function work(): void {
    http.off('request', awaitAnswer);
    working ??= beginWork().catch(error => {
      console.error('the jobs could not be started; this server is not ready:', error);
      draining.abort();
    });
  }

  const awaitAnswer = (_request: IncomingMessage, response: ServerResponse) => void response.once('close', work);

  async function drain(): Promise<void> {
    draining.abort();
    events.close();
    metrics.close();
    clearTimeout(latest);
    await closed(http);
    await working;
    await services.webhooks.dispatch.close();
    await engine.close();
  }

  return {
    app,
    services,
    async listen() {
      await engine.begin({ jobs: false });
      await demo?.prepare();
      await new Promise<void>((resolve, reject) => {
        http.once('error', reject);
        http.listen(settings.port, settings.host, resolve);
      }).catch((error: NodeJS.ErrnoException) => {
        throw cannotListen(settings, error);
      });
      http.on('request', awaitAnswer);
      // Nobody asks: what is due does not wait for that. The demo is made for somebody who looks.
      if (!demo) latest = setTimeout(work, headStart);
      const { port } = http.address() as AddressInfo;
      return { url: addressOf(settings, port), port };
    },
    close() {
      closing ??= drain();
      return closing;
    },
  };
}

/** The certificate to speak TLS 1.2 or newer with; undefined: plain http. Throws where a file cannot be read or is none. */
function certificateOf({ tlsCertificate, tlsKey }: Settings): SecureContextOptions | undefined {
  if (tlsCertificate === '') return undefined;
  try {
    const options = { cert: readFileSync(tlsCertificate), key: readFileSync(tlsKey), minVersion: 'TLSv1.2' } as const;
    createSecureContext(options);
    return options;
  } catch (error) {
    const which = `WEFT_TLS_CERTIFICATE="${tlsCertificate}", WEFT_TLS_KEY="${tlsKey}"`;
    throw new Error(`${which} cannot be used (${(error as Error).message})`, { cause: error });
  }
}

/** Resolves when the last running request is answered; those beyond the grace are cut off. */
async function closed(http: HttpServer): Promise<void> {
  if (!http.listening) return;
  const late = setTimeout(() => http.closeAllConnections(), grace);
  await new Promise<void>(resolve => {
    http.close(() => resolve());
    http.closeIdleConnections();
  });
  clearTimeout(late);
}

/** Names the setting that is wrong. */
function cannotListen({ host, port }: Settings, error: NodeJS.ErrnoException): Error {
  const unknown = `HOST="${host}" is no address that can be found; set HOST to one of this machine, such as 127.0.0.1`;
  const sentences: Record<string, string> = {
    EADDRINUSE: `port ${port} is in use; set PORT to another one`,
    EACCES: `port ${port} needs more rights than this process has; set PORT to one above 1023`,
    ENOTFOUND: unknown,
    EAI_AGAIN: unknown,
    EADDRNOTAVAIL: `HOST="${host}" is no address of this machine; set HOST to one, such as 127.0.0.1`,
  };
  const sentence = sentences[error.code ?? ''] ?? `HOST="${host}", PORT="${port}" cannot be used (${error.message})`;
  return new Error(sentence, { cause: error });
}

function beside(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

/** The package lies two folders up from `dist/api`. */
const { version } = JSON.parse(readFileSync(beside('../../package.json'), 'utf8')) as { version: string };
