/** Engines of two versions on one database: the older one leaves alone what it cannot read, and finishes the rest. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { NewerFormat } from '../../engine/store/port.js';
import { xml } from '../diagram.js';
import { skip } from '../mongod.js';
import { until } from '../until.js';
import { deployment, openCluster } from './nodes.js';

const waiting = xml(
  'waiting',
  '<startEvent id="start"/><intermediateCatchEvent id="timer"><timerEventDefinition><timeDuration>PT1S</timeDuration></timerEventDefinition></intermediateCatchEvent><endEvent id="end"/>',
  ['start -> timer -> end'],
);
const upgrades = [{ to: 2, what: 'nothing that shows', document: <T>(_collection: string, before: T) => before }];

test('an older engine leaves alone what a newer one writes: its timers, its commands, its history', {
  skip,
}, async t => {
  // given: an older one that is taken for dead
  const cluster = await openCluster(t);
  let now = Date.now();
  const asleep = now;
  const older = await cluster.node({ clock: () => asleep, beat: 20 });
  await older.deploy(deployment(waiting));
  const own = await older.start({ key: 'waiting' });
  now += 120_000;
  const newer = await cluster.node({ clock: () => now, beat: 20, upgrades });
  await until('the older one knows', () => older.store.outdated());
  const theirs = await newer.start({ key: 'waiting' });

  const at = now + 2_000;
  const cancel = { do: 'cancel', by: 'ann', at, onFailure: 'incident' } as const;
  await assert.rejects(older.send(theirs.instance, cancel), NewerFormat);
  await older.recover();
  await older.jobs.runDue();
  await older.projector.fold();
  assert.equal(await newer.store.count('history', { instance: theirs.instance, unfolded: 1 }), 1);
  now = at;
  await newer.jobs.runDue();
  await newer.projector.fold();

  assert.equal((await newer.instance(theirs.instance))?.state, 'completed');
  assert.equal((await newer.instance(own.instance))?.state, 'completed');
  assert.equal(await newer.store.count('history', { unfolded: 1 }), 0);
});
