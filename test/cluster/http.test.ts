/** Two servers on one database over HTTP: who waits at one of them hears what the other one did. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { JobDocument } from '../../engine/store/documents.js';
import { type Api, startApi } from '../api/harness.js';
import { xml } from '../diagram.js';
import { skip } from '../mongod.js';
import { modes, newDatabase, sharedMongod } from '../servers.js';
import { until } from '../until.js';

const soon = xml(
  'soon',
  '<startEvent id="start"/><intermediateCatchEvent id="timer"><timerEventDefinition><timeDuration>PT0.5S</timeDuration></timerEventDefinition></intermediateCatchEvent><endEvent id="end"/>',
  ['start -> timer -> end'],
);

/** Two servers that listen (`both: false`: the second one only); the person has a token of the first one, which is good at both. */
async function openTwo(
  t: TestContext,
  mode: keyof typeof modes,
  environment: Record<string, string> = {},
  both = true,
) {
  const address = new URL((await sharedMongod(mode)).uri);
  address.pathname = newDatabase();
  const open = (more: Record<string, string>) => startApi(t, { environment: { MONGODB_URI: address.href, ...more } });
  const [one, two] = [await open({}), await open(environment)];
  const urls = [both ? (await one.server.listen()).url : '', (await two.server.listen()).url] as const;
  await one.deploy('models/w3-approval.bpmn', 'models/w8-external.bpmn');
  await one.server.services.identity.people.createUser({ id: 'ada', name: 'Ada', administrator: true });
  const { token } = await one.server.services.identity.tokens.create({ user: 'ada', name: 'test' });
  const ask = async (url: string, path: string, body?: object) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: JSON.parse(text || '{}') as { id: string; items: { id: string }[] } };
  };
  return { one, two, urls, ask, token };
}

/** Reads the feed of a server until it tells this. */
async function heard(t: TestContext, url: string, token: string): Promise<(text: string) => Promise<void>> {
  const leave = new AbortController();
  t.after(() => leave.abort());
  const response = await fetch(`${url}/api/v1/events?topics=task,instance`, {
    headers: { authorization: `Bearer ${token}` },
    signal: leave.signal,
  });
  assert.equal(response.status, 200);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let told = '';
  return async text => {
    while (!told.includes(text)) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`the feed ended before it told ${text}`);
      told += value;
    }
  };
}

const parked = ({ server }: Api) => server.services.engine.jobs.parked();

for (const mode of Object.keys(modes) as (keyof typeof modes)[]) {
  test(`${mode}: the live feed of one server tells what was started and done at the other one`, { skip }, async t => {
    const { urls, ask, token, one } = await openTwo(t, mode);
    const tells = await heard(t, urls[1], token);

    const { body } = await ask(urls[0], '/instances', { key: 'w3_approval' });
    await tells(body.id);
    const [task] = await one.server.services.store.find('tasks', { filter: { instance: body.id } });

    await tells(task!.id);
  });

  test(`${mode}: a long poll that is parked at one server gets the work that the other one makes`, {
    skip,
  }, async t => {
    const { urls, ask, two } = await openTwo(t, mode);
    const topics = [{ topic: 'work', lock: 60_000 }];
    const poll = ask(urls[1], '/jobs/fetch', { worker: 'w', topics, max: 1, wait: 60_000 });
    await until('the request is parked', () => parked(two) === 1);

    const started = await ask(urls[0], '/instances', { key: 'w8_external', businessKey: 'order 47' });
    const { status, body } = await poll;

    assert.equal(started.status, 201);
    assert.equal(status, 200);
    assert.equal(body.items.length, 1);
    // and what was locked at one server is completed at the other one
    const done = await ask(urls[0], `/jobs/${encodeURIComponent(body.items[0]!.id)}/complete`, { worker: 'w' });
    assert.ok(done.status < 300, `${done.status}`);
  });
}

test('a server that runs no jobs serves, and the other one runs what that made due', { skip }, async t => {
  const { urls, ask, one, two } = await openTwo(t, 'lone server', { WEFT_JOBS: 'off' }, false);
  const timers = { files: [{ name: 'timer.bpmn', bytes: new TextEncoder().encode(soon) }] };
  await two.server.services.engine.deploy(timers);
  const { store } = two.server.services;
  const ended = () => store.count('instances', { key: 'soon', state: 'completed' });

  // given: nobody else is there, and a timer is long due
  const { status, body } = await ask(urls[1], '/instances', { key: 'soon' });
  assert.equal(status, 201);
  const [job] = await store.find<JobDocument>('jobs', { filter: { instance: body.id } });
  await until('it is overdue', () => Date.now() > job!.due + 1_000);
  assert.equal(await ended(), 0);

  // when
  await one.server.listen();
  await until('the other one has fired it', async () => (await ended()) === 1);
  await ask(urls[1], '/instances', { key: 'soon' });

  await until('what is due soon is heard', async () => (await ended()) === 2);
});
