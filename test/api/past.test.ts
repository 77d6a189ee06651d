/** What an instance's past answers to programs: assignments, jobs, operations; for those who may see the instance. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { createClock } from '../virtual.js';
import { fixture, startApi } from './harness.js';

test('instances are found by who started them and when they ended; definitions, deployments, jobs and incidents by what they are of', async t => {
  const clock = createClock();
  const { person, server } = await startApi(t, { clock });
  const root = await person({ id: 'root', administrator: true });
  const deployed = async (file: string, source: string) =>
    (await root.post('/deployments', { name: file, source, files: [{ name: file, text: fixture(`models/${file}`) }] }))
      .body;
  const approval = await deployed('w3-approval.bpmn', 'desk');
  const work = await deployed('w8-external.bpmn', 'pipeline');
  const ben = await person({ id: 'ben' });
  const early = (await ben.post('/instances', { key: 'w3_approval' })).body.id;
  const late = (await root.post('/instances', { key: 'w3_approval' })).body.id;
  const job = (await root.post('/instances', { key: 'w8_external' })).body.id;
  await root.delete(`/instances/${early}`);
  clock.advance('PT1H');
  const middle = new Date(clock()).toISOString();
  await root.delete(`/instances/${late}`);
  await server.services.engine.projector.fold();
  const ids = async (path: string) => (await root.get(path)).body.items.map(({ id }: { id: string }) => id);

  assert.deepEqual(await ids('/instances?startedBy=ben'), [early]);
  assert.deepEqual(await ids(`/instances?endedBefore=${middle}`), [early]);
  assert.deepEqual(await ids(`/instances?endedAfter=${middle}&key=w3_approval`), [late]);
  assert.deepEqual(await ids('/deployments?source=pipeline'), [work.id]);
  assert.deepEqual(await ids('/deployments?name=w3-approval.bpmn'), [approval.id]);
  assert.deepEqual(await ids(`/definitions?deployment=${work.id}`), [work.definitions[0].id]);
  const jobs = (await root.get('/jobs?key=w8_external')).body.items;
  assert.deepEqual([jobs.length, jobs[0].instance], [1, job]);
  assert.deepEqual(await ids('/jobs?key=w3_approval'), []);
  const [{ topic }] = jobs;
  await root.post('/jobs/fetch', { worker: 'w', topics: [{ topic }] });
  await root.post(`/jobs/${jobs[0].id}/fail`, { worker: 'w', message: 'no', retries: 0 });
  const [incident] = (await root.get('/incidents')).body.items;
  assert.deepEqual(await ids(`/incidents?element=${incident.element}&type=${incident.type}`), [incident.id]);
  assert.deepEqual(await ids('/incidents?element=another'), []);
});

test('variables of a running instance are set and taken away in one go', async t => {
  const { person, deploy } = await startApi(t);
  const root = await person({ id: 'root', administrator: true });
  await deploy('models/w3-approval.bpmn');
  const start = { key: 'w3_approval', variables: { amount: 1, discount: 5, note: 'x' } };
  const { id } = (await root.post('/instances', start)).body;

  const change = { variables: { amount: 2 }, remove: ['discount', 'unknown'] };
  assert.equal((await root.put(`/instances/${id}/variables`, change)).status, 204);

  assert.deepEqual((await root.get(`/instances/${id}/variables`)).body.variables, { amount: 2, note: 'x' });
  assert.equal((await root.put(`/instances/${id}/variables`, { remove: ['__proto__'] })).status, 400);
});

test('the past of an instance is told: values, jobs and what people did', async t => {
  const { server, deploy, person } = await startApi(t);
  const { engine, store, clock } = server.services;
  await deploy('engine-rest/everything.bpmn');
  const ann = await person({ id: 'ann', administrator: true });
  const joe = await person({ id: 'joe' });
  const { instance } = await engine.start({ key: 'everything', variables: { amount: 17 }, by: 'ann' });
  const command = { at: clock(), by: 'ann', onFailure: 'incident' as const };
  await engine.send(instance, { do: 'set', variables: { amount: 18 }, ...command });
  const topics = [{ topic: 'fail', lock: 60_000 }];
  const [job] = await engine.jobs.fetchAndLock({ worker: 'w', topics, max: 1 });
  await engine.jobs.fail({ id: job!.id, worker: 'w', message: 'it broke', details: 'at line 1' });
  const [task] = await store.find('tasks', { filter: { instance } });
  assert.equal((await ann.post(`/tasks/${task!.id}/claim`)).status, 200);

  await t.test('each value of a variable, with its revision', async () => {
    const { body } = await ann.get(`/instances/${instance}/assignments?name=amount`);
    const facts = body.items.map((item: Record<string, unknown>) => [item.value, item.revision, item.initial]);
    assert.deepEqual(facts, [
      [17, 1, true],
      [18, 2, false],
    ]);
  });

  await t.test('what a job went through', async () => {
    const { body } = await ann.get(`/instances/${instance}/job-log`);
    const own = body.items.filter((item: Record<string, unknown>) => item.job === job!.id);
    const facts = own.map((item: Record<string, unknown>) => [item.type, item.retries, item.error, item.errorDetails]);
    assert.deepEqual(facts, [
      ['created', 3, undefined, undefined],
      ['failed', 2, 'it broke', 'at line 1'],
    ]);
  });

  await t.test('what people did', async () => {
    const { body } = await ann.get(`/instances/${instance}/operations`);
    const facts = body.items.map((item: Record<string, unknown>) => [item.by, item.type, item.property, item.after]);
    assert.deepEqual(facts, [
      ['ann', 'Create', undefined, undefined],
      ['ann', 'SetVariable', undefined, undefined],
      ['ann', 'Claim', 'assignee', 'ann'],
    ]);
  });

  await t.test('what somebody did to a job by hand, by the name of what it was', async () => {
    const due = '2099-01-01T00:00:00.000Z';
    assert.equal((await ann.patch(`/jobs/${job!.id}`, { due })).status, 200);
    assert.equal((await ann.post(`/jobs/${job!.id}/run`)).status, 204);
    assert.equal((await ann.post(`/jobs/${job!.id}/retry`, { retries: 4 })).status, 204);
    const { body } = await ann.get(`/instances/${instance}/operations`);
    const facts = body.items.map(({ by, type, property, after }: Record<string, string>) => [
      by,
      type,
      property,
      after,
    ]);
    // Two within a millisecond stand in any order.
    assert.deepEqual(
      facts
        .slice(3)
        .map((fact: string[]) => fact.filter(part => part !== undefined).join(' '))
        .sort(),
      ['ann Execute', `ann SetDueDate duedate ${Date.parse(due)}`, 'ann SetExternalTaskRetries retries 4'],
    );
  });

  await t.test('nothing of it for who may not see the instance', async () => {
    for (const what of ['assignments', 'job-log', 'operations']) {
      assert.equal((await joe.get(`/instances/${instance}/${what}`)).status, 404, what);
    }
  });
});
