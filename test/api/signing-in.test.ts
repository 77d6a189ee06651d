/** Signing in: sessions, tokens, Basic, the first administrator, and what other web sites cannot do. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { createClock } from '../virtual.js';
import { startApi } from './harness.js';

const own = { 'Sec-Fetch-Site': 'same-origin' };
const hour = 3_600_000;

const cookieOf = (answer: { headers: Record<string, unknown> }) =>
  String((answer.headers['set-cookie'] as string[] | undefined)?.[0]).split(';')[0]!;

test('the one-time token makes the first administrator, once', async t => {
  const { ask, server } = await startApi(t);
  const token = await server.services.setup.offer();
  const input = { token, user: 'root', name: 'Root', password: 'correct horse' };

  const wrong = await ask.post('/api/v1/setup').send({ ...input, token: 'guessed' });
  const right = await ask.post('/api/v1/setup').send(input);
  const again = await ask.post('/api/v1/setup').send({ ...input, user: 'second' });

  assert.equal(wrong.status, 403);
  assert.equal(right.status, 200);
  assert.equal(right.body.user.administrator, true);
  assert.equal(again.status, 403);
  assert.equal(await server.services.setup.offer(), undefined);
});

test('a sign-in sets an HttpOnly cookie, a new one each time, and signing out ends it', async t => {
  const { ask, person } = await startApi(t);
  await person({ id: 'ann', password: 'correct horse' });
  const signIn = () => ask.post('/api/v1/session').send({ user: 'ann', password: 'correct horse' });
  const who = async (cookie: string) => (await ask.get('/api/v1/session').set('Cookie', cookie)).body.user?.id;

  const first = await signIn();
  const second = await signIn().set('Cookie', cookieOf(first)).set(own);

  assert.match(String(first.headers['set-cookie']), /^weft=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  assert.equal(await who(cookieOf(first)), undefined, 'the session before the sign-in has ended');
  assert.equal(await who(cookieOf(second)), 'ann');
  await ask.delete('/api/v1/session').set('Cookie', cookieOf(second)).set(own).expect(204);
  assert.equal(await who(cookieOf(second)), undefined);
});

test('on https the cookie is bound to the host and Secure', async t => {
  const { ask, person } = await startApi(t, { environment: { WEFT_PUBLIC_URL: 'https://weft.example' } });
  await person({ id: 'ann', password: 'correct horse' });

  const answer = await ask.post('/api/v1/session').send({ user: 'ann', password: 'correct horse' });

  assert.match(String(answer.headers['set-cookie']), /^__Host-weft=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
});

test('a session ends after eight idle hours, and after seven days at the latest', async t => {
  const clock = createClock();
  const { ask, person } = await startApi(t, { clock });
  await person({ id: 'ann', password: 'correct horse' });
  const open = async () => cookieOf(await ask.post('/api/v1/session').send({ user: 'ann', password: 'correct horse' }));
  const lives = async (cookie: string) => (await ask.get('/api/v1/users').set('Cookie', cookie)).status === 200;

  const idle = await open();
  clock.advance(8 * hour);
  assert.equal(await lives(idle), false);

  const busy = await open();
  for (let hours = 7; hours < 7 * 24; hours += 7) {
    clock.advance(7 * hour);
    assert.equal(await lives(busy), true, `after ${hours} hours`);
  }
  clock.advance(7 * hour);
  assert.equal(await lives(busy), false);
});

test('an unknown user and a wrong password are answered with the same words', async t => {
  const { ask, person } = await startApi(t);
  await person({ id: 'ann', password: 'correct horse' });

  const unknown = await ask.post('/api/v1/session').send({ user: 'nobody', password: 'correct horse' });
  const wrong = await ask.post('/api/v1/session').send({ user: 'ann', password: 'wrong horse' });

  assert.equal(unknown.status, 401);
  assert.deepEqual(unknown.body, wrong.body);
});

test('HTTP Basic and API tokens sign in; a deleted or expired token does not', async t => {
  const clock = createClock();
  const { ask, person } = await startApi(t, { clock });
  await person({ id: 'ann', password: 'correct horse' });
  const basic = () => ask.post('/api/v1/tokens').auth('ann', 'correct horse');
  const status = async (token: string) => (await ask.get('/api/v1/users').auth(token, { type: 'bearer' })).status;

  const kept = (await basic().send({ name: 'kept' })).body;
  const short = (await basic().send({ name: 'short', expiresAt: new Date(clock() + hour).toISOString() })).body;

  assert.match(kept.token, /^weft_[\w-]{43}$/);
  assert.deepEqual(
    [await status(kept.token), await status(short.token), await status('weft_guessed')],
    [200, 200, 401],
  );
  clock.advance(hour);
  assert.equal(await status(short.token), 401);
  await ask.delete(`/api/v1/tokens/${kept.id}`).auth('ann', 'correct horse').expect(204);
  assert.equal(await status(kept.token), 401);
});

test('nothing that is kept lets anybody sign in', async t => {
  const { ask, person, server } = await startApi(t);
  await person({ id: 'ann', password: 'correct horse' });
  const session = cookieOf(await ask.post('/api/v1/session').send({ user: 'ann', password: 'correct horse' }));
  const { store } = server.services;

  const kept = JSON.stringify([
    await store.find('sessions', {}),
    await store.find('tokens', {}),
    await store.find('users', {}),
  ]);

  assert.doesNotMatch(kept, /correct horse|weft_/);
  assert.equal(kept.includes(session.split('=')[1]!), false);
});

test('a changed password ends every session and what Basic remembered', async t => {
  const { ask, person } = await startApi(t);
  await person({ id: 'ann', password: 'correct horse' });
  const cookie = cookieOf(await ask.post('/api/v1/session').send({ user: 'ann', password: 'correct horse' }));

  await ask
    .put('/api/v1/session/password')
    .auth('ann', 'correct horse')
    .send({ password: 'correct horse', newPassword: 'battery staple' })
    .expect(204);

  assert.equal((await ask.get('/api/v1/users').set('Cookie', cookie)).status, 401);
  assert.equal((await ask.get('/api/v1/users').auth('ann', 'correct horse')).status, 401);
  assert.equal((await ask.get('/api/v1/users').auth('ann', 'battery staple')).status, 200);
});

test('with a cookie only our own pages can change something', async t => {
  const { ask, person } = await startApi(t);
  await person({ id: 'ann', password: 'correct horse' });
  const cookie = cookieOf(await ask.post('/api/v1/session').send({ user: 'ann', password: 'correct horse' }));
  const make = (headers: Record<string, string>) =>
    ask
      .post('/api/v1/tokens')
      .set({ Cookie: cookie, Host: 'localhost:3000', 'Content-Type': 'application/json', ...headers })
      .send('{"name":"made"}')
      .then(answer => answer.status);

  assert.equal(await make({}), 403);
  assert.equal(await make({ 'Sec-Fetch-Site': 'cross-site' }), 403);
  assert.equal(await make({ 'Sec-Fetch-Site': 'same-site' }), 403);
  assert.equal(await make({ Origin: 'http://evil.example' }), 403);
  assert.equal(await make({ ...own, 'Content-Type': 'text/plain' }), 415);
  assert.equal(await make({ Origin: 'http://localhost:3000' }), 201);
  assert.equal(await make(own), 201);
});

test('demo people sign in with one click, in demo mode only, under a loopback name only', async t => {
  const { ask, person } = await startApi(t, { environment: { WEFT_DEMO: 'on' } });
  await person({ id: 'clara', title: 'Clerk' });
  await person({ id: 'root', title: 'Head of IT', administrator: true });
  const production = await startApi(t);
  await production.person({ id: 'clara', title: 'Clerk' });
  const click = (api: typeof ask, user: string, host = 'localhost:3000') =>
    api
      .post('/api/v1/session')
      .set('Host', host)
      .send({ user })
      .then(answer => answer.status);

  assert.equal(await click(ask, 'clara'), 200);
  assert.equal(await click(ask, 'root'), 401, 'an administrator of one’s own is no demo person');
  const offered = (await ask.get('/api/v1/session')).body.demoUsers;
  assert.deepEqual(
    offered.map(({ id }: { id: string }) => id),
    ['clara'],
  );
  assert.equal(await click(ask, 'clara', 'rebound.example:3000'), 421);
  assert.equal(await click(production.ask, 'clara'), 401);
});

test('every change by a person is in the audit, with who and what', async t => {
  const { ask, person, server } = await startApi(t);
  const root = await person({ id: 'root', administrator: true });

  await root.post('/groups', { id: 'clerks', name: 'Clerks', rights: ['work'] });
  await root.post('/users', { id: 'ben', name: 'Ben', groups: ['clerks'], password: 'a long password' });
  await ask.post('/api/v1/session').send({ user: 'ben', password: 'a long password' });

  const audit = await server.services.store.find<never>('audit', { sort: { number: 1 } });
  assert.deepEqual(
    audit.map(({ action, by, subject }) => `${by}: ${action} ${subject}`),
    ['root: group created clerks', 'root: user created ben', 'ben: signed in ben'],
  );
});
