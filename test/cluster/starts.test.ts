/** Timer start events on several nodes: each firing starts one instance. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { JobDocument } from '../../engine/store/documents.js';
import { xml } from '../diagram.js';
import { skip } from '../mongod.js';
import { deployment, openCluster } from './nodes.js';

const cycle = (text: string) =>
  `<startEvent id="start"><timerEventDefinition><timeCycle>${text}</timeCycle></timerEventDefinition></startEvent>`;
const everyMinute = xml('minutely', `${cycle('R5/PT1M')}<userTask id="task"/>`, ['start -> task']);

const MINUTE = 60_000;

test('five firings on three nodes that look at the same time start five instances', { skip }, async t => {
  const cluster = await openCluster(t);
  let now = Date.now();
  const clock = () => now;
  const nodes = [await cluster.node({ clock }), await cluster.node({ clock }), await cluster.node({ clock })];
  await nodes[0]!.deploy(deployment(everyMinute));

  for (let firing = 1; firing <= 6; firing++) {
    now += MINUTE;
    await Promise.all(nodes.map(({ jobs }) => jobs.runDue()));
    assert.equal(await nodes[0]!.store.count('instances', { key: 'minutely' }), Math.min(firing, 5));
  }
});

test('a firing whose node died before it wrote down the next one starts nothing again', { skip }, async t => {
  const cluster = await openCluster(t);
  let now = Date.now();
  const clock = () => now;
  const [one, two] = [await cluster.node({ clock }), await cluster.node({ clock })];
  await one.deploy(deployment(everyMinute));
  const [before] = await one.store.find<JobDocument>('jobs', { filter: { kind: 'start' } });
  now += MINUTE;
  await one.jobs.runDue();

  // given: the job as the dead node left it, its lease over
  const dead: JobDocument = { ...before!, lockedBy: 'dead', lockedUntil: now - 1 };
  await one.store.put('jobs', [dead]);
  await two.jobs.runDue();

  assert.equal(await two.store.count('instances', {}), 1);
  const [after] = await two.store.find<JobDocument>('jobs', { filter: { kind: 'start' } });
  assert.equal(after!.due, before!.due + MINUTE);
});
