/** /engine-rest/filter: queries for tasks that are kept, shared and run. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { startRest } from './harness.js';

test('saved filters', async t => {
  const { rest, as, server } = await startRest(t);
  const { people, tokens, authorizations } = server.services.identity;
  const { administration } = server.services.tasks;
  await people.createUser({ id: 'ann', name: 'Ann' });
  await people.createUser({ id: 'bob', name: 'Bob' });
  const ann = as((await tokens.create({ user: 'ann', name: 'test' })).token);
  const bob = as((await tokens.create({ user: 'bob', name: 'test' })).token);
  const admin = { tenants: [''], person: 'admin', groups: [], administrator: true };
  await administration.create(admin, { id: 'a', name: 'Alpha', assignee: 'ann', priority: 1 });
  await administration.create(admin, { id: 'b', name: 'Beta', assignee: 'ann', priority: 2 });
  await administration.create(admin, { id: 'c', name: 'Gamma', assignee: 'bob', priority: 3 });
  await administration.setVariables(admin, 'a', { set: { amount: 5, secret: 1 } });
  const ids = (tasks: { id: string }[]) => tasks.map(({ id }) => id);

  const mine = {
    resourceType: 'Task',
    name: 'Mine',
    owner: 'ann',
    query: { assignee: 'ann', sorting: [{ sortBy: 'priority', sortOrder: 'desc' }] },
    properties: { color: '#fff', variables: [{ name: 'amount', label: 'Amount' }] },
  };
  const created = await ann('post', '/filter/create', mine);
  assert.equal(created.status, 200);
  const { id, ...view } = created.body;
  assert.deepEqual(view, mine);
  const at = `/filter/${id}`;

  await t.test('it is listed, read and run', async () => {
    assert.deepEqual(ids((await ann('get', '/filter?nameLike=Mi%25')).body), [id]);
    assert.equal((await ann('get', `/filter?filterId=${id}&itemCount=true`)).body[0].itemCount, 2);
    assert.equal((await ann('get', `${at}?itemCount=true`)).body.itemCount, 2);
    assert.equal('itemCount' in (await ann('get', at)).body, false);
    assert.deepEqual(ids((await ann('get', `${at}/list`)).body), ['b', 'a']);
    assert.deepEqual(ids((await ann('get', `${at}/list?firstResult=1&maxResults=1`)).body), ['a']);
    assert.equal((await ann('get', `${at}/count`)).body.count, 2);
    assert.equal((await ann('get', '/filter/nothing')).status, 404);
  });

  await t.test('it is narrowed, and the order changed, by what is asked in addition', async () => {
    assert.deepEqual(ids((await ann('post', `${at}/list`, { name: 'alpha' })).body), ['a']);
    const sorting = [{ sortBy: 'name', sortOrder: 'asc' }];
    assert.deepEqual(ids((await ann('post', `${at}/list`, { sorting })).body), ['a', 'b']);
    assert.equal((await ann('post', `${at}/count`, { minPriority: 2 })).body.count, 1);
    assert.equal((await ann('post', `${at}/singleResult`, { name: 'Alpha' })).body.id, 'a');
    assert.equal((await ann('post', `${at}/singleResult`, { name: 'Nothing' })).status, 204);
    assert.equal((await ann('get', `${at}/singleResult`)).status, 400);
    assert.equal((await ann('post', `${at}/list`, { nmae: 'x' })).status, 400);
  });

  await t.test('as HAL it brings the variables that it shows', async () => {
    const { text, headers } = await ann('get', `${at}/list`, undefined, {
      Accept: 'application/hal+json, application/json; q=0.5',
    });
    assert.equal(headers['content-type'], 'application/hal+json');
    const { _embedded: embedded, count } = JSON.parse(text);
    assert.equal(count, 2);
    assert.deepEqual(
      embedded.assignee.map(({ id: user }: { id: string }) => user),
      ['ann'],
    );
    const variables = embedded.task.map((task: { _embedded: { variable: { name: string; value: unknown }[] } }) =>
      task._embedded.variable.map(({ name, value }) => [name, value]),
    );
    assert.deepEqual(variables, [[], [['amount', 5]]]);
  });

  await t.test('others need a permission', async () => {
    assert.deepEqual(ids((await bob('get', '/filter')).body), []);
    assert.equal((await bob('get', `${at}/list`)).status, 403);
    assert.deepEqual((await bob('options', at)).body.links, []);
    await authorizations.create({ type: 'global', resource: 'filter', resourceId: id, permissions: ['READ'] });
    assert.deepEqual(ids((await bob('get', '/filter')).body), [id]);
    // Bob sees the filter, not Ann's tasks.
    assert.deepEqual((await bob('get', `${at}/list`)).body, []);
    assert.equal((await bob('put', at, { ...mine, name: 'His' })).status, 403);
    const rels = (await bob('options', at)).body.links.map(({ rel }: { rel: string }) => rel);
    assert.deepEqual([rels.includes('self'), rels.includes('update')], [true, false]);
  });

  await t.test('what cannot be run is not saved; expressions are never evaluated', async () => {
    const save = async (filter: object) => (await ann('post', '/filter/create', { ...mine, ...filter })).status;
    assert.equal(await save({ query: { minPriority: '2', assigned: 'true' } }), 200);
    assert.equal(await save({ query: { nmae: 'x' } }), 400);
    assert.equal(await save({ query: { assigneeExpression: '${currentUser()}' } }), 400);
    assert.equal(await save({ name: null }), 400);
    assert.equal(await save({ resourceType: 'Job' }), 400);
  });

  await t.test('it is changed and taken away', async () => {
    assert.equal((await ann('put', at, { ...mine, name: 'Ours', owner: null })).status, 204);
    const { name, owner } = (await rest('get', at)).body;
    assert.deepEqual([name, owner], ['Ours', null]);
    assert.equal((await ann('delete', at, {})).status, 403);
    assert.equal((await rest('delete', at, {})).status, 204);
    assert.equal((await rest('get', at)).status, 404);
  });
});
