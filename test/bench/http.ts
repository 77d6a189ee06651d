/** `npm run bench:http`: starts against a durable floor, fetching among 100,000 jobs, what waiting clients cost. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express from 'express';
import { createServer } from '../../api/server.js';
import { readSettings } from '../../api/settings.js';
import type { JobDocument } from '../../engine/store/documents.js';
import { type ServerProcess, startServer } from '../server/process.js';
import { openDurableFloor } from './subjects/floor.js';
import { printMachine } from './table.js';

const models = new URL('../../../test/fixtures/models/', import.meta.url);
const modelOf = (name: string) => readFileSync(new URL(name, models), 'utf8');

const CONNECTIONS = 32;
const STARTS = 6_000;
const JOBS = 100_000;
const FETCHES = 2_000;
const CLIENTS = 1_000;
/** What one person, or one worker, may have open. */
const EACH = 20;

interface Peer {
  url: string;
  token?: string;
}

/** One request on kept connections; answers its status when the answer is whole. */
function ask({ url, token }: Peer, agent: Agent, method: string, path: string, body?: object): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
    const sending = request(`${url}${path}`, { method, agent, headers }, answer => {
      answer.resume().on('end', () => resolve(answer.statusCode!));
    });
    sending.on('error', reject).end(body && JSON.stringify(body));
  });
}

interface Figures {
  perSecond: number;
  p50: number;
  p99: number;
}

/** So many requests over so many connections. Throws when one is refused. */
async function load(count: number, connections: number, one: (agent: Agent) => Promise<number>): Promise<Figures> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const took: number[] = [];
  let left = count;
  const hand = async () => {
    while (left-- > 0) {
      const begun = performance.now();
      const status = await one(agent);
      if (status >= 300) throw new Error(`a request was answered ${status}`);
      took.push(performance.now() - begun);
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: connections }, hand));
  const seconds = (performance.now() - begun) / 1000;
  agent.destroy();
  took.sort((a, b) => a - b);
  const at = (share: number) => took[Math.floor(took.length * share)]!;
  return { perSecond: count / seconds, p50: at(0.5), p99: at(0.99) };
}

const said = ({ perSecond, p50, p99 }: Figures) =>
  `${Math.round(perSecond)} per second, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;

/** `node http.js floor <folder>`: an express server that only writes the rows of a start. */
async function serveFloor(folder: string): Promise<void> {
  const floor = await openDurableFloor(modelOf('w3-approval.bpmn'), folder);
  let number = 0;
  const app = express().use(express.json());
  app.post('/instances', async (incoming, response) => {
    const id = String(++number);
    await floor.start(incoming.body.key, id, incoming.body.variables);
    response.status(201).json({ id, state: 'running' });
  });
  const server = app.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
}

const start = (peer: Peer) => (agent: Agent) =>
  ask(peer, agent, 'POST', '/instances', { key: 'w3_approval', variables: { amount: 120, customer: 'Mary' } });

async function floorFigures(folder: string): Promise<Figures> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), 'floor', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  const one = start({ url: `http://127.0.0.1:${String(port).trim()}` });
  await load(STARTS / 4, CONNECTIONS, one);
  const figures = await load(STARTS, CONNECTIONS, one);
  child.kill();
  return figures;
}

/** A data folder with as many open jobs as wanted, and people for the clients; answers their tokens. */
async function prepare(folder: string): Promise<string[]> {
  const { services, close } = await createServer({ settings: readSettings({ WEFT_DATA: folder }) });
  const { engine, store, identity } = services;
  for (const name of ['w8-external.bpmn', 'w3-approval.bpmn'])
    await engine.deploy({ files: [{ name, bytes: Buffer.from(modelOf(name)) }] });
  const { instance } = await engine.start({ key: 'w8_external', variables: { amount: 120 } });
  const [job] = await store.find<JobDocument>('jobs', { filter: { instance } });
  for (let from = 0; from < JOBS; from += 1_000) {
    const jobs = Array.from({ length: 1_000 }, (_, n) => ({ ...job!, id: `${instance}~${10 + from + n}` }));
    await store.put('jobs', jobs);
  }
  const tokens: string[] = [];
  for (let client = 0; client < CLIENTS; client += EACH) {
    await identity.people.createUser({ id: `user${client}`, name: `User ${client}`, administrator: true });
    tokens.push((await identity.tokens.create({ user: `user${client}`, name: 'bench' })).token);
  }
  await close();
  return tokens;
}

const residentMegabytes = ({ pid }: ServerProcess) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

/** Opens long polls and live streams, as many as a node takes, and waits until they are there. */
async function park(url: string, tokens: string[]): Promise<() => void> {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  const open: ClientRequest[] = [];
  const streams: Promise<unknown>[] = [];
  for (const token of tokens)
    for (let n = 0; n < EACH; n++) {
      const headers = { authorization: `Bearer ${token}` };
      const stream = request(`${url}/events`, { agent, headers });
      streams.push(
        once(stream, 'response').then(([answer]) => (answer as IncomingMessage).on('error', () => {}).resume()),
      );
      const poll = request(`${url}/jobs/fetch`, {
        agent,
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
      });
      const asked = { worker: 'w', topics: [{ topic: 'nothing' }], wait: 60_000 };
      open.push(
        stream.on('error', () => {}),
        poll.on('error', () => {}),
      );
      stream.end();
      poll.end(JSON.stringify(asked));
    }
  await Promise.all(streams);
  return () => {
    for (const one of open) one.destroy();
  };
}

interface Bench {
  server: ServerProcess;
  /** Of the people that were made; the first one asks. */
  tokens: string[];
  peer: Peer;
}

async function measureStarts({ peer }: Bench): Promise<void> {
  console.log('\nstarts of W3 over HTTP, 32 connections, SQLite with synchronous=FULL');
  const folder = mkdtempSync(join(tmpdir(), 'weft-floor-'));
  const floor = await floorFigures(folder);
  rmSync(folder, { recursive: true, force: true });
  console.log(`  express and the durable floor: ${said(floor)}`);
  await load(STARTS / 4, CONNECTIONS, start(peer));
  const weft = await load(STARTS, CONNECTIONS, start(peer));
  console.log(`  Weft: ${said(weft)}, ${Math.round((weft.perSecond / floor.perSecond) * 100)} % of the floor`);
}

async function measureFetches({ peer }: Bench): Promise<void> {
  console.log(`\nfetch and lock of one job, ${JOBS} open`);
  const fetchOne = (agent: Agent) =>
    ask(peer, agent, 'POST', '/jobs/fetch', { worker: 'w', topics: [{ topic: 'work' }], max: 1 });
  await load(FETCHES / 4, 1, fetchOne);
  console.log(`  one after the other: ${said(await load(FETCHES, 1, fetchOne))}`);
  console.log(`  8 connections: ${said(await load(FETCHES, 8, fetchOne))}`);
}

async function measureClients({ peer, tokens, server }: Bench): Promise<void> {
  console.log(`\n${CLIENTS} long polls and ${CLIENTS} live streams`);
  const quiet = await load(500, 1, start(peer));
  const before = residentMegabytes(server);
  const leave = await park(peer.url, tokens);
  const parked = residentMegabytes(server) - before;
  const crowded = await load(500, 1, start(peer));
  console.log(`  ${parked.toFixed(0)} MB; a start without them: ${said(quiet)}; with them: ${said(crowded)}`);
  leave();
}

const parts: Record<string, (bench: Bench) => Promise<void>> = {
  starts: measureStarts,
  fetches: measureFetches,
  clients: measureClients,
};

/** Measures the named parts, or all of them, on one server. */
async function measure(names: string[]): Promise<void> {
  printMachine();
  const folder = mkdtempSync(join(tmpdir(), 'weft-http-'));
  const tokens = await prepare(folder);
  const server = await startServer(folder);
  const peer = { url: `${server.url}/api/v1`, token: tokens[0]! };
  for (const name of names) await parts[name]!({ server, tokens, peer });
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

const [, , role, ...rest] = process.argv;
if (role === 'floor') await serveFloor(rest[0]!);
else await measure(role === undefined ? Object.keys(parts) : [role, ...rest]);
