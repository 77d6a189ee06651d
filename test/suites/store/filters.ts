/** The contract of filters: membership, negation, types; and any filter finds what the predicate in memory says. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Json } from '../../../engine/core/types.js';
import type { FieldFilter, Filter, Scalar } from '../../../engine/store/port.js';
import { matches, readable } from '../../../engine/store/queries.js';
import { document, task } from '../documents.js';
import type { Contract } from '../store.js';

const scalars: Scalar[] = [
  null,
  true,
  false,
  0,
  1,
  -1,
  2.5,
  1e12,
  '',
  '0',
  '1',
  'a',
  'ab',
  'B',
  'ü',
  '\u{1f642}',
  '{"a":1}',
  '[]',
  "it's",
];
const scalar = fc.constantFrom(...scalars);
const element = fc.constantFrom('a', 'ab', 'B', 'none');
const number = fc.constantFrom(-1, 0, 1, 2.5, 1e12);
const text = fc.constantFrom('', '1', 'a', 'ab', 'B', 'ü', '{"a":1}');

/** Paths with and without a column of their own, of every type; `optional` leaves a field away. */
const anyTask = fc.record(
  {
    assignee: fc.option(text),
    due: fc.option(number),
    priority: number,
    businessKey: scalar,
    wait: fc.record({ v: fc.constant(1), state: fc.constantFrom('open', 'answered') }),
    candidateUsers: fc.uniqueArray(element, { maxLength: 3 }),
    candidateGroups: fc.uniqueArray(element, { maxLength: 3 }),
    extra: fc.oneof<fc.Arbitrary<Json>[]>(scalar, fc.constant({ a: 1 }), fc.record({ deep: scalar })),
  },
  { requiredKeys: ['wait'] },
);

const paths = ['assignee', 'due', 'priority', 'businessKey', 'wait.state', 'extra', 'extra.deep', 'nothing.there'];

const range = fc.oneof(
  fc.record({ $gt: number, $lte: number }, { requiredKeys: [] }),
  fc.record({ $gte: number, $lt: number }, { requiredKeys: [] }),
  fc.record({ $gt: text, $lte: text }, { requiredKeys: [] }),
  fc.record({ $gte: text, $lt: text }, { requiredKeys: [] }),
);
const condition: fc.Arbitrary<FieldFilter> = fc.oneof(
  scalar,
  fc.record({ $eq: scalar }),
  fc.record({ $ne: scalar }),
  fc.record({ $in: fc.array(scalar, { maxLength: 4 }) }),
  fc.record({ $nin: fc.array(scalar, { maxLength: 4 }) }),
  fc.record({ $exists: fc.boolean() }),
  fc.record({ $prefix: text }),
  range,
);
const membership: fc.Arbitrary<FieldFilter> = fc.oneof(
  element,
  fc.record({ $ne: element }),
  fc.record({ $in: fc.array(element, { maxLength: 3 }) }),
  fc.record({ $nin: fc.array(element, { maxLength: 3 }) }),
  fc.record({ $prefix: element }),
);
const field: fc.Arbitrary<Filter> = fc.oneof(
  fc.dictionary(fc.constantFrom(...paths), condition, { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
  fc.dictionary(fc.constantFrom('candidateUsers', 'candidateGroups'), membership, {
    minKeys: 1,
    noNullPrototype: true,
  }),
  fc.constantFrom<Filter[]>({ 'wait.state': 'open' }, { 'wait.state': 'answered' }),
) as fc.Arbitrary<Filter>;

const { filter: anyFilter } = fc.letrec<{ filter: Filter; filters: Filter[] }>(tie => ({
  filters: fc.array(tie('filter'), { maxLength: 3 }),
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 3, arbitrary: field },
    { weight: 2, arbitrary: fc.record({ $and: tie('filters') }) },
    { weight: 1, arbitrary: fc.record({ $or: tie('filters') }) },
    { weight: 1, arbitrary: fc.record({ $nor: tie('filters') }) },
  ) as fc.Arbitrary<Filter>,
}));

export function filterContract(contract: Contract): void {
  contract('any filter finds exactly the documents that match it in memory', async store => {
    const samples = fc.sample(anyTask, 80);
    const tasks = samples.map((fields, number) => document(`t${number}`, { ...fields }));
    await store.put('tasks', tasks);

    await fc.assert(
      fc.asyncProperty(anyFilter, async filter => {
        const found = await store.find('tasks', { filter, sort: { id: 1 } });
        const expected = tasks.filter(one => matches(filter, one)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
        assert.deepEqual(found, JSON.parse(JSON.stringify(expected)));
        assert.equal(await store.count('tasks', filter), expected.length);
      }),
      { numRuns: 400 },
    );
  });

  contract('a guard is the same predicate', async store => {
    await store.put(
      'tasks',
      fc.sample(anyTask, 20).map((fields, number) => document(`t${number}`, { ...fields })),
    );
    const tasks = await store.find('tasks', {});

    await fc.assert(
      fc.asyncProperty(anyFilter, fc.constantFrom(...tasks), async (guard, one) => {
        const patched = await store.patch('tasks', one.id, guard, { set: {} });
        assert.equal(patched !== undefined, matches(guard, one));
      }),
      { numRuns: 100 },
    );
  });

  contract('an array path is asked by element, also in the negative', async store => {
    await store.put('tasks', [
      task('a', { candidateGroups: ['sales', 'lead'] }),
      task('b', { candidateGroups: ['sales'] }),
      task('c', { candidateGroups: [] }),
      task('d', { candidateGroups: ['lead'], wait: { v: 2, state: 'answered' } }),
    ]);
    const ids = async (filter: Filter) =>
      (await store.find('tasks', { filter, sort: { id: 1 } })).map(found => found.id);
    const open = { 'wait.state': 'open' };

    assert.deepEqual(await ids({ ...open, candidateGroups: 'sales' }), ['a', 'b']);
    assert.deepEqual(await ids({ ...open, candidateGroups: { $in: ['lead', 'none'] } }), ['a']);
    assert.deepEqual(await ids({ ...open, candidateGroups: { $ne: 'lead' } }), ['b', 'c']);
    assert.deepEqual(await ids({ ...open, candidateGroups: { $nin: ['sales', 'lead'] } }), ['c']);
    assert.deepEqual(await ids({ candidateGroups: 'lead' }), ['a', 'd']);
    assert.deepEqual(await ids({ candidateGroups: { $ne: 'lead' } }), ['b', 'c']);
  });

  contract('an array path of an element follows the state of the document', async store => {
    await store.insert('tasks', task('a', { candidateGroups: ['sales'] }));
    const inPool = () => store.count('tasks', { 'wait.state': 'open', candidateGroups: 'sales' });
    assert.equal(await inPool(), 1);

    await store.patch('tasks', 'a', {}, { set: { 'wait.state': 'dropped' } });
    assert.equal(await inPool(), 0);

    await store.patch('tasks', 'a', {}, { set: { 'wait.state': 'open' } });
    assert.equal(await inPool(), 1);

    await store.patch('tasks', 'a', {}, { set: { candidateGroups: ['lead'] } });
    assert.equal(await inPool(), 0);
  });

  contract('a reader sees the documents of his tenants, the engine sees all', async store => {
    await store.put('tasks', [task('a'), task('b', { tenant: 'acme' }), task('c', { tenant: 'other' })]);
    const seen = async (reader: Parameters<typeof readable>[0]) =>
      (await store.find('tasks', { filter: readable(reader, { 'wait.state': 'open' }), sort: { id: 1 } })).map(
        one => one.id,
      );

    assert.deepEqual(await seen({ tenants: ['', 'acme'] }), ['a', 'b']);
    assert.deepEqual(await seen({ tenants: [] }), []);
    assert.deepEqual(await seen('system'), ['a', 'b', 'c']);
  });

  contract('a filter that nobody understands is refused, not ignored', async store => {
    await store.insert('tasks', task('a'));

    await assert.rejects(store.find('tasks', { filter: { assignee: { $like: 'x' } } as never }), /\$like/);
    await assert.rejects(store.find('tasks', { filter: { $text: 'x' } as never }), /\$text/);
    await assert.rejects(store.claim('tasks', { filter: { $text: 'x' } as never, limit: 1 }, {}), /\$text/);
  });
}
