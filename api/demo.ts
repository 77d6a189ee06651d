/** Demo mode: four people, the samples, two weeks that really happened and forty open tasks; made once. */

import { FORMAT } from '../engine/store/documents.js';
import type { Document } from '../engine/store/port.js';
import { samples } from '../samples/index.js';
import { arrangeInbox } from './demo/inbox.js';
import { makePast } from './demo/past.js';
import { createDemoPeople, setDemoPasswords } from './demo/people.js';
import type { Services } from './services.js';

/** Meta document `demo`. */
interface DemoDocument extends Document {
  /** `begun` after a crash in the middle: it is not made a second time. */
  state: 'begun' | 'done';
}

export interface Demo {
  /** People to sign in as: before the first request. */
  prepare(): Promise<void>;
  /** The past and the inbox, once; behind the first answer, because it takes seconds. Then the samples have workers. */
  fill(): Promise<void>;
}

/** `stopping` is aborted when the server drains. */
export function createDemo(services: Services, stopping: AbortSignal): Demo {
  const { store, engine, directory, identity, events, clock } = services;
  const mark = (state: DemoDocument['state']): DemoDocument => ({ id: 'demo', tenant: '', format: FORMAT, state });

  /** Open pages read their lists again. */
  const refresh = () => events.publish({ topic: 'task', type: 'created', id: 'demo' }, () => true);

  async function makeOnce(): Promise<void> {
    if (!(await store.insert('meta', mark('begun')))) return complain();
    const now = clock();
    const past = await makePast({ store, directory, samples, now, signal: stopping, onDay: refresh });
    if (!stopping.aborted) await arrangeInbox(past, now);
    await past.close();
    if (stopping.aborted) return;
    engine.deployments.refresh();
    await engine.projector.fold();
    await store.put('meta', [mark('done')]);
    refresh();
  }

  async function complain(): Promise<void> {
    const made = await store.get<DemoDocument>('meta', 'demo');
    if (made?.state === 'begun')
      console.warn('The demo data were interrupted while they were made; "npm start -- --reset" makes them anew.');
  }

  return {
    prepare: () => createDemoPeople(identity.people),
    async fill() {
      await setDemoPasswords(identity.people);
      await makeOnce();
      for (const { workers } of samples)
        for (const [topic, handler] of Object.entries(workers)) engine.worker(topic, handler);
    },
  };
}
