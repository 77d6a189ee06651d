/** JSON that is too deep, or names a prototype, stops before anything recursive or merging touches it. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { depthOf, refuseDepth, refuseLargeVariables, refusePrototypeKeys } from '../../api/json.js';
import { variableName } from '../../api/schemas.js';

test('nesting is counted in the bytes, brackets in texts are not', () => {
  const depth = (text: string) => depthOf(Buffer.from(text));

  assert.equal(depth('1'), 0);
  assert.equal(depth('{"a":[1,{"b":2}]}'), 3);
  assert.equal(depth('{"a":"[[[[{{{{"}'), 1);
  assert.equal(depth(String.raw`{"a":"\"[[["}`), 1);
});

test('a hundred thousand brackets are refused without recursion', () => {
  assert.throws(() => refuseDepth(Buffer.from('['.repeat(100_000)), 64), /nested 100000 deep; at most 64/);
});

test('a key that reaches a prototype is refused wherever it stands', () => {
  for (const key of ['__proto__', 'constructor', 'prototype']) {
    const body: unknown = JSON.parse(`{"variables":{"order":[{"${key}":{"administrator":true}}]}}`);
    const reason = new RegExp(`body\\.variables\\.order\\.0: the key "${key}" is not allowed`);
    assert.throws(() => refusePrototypeKeys(body), reason);
  }
  assert.equal(({} as { administrator?: boolean }).administrator, undefined);
});

test('no variable has a name that reaches a prototype, wherever the name comes from', () => {
  for (const name of ['__proto__', 'constructor', 'prototype', 'a b', ''])
    assert.equal(variableName.safeParse(name).success, false, name);
  assert.equal(variableName.safeParse('proto').success, true);
});

test('a variable beyond its limit is named with its size', () => {
  const body = { variables: { note: 'short', scan: 'x'.repeat(2000) } };

  assert.throws(() => refuseLargeVariables(body, 1000), /variable "scan" has 2002 bytes; at most 1000/);
  refuseLargeVariables(body, 2002);
});
