/** /engine-rest: jobs and job definitions. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { xml } from '../diagram.js';
import { createClock } from '../virtual.js';
import { startRest } from './harness.js';

const clockwork = xml(
  'clockwork',
  `<startEvent id="start"/><intermediateCatchEvent id="pause"><timerEventDefinition><timeDuration>\${pause}</timeDuration></timerEventDefinition></intermediateCatchEvent>
   <scriptTask id="compute" scriptFormat="javascript" camunda:asyncBefore="true" camunda:jobPriority="7"><script>if (!amount) throw new Error('no amount');</script></scriptTask>
   <userTask id="done"/>`,
  ['start -> pause -> compute -> done'],
);

async function workshop(t: TestContext) {
  const clock = createClock();
  const api = await startRest(t, { clock });
  const { engine } = api.server.services;
  await engine.deploy({ files: [{ name: 'clockwork.bpmn', bytes: Buffer.from(clockwork) }] });
  const { rest } = api;
  const job = async (instance: string) => (await rest('get', `/job?processInstanceId=${instance}`)).body[0];
  return {
    ...api,
    engine,
    clock,
    job,
    started: async (variables = {}) =>
      (await engine.start({ key: 'clockwork', variables: { pause: 'PT1H', amount: 1, ...variables } })).instance,
  };
}

const hour = 3_600_000;
const written = (at: number) => new Date(at).toISOString().replace('Z', '+0000');

test('a job is listed, moved, run and repaired', async t => {
  const { rest, started, job, engine, clock } = await workshop(t);
  const statusOf = async (...asked: Parameters<typeof rest>) => (await rest(...asked)).status;

  await t.test('a timer: everything that is documented of it', async () => {
    const instance = await started();
    const found = await job(instance);
    assert.deepEqual(found, {
      id: found.id,
      jobDefinitionId: found.jobDefinitionId,
      dueDate: written(clock() + hour),
      processInstanceId: instance,
      executionId: found.executionId,
      processDefinitionId: 'clockwork:1',
      processDefinitionKey: 'clockwork',
      retries: 3,
      exceptionMessage: null,
      failedActivityId: null,
      suspended: false,
      priority: 0,
      tenantId: null,
      createTime: written(clock()),
      batchId: null,
    });
    assert.deepEqual((await rest('get', `/job/${found.id}`)).body, found);
    const definition = (await rest('get', `/job-definition/${found.jobDefinitionId}`)).body;
    assert.deepEqual([definition.activityId, definition.jobType], ['pause', 'timer-intermediate-transition']);
    const count = async (query: string) => (await rest('get', `/job/count?${query}`)).body.count;
    assert.deepEqual(
      [await count('timers=true'), await count('messages=true'), await count('executable=true')],
      [1, 0, 0],
    );
    const later = encodeURIComponent(`gt_${written(clock())},lt_${written(clock() + 2 * hour)}`);
    assert.deepEqual([await count(`dueDates=${later}`), await count(`createTimes=${later}`)], [1, 0]);
  });

  await t.test('due times are set, and computed again', async () => {
    const instance = await started();
    const { id } = await job(instance);
    const due = async () => (await rest('get', `/job/${id}`)).body.dueDate;
    const created = clock();
    assert.equal(
      await statusOf('put', `/job/${id}/duedate`, { duedate: '2030-01-01T00:00:00.000+0000', cascade: true }),
      204,
    );
    assert.equal(await due(), '2030-01-01T00:00:00.000+0000');
    await engine.send(instance, { do: 'set', variables: { pause: 'PT2H' }, at: clock(), onFailure: 'incident' });
    clock.advance(1000);
    assert.equal(await statusOf('post', `/job/${id}/duedate/recalculate`), 204);
    assert.equal(await due(), written(created + 2 * hour));
    assert.equal(await statusOf('post', `/job/${id}/duedate/recalculate?creationDateBased=false`), 204);
    assert.equal(await due(), written(clock() + 2 * hour));
    assert.equal(await statusOf('post', '/job/nothing/duedate/recalculate'), 404);
  });

  await t.test('timers and continuations are run by hand; what fails is 404 and costs an attempt', async () => {
    const instance = await started({ amount: 0 });
    assert.equal(await statusOf('post', `/job/${(await job(instance)).id}/execute`), 204);
    const { id, priority, dueDate } = await job(instance);
    assert.deepEqual([priority, dueDate], [7, null]);
    assert.equal(await statusOf('get', `/job/${id}/stacktrace`), 204);
    const failed = await rest('post', `/job/${id}/execute`);
    assert.deepEqual([failed.status, failed.body.type], [404, 'InvalidRequestException']);
    assert.match(failed.body.message, /no amount/);
    const { retries, exceptionMessage, failedActivityId } = (await rest('get', `/job/${id}`)).body;
    assert.deepEqual([retries, failedActivityId], [2, 'compute']);
    assert.match(exceptionMessage, /no amount/);
    assert.match((await rest('get', `/job/${id}/stacktrace`, undefined, { Accept: 'text/plain' })).text, /no amount/);
    assert.equal((await rest('get', '/job/count?withException=true&failedActivityId=compute')).body.count, 1);
    assert.equal(await statusOf('put', `/job/${id}/retries`, { retries: -1 }), 500);
    assert.equal(await statusOf('put', `/job/${id}/retries`, { retries: 0 }), 204);
    assert.equal((await rest('get', '/incident/count')).body.count, 1);
    const jobDefinition = (await job(instance)).jobDefinitionId;
    assert.equal(await statusOf('put', `/job-definition/${jobDefinition}/retries`, { retries: 4 }), 204);
    assert.equal((await job(instance)).retries, 4);
    await engine.send(instance, { do: 'set', variables: { amount: 1 }, at: clock(), onFailure: 'incident' });
    assert.equal(await statusOf('post', `/job/${id}/execute`), 204);
    assert.equal((await rest('get', `/task?processInstanceId=${instance}`)).body[0].taskDefinitionKey, 'done');
    assert.equal(await statusOf('post', `/job/${id}/execute`), 404);
  });

  await t.test('a suspended job does not run by itself', async () => {
    const instance = await started();
    const { id } = await job(instance);
    assert.equal(await statusOf('put', `/job/${id}/suspended`, { suspended: true }), 204);
    clock.advance(hour);
    await engine.jobs.runDue();
    assert.equal((await job(instance)).suspended, true);
    assert.equal((await rest('get', '/job/count?suspended=true')).body.count, 1);
    assert.equal(await statusOf('put', '/job/suspended', { suspended: false, processInstanceId: instance }), 204);
    await engine.jobs.runDue();
    assert.equal((await rest('get', `/task?processInstanceId=${instance}`)).body.length, 1);
    assert.equal(await statusOf('put', '/job/suspended', { suspended: true }), 400);
  });

  await t.test('priority, and taking a job away', async () => {
    const instance = await started();
    const { id } = await job(instance);
    assert.equal(await statusOf('put', `/job/${id}/priority`, { priority: null }), 400);
    assert.equal(await statusOf('put', `/job/${id}/priority`, { priority: 42 }), 204);
    assert.equal((await rest('get', '/job?priorityHigherThanOrEquals=42')).body[0].id, id);
    assert.equal(await statusOf('delete', `/job/${id}`, {}), 204);
    assert.equal(await statusOf('get', `/job/${id}`), 404);
    clock.advance(hour);
    await engine.jobs.runDue();
    assert.equal((await engine.instance(instance))?.state, 'running');
  });
});

/** Starts an instance every hour. */
const hourly = (repetition: string) => {
  const cycle = `<timerEventDefinition><timeCycle>${repetition}/PT1H</timeCycle></timerEventDefinition>`;
  const model = xml('hourly', `<startEvent id="start">${cycle}</startEvent><userTask id="ask"/>`, ['start -> ask']);
  return { name: 'hourly.bpmn', bytes: Buffer.from(model) };
};

test('a timer that starts instances again and again is another job after each firing', async t => {
  const { rest, engine, clock } = await workshop(t);
  await engine.deploy({ files: [hourly('R2')] });
  const jobs = async () => (await rest('get', '/job?processDefinitionKey=hourly')).body;
  const log = async (id: string) => {
    const { body } = await rest('get', `/history/job-log?jobId=${encodeURIComponent(id)}`);
    return body.map(({ creationLog, successLog }: Record<string, boolean>) => creationLog && !successLog);
  };
  const [first] = await jobs();

  // when
  assert.equal((await rest('post', `/job/${first.id}/execute`)).status, 204);
  const [second, ...others] = await jobs();
  clock.advance('PT2H');
  await engine.jobs.runDue();

  // then
  assert.deepEqual(others, []);
  assert.notEqual(second.id, first.id);
  assert.deepEqual(await jobs(), []);
  for (const { id } of [first, second]) {
    assert.equal((await rest('get', `/job/${id}`)).status, 404);
    assert.deepEqual((await log(id)).sort(), [false, true], 'each was created, and done');
  }
  assert.equal((await rest('get', '/process-instance/count?processDefinitionKey=hourly')).body.count, 2);
});

test('the job of a start is found and changed by its id, whichever firing it is', async t => {
  const { rest, engine } = await workshop(t);
  await engine.deploy({ files: [hourly('R')] });
  const job = async () => (await rest('get', '/job?processDefinitionKey=hourly')).body[0];
  await rest('post', `/job/${(await job()).id}/execute`);
  const { id } = await job();

  assert.equal((await rest('get', `/job/${id}`)).body.id, id);
  assert.equal((await rest('get', `/job/count?jobId=${id}`)).body.count, 1);
  assert.equal((await rest('post', '/job/count', { jobIds: [id, 'x'] })).body.count, 1);
  assert.equal((await rest('put', `/job/${id}/retries`, { retries: 7 })).status, 204);
  assert.equal((await rest('get', `/job/${id}`)).body.retries, 7);
  const [operation] = (await rest('get', `/history/user-operation?operationType=SetJobRetries`)).body;
  assert.equal(operation.jobId, id);
});

test('what is laid down for a job definition holds for its jobs', async t => {
  const { rest, started, job, clock, engine } = await workshop(t);
  const [pause] = (await rest('get', '/job-definition?activityIdIn=pause')).body;
  const first = await started();

  // when
  const suspended = await rest('put', `/job-definition/${pause.id}/suspended`, { suspended: true, includeJobs: true });
  const prior = await rest('put', `/job-definition/${pause.id}/jobPriority`, { priority: 9 });

  // then
  assert.deepEqual([suspended.status, prior.status], [204, 204]);
  const second = await started();
  assert.deepEqual([(await job(first)).suspended, (await job(first)).priority], [true, 0]);
  assert.deepEqual([(await job(second)).suspended, (await job(second)).priority], [true, 9]);
  assert.equal(
    (await rest('get', '/job-definition/count?withOverridingJobPriority=true&suspended=true')).body.count,
    1,
  );
  const tomorrow = written(clock() + hour);
  const all = { processDefinitionKey: 'clockwork', suspended: false, includeJobs: true };
  assert.equal((await rest('put', '/job-definition/suspended', { ...all, executionDate: tomorrow })).status, 204);
  assert.equal((await job(first)).suspended, true);
  clock.advance(hour);
  await engine.jobs.runDue();
  assert.equal((await rest('get', '/job-definition/count?suspended=true')).body.count, 0);
  assert.equal((await rest('put', '/job-definition/suspended', { suspended: true })).status, 400);
  assert.equal((await rest('get', '/job-definition/nothing')).status, 404);
});
