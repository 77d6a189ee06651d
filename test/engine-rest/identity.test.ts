/** /engine-rest: users, groups, tenants, authorizations and who somebody is. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { startRest } from './harness.js';

test('users, groups and tenants are made, changed, joined and taken away', async t => {
  const { rest, ask } = await startRest(t);
  const statusOf = async (...asked: Parameters<typeof rest>) => (await rest(...asked)).status;

  await t.test('a user', async () => {
    const profile = { id: 'mary', firstName: 'Mary', lastName: 'Major', email: 'mary@example.org' };
    const credentials = { password: 'a long sentence' };
    assert.equal(await statusOf('post', '/user/create', { profile, credentials }), 204);
    assert.equal(await statusOf('post', '/user/create', { profile, credentials }), 500);
    assert.equal(await statusOf('post', '/user/create', { profile: { firstName: 'Nobody' } }), 400);
    for (const id of ['__proto__', 'constructor', 'hasOwnProperty'])
      assert.equal(await statusOf('post', '/user/create', { profile: { ...profile, id }, credentials }), 400, id);
    assert.deepEqual((await rest('get', '/user/mary/profile')).body, profile);
    assert.equal(await statusOf('put', '/user/mary/profile', { ...profile, lastName: 'Minor', email: null }), 204);
    assert.deepEqual((await rest('get', '/user?lastNameLike=Min%25')).body, [
      { ...profile, lastName: 'Minor', email: null },
    ]);
    assert.equal((await rest('get', '/user/count?firstName=Mary')).body.count, 1);
    assert.equal(await statusOf('get', '/user/nobody/profile'), 404);
    assert.equal((await ask.get('/engine-rest/engine').auth('mary', 'a long sentence')).status, 200);
  });

  await t.test('a group with members', async () => {
    assert.equal(await statusOf('post', '/group/create', { id: 'clerks', name: 'Clerks', type: 'WORKFLOW' }), 204);
    assert.equal(await statusOf('post', '/group/create', { id: 'clerks' }), 500);
    assert.equal(await statusOf('post', '/group/create', { id: '__proto__', name: 'Clerks' }), 400);
    assert.equal(await statusOf('put', '/group/clerks', { id: 'clerks', name: 'All clerks', type: null }), 204);
    assert.deepEqual((await rest('get', '/group/clerks')).body, { id: 'clerks', name: 'All clerks', type: null });
    assert.equal(await statusOf('put', '/group/clerks/members/mary'), 204);
    assert.equal(await statusOf('put', '/group/clerks/members/nobody'), 500);
    assert.deepEqual(
      (await rest('post', '/group', { member: 'mary' })).body.map(({ id }: { id: string }) => id),
      ['clerks'],
    );
    assert.deepEqual(
      (await rest('get', '/user?memberOfGroup=clerks')).body.map(({ id }: { id: string }) => id),
      ['mary'],
    );
    await rest('post', '/user/create', { profile: { id: 'joe' } });
    await rest('put', '/group/clerks/members/joe');
    assert.deepEqual((await rest('get', '/identity/groups?userId=mary')).body, {
      groups: [{ id: 'clerks', name: 'All clerks' }],
      groupUsers: [{ id: 'joe', firstName: null, lastName: 'joe', displayName: 'joe' }],
    });
    assert.equal(await statusOf('get', '/identity/groups'), 400);
    assert.equal(await statusOf('delete', '/group/clerks/members/joe', {}), 204);
  });

  await t.test('a tenant with members of both kinds', async () => {
    assert.equal(await statusOf('post', '/tenant/create', { id: 'acme', name: 'Acme' }), 204);
    assert.equal(await statusOf('put', '/tenant/acme', { name: 'Acme Inc.' }), 204);
    assert.deepEqual((await rest('get', '/tenant/acme')).body, { id: 'acme', name: 'Acme Inc.' });
    assert.equal(await statusOf('put', '/tenant/acme/user-members/joe'), 204);
    assert.equal(await statusOf('put', '/tenant/acme/group-members/clerks'), 204);
    const found = async (query: string) => (await rest('get', `/tenant/count?${query}`)).body.count;
    assert.deepEqual(
      [await found('userMember=joe'), await found('groupMember=clerks'), await found('userMember=mary')],
      [1, 1, 0],
    );
    assert.equal(await found('userMember=mary&includingGroupsOfUser=true'), 1);
    assert.equal(await statusOf('delete', '/tenant/acme/user-members/joe', {}), 204);
    assert.equal(await statusOf('delete', '/tenant/acme', {}), 204);
    assert.equal(await statusOf('get', '/tenant/acme'), 404);
  });

  await t.test('credentials are verified and set; the rule for passwords is told', async () => {
    const verify = async (password: string) =>
      (await rest('post', '/identity/verify', { username: 'mary', password })).body;
    assert.deepEqual(await verify('a long sentence'), {
      authenticatedUser: 'mary',
      authenticated: true,
      tenants: null,
      groups: null,
    });
    assert.equal((await verify('a guess')).authenticated, false);
    assert.equal(await statusOf('post', '/identity/verify', { username: 'mary' }), 400);
    assert.equal(await statusOf('put', '/user/mary/credentials', { password: 'short' }), 400);
    assert.equal(await statusOf('put', '/user/mary/credentials', { password: 'another sentence' }), 204);
    assert.equal((await verify('a long sentence')).authenticated, false);
    assert.equal(await statusOf('post', '/user/mary/unlock'), 204);
    const own = await ask
      .put('/engine-rest/user/mary/credentials')
      .auth('mary', 'another sentence')
      .send({ password: 'a third sentence', authenticatedUserPassword: 'a guess' });
    assert.equal(own.status, 403);
    assert.equal((await rest('get', '/identity/password-policy')).body.rules[0].parameter.minLength, '8');
    const checked = (await rest('post', '/identity/password-policy', { password: 'short' })).body;
    assert.deepEqual([checked.valid, checked.rules[0].valid], [false, false]);
  });

  await t.test('what may be done is told as links', async () => {
    const rels = async (path: string) =>
      (await rest('options', path)).body.links.map(({ rel }: { rel: string }) => rel).sort();
    assert.deepEqual(await rels('/user'), ['count', 'create', 'list']);
    assert.deepEqual(await rels('/user/mary'), ['delete', 'self', 'updateCredentials', 'updateProfile']);
    assert.deepEqual(await rels('/group/clerks/members'), ['create', 'delete']);
    assert.deepEqual(await rels('/tenant/x/user-members'), ['create', 'delete']);
    const mary = await ask.options('/engine-rest/group').auth('mary', 'another sentence');
    assert.deepEqual(
      mary.body.links.map(({ rel }: { rel: string }) => rel),
      ['list', 'count'],
    );
    assert.match(mary.body.links[0].href, /^http:.*\/engine-rest\/group$/);
  });

  await t.test('the last administrator stays', async () => {
    assert.equal(await statusOf('delete', '/user/admin', {}), 500);
    assert.equal(await statusOf('delete', '/user/joe', {}), 204);
    assert.equal(await statusOf('delete', '/group/clerks', {}), 204);
  });
});

test('authorizations are given, checked, changed and taken away', async t => {
  const { rest, as, server } = await startRest(t);
  const { people, tokens } = server.services.identity;
  await people.createUser({ id: 'mary', name: 'Mary' });
  const mary = as((await tokens.create({ user: 'mary', name: 'test' })).token);
  const check = async (permissionName: string, resourceType: number, resourceId?: string) => {
    const id = resourceId === undefined ? '' : `&resourceId=${resourceId}`;
    const query = `permissionName=${permissionName}&resourceName=x&resourceType=${resourceType}${id}`;
    return (await mary('get', `/authorization/check?${query}`)).body.authorized;
  };

  // given
  const body = {
    type: 1,
    permissions: ['READ', 'UPDATE'],
    userId: 'mary',
    groupId: null,
    resourceType: 7,
    resourceId: '*',
  };
  assert.equal((await mary('post', '/authorization/create', body)).status, 403);

  // when
  const created = await rest('post', '/authorization/create', body);

  // then
  const { links, id, ...view } = created.body;
  assert.deepEqual(view, { ...body, removalTime: null, rootProcessInstanceId: null });
  assert.deepEqual(
    links.map(({ rel }: { rel: string }) => rel),
    ['self', 'delete', 'update'],
  );
  assert.deepEqual(
    [await check('UPDATE', 7), await check('DELETE', 7), await check('READ', 6, 'order')],
    [true, false, true],
  );
  assert.equal((await mary('get', '/authorization/check?permissionName=X&resourceName=x&resourceType=7')).status, 400);
  assert.equal((await mary('get', '/authorization/check?permissionName=READ&resourceName=x')).status, 400);
  const others = '/authorization/check?permissionName=READ&resourceName=x&resourceType=7&userId=admin';
  assert.equal((await mary('get', others)).status, 403);
  assert.equal((await rest('get', '/authorization/count?userIdIn=mary&resourceType=7')).body.count, 1);
  assert.equal((await mary('get', '/authorization/count')).body.count, 0);
  assert.equal(
    (await rest('put', `/authorization/${id}`, { ...body, type: undefined, permissions: ['ALL'] })).status,
    204,
  );
  assert.equal(await check('DELETE', 7), true);
  assert.equal((await rest('post', '/authorization/create', { ...body, permissions: ['FLY'] })).status, 400);
  assert.equal((await rest('post', '/authorization/create', { ...body, type: 0 })).status, 400);
  const everybody = await rest('post', '/authorization/create', { ...body, type: 0, userId: '*' });
  assert.equal(everybody.body.userId, '*');
  assert.equal((await rest('delete', `/authorization/${id}`, {})).status, 204);
  assert.equal((await rest('get', `/authorization/${id}`)).status, 404);
});
