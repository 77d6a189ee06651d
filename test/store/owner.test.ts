/** A data folder has one owner, and the second one is told who it is. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { StoreError } from '../../engine/store/port.js';
import { createSqliteStore } from '../../engine/store/sqlite.js';
import { openFolder, temporaryFolder } from './folders.js';

const script = (name: string) => fileURLToPath(new URL(`./processes/${name}.js`, import.meta.url));

test('a second process is told the folder and the process that has it, and may have it once that one is killed', async t => {
  const folder = temporaryFolder(t);
  const owner = fork(script('owner'), [folder]);
  t.after(() => owner.kill('SIGKILL'));
  await once(owner, 'message');

  await assert.rejects(createSqliteStore({ folder }).open(), (error: Error) => {
    assert.ok(error instanceof StoreError);
    assert.match(error.message, new RegExp(`${folder} is in use by another Weft, process ${owner.pid}`));
    return true;
  });

  owner.kill('SIGKILL');
  await once(owner, 'exit');
  const store = await openFolder(folder);
  assert.equal(await store.count('instances', {}), 0);
});

test('a second store of the same process is refused too', async t => {
  const folder = temporaryFolder(t);
  const first = await openFolder(folder);

  await assert.rejects(createSqliteStore({ folder }).open(), /in use by this very process/);

  await first.close();
  await openFolder(folder);
});

test('a program that forgets to close its store ends, and has lost nothing', async t => {
  const folder = temporaryFolder(t);

  const [code] = await once(fork(script('forgetful'), [folder]), 'exit');

  assert.equal(code, 0);
  const store = await openFolder(folder);
  assert.equal((await store.get('users', 'ann'))?.id, 'ann');
});
