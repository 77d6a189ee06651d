/** What an instance may hold: values of any size, but not more effects than somebody delivers. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { Busy } from '../../engine/contract.js';
import type { Effect, Instance } from '../../engine/core/types.js';
import type { HistoryDocument, TaskDocument, VariableDocument } from '../../engine/store/documents.js';
import { xml } from '../diagram.js';
import { openWeft, type Weft } from '../weft.js';

const approval = xml(
  'approval',
  '<startEvent id="start"/><userTask id="task"/><scriptTask id="double" scriptFormat="javascript" camunda:resultVariable="twice"><script>large + large</script></scriptTask><userTask id="next"/><endEvent id="end"/>',
  ['start -> task -> double -> next -> end'],
);

async function complete({ engine, store, clock }: Weft, instance: string, variables = {}) {
  const [task] = await store.find<TaskDocument>('tasks', { filter: { instance, 'wait.state': 'open' } });
  return engine.send(instance, { do: 'resume', wait: task!.id, variables, at: clock(), onFailure: 'incident' });
}

test('large values are computed with, read and kept in history like any other, and their bytes are stored once', async t => {
  const weft = await openWeft(t);
  await weft.deploy(approval);
  const before = (await weft.store.blobs()).length;
  const large = 'x'.repeat(60_000);

  const { instance } = await weft.engine.start({ key: 'approval', variables: { large, same: large } });
  await complete(weft, instance, { again: large });
  await weft.engine.idle();

  const variables = await weft.engine.variablesAt(instance, 1);
  assert.equal(variables.again, large);
  assert.equal(variables.twice, large + large);
  assert.equal((await weft.store.blobs()).length, before + 2);
  await complete(weft, instance);
  assert.equal((await weft.instance(instance)).state, 'completed');
  // and what others query
  const folded = await weft.store.find<VariableDocument>('variables', { filter: { instance, name: 'twice' } });
  if (folded.length > 0) assert.equal(folded[0]!.value, large + large);
});

test('an instance whose effects nobody delivers takes no further command from outside', async t => {
  const weft = await openWeft(t, { limits: { outbox: 3 } });
  await weft.deploy(approval);
  const { instance } = await weft.engine.start({ key: 'approval', variables: { large: 'x' } });
  const publish = (number: number): Effect => ({
    ...{ id: `${instance}~x${number}`, hops: 1, do: 'publish', name: 'nobody', variables: {} },
  });
  const flooded: Instance = { ...(await weft.instance(instance)), version: 2, outbox: [1, 2, 3, 4].map(publish) };
  const [first] = await weft.store.find<HistoryDocument>('history', { filter: { instance } });
  const second: HistoryDocument = { ...first!, id: `${instance}:2`, seq: 2 };
  await weft.store.put('instances', [flooded]);
  await weft.store.put('history', [second]);

  await assert.rejects(complete(weft, instance), (error: Error) => {
    assert.ok(error instanceof Busy);
    assert.match(error.message, /4 effects of instance .* wait to be delivered/);
    return true;
  });

  await weft.advance('PT20S');
  await weft.engine.recover();
  await weft.engine.idle();
  assert.equal((await complete(weft, instance)).state, 'running');
});
