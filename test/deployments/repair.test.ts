/** A crash in the middle of a deployment: taken back or finished, and never half there. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { DefinitionDocument, SubscriptionDocument } from '../../engine/store/documents.js';
import type { Store } from '../../engine/store/port.js';
import { xml } from '../diagram.js';
import { file, openSetting } from './setting.js';

const listening = (key: string, message: string) =>
  file(
    `${key}.bpmn`,
    xml(
      key,
      '<startEvent id="start"><messageEventDefinition messageRef="m"/></startEvent><endEvent id="end"/>',
      ['start -> end'],
      `<message id="m" name="${message}"/>`,
    ),
  );

const writes = ['insert', 'patch', 'put', 'putBlob'] as const;

/** A store whose writer dies behind the write with this number; reads go on. */
function dying(store: Store, after: number): Store {
  let count = 0;
  const mortal = Object.fromEntries(
    writes.map(name => [
      name,
      async (...given: unknown[]) => {
        if (count++ >= after) throw new Error('the machine died');
        return (store[name] as (...all: unknown[]) => Promise<unknown>)(...given);
      },
    ]),
  );
  return { ...store, ...mortal };
}

/** What a reader of the store sees: newest versions and who listens. */
async function seen(store: Store) {
  const latest = await store.find<DefinitionDocument>('definitions', { filter: { latest: true }, sort: { id: 1 } });
  const listeners = await store.find<SubscriptionDocument>('subscriptions', {
    filter: { 'wait.state': 'open' },
    sort: { id: 1 },
  });
  return [latest.map(({ id }) => id), listeners.map(({ definition, name }) => `${definition} ${name}`)];
}

const before = [
  ['claim:1', 'order:1'],
  ['claim:1 c1', 'order:1 o1'],
];
const after = [
  ['claim:2', 'order:2'],
  ['claim:2 c2', 'order:2 o2'],
];

test('whatever write was the last one, a restart leaves the old versions or the new ones, all of them', async t => {
  const outcomes = new Set<string>();
  for (let last = 0, finished = false; !finished; last++) {
    // given: two processes, and a new version of both that dies on the way
    const { deployments, store, clock, fresh } = await openSetting(t);
    await deployments.deploy({ files: [listening('order', 'o1'), listening('claim', 'c1')] });
    finished = await fresh(dying(store, last))
      .deploy({ files: [listening('order', 'o2'), listening('claim', 'c2')] })
      .then(() => true)
      .catch(() => false);

    // when
    clock.advance('PT2M');
    await fresh().repair();

    // then
    const now = await seen(store);
    assert.ok(
      [before, after].some(state => JSON.stringify(state) === JSON.stringify(now)),
      `write ${last}: ${JSON.stringify(now)}`,
    );
    outcomes.add(JSON.stringify(now));
    assert.equal(await store.count('deployments', { pending: { $exists: true } }), 0);
    if (!finished) {
      const { definitions } = await fresh().deploy({ files: [listening('order', 'o3'), listening('claim', 'c3')] });
      assert.equal(definitions.length, 2);
      assert.deepEqual(
        (await seen(store))[1]!.map(text => text.split(' ')[1]),
        ['c3', 'o3'],
      );
    }
  }
  assert.equal(outcomes.size, 2);
});

test('repairing where nothing is broken changes nothing', async t => {
  // given
  const { deployments, store } = await openSetting(t);
  await deployments.deploy({ files: [listening('order', 'o1')] });
  const found = await seen(store);

  // when
  await deployments.repair();

  // then
  assert.deepEqual(await seen(store), found);
});
