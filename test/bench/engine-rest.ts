/** `node dist/test/bench/engine-rest.js`: what the server's CPU spends per instance when a client of Camunda 7 drives it. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from '../../api/server.js';
import { readSettings } from '../../api/settings.js';
import { startServer } from '../server/process.js';
import type { Subject } from './subject.js';
import { printMachine } from './table.js';
import { workloads } from './workloads.js';

const modelOf = (file: string) => readFileSync(new URL(`../../../test/fixtures/models/${file}`, import.meta.url));

const CLIENTS = 16;
const INSTANCES = 2_000;
/** Ticks per second of /proc. */
const TICKS = 100;

const measured = ['W1', 'W3', 'W8'];

/** User and system time of a process so far, milliseconds. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / TICKS) * 1000;
}

/** A data folder with the models, and a token to ask with. */
async function prepare(folder: string): Promise<string> {
  const { services, close } = await createServer({ settings: readSettings({ WEFT_DATA: folder }) });
  const { engine, identity } = services;
  const files = measured.map(name => workloads[name]!.file);
  await engine.deploy({ files: files.map(name => ({ name, bytes: modelOf(name) })) });
  await identity.people.createUser({ id: 'client', name: 'Client', administrator: true });
  const { token } = await identity.tokens.create({ user: 'client', name: 'bench' });
  await close();
  return token;
}

/** The workloads' verbs as a client of Camunda 7 says them. */
function clientOf(url: string, token: string): Subject {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const instances = new Map<string, string>();

  function ask<T>(method: string, path: string, body?: object): Promise<T> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      const sending = request(`${url}/engine-rest${path}`, { method, agent, headers }, async answer => {
        const chunks: Buffer[] = [];
        for await (const chunk of answer) chunks.push(chunk as Buffer);
        const text = Buffer.concat(chunks).toString();
        if (answer.statusCode! >= 300) reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`));
        else resolve((text === '' ? undefined : JSON.parse(text)) as T);
      });
      sending.on('error', reject).end(body && JSON.stringify(body));
    });
  }

  const typed = (variables: object) =>
    Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, { value }]));

  return {
    async start(key, businessKey, variables) {
      const body = { businessKey, variables: typed(variables) };
      const { id } = await ask<{ id: string }>('POST', `/process-definition/key/${key}/start`, body);
      instances.set(businessKey, id);
    },
    async complete(key, variables) {
      const [task] = await ask<{ id: string }[]>('GET', `/task?processInstanceId=${instances.get(key)}`);
      await ask('POST', `/task/${task!.id}/complete`, { variables: typed(variables) });
    },
    async fetch(topic, count) {
      const topics = [{ topicName: topic, lockDuration: 60_000 }];
      const jobs = await ask<{ id: string }[]>('POST', '/external-task/fetchAndLock', {
        ...{ workerId: 'bench', maxTasks: count, topics },
      });
      return jobs.map(job => job.id);
    },
    finish: id => ask('POST', `/external-task/${id}/complete`, { workerId: 'bench' }),
    ended: () => instances.size,
    close: async () => void agent.destroy(),
  };
}

printMachine();
const folder = mkdtempSync(join(tmpdir(), 'weft-engine-rest-'));
const token = await prepare(folder);
const server = await startServer(folder);
for (const name of measured) {
  const { title, process: key, run } = workloads[name]!;
  const client = clientOf(server.url, token);
  const keysFrom = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}-${n}`);
  await run(client, key, keysFrom('warm', INSTANCES / 4), CLIENTS);
  const before = cpuOf(server.pid);
  await run(client, key, keysFrom('measured', INSTANCES), CLIENTS);
  console.log(`${name} ${title}: ${((cpuOf(server.pid) - before) / INSTANCES).toFixed(2)} ms CPU per instance`);
  await client.close();
}
await server.stop();
rmSync(folder, { recursive: true, force: true });
