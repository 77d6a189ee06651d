/** The nodes of the chaos test, and all that may happen to them and to their database. */

import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createEngine, type Weft } from '../../engine/index.js';
import type { Random } from '../../samples/sample.js';
import { type CuttingProxy, startProxy } from '../cuttingProxy.js';
import { type Mongod, startMongod } from '../mongod.js';
import { type Client, clientOf, type ServerProcess, startServer } from '../server/process.js';

const ATTEMPTS = 5;

interface Node {
  server: ServerProcess | undefined;
  asleep: boolean;
  environment: Record<string, string>;
  proxy?: CuttingProxy;
}

export interface Nodes {
  /** The first start of the first node. */
  first: ServerProcess;
  /** A node that runs and is awake, if one is. */
  client(): Client | undefined;
  /** Does something bad to somebody, and mends it; answers what it was. */
  disturb(): Promise<string>;
  /** The last of what each node has said. */
  logs(): string[];
  /** One more node; it takes the place of the server where one process owns the data. */
  openEngine(): Promise<Weft>;
  close(): Promise<void>;
}

/** Starts one node on SQLite, or two on MongoDB. */
export async function startNodes(database: 'sqlite' | 'mongodb', random: Random): Promise<Nodes> {
  const folder = mkdtempSync(join(tmpdir(), 'weft-chaos-'));
  let mongod: Mongod | undefined;
  let mongodb: string | undefined;
  const nodes: Node[] = [];
  if (database === 'sqlite') nodes.push({ server: undefined, asleep: false, environment: {} });
  else {
    mongod = await startMongod({ folder: join(folder, 'mongod') });
    const address = new URL(mongod.uri);
    address.pathname = `weft_chaos_${randomUUID().slice(0, 8)}`;
    mongodb = address.href;
    for (let number = 0; number < 2; number++) {
      const proxy = await startProxy(mongodb);
      nodes.push({ server: undefined, asleep: false, proxy, environment: { MONGODB_URI: proxy.uri } });
    }
  }
  /** A server that does not find its database ends; whoever watches over it starts it again. */
  const begin = async (node: Node) => {
    for (let attempt = 1; !node.server; attempt++) {
      node.server = await startServer(folder, node.environment).catch(error => {
        if (attempt === ATTEMPTS) throw error;
        return undefined;
      });
    }
    return node.server;
  };
  const first = await begin(nodes[0]!);
  for (const node of nodes.slice(1)) await begin(node);

  async function kill(node: Node): Promise<void> {
    const { server } = node;
    node.server = undefined;
    await server?.kill();
    await setTimeout(random() * 500);
    await begin(node);
  }

  async function sleep(node: Node, length = 200 + random() * 1_500): Promise<void> {
    node.server?.pause();
    node.asleep = true;
    await setTimeout(length);
    node.asleep = false;
    node.server?.resume();
  }

  /** So long that the others take over what it has left: outboxes after ten seconds, the projector after its lease. */
  const sleepLong = (node: Node) => sleep(node, 11_000 + random() * 4_000);

  async function cut({ proxy }: Node): Promise<void> {
    const when = random() < 0.5 ? 'before' : 'after';
    await Promise.race([proxy?.cut(when, random() < 0.5 ? 'outbox' : 'bulkWrite'), setTimeout(1_000)]);
  }

  async function restartDatabase(): Promise<void> {
    const port = Number(new URL(mongod!.uri).port);
    await mongod!.stop();
    mongod = await startMongod({ folder: join(folder, 'mongod'), port });
  }

  /** As often as each stands here. */
  const troubles: [string, (node: Node) => Promise<void>][] = [
    ['kill', kill],
    ['kill', kill],
    ['sleep', node => sleep(node)],
    ['sleep', node => sleep(node)],
  ];
  if (nodes.length > 1) troubles.push(['long sleep', sleepLong], ['cut', cut], ['cut', cut], ['cut', cut]);
  if (mongod?.process) troubles.push(['restart of the database', restartDatabase]);

  return {
    first,
    client() {
      const running = nodes.flatMap(({ server, asleep }) => (server && !asleep ? server : []));
      const server = running[Math.floor(random() * running.length)];
      return server && clientOf(server);
    },
    async disturb() {
      const [name, trouble] = troubles[Math.floor(random() * troubles.length)]!;
      await trouble(nodes[Math.floor(random() * nodes.length)]!);
      return name;
    },
    logs: () => nodes.flatMap(({ server }) => server?.log() ?? []),
    async openEngine() {
      if (database === 'sqlite') await nodes[0]!.server?.stop();
      return createEngine({ data: folder, mongodb });
    },
    async close() {
      for (const { server, proxy } of nodes) {
        await server?.kill();
        await proxy?.close();
      }
      await mongod?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
