/** Weft where people put it: behind TLS under a path, with a certificate of its own, behind a balancer, on plain http. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { startApi } from '../api/harness.js';
import { browse, certificate, type FrontOptions, startFront } from '../front.js';
import { skip } from '../mongod.js';
import { newDatabase, sharedMongod } from '../servers.js';
import { until } from '../until.js';
import { createClock } from '../virtual.js';

const password = 'a long password';

/** A proxy is there first, so that the server knows its address. */
async function behind(t: TestContext, options: Omit<FrontOptions, 'servers'>, environment: (front: string) => object) {
  const servers: string[] = [];
  const front = await startFront(t, { ...options, servers });
  const api = await startApi(t, {
    environment: { WEFT_TRUSTED_PROXIES: 'loopback', ...environment(front) } as Record<string, string>,
  });
  const { port } = await api.server.listen();
  await api.person({ id: 'anna', password });
  servers.push(`http://127.0.0.1:${port}`);
  return { ...api, front };
}

/** How the prefix can travel → the settings that go with it. */
const ways: [name: string, passes: 'prefix' | 'rest', environment: (front: string) => object][] = [
  ['passes it on', 'prefix', front => ({ WEFT_PUBLIC_URL: front, WEFT_BASE_PATH: '/weft' })],
  ['takes it away', 'rest', front => ({ WEFT_PUBLIC_URL: `${front}/weft` })],
];

for (const [name, passes, environment] of ways)
  test(`under a path behind TLS, where the proxy ${name}: pages, sign-in and API work`, async t => {
    const { front } = await behind(t, { prefix: '/weft', passes }, environment);
    const at = (path: string) => `${front}/weft${path}`;

    const home = await browse(at('/'));
    assert.deepEqual([home.status, home.headers.location], [302, '/weft/tasklist.html']);
    const page = await browse(at('/tasklist.html?view=late'));
    assert.equal(page.headers.location, '/weft/signin.html?to=tasklist.html%3Fview%3Dlate');

    const signedIn = await browse(at('/api/v1/session'), {
      method: 'POST',
      headers: { origin: front },
      body: { user: 'anna', password },
    });
    const [cookie] = signedIn.headers['set-cookie'] ?? [];
    assert.match(cookie ?? '', /^weft=[^;]+; Path=\/weft\/; HttpOnly; Secure; SameSite=Lax$/);
    assert.match(signedIn.headers['strict-transport-security'] ?? '', /max-age/);

    const bearing = { cookie: cookie!.split(';')[0]! };
    assert.equal((await browse(at('/api/v1/tasks'), { headers: bearing })).status, 200);
    assert.equal((await browse(at('/engine-rest/task'), { headers: bearing })).status, 200);
    const foreign = { method: 'DELETE', headers: { ...bearing, origin: 'https://evil.example' } };
    assert.equal((await browse(at('/api/v1/session'), foreign)).status, 403);
    const own = { method: 'DELETE', headers: { ...bearing, origin: front } };
    assert.equal((await browse(at('/api/v1/session'), own)).status, 204);
    assert.equal((await browse(at('/api/v1/tasks'), { headers: bearing })).status, 401);
    assert.equal(JSON.parse((await browse(at('/api/v1/openapi.json'))).text).servers[0].url, '/weft/api/v1');
  });

test('with a certificate of its own it speaks https, and the cookie is bound to the host', async t => {
  const { server, person } = await startApi(t, {
    environment: { WEFT_TLS_CERTIFICATE: certificate.certificate, WEFT_TLS_KEY: certificate.key },
  });
  const { url } = await server.listen();
  await person({ id: 'anna', password });
  assert.match(url, /^https:/);

  const { headers } = await browse(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { origin: url },
    body: { user: 'anna', password },
  });

  assert.match(headers['set-cookie']![0]!, /^__Host-weft=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
});

test('a certificate that is none is named at the start', async t => {
  await assert.rejects(
    startApi(t, { environment: { WEFT_TLS_CERTIFICATE: '/nowhere.pem', WEFT_TLS_KEY: certificate.key } }),
    /WEFT_TLS_CERTIFICATE="\/nowhere.pem".*cannot be used/,
  );
});

test('on plain http in an intranet people sign in under the name of the machine', async t => {
  const { ask, person } = await startApi(t);
  await person({ id: 'anna', password });

  const signedIn = await ask
    .post('/api/v1/session')
    .set({ Host: 'weft.intranet:3000', Origin: 'http://weft.intranet:3000' })
    .send({ user: 'anna', password });

  const [cookie] = signedIn.headers['set-cookie'] as unknown as string[];
  assert.match(cookie!, /^weft=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/);
  assert.equal(signedIn.headers['strict-transport-security'], undefined);
  const seen = await ask.get('/api/v1/tasks').set({ Host: 'weft.intranet:3000', Cookie: cookie!.split(';')[0]! });
  assert.equal(seen.status, 200);
});

test('the address of a client is believed of a trusted proxy only', async t => {
  const { ask, person, server } = await startApi(t);
  await person({ id: 'anna', password });
  await ask.get('/api/v1/tasks').set('X-Forwarded-For', '203.0.113.9').auth('anna', 'wrong');
  const trusting = await startApi(t, { environment: { WEFT_TRUSTED_PROXIES: 'loopback' } });
  await trusting.ask.get('/api/v1/tasks').set('X-Forwarded-For', '203.0.113.9').auth('anna', 'wrong');

  const addressOf = async ({ services }: typeof server) => (await services.audit.find({}))[0]!.address;
  assert.match(await addressOf(server), /127\.0\.0\.1/);
  assert.equal(await addressOf(trusting.server), '203.0.113.9');
});

test('a sign-in behind a balancer survives the end of a node, and a disabled user is out at every node', {
  skip,
}, async t => {
  const address = new URL((await sharedMongod('lone server')).uri);
  address.pathname = newDatabase();
  const servers: string[] = [];
  const front = await startFront(t, { servers });
  const open = () =>
    startApi(t, {
      environment: { MONGODB_URI: address.href, WEFT_PUBLIC_URL: front, WEFT_TRUSTED_PROXIES: 'loopback' },
    });
  const [one, two] = [await open(), await open()];
  for (const { server } of [one, two]) servers.push(`http://127.0.0.1:${(await server.listen()).port}`);
  await one.person({ id: 'anna', password });
  const { headers } = await browse(`${front}/api/v1/session`, {
    method: 'POST',
    headers: { origin: front },
    body: { user: 'anna', password },
  });
  const bearing = { headers: { cookie: headers['set-cookie']![0]!.split(';')[0]! } };
  const seen = async () => (await browse(`${front}/api/v1/tasks`, bearing)).status;
  assert.deepEqual([await seen(), await seen()], [200, 200]);

  await one.server.close();
  assert.deepEqual([await seen(), await seen()], [200, 200]);

  const basic = { headers: { authorization: `Basic ${Buffer.from(`anna:${password}`).toString('base64')}` } };
  assert.equal((await browse(`${front}/api/v1/tasks`, basic)).status, 200);
  const three = await open();
  await three.server.services.identity.setDisabled('anna', true);
  await until('the other node knows that she is disabled', async () => (await seen()) === 401);
  await until('so does HTTP Basic', async () => (await browse(`${front}/api/v1/tasks`, basic)).status === 401);
});

test('failed sign-ins at one node count at the other', { skip }, async t => {
  const address = new URL((await sharedMongod('lone server')).uri);
  address.pathname = newDatabase();
  // The clock stands still: nobody has waited long enough.
  const open = () => startApi(t, { environment: { MONGODB_URI: address.href }, clock: createClock() });
  const nodes = [await open(), await open()];
  await nodes[0]!.person({ id: 'anna', password });
  const guess = async (node: number) => (await nodes[node]!.ask.get('/api/v1/tasks').auth('anna', 'wrong')).status;

  const statuses: number[] = [];
  for (let n = 0; n < 10; n++) statuses.push(await guess(n % 2));

  assert.deepEqual(statuses, Array(10).fill(401));
  assert.deepEqual([await guess(0), await guess(1)], [429, 429]);
});
