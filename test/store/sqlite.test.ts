/** The SQLite store: the contract, and what only a folder of files has. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqliteStore } from '../../engine/store/sqlite.js';
import { type OpenStore, storeContract } from '../suites/store.js';

const openStore: OpenStore = async t => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-store-'));
  const store = createSqliteStore({ folder });
  t.after(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  await store.open();
  return store;
};

storeContract('sqlite', openStore);
