/** JSON that is too deep, or names a prototype, stops before anything recursive or merging touches it. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { depthOf, refuseDepth, refuseLargeVariables, refuseUnsafe } from '../../api/json.js';
import { refuseRounded, roundedLiterals } from '../../api/literals.js';
import { VariablesIn, variableName } from '../../api/schemas.js';

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
    assert.throws(() => refuseUnsafe(body), reason);
  }
  assert.equal(({} as { administrator?: boolean }).administrator, undefined);
});

test('half of a surrogate pair is refused wherever it stands, in a key as well', () => {
  for (const text of ['"\\ud800q"', '{"businessKey":"q\\udc00"}', '{"variables":{"order":[{"a\\ud800":1}]}}']) {
    const reason = /^body(\.businessKey|\.variables\.order\.0)? has half of a surrogate pair/;
    assert.throws(() => refuseUnsafe(JSON.parse(text)), { message: reason });
  }
  refuseUnsafe(JSON.parse('{"businessKey":"\\ud83d\\ude00"}'));
});

test('a number that would be kept as another one is no variable, however deep', () => {
  const reasonOf = (text: string) => VariablesIn.safeParse(JSON.parse(text)).error?.issues[0];

  const larger = reasonOf('{"order":{"lines":[{"id":1e999}]}}');
  assert.deepEqual(larger?.path, ['order', 'lines', '0', 'id']);
  assert.match(larger.message, /larger than any number/);
  assert.equal(reasonOf('{"far":1e300,"double":1e16,"near":9007199254740991,"part":0.1}'), undefined);
});

test('a whole number that reading would round is found with its place, a Double is none', () => {
  const placesIn = (text: string) => roundedLiterals(Buffer.from(text)).map(place => place.join('.'));

  for (const digits of ['9007199254740993', '-9007199254740992', '12345678901234567890', '1234567890123456789012'])
    assert.deepEqual(placesIn(`{"a":"x","list":[1,[],{"b":{"c":2},"big":${digits}}],"z":3}`), ['list.2.big'], digits);
  assert.deepEqual(placesIn('12345678901234567890'), ['']);
  assert.deepEqual(placesIn('[12345678901234567890 , {"a":[]}, 12345678901234567890]'), ['0', '2']);
  assert.deepEqual(placesIn(String.raw`{"a\"":"12345678901234567890","\\":["\\",12345678901234567890]}`), [
    String.raw`\\.1`,
  ]);
  for (const exact of ['9007199254740991', '1e21', '1234567890123456789.5', '12345678901234567890e0', '0.1', '"1'])
    assert.deepEqual(placesIn(`{"n":${exact}}`), [], exact);
  assert.throws(() => refuseRounded(Buffer.from('{"variables":{"big":12345678901234567890}}')), {
    message: /^body\.variables\.big: a whole number beyond ±9007199254740991 is not kept exactly; send it as a text$/,
  });
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
