/** Weft as a process of its own, that a test may kill, with a client that speaks its REST API. */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { environmentOf } from '../databases.js';

const cli = fileURLToPath(new URL('../../api/cli.js', import.meta.url));

export interface ServerProcess {
  url: string;
  pid: number;
  /** What the first start prints for the first administrator. */
  setup: string | undefined;
  /** The last of what it has said. */
  log(): string;
  /** As the machine would end it: at once, with nothing finished. */
  kill(): Promise<void>;
  /** Asks it to end, and waits; answers its exit code. */
  stop(): Promise<number | null>;
  /** Puts it to sleep where it stands, and wakes it up. */
  pause(): void;
  resume(): void;
}

/** Characters that are kept of what a server says. */
const LOG = 10_000;

/** Starts a server on a data folder and a free port; resolves when it answers. */
export async function startServer(folder: string, environment: Record<string, string> = {}): Promise<ServerProcess> {
  const child = spawn(process.execPath, [cli, 'serve'], {
    env: { PATH: process.env.PATH, PORT: '0', ...environmentOf(folder), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      log = (log + chunk).slice(-LOG);
    });
  const output = await printed(child, /The API: /);
  const url = /Open (http:\S+)/.exec(output)?.[1] ?? assert.fail(`the server names no address: ${output}`);
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    const [code] = await ended;
    return code;
  };
  return {
    url,
    pid: child.pid!,
    log: () => log,
    setup: /setup=(\S+)/.exec(output)?.[1],
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
  };
}

/** What the process has printed when it prints this. */
async function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  let output = '';
  child.stderr!.on('data', chunk => {
    output += chunk;
  });
  for await (const chunk of child.stdout!.iterator({ destroyOnReturn: false })) {
    output += chunk;
    if (pattern.test(output)) {
      // What it prints later must not fill the pipe.
      child.stdout!.resume();
      return output;
    }
  }
  return assert.fail(`the server ended: ${output}`);
}

/** Whatever the endpoint answers; a test names what it looks at. */
export type Answer = Record<string, unknown> & {
  items?: { id: string; state?: string; element?: string }[];
  id?: string;
};

export interface Client {
  /** Answers the status and what was answered; an answer that never came is status 0. */
  ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: Answer }>;
}

const credentials = { user: 'ann', name: 'Ann', password: 'correct horse battery staple' };

/** Makes the first administrator and speaks for her. */
export async function administrator(server: ServerProcess): Promise<Client> {
  const client = clientOf(server);
  const { status } = await client.ask('POST', '/setup', { token: server.setup, ...credentials });
  assert.equal(status, 200);
  return client;
}

/** Speaks for the administrator that an earlier process has made. */
export function clientOf({ url }: ServerProcess): Client {
  const authorization = `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`;
  return {
    async ask(method, path, body) {
      try {
        const response = await fetch(`${url}/api/v1${path}`, {
          method,
          headers: { ...(path !== '/setup' && { authorization }), 'content-type': 'application/json' },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
      } catch {
        return { status: 0, body: undefined };
      }
    },
  };
}
