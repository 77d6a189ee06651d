/** kill -9 in the middle of a storm of commits: nothing acknowledged is lost, nothing is torn. */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Instance } from '../../engine/core/types.js';
import type { TaskDocument } from '../../engine/store/documents.js';
import type { Store } from '../../engine/store/port.js';
import { openFolder, temporaryFolder } from './folders.js';

const storm = fileURLToPath(new URL('./processes/storm.js', import.meta.url));
const rounds = 3;
const commitsPerRound = 400;

interface Promised {
  id: string;
  version: number;
  result: string;
}

/** Kills the process after so many commits; answers the last version that each instance was promised. */
async function stormUntilKilled(child: ChildProcess): Promise<Map<string, number>> {
  const promised = new Map<string, number>();
  let commits = 0;
  child.on('message', ({ id, version, result }: Promised) => {
    assert.equal(result, 'committed');
    promised.set(id, version);
    if (++commits === commitsPerRound) child.kill('SIGKILL');
  });
  await once(child, 'exit');
  return promised;
}

/** Every version has its history and its task; only the newest task is open. */
async function assertWhole(store: Store, { id, version }: Instance): Promise<void> {
  assert.equal(await store.count('history', { instance: id }), version);
  const tasks = await store.find<TaskDocument>('tasks', { filter: { instance: id }, sort: { 'wait.v': 1 } });
  assert.equal(tasks.length, version);
  const open = tasks.filter(task => task.wait.state === 'open').map(task => task.id);
  assert.deepEqual(open, [`${id}~${version}`]);
}

test('a process that is killed loses no acknowledged commit and leaves none half done', async t => {
  const folder = temporaryFolder(t);
  for (let round = 0; round < rounds; round++) {
    const promised = await stormUntilKilled(fork(storm, [folder]));

    const store = await openFolder(folder);
    for (const [id, version] of promised) {
      const instance = (await store.get<Instance>('instances', id))!;
      assert.ok(instance.version >= version, `${id} was promised ${version} and has ${instance.version}`);
      await assertWhole(store, instance);
    }
    const open = await store.count('tasks', { 'wait.state': 'open', candidateGroups: 'sales' });
    assert.equal(open, await store.count('instances', {}));
    await store.close();
  }
});
