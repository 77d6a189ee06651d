/** One storm: a load on real processes, and trouble in between; then calm, and a look at everything. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { seededRandom } from '../../api/demo/random.js';
import type { Store } from '../../engine/store/port.js';
import { skip } from '../mongod.js';
import { administrator } from '../server/process.js';
import { until } from '../until.js';
import { checkAll } from './checks.js';
import { createLoad } from './load.js';
import { child, parent } from './model.js';
import { startNodes } from './nodes.js';

export interface StormOptions {
  database: 'sqlite' | 'mongodb';
  seed: number;
  /** How long it lasts, milliseconds. */
  length: number;
  /** Hears what happens. */
  say(sentence: string): void;
}

/** How long a storm lasts in `npm test`, milliseconds. */
const LENGTH = 120_000;
/** About how long all goes well between two troubles, milliseconds: a server needs some of it to start. */
const PAUSE = 3_000;
/** How many do something at the same time. */
const HANDS = 6;
/** How long everything may take to end when the storm is over, milliseconds. */
const CALM = 90_000;

/** Registers the test of one database; it prints its seed. */
export function chaosTest(database: StormOptions['database']): void {
  const seed = Math.floor(Math.random() * 1e6);
  test(
    `${database}: a storm loses nothing and does nothing twice (seed ${seed})`,
    { skip: database === 'mongodb' && skip },
    t => storm({ database, seed, length: LENGTH, say: sentence => t.diagnostic(sentence) }),
  );
}

/** Throws an AssertionError that says what is wrong with the data. */
export async function storm({ database, seed, length, say }: StormOptions): Promise<void> {
  const random = seededRandom(seed);
  const nodes = await startNodes(database, random);
  try {
    const client = await administrator(nodes.first);
    const files = Object.entries({ parent, child }).map(([name, text]) => ({ name: `${name}.bpmn`, text }));
    // a machine that stands still for a while breaks connections by itself
    const deploy = async () => (await client.ask('POST', '/deployments', { name: 'chaos', files })).status === 201;
    await until('the processes are deployed', deploy);

    const load = createLoad(random);
    const end = Date.now() + length;
    const hand = async () => {
      while (Date.now() < end) {
        const at = nodes.client();
        if (at) await load.work(at);
        else await setTimeout(50);
      }
    };
    const trouble = async () => {
      while (Date.now() < end) {
        await setTimeout(PAUSE / 4 + random() * PAUSE);
        say(`${database}: ${await nodes.disturb()}`);
      }
    };
    await Promise.all([trouble(), ...Array.from({ length: HANDS }, hand)]);
    const { started, tasks, jobs } = load.acknowledged;
    say(`${database}: ${started.size} starts, ${tasks.size} tasks and ${jobs.size} jobs were acknowledged`);

    const deadline = Date.now() + CALM;
    while (!(await isOver(nodes))) {
      assert.ok(Date.now() < deadline, 'everything ends when the storm is over');
      const at = nodes.client();
      if (at) await load.finish(at);
      await setTimeout(500);
    }
    const weft = await nodes.openEngine();
    try {
      await until('what was caused is settled and folded', () => isQuiet(weft.store));
      await checkAll(weft.store, load.acknowledged);
    } finally {
      await weft.close();
    }
  } catch (error) {
    for (const log of nodes.logs()) say(log);
    throw error;
  } finally {
    await nodes.close();
  }
}

/** Nothing is left to deliver, to write or to fold; a dead node's share of it is done by the others. */
async function isQuiet(store: Store): Promise<boolean> {
  const unsettled = await store.count('instances', { 'outbox.0.id': { $exists: true } }, 1);
  return unsettled + (await store.count('history', { unfolded: 1 }, 1)) === 0;
}

async function isOver(nodes: Awaited<ReturnType<typeof startNodes>>): Promise<boolean> {
  const answer = await nodes.client()?.ask('GET', '/instances?state=running&limit=1');
  return answer?.status === 200 && answer.body.items?.length === 0;
}
