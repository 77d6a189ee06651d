/** Temporary data folders for tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Store } from '../../engine/store/port.js';
import { createSqliteStore, type SqliteOptions } from '../../engine/store/sqlite.js';

const stores = new Map<string, Store[]>();

/** A folder that goes with the test, after the stores on it are closed. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'weft-store-'));
  stores.set(folder, []);
  t.after(async () => {
    for (const store of stores.get(folder)!) await store.close();
    rmSync(folder, { recursive: true });
  });
  return folder;
}

/** Opens a store on a temporary folder; it is closed with the test, if it is not before. */
export async function openFolder(folder: string, options: Partial<SqliteOptions> = {}): Promise<Store> {
  const store = createSqliteStore({ folder, ...options });
  stores.get(folder)!.push(store);
  await store.open();
  return store;
}
