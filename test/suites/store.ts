/** What every store must do: the contract of the port, which each adapter passes unchanged. */
import test, { type TestContext } from 'node:test';
import type { Store } from '../../engine/store/port.js';
import { blobContract } from './store/blobs.js';
import { changeContract } from './store/changes.js';
import { commitContract } from './store/commits.js';
import { filterContract } from './store/filters.js';
import { findContract } from './store/finds.js';
import { indexContract } from './store/indexes.js';
import { valueContract } from './store/values.js';

/** Opens an empty store, and closes it after the test. */
export type OpenStore = (t: TestContext) => Promise<Store>;

/** Registers one test: a sentence, and what is done with an empty store. */
export type Contract = (sentence: string, body: (store: Store) => Promise<void>) => void;

/**
 * Registers the tests of the contract for one adapter.
 *
 * @example storeContract('sqlite', async t => { const store = …; t.after(() => store.close()); await store.open(); return store; })
 */
export function storeContract(name: string, openStore: OpenStore): void {
  const contract: Contract = (sentence, body) => test(`${name}: ${sentence}`, async t => body(await openStore(t)));
  commitContract(contract);
  changeContract(contract);
  findContract(contract);
  filterContract(contract);
  indexContract(contract);
  blobContract(contract);
  valueContract(contract);
}
