/** kill -9 of the server, while everything waits and in the middle of a storm: nothing lost, nothing twice. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { xml } from '../diagram.js';
import { until } from '../until.js';
import { administrator, type Client, clientOf, startServer } from './process.js';

const INSTANCES = 200;

/** Each instance waits at a task, a job and a timer at once, and ends when all three are done. */
const model = xml(
  'everything',
  `<startEvent id="start"/><parallelGateway id="fork"/><userTask id="task" camunda:assignee="ann"/>
   <serviceTask id="job" camunda:type="external" camunda:topic="work"/>
   <intermediateCatchEvent id="timer"><timerEventDefinition><timeDuration>\${wait}</timeDuration></timerEventDefinition></intermediateCatchEvent>
   <parallelGateway id="join"/><endEvent id="end"/>`,
  ['start -> fork -> task -> join -> end', 'fork -> job -> join', 'fork -> timer -> join'],
);

/** Does the work with some hands at once. */
async function withHands<T>(count: number, items: T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const hand = async () => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: count }, hand));
}

async function all(
  client: Client,
  path: string,
): Promise<NonNullable<Awaited<ReturnType<Client['ask']>>['body']['items']>> {
  const { status, body } = await client.ask('GET', path);
  assert.equal(status, 200, JSON.stringify(body));
  return body.items!;
}

test('200 instances survive two kills: every acknowledged answer holds, each thing is done once, all end', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-kill-'));

  // given: 200 instances that wait, and a server that is killed
  let server = await startServer(folder);
  t.after(async () => {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  let client = await administrator(server);
  await client.ask('POST', '/deployments', { name: 'kill', files: [{ name: 'everything.bpmn', text: model }] });
  await withHands(
    16,
    Array.from({ length: INSTANCES }, (_, number) => number),
    async number => {
      const { status } = await client.ask('POST', '/instances', {
        key: 'everything',
        businessKey: `${number}`,
        variables: { wait: 'PT2S' },
      });
      assert.equal(status, 201);
    },
  );
  await server.kill();

  // when: it comes back, and is killed in the middle of a storm of completions
  server = await startServer(folder);
  client = clientOf(server);
  const tasks = await all(client, '/tasks?view=all&key=everything&limit=500');
  assert.equal(tasks.length, INSTANCES);
  const { body: fetched } = await client.ask('POST', '/jobs/fetch', {
    worker: 'w',
    topics: [{ topic: 'work', lock: 600_000 }],
    max: INSTANCES,
  });
  assert.equal(fetched.items!.length, INSTANCES);
  const acknowledged = new Set<string>();
  const complete =
    (kind: string) =>
    async ({ id }: { id: string }) => {
      const body = kind === 'tasks' ? { variables: {} } : { worker: 'w' };
      const { status } = await client.ask('POST', `/${kind}/${encodeURIComponent(id)}/complete`, body);
      if (status === 200 || status === 204) acknowledged.add(`${kind} ${id}`);
      if (acknowledged.size === INSTANCES) await server.kill();
    };
  await Promise.all([withHands(8, tasks, complete('tasks')), withHands(8, fetched.items!, complete('jobs'))]);
  assert.ok(acknowledged.size < 2 * INSTANCES, 'the kill came too late to interrupt anything');

  // then: what was acknowledged is done, the rest can be done, and nothing is done twice
  server = await startServer(folder);
  client = clientOf(server);
  const again =
    (kind: string) =>
    async ({ id }: { id: string }) => {
      const body = kind === 'tasks' ? { variables: {} } : { worker: 'w' };
      const { status } = await client.ask('POST', `/${kind}/${encodeURIComponent(id)}/complete`, body);
      if (acknowledged.has(`${kind} ${id}`))
        assert.equal(status, 409, `${kind} ${id} was done, and is asked for again`);
      else assert.ok([200, 204, 409].includes(status), `${kind} ${id} is answered ${status}`);
    };
  await Promise.all([withHands(8, tasks, again('tasks')), withHands(8, fetched.items!, again('jobs'))]);
  await until(
    'all instances have ended',
    async () => (await all(client, '/instances?key=everything&state=running&limit=1')).length === 0,
  );
  const ended = await all(client, '/instances?key=everything&state=completed&limit=500');
  assert.equal(ended.length, INSTANCES);
  await withHands(8, ended.slice(0, 40), async ({ id }) => {
    const visits = async () =>
      (await all(client, `/instances/${id}/activities?limit=100`)).map(visit => visit.element).sort();
    await until('the end is folded', async () => (await visits()).includes('end'));
    assert.deepEqual(await visits(), ['end', 'everything', 'fork', 'job', 'join', 'start', 'task', 'timer']);
  });
  assert.equal(await server.stop(), 0);
});
