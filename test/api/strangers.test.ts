/** Models that others wrote, unmodified: deployed over the API, carried out by workers and people to their end. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { createClock } from '../virtual.js';
import { type Asker, fixture, startApi } from './harness.js';

async function setUp(t: TestContext, ...files: string[]) {
  const clock = createClock();
  const { person, server } = await startApi(t, { clock });
  const root = await person({ id: 'demo', administrator: true });
  const deployed = await root.post('/deployments', {
    files: files.map(file => ({ name: file.split('/').at(-1)!, text: fixture(file) })),
  });
  assert.equal(deployed.status, 201, deployed.text);
  return {
    root,
    /** Lets time pass; timers that are due fire. */
    async advance(by: string) {
      clock.advance(by);
      await server.services.engine.jobs.runDue();
    },
    /** Everything of the instance that has been visited and left, in order. */
    async visited(instance: string): Promise<string[]> {
      const { body } = await root.get(`/instances/${instance}/activities?limit=500`);
      return body.items.map(({ name, element }: { name?: string; element: string }) => name ?? element);
    },
  };
}

/** Does the next job of a topic. */
async function work(root: Asker, topic: string, variables: object = {}): Promise<string> {
  const { body } = await root.post('/jobs/fetch', { worker: 'w', topics: [{ topic }] });
  assert.equal(body.items.length, 1, `there is work of ${topic}`);
  const [job] = body.items;
  const { status, text } = await root.post(`/jobs/${job.id}/complete`, { worker: 'w', variables });
  assert.equal(status, 204, text);
  return job.instance;
}

const stateOf = async (root: Asker, instance: string) => (await root.get(`/instances/${instance}`)).body.state;

test('order-handling: a cron starts it, a worker makes the invoice, the condition on its number archives it', async t => {
  const { root, advance, visited } = await setUp(t, 'interchange/camunda7/order-handling.bpmn');
  await advance('PT5S');

  const instance = await work(root, 'invoiceCreator', { invoiceId: 4711 });
  await work(root, 'invoiceArchiver');

  assert.equal(await stateOf(root, instance), 'completed');
  assert.ok((await visited(instance)).includes('Archive invoice'));
});

test('loan-granting: for every credit score its own decision', async t => {
  const { root, advance, visited } = await setUp(t, 'interchange/camunda7/loan-granting.bpmn');
  await advance('PT5S');

  const instance = await work(root, 'creditScoreChecker', { creditScores: [3, 6, 9] });
  await work(root, 'requestRejecter');
  await work(root, 'loanGranter');
  assert.equal(await stateOf(root, instance), 'running');
  await work(root, 'loanGranter');

  assert.equal(await stateOf(root, instance), 'completed');
  const names = await visited(instance);
  assert.deepEqual(
    [names.filter(name => name === 'Grant loan').length, names.includes('Reject loan request')],
    [2, true],
  );
});

test('invoiceApproval: its assignee completes it', async t => {
  const { root } = await setUp(t, 'interchange/camunda7/invoiceApproval.bpmn');
  const { body: instance } = await root.post('/instances', { key: 'camundaFormsQuickstart', variables: { amount: 7 } });

  const [task] = (await root.get('/tasks?view=mine')).body.items;
  assert.equal(task.name, 'Approve Invoice');
  const { body } = await root.post(`/tasks/${task.id}/complete`, { variables: { approved: true } });

  assert.deepEqual(body.instance, { id: instance.id, ended: true, state: 'completed' });
  assert.deepEqual((await root.get(`/instances/${instance.id}/variables`)).body.variables, {
    amount: 7,
    approved: true,
  });
});

test('w6: a message that names the business key goes to its instance only', async t => {
  const { root } = await setUp(t, 'models/w6-message.bpmn');
  const name = /<bpmn:message [^>]*name="([^"]+)"/.exec(fixture('models/w6-message.bpmn'))![1]!;
  const start = async (businessKey: string) =>
    (await root.post('/instances', { key: 'w6_message', businessKey, variables: { orderId: businessKey } })).body;
  const [one, two] = [await start('a'), await start('b')];

  const nobody = await root.post('/messages', { name, businessKey: 'c' });
  const ambiguous = await root.post('/messages', { name });
  const delivered = await root.post('/messages', { name, businessKey: 'b' });

  assert.deepEqual([nobody.status, nobody.body.code], [404, 'nobody-listens']);
  assert.deepEqual([ambiguous.status, ambiguous.body.candidates.length], [409, 2]);
  assert.deepEqual([delivered.body.result, delivered.body.instance], ['delivered', two.id]);
  assert.deepEqual([await stateOf(root, one.id), await stateOf(root, two.id)], ['running', 'completed']);
});

test('a model of 10 MB and one with 40,000 equal ids are refused with the reason, and others are served meanwhile', async t => {
  const { person } = await startApi(t);
  const root = await person({ id: 'root', administrator: true });
  const model = (inside: string) =>
    `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t"><process id="p" isExecutable="true">${inside}</process></definitions>`;
  const send = (name: string, text: string) => root.post('/deployments', { files: [{ name, text }] });
  const tasks = (count: number, id: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => `<task id="${id(n)}"/>`).join('');

  const large = send('large.bpmn', model(tasks(10, n => `t${n}${'x'.repeat(1_000_000)}`)));
  const equal = send('equal.bpmn', model(tasks(40_000, () => 'same')));
  const other = await root.get('/tasks');

  assert.equal(other.status, 200);
  for (const answer of [await large, await equal]) {
    assert.equal(answer.status, 422);
    assert.ok(answer.body.problems[0].message.length > 10);
  }
  assert.match((await large).body.problems[0].message, /has \d+ bytes; 5242880 are allowed/);
  assert.match((await equal).body.problems[0].message, /same/);
});
