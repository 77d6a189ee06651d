/** Demo mode: four people, the samples, two weeks that really happened and forty open tasks; made once. */

import { setTimeout } from 'node:timers/promises';
import { FORMAT } from '../engine/store/documents.js';
import { samples } from '../samples/index.js';
import { type DemoDocument, demoOf } from './demo/apart.js';
import { arrangeInbox } from './demo/inbox.js';
import { makePast } from './demo/past.js';
import { createDemoPeople } from './demo/people.js';
import type { Services } from './services.js';

/** Who makes the demo says after each of its days that it goes on; after such a silence, milliseconds, it has died. */
const silence = 30_000;

export interface Demo {
  /** People to sign in as: before the first request. */
  prepare(): Promise<void>;
  /** The past and the inbox, once; behind the first answer, because it takes seconds. Then the samples have workers. */
  fill(): Promise<void>;
}

/** `stopping` is aborted when the server drains. */
export function createDemo(services: Services, stopping: AbortSignal): Demo {
  const { store, engine, directory, identity, events, clock } = services;
  const mark = (state: DemoDocument['state']): DemoDocument => ({
    id: 'demo',
    tenant: '',
    format: FORMAT,
    state,
    at: clock(),
  });
  const say = (state: DemoDocument['state']) => store.put('meta', [mark(state)]);

  /** Open pages read their lists again. */
  const refresh = () => events.publish({ topic: 'task', type: 'created', id: 'demo' }, () => true);

  async function onDay(): Promise<void> {
    await say('begun');
    refresh();
  }

  async function makeOnce(): Promise<void> {
    const begun = { set: { state: 'begun', at: clock() } };
    if (!(await store.patch('meta', 'demo', { state: 'prepared' }, begun))) return awaitMaker();
    let made: DemoDocument['state'] = 'broken off';
    try {
      const now = clock();
      const past = await makePast({ store, directory, samples, now, signal: stopping, onDay });
      if (!stopping.aborted) await arrangeInbox(past, now);
      await past.close();
      if (stopping.aborted) return;
      engine.deployments.refresh();
      await engine.projector.fold();
      made = 'done';
    } finally {
      await say(made);
    }
    refresh();
  }

  /** Another server makes it, on a clock in the past: the jobs of this one would run into it. */
  async function awaitMaker(): Promise<void> {
    const lives = ({ state, at = 0 }: DemoDocument) => state === 'begun' && clock() - at < silence;
    let made = await demoOf(store);
    while (made && lives(made) && !stopping.aborted) {
      await setTimeout(200);
      made = await demoOf(store);
    }
    engine.deployments.refresh();
    if (made?.state !== 'done' && !stopping.aborted)
      console.warn('The demo data were interrupted while they were made; "npm start -- --reset" makes them anew.');
  }

  return {
    async prepare() {
      // The mark first: whatever ends this process, no data have people of a demo and do not say so.
      await store.insert('meta', mark('prepared'));
      await createDemoPeople(identity.people);
    },
    async fill() {
      await makeOnce();
      for (const { workers } of samples)
        for (const [topic, handler] of Object.entries(workers)) engine.worker(topic, handler);
    },
  };
}
