/** The directory: names for ids, and never a password. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { FORMAT, type GroupDocument } from '../../engine/store/documents.js';
import { openHouse } from '../house.js';

test('a person is known by name and groups, and never with the password', async t => {
  // given
  const { store, directory, person } = await openHouse(t);
  await person('ann', ['clerks']);
  await store.patch('users', 'ann', {}, { set: { password: 'scrypt$…' } });

  // then
  const ann = await directory.person('ann');
  assert.deepEqual([ann?.name, ann?.groups], ['Ann', ['clerks']]);
  assert.ok(!JSON.stringify([ann, await directory.people()]).includes('scrypt'));
  assert.deepEqual(await directory.reader('ann'), {
    tenants: [''],
    person: 'ann',
    groups: ['clerks'],
    administrator: false,
  });
  assert.equal(await directory.reader('nobody'), undefined);
});

test('an id that nobody has is its own name', async t => {
  const { directory, person } = await openHouse(t);
  await person('ann');
  assert.deepEqual(
    [...(await directory.names(['ann', undefined, 'gone']))],
    [
      ['ann', 'Ann'],
      ['gone', 'gone'],
    ],
  );
});

test('people and groups are listed by name, of the own tenants only', async t => {
  // given
  const { store, directory, person } = await openHouse(t);
  await person('bob');
  await person('ann');
  const groups: GroupDocument[] = [
    { id: 'clerks', tenant: '', format: FORMAT, name: 'Clerks' },
    { id: 'acme-clerks', tenant: 'acme', format: FORMAT, name: 'Clerks of Acme' },
  ];
  for (const group of groups) await store.insert('groups', group);

  // then
  assert.deepEqual(
    (await directory.people()).map(({ id }) => id),
    ['ann', 'bob'],
  );
  assert.deepEqual(await directory.groups(), [{ id: 'clerks', name: 'Clerks' }]);
  assert.deepEqual(await directory.people(['acme']), []);
});
