/** Processes that multiply among themselves are stopped by incidents, and the program can end in the middle of it. */

import assert from 'node:assert/strict';
import test from 'node:test';
import type { IncidentDocument } from '../../engine/store/documents.js';
import { xml } from '../diagram.js';
import { until } from '../until.js';
import { openWeft } from '../weft.js';

test('a process that calls itself three times over ends in incidents, not in a flood', async t => {
  const weft = await openWeft(t, { limits: { cascade: 50 } });
  const calls = `<startEvent id="start"/><callActivity id="again" calledElement="flood"><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics></callActivity><endEvent id="end"/>`;
  await weft.deploy(xml('flood', calls, ['start -> again -> end']));

  await weft.engine.start({ key: 'flood' });
  await weft.engine.idle();

  const started = await weft.store.count('instances', { key: 'flood' });
  assert.ok(started < 2_000, `${started} instances were started`);
  const open = { filter: { state: 'open' }, limit: 1 };
  await until('an incident is folded', async () => (await weft.store.find('incidents', open)).length > 0);
  const [incident] = await weft.store.find<IncidentDocument>('incidents', open);
  assert.match(incident!.message, /in a circle/);
});

test('two processes that wake each other by a signal end in incidents', async t => {
  const weft = await openWeft(t, { limits: { cascade: 50 } });
  const process = (id: string) =>
    xml(
      id,
      `<startEvent id="start"><signalEventDefinition signalRef="s"/></startEvent><endEvent id="end"><signalEventDefinition signalRef="s"/></endEvent>`,
      ['start -> end'],
      '<signal id="s" name="wake"/>',
    );
  await weft.deploy(process('one'), process('two'));

  await weft.engine.broadcast({ name: 'wake' });
  await weft.engine.idle();

  assert.ok((await weft.store.count('instances', { state: 'running' })) > 0, 'the last ones wait with an incident');
  const started = await weft.store.count('instances', {});
  assert.ok(started < 6_000, `${started} instances were started`);
  assert.equal(await weft.store.count('instances', { 'outbox.0.id': { $exists: true } }), 0);
});

test('the program ends in the middle of a flood, and the next start goes on with it', async t => {
  const weft = await openWeft(t);
  const process = `<startEvent id="start"/><callActivity id="call" calledElement="leaf"><multiInstanceLoopCharacteristics><loopCardinality>200</loopCardinality></multiInstanceLoopCharacteristics></callActivity><endEvent id="end"/>`;
  const leaf = '<startEvent id="start"/><task id="work"/><endEvent id="end"/>';
  await weft.deploy(xml('many', process, ['start -> call -> end']), xml('leaf', leaf, ['start -> work -> end']));
  const started = weft.engine.start({ key: 'many', id: 'root' });
  await until(
    'the first called process is there',
    async () => (await weft.store.count('instances', { key: 'leaf' })) > 0,
  );

  await weft.close();
  await started.catch(() => {});

  const again = await openWeft(t, { folder: weft.folder, clock: weft.clock });
  // where several processes may have the data, what somebody else may still be about is left alone for a while
  await again.advance('PT20S');
  await again.engine.recover();
  await again.engine.idle();
  assert.equal((await again.instance('root')).state, 'completed');
});
