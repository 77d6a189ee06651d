/** The parsing thread: a file that breaks it costs one thread, not the process. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { createModelReader, type ReaderOptions } from '../../engine/model/reader.js';
import { around, model } from './xml.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const small = { name: 'small.bpmn', bytes: bytes(around('<bpmn:task id="it"/>')) };
const large = {
  name: 'large.bpmn',
  bytes: bytes(
    model(
      `<bpmn:startEvent id="n0"/>${Array.from({ length: 15_000 }, (_, n) => `<bpmn:userTask id="n${n + 1}"/><bpmn:sequenceFlow id="f${n}" sourceRef="n${n}" targetRef="n${n + 1}"/>`).join('\n')}`,
    ),
  ),
};

const open = (t: test.TestContext, options: ReaderOptions) => {
  const reader = createModelReader(options);
  t.after(() => reader.close());
  return reader;
};

test('a file that takes too long is refused', async t => {
  // given
  const reader = open(t, { deadline: 1 });

  // when
  const refused = await reader.read(large);

  // then
  assert.deepEqual(refused.problems, [
    { level: 'error', file: 'large.bpmn', message: 'reading the file took longer than 0.001 seconds; make it smaller' },
  ]);
});

test('a file that needs too much memory is refused, and the next one is read', async t => {
  // given
  const reader = open(t, { heap: 40 });

  // when
  const refused = await reader.read(large);
  const read = await reader.read(small);

  // then
  assert.deepEqual(
    refused.problems.map(({ message }) => message),
    ['reading the file needs more than 40 MB of memory; make it smaller'],
  );
  assert.deepEqual(
    read.processes.map(({ key }) => key),
    ['p'],
  );
});

test('a file that is too large is refused before it is read', async t => {
  const { problems } = await open(t, { limits: { bytes: 1_000 } }).read(large);
  assert.match(problems[0]!.message, /^the file has \d+ bytes; 1000 are allowed, so split it$/);
});

test('bytes that are no text are refused', async t => {
  const { problems } = await open(t, {}).read({ name: 'a.bpmn', bytes: new Uint8Array([0xff, 0x00, 0xfe]) });
  assert.equal(problems[0]!.level, 'error');
});

test('files that are sent together are answered each with its own', async t => {
  // given
  const reader = open(t, {});

  // when
  const results = await Promise.all(
    ['a', 'b', 'c'].map(id =>
      reader.read({ name: id, bytes: bytes(around('<bpmn:task id="it"/>').replace('id="p"', `id="${id}"`)) }),
    ),
  );

  // then
  assert.deepEqual(
    results.map(({ processes }) => processes[0]!.key),
    ['a', 'b', 'c'],
  );
});
