/** What is remembered of an instance beside its visits: its run, its variables' assignments, its jobs, links and operations. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { removalTime } from '../../engine/core/removal.js';
import { calendar } from '../../engine/expressions/index.js';
import { childId } from '../../engine/ids.js';
import { foldJobs } from '../../engine/projections/jobs.js';
import { createProjector } from '../../engine/projections/projector.js';
import type {
  ActivityDocument,
  DetailDocument,
  HistoryDocument,
  IncidentDocument,
  JobLogDocument,
  LinkDocument,
  OperationDocument,
  RunDocument,
  TaskDocument,
  VariableDocument,
} from '../../engine/store/documents.js';
import { createAdministration } from '../../tasklist/administration.js';
import { on, xml } from '../diagram.js';
import { type House, openHouse } from '../house.js';

const approval = xml(
  'approval',
  `<startEvent id="start"/>
   <userTask id="approve" name="Approve" camunda:assignee="ann" camunda:candidateGroups="clerks,leads"/>
   <serviceTask id="pay" camunda:type="external" camunda:topic="pay" camunda:taskPriority="7"/>
   <endEvent id="end"/>`,
  ['start -> approve -> pay -> end'],
).replace('<process id="approval"', '<process id="approval" camunda:historyTimeToLive="30"');

const command = (house: House, by?: string) => ({ at: house.clock(), by, onFailure: 'incident' as const });

async function complete(house: House, name: string, by: string, variables = {}) {
  const task = await house.task(name);
  await house.engine.send(task.instance, { do: 'resume', wait: task.id, variables, ...command(house, by) });
}

const found = async <T extends { id: string; tenant: string; format: number }>(
  house: House,
  collection: Parameters<House['store']['find']>[0],
  instance: string,
) => {
  await house.projector.caughtUp(instance);
  return house.store.find<T>(collection, { filter: { instance }, sort: { at: 1 } });
};

test('a run tells how an instance began, how it ended, and until when it is kept', async t => {
  // given
  const house = await openHouse(t);
  await house.deploy(approval);
  const startedAt = house.clock();
  const { instance } = await house.engine.start({ key: 'approval', businessKey: 'A-7', by: 'mary' });
  house.clock.advance('PT1M');
  await complete(house, 'Approve', 'ann');

  // when
  const [work] = await house.engine.jobs.fetchAndLock({ worker: 'w', topics: [{ topic: 'pay', lock: 1000 }], max: 1 });
  await house.engine.jobs.complete({ id: work!.id, worker: 'w' });
  await house.projector.caughtUp(instance);

  // then
  const run = (await house.store.get<RunDocument>('runs', instance))!;
  const { state, businessKey, startedBy, startElement, duration, removalAt } = run;
  assert.deepEqual(
    { state, businessKey, startedBy, startElement, duration, kept: removalAt! - startedAt },
    {
      state: 'completed',
      businessKey: 'A-7',
      startedBy: 'mary',
      startElement: 'start',
      duration: 60_000,
      kept: 60_000 + 30 * 86_400_000,
    },
  );
});

test('a time to live that no date can say keeps the past forever, whatever an earlier release let be deployed', () => {
  const day = 86_400_000;
  assert.equal(removalTime('100000', day, calendar), 100_001 * day);
  for (const text of ['99999999999', 'P99999999D', '2147483647', 'P270000Y', 'P9999999Y', 'for long'])
    assert.equal(removalTime(text, day, calendar), undefined, text);
});

test('who ended an instance tells its state: a person from outside, its caller from inside', async t => {
  // given
  const house = await openHouse(t);
  await house.deploy(
    xml('outer', '<startEvent id="start"/><callActivity id="call" calledElement="approval"/><endEvent id="end"/>', [
      'start -> call -> end',
    ]),
  );
  await house.deploy(approval);
  const { instance } = await house.engine.start({ key: 'outer' });
  await house.projector.caughtUp();
  const [call] = await house.store.find<ActivityDocument>('activities', { filter: { instance, element: 'call' } });
  const [child] = await house.store.find<RunDocument>('runs', { filter: { parent: instance } });
  assert.equal(call!.called, child!.id);
  assert.equal(child!.id, childId(call!.wait!));
  assert.equal(child!.root, instance);

  // when
  await house.engine.send(instance, { do: 'cancel', reason: 'no longer wanted', ...command(house, 'mary') });
  await house.engine.idle();
  await house.projector.caughtUp();

  // then
  const runs = await house.store.getMany<RunDocument>('runs', [instance, child!.id]);
  assert.deepEqual(
    runs.map(({ state }) => state),
    ['externallyTerminated', 'internallyTerminated'],
  );
  assert.equal(runs[0]!.reason, 'no longer wanted');
  assert.equal(runs[1]!.removalAt, undefined, 'what was called goes with its caller');
});

test('each assignment of a variable is kept with its revision', async t => {
  // given
  const house = await openHouse(t);
  await house.deploy(approval);
  const { instance } = await house.engine.start({ key: 'approval', variables: { amount: 7 } });
  const set = { do: 'set', variables: { amount: 8 }, ...command(house, 'mary') } as const;
  await house.engine.send(instance, set);

  // when
  await house.engine.send(instance, { do: 'set', variables: {}, remove: ['amount'], ...command(house, 'mary') });

  // then
  const details = await found<DetailDocument>(house, 'details', instance);
  assert.deepEqual(
    details.map(({ name, value, revision, initial, operation }) => [name, value, revision, initial, !!operation]),
    [
      ['amount', 7, 1, true, false],
      ['amount', 8, 2, undefined, true],
      ['amount', null, 3, undefined, true],
    ],
  );
  const [variable] = await house.store.find<VariableDocument>('variables', { filter: { instance } });
  assert.deepEqual([variable!.removed, variable!.revision, variable!.createdAt], [true, 3, details[0]!.at]);
});

test('a job is logged when it is created, fails and is done, and when its place is taken away', async t => {
  // given
  const house = await openHouse(t);
  await house.deploy(approval);
  const one = await house.engine.start({ key: 'approval' });
  await complete(house, 'Approve', 'ann');
  const fetch = async () => {
    const topics = [{ topic: 'pay', lock: 1000 }];
    const [job] = await house.engine.jobs.fetchAndLock({ worker: 'w', topics, max: 1 });
    return { id: job!.id, worker: 'w' };
  };

  // when
  await house.engine.jobs.fail({
    ...(await fetch()),
    message: 'no money',
    details: 'at bank.js:7',
    retries: 1,
    pause: 0,
  });
  house.clock.advance(1);
  await house.engine.jobs.complete(await fetch());
  const other = await house.engine.start({ key: 'approval' });
  await complete(house, 'Approve', 'ann');
  await house.engine.send(other.instance, { do: 'cancel', ...command(house) });

  // then
  const facts = ({ type, topic, priority, retries, worker, error, errorDetails }: JobLogDocument) => [
    type,
    topic,
    priority,
    retries,
    worker,
    error,
    errorDetails,
  ];
  const rest = [undefined, undefined, undefined];
  assert.deepEqual((await found<JobLogDocument>(house, 'jobLog', one.instance)).map(facts), [
    ['created', 'pay', 7, 3, ...rest],
    ['failed', 'pay', 7, 1, 'w', 'no money', 'at bank.js:7'],
    ['succeeded', 'pay', 7, 3, 'w', undefined, undefined],
  ]);
  const types = (await found<JobLogDocument>(house, 'jobLog', other.instance)).map(({ type }) => type);
  assert.deepEqual(types.sort(), ['created', 'deleted']);
});

test('answers of before, which told the worker in place of a person, are logged the same', async t => {
  // given
  const house = await openHouse(t);
  const definition = await house.deploy(approval);
  const { instance } = await house.engine.start({ key: 'approval' });
  await complete(house, 'Approve', 'ann');
  const [job] = await house.engine.jobs.fetchAndLock({ worker: 'w', topics: [{ topic: 'pay', lock: 1000 }] });
  await house.engine.jobs.complete({ id: job!.id, worker: 'w' });
  const filter = { instance };
  const commits = await house.store.find<HistoryDocument>('history', { filter, sort: { seq: 1 } });

  // when
  const now = commits.at(-1)!;
  const before = now.events.map(event =>
    event.type === 'answered' ? { ...event, by: 'w', worker: undefined } : event,
  );
  await house.projector.fold();
  const created = await house.store.get<JobLogDocument>('jobLog', `${job!.id}:created`);
  const logged = (history: HistoryDocument) => foldJobs(history, definition, () => created);

  // then
  assert.equal(now.by, undefined);
  assert.deepEqual(
    logged(now).map(({ type, worker }) => [type, worker]),
    [['succeeded', 'w']],
  );
  assert.deepEqual(logged({ ...now, by: 'w', events: before as HistoryDocument['events'] }), logged(now));
});

test('a timer that starts instances is logged, from its deployment to the next version', async t => {
  // given
  const house = await openHouse(t);
  const hourly = xml('hourly', `<startEvent id="tick">${on.cycle('R/PT1H')}</startEvent><endEvent id="end"/>`, [
    'tick -> end',
  ]);
  await house.deploy(hourly);

  // when
  await house.advance('PT1H');
  await house.deploy(hourly.replace('<endEvent id="end"/>', '<endEvent id="end" name="Done"/>'));

  // then
  await house.projector.fold();
  const [run] = await house.store.find<RunDocument>('runs', { filter: { definitionKey: 'hourly' } });
  const entries = await house.store.find<JobLogDocument>('jobLog', { filter: { definition: 'hourly:1' } });
  // Each firing leaves a new job.
  assert.deepEqual(entries.map(({ type, element, job }) => `${element} ${job} ${type}`).sort(), [
    'tick hourly:1~1 created',
    'tick hourly:1~1 succeeded',
    'tick hourly:1~1~1 created',
    'tick hourly:1~1~1 deleted',
  ]);
  assert.match(run!.id, /^[0-9a-f-]{36}$/);
});

test('an incident whose place is taken away is deleted, not resolved', async t => {
  // given
  const house = await openHouse(t);
  await house.deploy(approval);
  const { instance } = await house.engine.start({ key: 'approval' });
  await complete(house, 'Approve', 'ann');
  const topics = [{ topic: 'pay', lock: 1000 }];
  const [job] = await house.engine.jobs.fetchAndLock({ worker: 'w', topics, max: 1 });
  await house.engine.jobs.fail({ id: job!.id, worker: 'w', message: 'no money', retries: 0 });

  // when
  await house.engine.send(instance, { do: 'cancel', ...command(house, 'mary') });

  // then
  const [incident] = await found<IncidentDocument>(house, 'incidents', instance);
  assert.deepEqual([incident!.state, incident!.deleted, incident!.job], ['resolved', true, job!.id]);
});

test('links tell with whom a task was born and how people changed that', async t => {
  // given
  const house = await openHouse(t);
  await house.deploy(approval);
  const admin = await house.person('boss', [], true);
  await house.person('ann');
  await house.person('bob');
  const { instance } = await house.engine.start({ key: 'approval' });
  const task = await house.task('Approve');

  // when
  house.clock.advance(1);
  await house.tasks.assign(admin, task.id, 'bob');
  const { store, clock, engine } = house;
  await createAdministration({ engine, store, clock }).link(admin, task.id, { type: 'reviewer', user: 'eve' });

  // then
  const links = await found<LinkDocument>(house, 'linkLog', instance);
  const facts = links.map(({ type, operation, user, group, by }) =>
    [type, operation, user ?? group, by].join(' ').trim(),
  );
  assert.deepEqual(facts.sort(), [
    'assignee add ann',
    'assignee add bob boss',
    'assignee delete ann boss',
    'candidate add clerks',
    'candidate add leads',
    'reviewer add eve boss',
  ]);
});

test('operations tell what a person did, with the value before and after', async t => {
  // given
  const house = await openHouse(t);
  await house.deploy(approval);
  const admin = await house.person('boss', [], true);
  await house.person('bob');
  const { instance } = await house.engine.start({ key: 'approval', by: 'mary' });
  const task = await house.store.find<TaskDocument>('tasks', { filter: { instance } }).then(([first]) => first!);
  const next = () => house.clock.advance(1);

  // when
  next();
  await house.tasks.assign(admin, task.id, 'bob');
  next();
  await house.tasks.change(admin, task.id, { priority: 90 });
  next();
  await house.engine.send(instance, { do: 'set', variables: { amount: 1 }, ...command(house, 'boss') });
  next();
  await house.engine.send(instance, { do: 'suspend', ...command(house, 'boss') });
  next();
  await house.engine.send(instance, { do: 'activate', ...command(house, 'boss') });
  next();
  const incident = { activation: task.activation, type: 'audit', message: 'looks odd' };
  await house.engine.send(instance, { do: 'report', ...incident, ...command(house, 'boss') });
  next();
  await complete(house, 'Approve', 'bob');
  next();
  await house.engine.send(instance, { do: 'cancel', reason: 'enough', ...command(house, 'boss') });

  // then
  const operations = await found<OperationDocument>(house, 'operations', instance);
  const told = operations.map(({ by, type, entity, property, before, after }) =>
    [by, type, entity, property, before, after].filter(part => part !== undefined).join(' '),
  );
  assert.deepEqual(told, [
    'mary Create ProcessInstance',
    'boss Assign Task assignee ann bob',
    'boss SetPriority Task priority 50 90',
    'boss SetVariable Variable',
    'boss Suspend ProcessInstance suspensionState suspended',
    'boss Activate ProcessInstance suspensionState active',
    'boss CreateIncident ProcessInstance incidentType audit',
    'bob Complete Task delete false true',
    'boss Delete ProcessInstance deleteReason enough',
  ]);
});

test('what a person does beside instances is logged, too', async t => {
  // given
  const house = await openHouse(t);
  const boss = await house.person('boss', [], true);
  const { store, clock, engine } = house;

  // when
  const files = [{ name: 'approval.bpmn', bytes: new TextEncoder().encode(approval) }];
  const { deployment } = await engine.deploy({ files, by: 'mary' });
  const administration = createAdministration({ engine, store, clock });
  clock.advance(1);
  const task = await administration.create(boss, { name: 'Call back' });
  clock.advance(1);
  await administration.update(boss, task.id, { owner: 'ann' });
  clock.advance(1);
  await administration.complete(boss, task.id);

  // then
  const operations = await store.find<OperationDocument>('operations', { sort: { at: 1 } });
  assert.deepEqual(
    operations.map(({ by, type, entity, deployment, task }) => [by, type, entity, deployment ?? task]),
    [
      ['mary', 'Create', 'Deployment', deployment.id],
      ['boss', 'Create', 'Task', task.id],
      ['boss', 'SetOwner', 'Task', task.id],
      ['boss', 'Complete', 'Task', task.id],
    ],
  );
});

test('what an earlier release has folded is folded again, with what it did not know', async t => {
  // given
  const house = await openHouse(t);
  await house.deploy(approval);
  const { instance } = await house.engine.start({ key: 'approval', variables: { amount: 7 } });
  await house.projector.fold();
  await house.store.patch('meta', 'projector', {}, { unset: ['shape'] });
  while ((await house.store.remove('runs', {}, 100)) > 0);

  // when
  const successor = createProjector({ engine: house.engine, node: 'house' });
  await successor.start();
  await successor.fold();
  await successor.close();

  // then
  assert.equal((await house.store.get<RunDocument>('runs', instance))?.state, 'active');
});

test('values that are deleted are nowhere told any more, also not after everything was folded again', async t => {
  // given
  const house = await openHouse(t);
  await house.deploy(approval);
  const variables = { amount: 7, iban: 'DE02 1203 0000 0000 2020 51' };
  const { instance } = await house.engine.start({ key: 'approval', variables });
  const task = await house.task('Approve');
  const answer = {
    do: 'resume',
    wait: task.id,
    variables: { iban: 'DE02 5001 0517 5407 3249 31' },
    form: true,
  } as const;
  await house.engine.send(instance, { ...answer, ...command(house, 'ann') });
  await house.projector.caughtUp();

  // when
  const variable = `${instance}~1~iban`;
  await house.projector.forgetVariables({ instance, variable });
  await house.projector.rebuild();

  // then
  const names = async () =>
    (await house.store.find<VariableDocument>('variables', { filter: { instance } })).map(({ name }) => name);
  assert.deepEqual(await names(), ['amount']);
  for (const collection of ['history', 'details'] as const) {
    assert.doesNotMatch(JSON.stringify(await house.store.find(collection, { filter: { instance } })), /DE02/);
  }

  // when
  await house.projector.forgetVariables({ instance });
  await house.projector.rebuild();

  // then
  assert.deepEqual(await names(), []);
});

test('a forgotten instance leaves nothing but its counts', async t => {
  // given
  const house = await openHouse(t);
  await house.deploy(approval);
  const { instance } = await house.engine.start({ key: 'approval', variables: { amount: 7 }, by: 'mary' });
  await assert.rejects(house.projector.forget(instance), /still running/);
  await complete(house, 'Approve', 'ann');
  await house.engine.send(instance, { do: 'cancel', ...command(house, 'mary') });
  await house.projector.caughtUp();
  const counted = await house.store.count('statistics', {});

  // when
  await house.projector.forget(instance);

  // then
  const left = ['history', 'activities', 'variables', 'details', 'jobLog', 'linkLog', 'operations', 'tasks', 'jobs'];
  for (const collection of left as Parameters<House['store']['find']>[0][]) {
    assert.equal(await house.store.count(collection, { instance }), 0, collection);
  }
  assert.equal(await house.store.get('runs', instance), undefined);
  assert.equal(await house.engine.instance(instance), undefined);
  assert.equal(await house.store.count('statistics', {}), counted);
});
