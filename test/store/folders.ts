/** Temporary data folders for tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Store } from '../../engine/store/port.js';
import { createSqliteStore, type SqliteOptions } from '../../engine/store/sqlite.js';

/** A folder that goes with the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'weft-store-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens a store on a folder; it is closed with the test, if it is not before. */
export async function openFolder(t: TestContext, folder: string, options: Partial<SqliteOptions> = {}): Promise<Store> {
  const store = createSqliteStore({ folder, ...options });
  t.after(() => store.close());
  await store.open();
  return store;
}
