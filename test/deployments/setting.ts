/** What the tests of deployments stand on: the real store, the real reader, a virtual clock. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createDeployments, type Deployments } from '../../engine/deployments.js';
import { calendar } from '../../engine/expressions/index.js';
import { createModelReader } from '../../engine/model/reader.js';
import type { Store } from '../../engine/store/port.js';
import { storeOf } from '../databases.js';
import { createClock, type VirtualClock } from '../virtual.js';

export interface Setting {
  deployments: Deployments;
  store: Store;
  clock: VirtualClock;
  /** Deployments that remember nothing, as after a restart; on another view of the store, if one is given. */
  fresh(store?: Store): Deployments;
}

export async function openSetting(t: TestContext): Promise<Setting> {
  const folder = mkdtempSync(join(tmpdir(), 'weft-deployments-'));
  const store = storeOf(folder);
  const reader = createModelReader();
  const clock = createClock('2026-03-01T08:00:00Z');
  t.after(async () => {
    await reader.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });
  await store.open();
  const fresh = (view = store) => createDeployments({ store: view, reader, calendar, clock });
  return { deployments: fresh(), store, clock, fresh };
}

/** A file of a deployment from a text. */
export const file = (name: string, text: string) => ({ name, bytes: new TextEncoder().encode(text) });
