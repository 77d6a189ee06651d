/** A MongoDB for tests: the one of MONGODB_URI, a mongod on the PATH, or the stand-in of `test/mongod/install`. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { until } from './until.js';

export interface Mongod {
  uri: string;
  /** Undefined: somebody else's server. */
  process?: ChildProcess;
  stop(): Promise<void>;
}

export interface MongodOptions {
  /** A lone server: no change streams, no retryable writes. */
  standalone?: boolean;
  /** Where the data lie; default: a folder that goes with the server. */
  folder?: string;
  port?: number;
  /** Faster, but it may forget what it has answered when it is killed. */
  forgetful?: boolean;
}

const standIn = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'weft-mongod/bin/secantusd-rs');

const onPath = (name: string) => spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim() || undefined;

const server = process.env.MONGODB_URI ? undefined : (onPath('mongod') ?? (existsSync(standIn) ? standIn : undefined));

/** Why the tests of MongoDB are skipped; false: they run. */
export const skip: string | false =
  process.env.MONGODB_URI || server
    ? false
    : 'no MongoDB: set MONGODB_URI, install mongod, or run test/mongod/install for a stand-in';

if (skip && process.env.MONGODB === 'required') throw new Error(skip);

/** Starts a server, or answers the one of MONGODB_URI. */
export async function startMongod(options: MongodOptions = {}): Promise<Mongod> {
  if (process.env.MONGODB_URI) return { uri: process.env.MONGODB_URI, stop: async () => {} };
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'weft-mongod-'));
  const port = options.port ?? (await freePort());
  const real = server!.endsWith('mongod');
  const child = spawn(server!, real ? ofMongod(folder, port, options) : ofStandIn(folder, port, options), {
    stdio: 'ignore',
  });
  const uri = `mongodb://127.0.0.1:${port}/?directConnection=true`;
  let stopping = false;
  const mongod: Mongod = {
    uri,
    process: child,
    async stop() {
      stopping = true;
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      if (!options.folder) rmSync(folder, { recursive: true, force: true });
    },
  };
  process.once('exit', () => child.kill('SIGKILL'));
  child.once('exit', (code, signal) => {
    if (!stopping) console.error(`the server at port ${port} has ended by itself: ${signal ?? code}`);
  });
  await answering(uri, real && !options.standalone);
  return mongod;
}

const ofMongod = (folder: string, port: number, { standalone }: MongodOptions) => [
  ...['--port', `${port}`, '--dbpath', folder, '--bind_ip', '127.0.0.1'],
  ...(standalone ? [] : ['--replSet', 'weft']),
];

const ofStandIn = (folder: string, port: number, { standalone, forgetful }: MongodOptions) => [
  ...['--port', `${port}`, '--storage-path', folder, '--log-file-max', '8MB', '--cache-size', '256M'],
  ...(forgetful ? [] : ['--sync-on-commit']),
  ...(standalone ? ['--standalone'] : []),
];

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  await new Promise(resolve => probe.close(resolve));
  return port;
}

async function answering(uri: string, initiate: boolean): Promise<void> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 20_000 });
  try {
    const admin = client.db('admin');
    if (initiate) await admin.command({ replSetInitiate: {} }).catch(() => undefined);
    await until('the server answers', async () => (await admin.command({ hello: 1 })).isWritablePrimary === true);
  } finally {
    await client.close();
  }
}
