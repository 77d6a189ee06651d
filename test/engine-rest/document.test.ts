/** /engine-rest and the OpenAPI document of Camunda 7: every operation, every filter, every sort key, every property. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { laterOf } from '../../api/engine-rest/later.js';
import {
  answeredProperties,
  counts,
  type DocumentedOperation,
  type Filter,
  filtersOf,
  lists,
  operations,
  sortsOf,
} from './document.js';
import type { RestAnswer } from './harness.js';
import { populated } from './populated.js';

/** Dates of tasks, which the document calls texts. */
const dateOfTask = /^(due|followUp|created|updated)(Date|On|Before|After|BeforeOrNotExistent)$/;

/** What nothing has, for each kind of value; and what cannot be read. */
function probe({ name, type, format, words }: Filter): {
  nothing: unknown;
  unreadable?: unknown;
  finds: 'nothing' | 'all' | 'some';
} {
  const finds = /NotIn$|NotEqual$|NotLike$/.test(name) ? 'all' : 'nothing';
  if (/^(processVariables|taskVariables|variables|variableValues|caseInstanceVariables)$/.test(name))
    return { nothing: [{ name: 'nobody', operator: 'eq', value: 'nothing' }], unreadable: 'x', finds };
  if (/^(dueDates|createTimes)$/.test(name))
    return { nothing: [{ operator: 'gt', value: '2999-01-01T00:00:00.000+0000' }], unreadable: 'x', finds };
  if (words) return { nothing: words[0], unreadable: 'no-such-word', finds: 'some' };
  // A flag that is false asks for nothing.
  if (type === 'boolean') return { nothing: false, unreadable: 'True', finds: 'all' };
  if (type === 'integer' || type === 'number')
    return { nothing: /max|LowerThan/i.test(name) ? -987654321 : 987654321, unreadable: 'x', finds };
  if (format === 'date-time' || dateOfTask.test(name)) {
    const isLowerBound = /after/i.test(name);
    if (name.endsWith('OrNotExistent'))
      return { nothing: '1990-01-01T00:00:00.000+0000', unreadable: 'soon', finds: 'some' };
    return {
      nothing: isLowerBound ? '2999-01-01T00:00:00.000+0000' : '1990-01-01T00:00:00.000+0000',
      unreadable: 'soon',
      finds,
    };
  }
  return {
    nothing: type === 'array' || /In$|Ids$|Groups$/.test(name) ? ['nobody-has-this'] : 'nobody-has-this',
    finds,
  };
}

const inAddress = (value: unknown) =>
  Array.isArray(value)
    ? value.map(one => (typeof one === 'object' ? Object.values(one as object).join('_') : String(one))).join(',')
    : String(value);

const addressOf = (query: Record<string, unknown>) =>
  new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, inAddress(value)]));

/** Nothing first, where the answers tell what they are sorted by. */
function isInOrder(rows: Record<string, unknown>[], key: string, order: string): boolean {
  const told = rows.filter(row => Object.hasOwn(row, key));
  const values = told.map(row => (row[key] ?? '') as string | number);
  const ascending = order === 'asc' ? values : values.toReversed();
  return ascending.every((value, at) => at === 0 || ascending[at - 1]! <= value);
}

const isServed = ({ status, body }: RestAnswer) =>
  !(status === 501 || (status === 404 && /^there is nothing at/.test(body?.message ?? '')));

test('the document and the server agree', async t => {
  const { rest } = await populated(t);

  /** Asks a list or count: in the address, or in the body. */
  const ask = ({ path, method }: DocumentedOperation, query: Record<string, unknown>) =>
    method === 'get' ? rest('get', `${path}?${addressOf(query)}`) : rest(method, path, query);

  await t.test('every operation is served, or 501 because its issue comes later', async () => {
    const missing: string[] = [];
    for (const { path, method } of operations) {
      const address = path.replaceAll(/\{[^}]+\}/g, 'x');
      const answer = await rest(method, address, method === 'get' || method === 'options' ? undefined : {});
      const isLater = laterOf(address) !== undefined;
      if (isLater ? answer.status !== 501 : !isServed(answer) || answer.status === 405)
        missing.push(`${method} ${path}`);
    }
    assert.deepEqual(missing, []);
  });

  for (const count of counts) {
    if (laterOf(count.path) !== undefined) continue;
    const what = `${count.method} ${count.path}`;
    const whole = await ask(count, {});
    if (!isServed(whole)) continue;

    await t.test(`${what}: every filter filters, and refuses what it cannot read`, async () => {
      assert.equal(whole.status, 200, whole.text);
      const total = whole.body.count as number;
      assert.ok(total > 0, 'there is something to count');
      for (const filter of filtersOf(count)) {
        const { nothing, unreadable, finds } = probe(filter);
        const answer = await ask(count, { [filter.name]: nothing });
        if (filter.name.endsWith('Expression')) {
          assert.equal(answer.status, 400, `${filter.name} is not evaluated`);
          continue;
        }
        assert.equal(answer.status, 200, `${filter.name}: ${answer.text}`);
        const wanted = { nothing: 0, all: total, some: answer.body.count }[finds];
        assert.equal(answer.body.count, wanted, `${filter.name}=${JSON.stringify(nothing)}`);
        if (unreadable === undefined || filter.name === 'incidentStatus') continue;
        const refused = await ask(count, { [filter.name]: unreadable });
        assert.equal(refused.status, 400, `${filter.name}=${unreadable}: ${refused.text}`);
        assert.equal(refused.body.type, 'InvalidRequestException');
      }
      const flags = new Set(filtersOf(count).map(({ name }) => name));
      for (const [one, other] of opposites) {
        if (!flags.has(one) || !flags.has(other)) continue;
        const [here, there] = [await ask(count, { [one]: true }), await ask(count, { [other]: true })];
        assert.equal(here.body.count + there.body.count, total, `${one} and ${other}`);
      }
    });
  }

  for (const list of lists) {
    if (laterOf(list.path) !== undefined) continue;
    const what = `${list.method} ${list.path}`;
    const whole = await ask(list, {});
    if (!isServed(whole)) continue;

    await t.test(`${what}: every sort key sorts, in both directions, and every property is there`, async () => {
      assert.equal(whole.status, 200, whole.text);
      for (const sortBy of sortsOf(list))
        for (const sortOrder of ['asc', 'desc']) {
          const sorting = list.method === 'get' ? { sortBy, sortOrder } : { sorting: [{ sortBy, sortOrder }] };
          const answer = await ask(list, sorting);
          assert.equal(answer.status, 200, `${sortBy} ${sortOrder}: ${answer.text}`);
          assert.equal(answer.body.length, whole.body.length);
          // Ids come in an order of their own: that of their numbers.
          if (!sortBy.endsWith('Id')) assert.ok(isInOrder(answer.body, sortBy, sortOrder), `${sortBy} ${sortOrder}`);
        }
      const wrong =
        list.method === 'get'
          ? { sortBy: 'nothing', sortOrder: 'asc' }
          : { sorting: [{ sortBy: 'nothing', sortOrder: 'asc' }] };
      assert.equal((await ask(list, wrong)).status, 400);
      assert.ok(whole.body.length > 0, 'there is something to list');
      const present = new Set(whole.body.flatMap((item: object) => Object.keys(item)));
      const left = leftOut[list.path] ?? [];
      assert.deepEqual(
        answeredProperties(list).filter(name => !present.has(name) && !left.includes(name)),
        [],
      );
    });
  }
});

/** Flags of which exactly one holds. */
const opposites = [
  ['assigned', 'unassigned'],
  ['active', 'suspended'],
  ['finished', 'unfinished'],
  ['locked', 'notLocked'],
  ['withCandidateGroups', 'withoutCandidateGroups'],
  ['withCandidateUsers', 'withoutCandidateUsers'],
  ['startableInTasklist', 'notStartableInTasklist'],
] as const;

/** Documented, but the real server leaves it out, too. */
const leftOut: Record<string, string[]> = {
  '/task': ['variables', 'attachment', 'comment'],
  '/filter': ['itemCount'],
};
