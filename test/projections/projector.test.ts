/** Projections: what is folded from history, once each, however often a batch is repeated. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { createProjector } from '../../engine/projections/projector.js';
import type {
  ActivityDocument,
  HistoryDocument,
  IncidentDocument,
  StatisticsDocument,
  VariableDocument,
} from '../../engine/store/documents.js';
import type { CollectionName, Document, Store } from '../../engine/store/port.js';
import { xml } from '../diagram.js';
import { type House, house as node, openHouse } from '../house.js';

const approval = xml(
  'approval',
  `<startEvent id="start"/>
   <userTask id="approve" name="Approve" camunda:candidateGroups="clerks"/>
   <exclusiveGateway id="gate" default="gate-reject"/>
   <endEvent id="end"/><endEvent id="reject"/>`,
  ['start -> approve -> gate', 'gate -> end if ${approved}', 'gate -> reject'],
);

async function run(house: House, variables: Record<string, boolean | number>) {
  const { instance } = await house.engine.start({ key: 'approval', variables: { amount: 7 }, by: 'ann' });
  const [task] = await house.store.find('tasks', { filter: { instance } });
  house.clock.advance('PT1M');
  const answer = { do: 'resume', wait: task!.id, variables, by: 'bob', at: house.clock() } as const;
  await house.engine.send(instance, { ...answer, onFailure: 'incident' });
  return instance;
}

/** Everything that is projected, for comparison. */
async function projected(store: Store) {
  const all = async <T extends Document>(collection: CollectionName) =>
    (await store.find<T>(collection, { sort: {} })).sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    activities: await all<ActivityDocument>('activities'),
    variables: await all<VariableDocument>('variables'),
    incidents: await all<IncidentDocument>('incidents'),
    runs: await all('runs'),
    details: await all('details'),
    logs: [await all('jobLog'), await all('linkLog'), await all('operations')],
    statistics: (await all<StatisticsDocument>('statistics')).map(({ batch: _, ...counted }) => counted),
  };
}

const totals = async (store: Store) => {
  const sums = await store.find<StatisticsDocument>('statistics', { filter: { hour: 0 } });
  return Object.fromEntries(
    sums.map(({ element, entered, completed, cancelled, taken }) => [
      element,
      taken ?? `${entered}/${completed}/${cancelled}`,
    ]),
  );
};

test('a finished instance is a list of visits, each with its times, its state and who answered it', async t => {
  // given
  const house = await openHouse(t);
  await house.deploy(approval);

  // when
  const instance = await run(house, { approved: true });
  assert.deepEqual(await house.projector.caughtUp(instance), {});

  // then
  const activities = await house.store.find<ActivityDocument>('activities', {
    filter: { instance },
    sort: { activation: 1 },
  });
  assert.deepEqual(
    activities.map(({ element, state, duration, answeredBy }) => [element, state, duration, answeredBy]),
    [
      ['approval', 'completed', 60_000, undefined],
      ['start', 'completed', 0, undefined],
      ['approve', 'completed', 60_000, 'bob'],
      ['gate', 'completed', 0, undefined],
      ['end', 'completed', 0, undefined],
    ],
  );
});

test('variables keep their newest value and where they live', async t => {
  // given
  const house = await openHouse(t);
  await house.deploy(approval);
  const instance = await run(house, { approved: false, amount: 9 });

  // when
  await house.projector.caughtUp(instance);

  // then
  const variables = await house.store.find<VariableDocument>('variables', { filter: { instance }, sort: { name: 1 } });
  assert.deepEqual(
    variables.map(({ name, value, revision, element }) => [name, value, revision, element]),
    [
      ['amount', 9, 2, 'approval'],
      ['approved', false, 1, 'approval'],
    ],
  );
});

test('statistics count entries, ends and the flows that were taken', async t => {
  // given
  const house = await openHouse(t);
  await house.deploy(approval);
  await run(house, { approved: true });
  await run(house, { approved: false });
  await house.engine.start({ key: 'approval' });

  // when
  await house.projector.caughtUp();

  // then
  assert.deepEqual(await totals(house.store), {
    approval: '3/2/0',
    start: '3/3/0',
    approve: '3/2/0',
    gate: '2/2/0',
    end: '1/1/0',
    reject: '1/1/0',
    'start-approve': 3,
    'approve-gate': 2,
    'gate-end': 1,
    'gate-reject': 1,
  });
});

test('a cancelled instance cancels what was active in it', async t => {
  // given
  const house = await openHouse(t);
  await house.deploy(approval);
  const { instance } = await house.engine.start({ key: 'approval' });

  // when
  await house.engine.send(instance, { do: 'cancel', at: house.clock(), onFailure: 'incident' });
  await house.projector.caughtUp(instance);

  // then
  const { approval: process, approve } = await totals(house.store);
  assert.deepEqual({ process, approve }, { process: '1/0/1', approve: '1/0/1' });
});

const survey = xml(
  'survey',
  `<startEvent id="start"/>
   <userTask id="ask" camunda:assignee="ann"><multiInstanceLoopCharacteristics><loopCardinality>600</loopCardinality></multiInstanceLoopCharacteristics></userTask>
   <endEvent id="end"/>`,
  ['start -> ask -> end'],
);

const cancelledSurvey = [
  ['ask', 'multiInstanceBody', 'cancelled', 1],
  ['ask', 'userTask', 'cancelled', 600],
  ['start', 'startEvent', 'completed', 1],
  ['survey', 'process', 'cancelled', 1],
];

test('items of a large multi-instance are cancelled with their body', async t => {
  // given
  const house = await openHouse(t);
  await house.deploy(survey);
  const { instance } = await house.engine.start({ key: 'survey' });
  await house.projector.fold();

  // when
  await house.engine.send(instance, { do: 'cancel', at: house.clock(), onFailure: 'incident' });
  await house.engine.idle();
  await house.projector.fold();

  // then
  const states = await house.store.group('activities', ['element', 'elementType', 'state'], { instance });
  assert.deepEqual(states.map(({ key, count }) => [...key, count]).sort(), cancelledSurvey);
});

test('an incident is open until it is resolved', async t => {
  // given
  const house = await openHouse(t);
  await house.deploy(approval);
  const instance = await run(house, {});
  await house.projector.caughtUp(instance);
  const [stuck] = await house.store.find<IncidentDocument>('incidents', { filter: { instance } });
  assert.equal(stuck?.state, 'open');
  assert.equal(stuck?.element, 'gate');

  // when
  const at = house.clock();
  await house.engine.send(instance, { do: 'set', variables: { approved: true }, at, onFailure: 'incident' });
  const id = Object.keys((await house.engine.instance(instance))!.incidents)[0]!;
  await house.engine.send(instance, { do: 'retry', incident: id, by: 'bob', at, onFailure: 'incident' });
  await house.projector.caughtUp(instance);

  // then
  const [incident] = await house.store.find<IncidentDocument>('incidents', { filter: { instance } });
  assert.deepEqual([incident?.state, incident?.resolvedBy], ['resolved', 'bob']);
});

test('folding again from the beginning gives the same projections', async t => {
  // given
  const house = await openHouse(t);
  await house.deploy(approval);
  for (const approved of [true, false, true]) await run(house, { approved });
  await run(house, {});
  await house.projector.fold();
  const before = await projected(house.store);

  // when
  const folded = await house.projector.rebuild();

  // then
  assert.ok(folded > 0);
  assert.deepEqual(await projected(house.store), before);
});

/** A store that dies at its nth write of projections, as a process does. */
function dying(store: Store, at: number): Store {
  let writes = 0;
  const die = () => {
    if (writes++ === at) throw new Error('killed');
  };
  return {
    ...store,
    putInOrder: async puts => {
      for (const put of puts) {
        die();
        await store.putInOrder([put]);
      }
    },
    patch: async (collection, id, guard, change) => {
      die();
      return store.patch(collection, id, guard, change);
    },
    strip: async (collection, ids, fields) => {
      die();
      await store.strip(collection, ids, fields);
    },
  };
}

for (const write of [0, 1, 2, 3, 4, 5, 6, 7, 8]) {
  test(`a projector that dies at write ${write} of a batch counts everything once when it is back`, async t => {
    // given
    const house = await openHouse(t);
    await house.deploy(approval);
    await run(house, { approved: true });
    await house.projector.fold();
    await run(house, { approved: true });
    const { instance: waiting } = await house.engine.start({ key: 'approval' });
    const engine = { ...house.engine, store: dying(house.store, write) };

    // when: the process dies, more is committed, and its successor begins
    await assert.rejects(createProjector({ engine, node }).fold(), /killed/);
    await house.engine.send(waiting, { do: 'cancel', at: house.clock(), onFailure: 'incident' });
    const successor = createProjector({ engine: house.engine, node });
    await successor.start();
    await successor.close();

    // then
    const { approve, end, 'start-approve': taken } = await totals(house.store);
    assert.deepEqual({ approve, end, taken }, { approve: '3/2/1', end: '2/2/0', taken: 3 });
    const counted = await projected(house.store);
    await house.projector.rebuild();
    assert.deepEqual(counted, await projected(house.store));
  });
}

for (const write of [2, 3, 4, 5]) {
  test(`a large multi-instance is cancelled once, although its fold died at write ${write}`, async t => {
    // given
    const house = await openHouse(t);
    await house.deploy(survey);
    const { instance } = await house.engine.start({ key: 'survey' });
    await house.projector.fold();
    await house.engine.send(instance, { do: 'cancel', at: house.clock(), onFailure: 'incident' });
    await house.engine.idle();

    // when
    const engine = { ...house.engine, store: dying(house.store, write) };
    await assert.rejects(createProjector({ engine, node }).fold(), /killed/);
    const successor = createProjector({ engine: house.engine, node });
    await successor.start();
    await successor.close();

    // then
    const states = await house.store.group('activities', ['element', 'elementType', 'state'], { instance });
    assert.deepEqual(states.map(({ key, count }) => [...key, count]).sort(), cancelledSurvey);
    assert.equal((await totals(house.store)).ask, '600/0/600');
  });
}

test('a batch that is folded although it was already folded changes nothing', async t => {
  // given
  const house = await openHouse(t);
  await house.deploy(approval);
  await run(house, { approved: true });
  await house.projector.fold();
  const before = await projected(house.store);

  // when: the mark of its end is lost
  const documents = await house.store.find<HistoryDocument>('history', {});
  await house.store.put(
    'history',
    documents.map(document => ({ ...document, unfolded: 1 as const })),
  );
  const successor = createProjector({ engine: house.engine, node });
  await successor.start();
  await successor.close();

  // then
  assert.deepEqual(await projected(house.store), before);
});

test('what is committed is folded without anybody asking', async t => {
  // given
  const house = await openHouse(t);
  await house.deploy(approval);
  const projector = createProjector({ engine: house.engine, node, delay: 1 });
  await projector.start();
  t.after(() => projector.close());

  // when
  await run(house, { approved: true });

  // then
  while ((await house.store.count('history', { unfolded: 1 })) > 0) await new Promise(setImmediate);
  assert.equal((await totals(house.store)).end, '1/1/0');
});

test('a reader who cannot wait any longer is told how old his answer is', async t => {
  // given
  const house = await openHouse(t);
  await house.deploy(approval);
  const instance = await run(house, { approved: true });
  house.clock.advance('PT5S');
  const stuck = { ...house.store, getMany: () => new Promise<never>(() => {}) };
  const projector = createProjector({ engine: { ...house.engine, store: stuck }, patience: 1 });

  // when
  const freshness = await projector.caughtUp(instance);

  // then: the oldest commit that is not folded was the start, a minute before the answer
  assert.deepEqual(freshness, { behind: 65_000 });
});
