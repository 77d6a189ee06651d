/** The live feed: what changes is told at once, to those who may see it, and again to those who were away. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { type Api, fixture, startApi } from './harness.js';

interface Told {
  id?: string;
  event: string;
  data: { id?: string; type?: string; instance?: string };
}

/** Opens the feed of a person, and reads it event by event. */
async function listen(
  t: TestContext,
  { server }: Api,
  url: string,
  user: string,
  { last, as, topics = 'task,instance' }: { last?: string; as?: Record<string, string>; topics?: string } = {},
) {
  const { token } = await server.services.identity.tokens.create({ user, name: 'feed' });
  const leave = new AbortController();
  t.after(() => leave.abort());
  const response = await fetch(`${url}/api/v1/events?topics=${topics}`, {
    headers: {
      ...(as ?? { authorization: `Bearer ${token}` }),
      ...(last === undefined ? {} : { 'Last-Event-ID': last }),
    },
    signal: leave.signal,
  });
  assert.match(response.headers.get('content-type')!, /^text\/event-stream/);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    async next(): Promise<Told> {
      for (;;) {
        const end = text.indexOf('\n\n');
        if (end < 0) {
          const { value, done } = await reader.read();
          if (done) throw new Error('the feed ended');
          text += value;
          continue;
        }
        const fields = new Map(
          text
            .slice(0, end)
            .split('\n')
            .map(line => line.split(/: (.*)/s) as [string, string]),
        );
        text = text.slice(end + 2);
        if (fields.has('event'))
          return { id: fields.get('id'), event: fields.get('event')!, data: JSON.parse(fields.get('data')!) };
      }
    },
    leave: () => leave.abort(),
  };
}

async function setUp(t: TestContext) {
  const api = await startApi(t);
  const { url } = await api.server.listen();
  await api.deploy('models/w3-approval.bpmn');
  const anna = await api.person({ id: 'anna' });
  const start = async () => (await anna.post('/instances', { key: 'w3_approval' })).body.id as string;
  return { api, url, anna, start };
}

test('a new task is told to its assignee, and not to others', async t => {
  const { api, url, start } = await setUp(t);
  await api.person({ id: 'oto' });
  const anna = await listen(t, api, url, 'anna');
  const oto = await listen(t, api, url, 'oto');

  const instance = await start();
  api.server.services.events.publish({ topic: 'task', type: 'created', id: 'for everybody' }, () => true);

  const told = await anna.next();
  assert.equal(told.event, 'task');
  assert.deepEqual([told.data.type, told.data.instance], ['created', instance]);
  assert.deepEqual((await anna.next()).data.type, 'started');
  assert.equal((await oto.next()).data.id, 'for everybody');
});

test('a deployment is told to who may see it', async t => {
  const { api, url } = await setUp(t);
  const { authorizations } = api.server.services.identity;
  const rule = { type: 'revoke', user: 'oto', resource: 'deployment', resourceId: '*', permissions: ['READ'] } as const;
  await authorizations.create({ ...rule, permissions: [...rule.permissions] });
  await api.person({ id: 'oto' });
  const root = await api.person({ id: 'root', administrator: true });
  const [anna, oto] = [
    await listen(t, api, url, 'anna', { topics: 'deployment,task' }),
    await listen(t, api, url, 'oto', { topics: 'deployment,task' }),
  ];

  const files = [{ name: 'work.bpmn', text: fixture('models/w8-external.bpmn') }];
  const { body } = await root.post('/deployments', { files });
  api.server.services.events.publish({ topic: 'task', type: 'created', id: 'for everybody' }, () => true);

  assert.equal((await anna.next()).data.id, body.id);
  assert.equal((await oto.next()).data.id, 'for everybody');
});

test('a claim and a completion are told as well', async t => {
  const { api, url, anna, start } = await setUp(t);
  await start();
  const [task] = (await anna.get('/tasks')).body.items;
  const feed = await listen(t, api, url, 'anna');

  await anna.patch(`/tasks/${task.id}`, { priority: 80 });
  await anna.post(`/tasks/${task.id}/complete`, { variables: { approved: false } });

  const seen: string[] = [];
  while (!seen.includes('instance ended')) {
    const { event, data } = await feed.next();
    seen.push(`${event} ${data.type}`);
  }
  assert.equal(seen[0], 'task changed');
  assert.ok(seen.includes('task completed'), seen.join(', '));
});

test('who comes back gets what was missed; who was away too long is told to read anew', async t => {
  const { api, url, start } = await setUp(t);
  const first = await listen(t, api, url, 'anna');
  await start();
  const { id } = await first.next();
  await first.next();
  first.leave();
  const missed = await start();
  await api.server.services.events.told();

  const resumed = await listen(t, api, url, 'anna', { last: id });
  const stranger = await listen(t, api, url, 'anna', { last: 'another-process.7' });

  assert.equal((await resumed.next()).data.type, 'started');
  assert.deepEqual((await resumed.next()).data.instance, missed);
  assert.equal((await stranger.next()).event, 'reset');
});

test('one person has at most twenty streams', async t => {
  const { api, url } = await setUp(t);
  for (let n = 0; n < 20; n++) await listen(t, api, url, 'anna');
  const { token } = await api.server.services.identity.tokens.create({ user: 'anna', name: 'more' });

  const { status } = await fetch(`${url}/api/v1/events`, { headers: { Authorization: `Bearer ${token}` } });

  assert.equal(status, 429);
});

test('the feed of somebody who is disabled ends, and what is taken from somebody is told no more', async t => {
  const { api, url, start } = await setUp(t);
  const { identity } = api.server.services;
  await api.person({ id: 'bert' });
  await api.person({ id: 'oto' });
  const granted = { type: 'grant', user: 'bert', resource: 'processDefinition', resourceId: '*' } as const;
  const { id } = await identity.authorizations.create({ ...granted, permissions: ['READ_INSTANCE'] });
  const [bert, oto] = [await listen(t, api, url, 'bert'), await listen(t, api, url, 'oto')];
  const first = await start();
  assert.equal((await bert.next()).data.id, first);

  await identity.authorizations.remove(id);
  await identity.setDisabled('oto', true);

  await assert.rejects(oto.next(), /the feed ended/);
  await start();
  api.server.services.events.publish({ topic: 'task', type: 'created', id: 'for everybody' }, () => true);
  assert.equal((await bert.next()).data.id, 'for everybody');
});

test('a feed ends with the session or token that it was opened with, and others of the person go on', async t => {
  const { api, url, anna } = await setUp(t);
  const { sessions, tokens } = api.server.services.identity;
  const session = await sessions.open('anna');
  const { id, token } = await tokens.create({ user: 'anna', name: 'program' });
  const inSession = await listen(t, api, url, 'anna', { as: { cookie: `weft=${session}` } });
  const byToken = await listen(t, api, url, 'anna', { as: { authorization: `Bearer ${token}` } });
  const other = await listen(t, api, url, 'anna');

  await sessions.closeAll('anna');
  await assert.rejects(inSession.next(), /the feed ended/);
  await anna.delete(`/tokens/${id}`);
  await assert.rejects(byToken.next(), /the feed ended/);

  api.server.services.events.publish({ topic: 'task', type: 'created', id: 'for everybody' }, () => true);
  assert.equal((await other.next()).data.id, 'for everybody');
});
