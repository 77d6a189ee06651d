/** Signing in at an OpenID provider: who is let in, and every lie that is not believed. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { startApi } from './harness.js';
import { type Issuer, startIssuer } from './issuer.js';

async function setUp(t: TestContext, environment: Record<string, string> = {}) {
  const issuer = await startIssuer(t);
  const api = await startApi(t, {
    environment: {
      WEFT_OIDC_ISSUER: issuer.url,
      WEFT_OIDC_CLIENT: 'weft',
      WEFT_OIDC_SECRET: 'the secret of the client',
      ...environment,
    },
  });
  const { url } = await api.server.listen();

  const cookieOf = (answer: Response, name: string) =>
    answer.headers
      .getSetCookie()
      .map(cookie => cookie.split(';')[0]!)
      .findLast(cookie => cookie.startsWith(`${name}=`));

  /** From the link on the sign-in page to the provider. */
  async function begin(to = 'cockpit.html') {
    const answer = await fetch(`${url}/api/v1/session/oidc?to=${to}`, { redirect: 'manual' });
    assert.equal(answer.status, 302);
    return { address: answer.headers.get('location')!, cookie: cookieOf(answer, 'weft-oidc')! };
  }

  /** Where the provider sends the browser back to. */
  const confirm = async (address: string) => (await fetch(address, { redirect: 'manual' })).headers.get('location')!;

  async function end(callback: string, cookie: string) {
    const answer = await fetch(callback, { redirect: 'manual', headers: { cookie } });
    return { to: answer.headers.get('location'), session: cookieOf(answer, 'weft') };
  }

  async function signIn() {
    const { address, cookie } = await begin();
    return end(await confirm(address), cookie);
  }

  async function whoIs(session: string | undefined): Promise<string | undefined> {
    const answer = await fetch(`${url}/api/v1/session`, { headers: { cookie: session ?? '' } });
    return ((await answer.json()) as { user?: { id: string } }).user?.id;
  }

  return { ...api, url, issuer, begin, confirm, end, signIn, whoIs };
}

/** An e-mail that an administrator gave. */
const given = (email: string) => ({ email, confirmedEmail: email });

test('whoever the provider knows by a confirmed e-mail is the user who has it, from then on by subject', async t => {
  const { issuer, person, signIn, whoIs, server } = await setUp(t);
  await person({ id: 'mary', ...given('mary@example.org') });
  issuer.claims = { sub: 'm1', email: 'mary@example.org', email_verified: true };

  const first = await signIn();
  issuer.claims = { sub: 'm1' };
  const second = await signIn();

  assert.equal(first.to, '/cockpit.html');
  assert.deepEqual([await whoIs(first.session), await whoIs(second.session)], ['mary', 'mary']);
  const entries = await server.services.audit.find({ sort: { number: 1 } });
  assert.deepEqual(
    entries.map(({ action, by }) => [action, by]),
    [
      ['user known to the provider', 'mary'],
      ['signed in', 'mary'],
      ['signed in', 'mary'],
    ],
  );
});

test('groups that the provider names and Weft has are memberships, until it names them no more', async t => {
  const { issuer, person, signIn, server } = await setUp(t, { WEFT_OIDC_GROUPS_CLAIM: 'roles' });
  const { people } = server.services.identity;
  for (const id of ['clerks', 'chiefs', 'owners']) await people.createGroup({ id, name: id });
  await person({ id: 'mary', ...given('mary@example.org'), groups: ['owners'] });
  const groupsAfter = async (roles: unknown) => {
    issuer.claims = { sub: 'm1', email: 'mary@example.org', email_verified: true, roles };
    assert.ok((await signIn()).session);
    return (await people.user('mary'))!.groups;
  };

  assert.deepEqual(await groupsAfter(['clerks', 'chiefs', 'unknown', 7]), ['owners', 'chiefs', 'clerks']);
  assert.deepEqual(await groupsAfter('clerks'), ['owners', 'clerks']);
  assert.deepEqual(await groupsAfter(['owners']), ['owners'], 'it was given here');
  assert.deepEqual(await groupsAfter(undefined), ['owners'], 'so it stays when the provider is silent');

  const entries = await server.services.audit.find({
    filter: { action: 'memberships by the provider' },
    sort: { number: 1 },
  });
  assert.deepEqual(
    entries.map(({ subject, before, after }) => [subject, before, after]),
    [
      ['mary', { groups: ['owners'] }, { groups: ['owners', 'chiefs', 'clerks'] }],
      ['mary', { groups: ['owners', 'chiefs', 'clerks'] }, { groups: ['owners', 'clerks'] }],
      ['mary', { groups: ['owners', 'clerks'] }, { groups: ['owners'] }],
    ],
  );
});

test('without the setting the provider changes no membership, whatever it names', async t => {
  const { issuer, person, signIn, server } = await setUp(t);
  const { people } = server.services.identity;
  await people.createGroup({ id: 'chiefs', name: 'Chiefs' });
  await person({ id: 'mary', ...given('mary@example.org'), groups: ['clerks'] });
  issuer.claims = { sub: 'm1', email: 'mary@example.org', email_verified: true, groups: ['chiefs'] };

  await signIn();

  assert.deepEqual((await people.user('mary'))!.groups, ['clerks']);
});

test('an e-mail that is not confirmed, or that nobody has, opens nothing', async t => {
  const { issuer, person, signIn, server } = await setUp(t);
  await person({ id: 'mary', ...given('mary@example.org') });

  for (const claims of [
    { sub: 'x', email: 'mary@example.org' },
    { sub: 'y', email: 'mary@example.org', email_verified: false },
    { sub: 'z', email: 'other@example.org', email_verified: true },
  ]) {
    issuer.claims = claims;
    assert.deepEqual(await signIn(), { to: '/signin.html?refused=provider', session: undefined });
  }
  const failed = await server.services.audit.find({ filter: { action: 'sign-in failed' } });
  assert.equal(failed.length, 3);
});

test('an e-mail opens an account to the provider only as an administrator gave it, not as people write it themselves', async t => {
  const { issuer, person, signIn, whoIs, ask } = await setUp(t, { WEFT_OIDC_CREATE: 'on' });
  const root = await person({ id: 'root', administrator: true });
  const clerk = await person({ id: 'clerk' });
  await root.post('/groups', { id: 'helpdesk', name: 'Helpdesk' });
  await root.post('/authorizations', {
    type: 'grant',
    user: 'clerk',
    resource: 'user',
    resourceId: '*',
    permissions: ['ALL'],
  });
  for (const id of ['mallory', 'mary'])
    assert.equal(
      (await root.post('/users', { id, name: id, email: `${id}@example.org`, password: 'a long one' })).status,
      201,
    );
  const own = (email: string) => ask.patch('/api/v1/session').auth('mallory', 'a long one').send({ email });
  const known = async (sub: string) => {
    issuer.claims = { sub, email: `${sub}@example.org`, email_verified: true };
    return whoIs((await signIn()).session);
  };

  assert.equal((await own('boss@example.org')).status, 200);
  assert.equal((await clerk.post('/users', { id: 'eve', name: 'Eve', email: 'chief@example.org' })).status, 201);
  assert.equal((await clerk.patch('/users/mallory', { name: 'Mallory' })).status, 200);
  assert.equal((await root.patch('/users/mallory', { name: 'M', email: 'boss@example.org' })).status, 200, 'as it is');

  assert.equal(await known('boss'), 'boss@example.org', 'an account of its own');
  assert.equal(await known('chief'), 'chief@example.org');
  assert.equal(await known('mary'), 'mary');
  assert.equal(await known('mallory'), 'mallory@example.org', 'it is no longer what stands in the profile');
  await root.patch('/users/eve', { email: 'eve@example.org' });
  assert.equal(await known('eve'), 'eve');
});

test('where it is allowed, an unknown person becomes a user, and never takes over an id that somebody has', async t => {
  const { issuer, person, signIn, whoIs } = await setUp(t, { WEFT_OIDC_CREATE: 'on' });
  await person({ id: 'root', administrator: true });

  issuer.claims = { sub: 'n1', preferred_username: 'nina', name: 'Nina New' };
  assert.equal(await whoIs((await signIn()).session), 'nina');
  issuer.claims = { sub: 'n2', preferred_username: 'root' };
  assert.match((await whoIs((await signIn()).session)) ?? '', /^root-.+/);
});

const lies: NonNullable<Issuer['lie']>[] = ['unsigned', 'other key', 'other nonce', 'other audience', 'other issuer'];

for (const lie of lies)
  test(`an identity token is refused: ${lie}`, async t => {
    const { issuer, person, signIn } = await setUp(t);
    await person({ id: 'mary', ...given('mary@example.org') });
    issuer.claims = { sub: 'm1', email: 'mary@example.org', email_verified: true };
    assert.ok((await signIn()).session);
    issuer.lie = lie;

    assert.equal((await signIn()).session, undefined);
  });

test('a sign-in ends once, in the browser that began it', async t => {
  const { issuer, person, begin, confirm, end } = await setUp(t);
  await person({ id: 'mary', ...given('mary@example.org') });
  issuer.claims = { sub: 'm1', email: 'mary@example.org', email_verified: true };
  const { address, cookie } = await begin();
  const callback = await confirm(address);
  const elsewhere = (await begin()).cookie;

  assert.equal((await end(callback, elsewhere)).session, undefined);
  assert.equal((await end(callback, '')).session, undefined);
  assert.ok((await end(callback, cookie)).session);
  assert.equal((await end(callback, cookie)).session, undefined);
});

test('the way back leads to a page of Weft, and another one is refused', async t => {
  const { url } = await setUp(t);

  for (const to of ['https://evil.example', '//evil.example', 'javascript:alert(1)']) {
    const answer = await fetch(`${url}/api/v1/session/oidc?to=${encodeURIComponent(to)}`, { redirect: 'manual' });
    assert.equal(answer.status, 400);
  }
});

test('who is disabled here is not let in by the provider', async t => {
  const { issuer, person, signIn, server } = await setUp(t);
  await person({ id: 'mary', ...given('mary@example.org') });
  issuer.claims = { sub: 'm1', email: 'mary@example.org', email_verified: true };
  await server.services.identity.setDisabled('mary', true);

  assert.equal((await signIn()).session, undefined);
});
