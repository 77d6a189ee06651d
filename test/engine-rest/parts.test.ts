/** The small parts of /engine-rest: dates, ids, patterns, typed variables. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { readDate, restDate } from '../../api/engine-rest/dates.js';
import { executionId, restId } from '../../api/engine-rest/ids.js';
import { like } from '../../api/engine-rest/like.js';
import { readVariables, typedValue, typedVariables } from '../../api/engine-rest/variables.js';
import { refuseRoundedValues } from '../../api/engine-rest/wholes.js';

test('dates have a zone without colon, in both directions', () => {
  assert.equal(restDate(0), '1970-01-01T00:00:00.000+0000');
  assert.equal(readDate('1970-01-01T01:00:00.000+0100'), 0);
  assert.equal(readDate('1970-01-01T01:00:00.000 0100'), 0);
  for (const wrong of ['1970-01-01', '1970-01-01T00:00:00Z', '2026-02-31T00:00:00.000+0000', 'soon'])
    assert.equal(readDate(wrong), undefined, wrong);
});

test('what lies in an instance is named by a UUID that says where, also an item of a chunk', () => {
  const instance = '019ab3c4-0000-7000-8000-0123456789ab';
  assert.equal(restId(`${instance}~10`), '019ab3c4-0000-7000-8000-01230000000a');
  assert.equal(restId(`${instance}~300c7.1`), '019ab3c4-0000-7000-8000-01230000012c');
  assert.equal(executionId(instance, 1), instance);
  assert.equal(restId('order:3~1'), 'order:3~1');
});

test('patterns of LIKE know %, _ and the backslash, and cost no more than pattern times text', () => {
  const cases: [string, string, boolean][] = [
    ['%order%', 'my orders', true],
    ['order', 'orders', false],
    ['o_der', 'order', true],
    ['100\\%', '100%', true],
    ['100\\%', '1000', false],
    ['%a%b%', 'xxaxxbxx', true],
    ['', '', true],
  ];
  for (const [pattern, text, fits] of cases) assert.equal(like(pattern)(text), fits, `${pattern} ~ ${text}`);
  assert.equal(like(`${'%a'.repeat(50)}b`)('a'.repeat(5000)), false);
});

test('typed variables survive the way in and out', async () => {
  const blobs = new Map<string, Uint8Array>();
  const tools = {
    store: {
      async putBlob(_tenant: string, bytes: Uint8Array) {
        blobs.set('hash', bytes);
        return 'hash';
      },
    },
    tenant: '',
    settings: { variableLimit: 1024, jsonDepth: 8 },
  };
  const { variables, types } = await readVariables(
    {
      count: { value: 5, type: 'integer' },
      bare: { value: 5 },
      big: { value: 5, type: 'Long' },
      half: { value: 2, type: 'Double' },
      text: { value: '5', type: 'Integer' },
      when: { value: '2026-01-01T01:00:00.000+0100', type: 'Date' },
      tree: { value: '{"a":[1]}', type: 'json' },
      list: { value: '[1]', type: 'Object', valueInfo: { objectTypeName: 'java.util.List<java.lang.Integer>' } },
      bytes: { value: 'aGk=', type: 'Bytes' },
      nothing: { value: null, type: 'Null' },
      paper: {
        value: 'aGk=',
        type: 'file',
        valueInfo: { filename: 'a.txt', mimeType: 'text/plain', mimetype: 'ignored' },
      },
    },
    tools,
  );

  assert.deepEqual(variables.tree, { a: [1] });
  assert.equal(variables.when, '2026-01-01T00:00:00.000Z');
  assert.equal(Buffer.from(blobs.get('hash')!).toString(), 'hi');
  assert.equal(types.bare, null);
  const out = typedVariables(variables, { types });
  assert.deepEqual(out.count, { type: 'Integer', value: 5, valueInfo: {} });
  assert.deepEqual(out.bare, { type: 'Integer', value: 5, valueInfo: {} });
  assert.deepEqual(out.big, { type: 'Long', value: 5, valueInfo: {} });
  assert.deepEqual(out.half, { type: 'Double', value: 2, valueInfo: {} });
  assert.deepEqual(out.text, { type: 'Integer', value: 5, valueInfo: {} });
  assert.deepEqual(out.when, { type: 'Date', value: '2026-01-01T00:00:00.000+0000', valueInfo: {} });
  assert.deepEqual(out.tree, { type: 'Json', value: '{"a":[1]}', valueInfo: {} });
  assert.deepEqual(out.list, {
    type: 'Object',
    value: [1],
    valueInfo: {
      objectTypeName: 'java.util.List<java.lang.Integer>',
      serializationDataFormat: 'application/json',
    },
  });
  assert.equal(out.bytes!.type, 'Bytes');
  assert.deepEqual(out.nothing, { type: 'Null', value: null, valueInfo: {} });
  assert.deepEqual(out.paper, {
    type: 'File',
    value: null,
    valueInfo: { filename: 'a.txt', mimeType: 'text/plain' },
  });
});

test('whole numbers are kept exactly or refused in a sentence; what no Long can hold is a Double', async () => {
  const tools = { store: { putBlob: async () => '' }, tenant: '', settings: { variableLimit: 1024, jsonDepth: 8 } };
  const sent = async (text: string) => {
    refuseRoundedValues(Buffer.from(text));
    const { variables, types } = await readVariables({ n: JSON.parse(text) }, tools);
    const { type, value } = typedVariables(variables, { types }).n!;
    return [type, value];
  };

  assert.deepEqual(await sent('{"value": 9007199254740991}'), ['Long', Number.MAX_SAFE_INTEGER]);
  assert.deepEqual(await sent('{"value": "-9007199254740991", "type": "Long"}'), ['Long', Number.MIN_SAFE_INTEGER]);
  for (const far of [1e16, 1e20]) assert.deepEqual(await sent(`{"value": ${far.toExponential()}}`), ['Double', far]);
  assert.deepEqual(await sent('{"value": 9007199254740993, "type": "Double"}'), ['Double', 2 ** 53]);
  for (const long of ['9007199254740993', '-9007199254740993', '9223372036854775807'])
    for (const text of [
      `{"value": ${long}}`,
      `{"value": ${long}, "type": "Long"}`,
      `{"value": "${long}", "type": "Long"}`,
    ])
      await assert.rejects(sent(text), {
        message:
          /^(value|variable 'n'): a whole number beyond ±9007199254740991 is not kept exactly; send it as String, or as Double where it may be rounded$/,
      });
  await assert.rejects(
    sent('{"value": 2147483648, "type": "Integer"}'),
    /Cannot convert value '2147483648' of type 'Integer'/,
  );
  await assert.rejects(sent('{"value": 1e400}'), /of type 'Double'/);
  await assert.rejects(sent('{"value": {"lines": [9007199254740993]}}'), /value.lines.0: .*send it as String/);
});

test('a hint that does not fit any more says nothing, and a value that cannot be read is refused', async () => {
  const tools = {
    store: { putBlob: async () => '' },
    tenant: '',
    settings: { variableLimit: 20, jsonDepth: 3 },
  };
  assert.equal(typedValue('text', { hint: { type: 'Long' } }).type, 'String');
  assert.equal(typedValue('2026-99-99T00:00:00.000Z', { hint: { type: 'Date' } }).type, 'String');
  for (const wrong of [
    { value: 'five', type: 'Integer' },
    { value: 1.5, type: 'Long' },
    { value: '{', type: 'Json' },
    { value: '[[[[1]]]]', type: 'Json' },
    { value: '{"__proto__":1}', type: 'Json' },
    { value: 'x', type: 'Picture' },
    { value: 'x'.repeat(60) },
    { value: 'aGk=', type: 'File' },
  ])
    await assert.rejects(readVariables({ it: wrong }, tools), Error, JSON.stringify(wrong));
});
