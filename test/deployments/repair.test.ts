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

/** What a reader of the store sees of the processes `order<n>` and `claim<n>`: newest versions, and who listens. */
async function seen(store: Store, n: number) {
  const keys = { $in: [`order${n}`, `claim${n}`] };
  const latest = await store.find<DefinitionDocument>('definitions', {
    filter: { latest: true, key: keys },
    sort: { id: 1 },
  });
  const listeners = await store.find<SubscriptionDocument>('subscriptions', {
    filter: { 'wait.state': 'open', definitionKey: keys },
    sort: { id: 1 },
  });
  return [latest.map(({ version }) => version), listeners.map(({ name }) => name.replace(/-.*/, ''))];
}

/** Version `version` of both processes. */
const files = (n: number, version: number) =>
  ['order', 'claim'].map(key => listening(`${key}${n}`, `v${version}-${key}${n}`));

test('whatever write was the last one, a restart leaves the old versions or the new ones, both of them', async t => {
  const { deployments, store, clock, fresh } = await openSetting(t);
  const outcomes = new Set<string>();
  for (let last = 0, finished = false; !finished; last++) {
    // given: two processes, and a new version of both that dies on the way
    await deployments.deploy({ files: files(last, 1) });
    finished = await fresh(dying(store, last))
      .deploy({ files: files(last, 2) })
      .then(() => true)
      .catch(() => false);

    // when
    clock.advance('PT2M');
    await fresh().repair();

    // then
    const now = JSON.stringify(await seen(store, last));
    assert.ok(['[[1,1],["v1","v1"]]', '[[2,2],["v2","v2"]]'].includes(now), `write ${last}: ${now}`);
    outcomes.add(now);
    assert.equal(await store.count('deployments', { pending: { $exists: true } }), 0);
    await fresh().deploy({ files: files(last, 3) });
    assert.deepEqual((await seen(store, last))[1], ['v3', 'v3']);
  }
  assert.equal(outcomes.size, 2);
});

test('repairing where nothing is broken changes nothing', async t => {
  // given
  const { deployments, store } = await openSetting(t);
  await deployments.deploy({ files: files(1, 1) });
  const found = await seen(store, 1);

  // when
  await deployments.repair();

  // then
  assert.deepEqual(await seen(store, 1), found);
});
