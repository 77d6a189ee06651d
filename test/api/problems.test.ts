/** Problem details: every way in which the engine and its services say no has a status of its own. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { codes } from '../../api/codes.js';
import { complaints, known, problemBody, toProblem } from '../../api/problems.js';
import { SuspendedInstance } from '../../engine/core/errors.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Never leave their part: they become incidents, problems of a file, or what a worker throws. */
const inside = new Set(['Failure', 'ThrownInScript', 'BpmnError', 'Malformed', 'ScriptError', 'JuelError']);

test('every error class of the engine and the tasklist has a line in the table, and every line its class', () => {
  const classes = ['engine', 'tasklist'].flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(path => path.endsWith('.ts') && !path.startsWith('web'))
      .flatMap(path => [
        ...readFileSync(join(root, folder, path), 'utf8').matchAll(
          /class (\w+) extends (\w*Error|BadCommand|StaleCommand)\b/g,
        ),
      ])
      .map(match => match[1]!),
  );

  assert.deepEqual(Object.keys(known).sort(), classes.filter(name => !inside.has(name)).sort());
});

test('a suspended instance is a conflict, not bad input', () => {
  const problem = toProblem(new SuspendedInstance('instance 7 is suspended'));

  assert.deepEqual(problemBody(problem), {
    type: 'about:blank',
    title: 'Conflict',
    status: 409,
    detail: 'instance 7 is suspended',
    code: 'suspended',
  });
});

test('an unknown error says nothing of itself', () => {
  const body = problemBody(toProblem(new TypeError("cannot read properties of undefined, reading 'password'")));

  assert.equal(body.status, 500);
  assert.doesNotMatch(JSON.stringify(body), /password/);
});

test('every code that a refusal may have stands in the table with its status, and no other', () => {
  const said = new Map<string, number>(Object.values(known).map(([status, code]) => [code, status]));
  const files = readdirSync(join(root, 'api'), { recursive: true, encoding: 'utf8' }).filter(
    path => path.endsWith('.ts') && !path.startsWith('web') && !path.startsWith('engine-rest'),
  );
  for (const file of files)
    for (const [, status, code] of readFileSync(join(root, 'api', file), 'utf8').matchAll(
      /(?:new Problem\(|=> \[)\s*(\d{3}),\s*'([a-z-]+)'/g,
    ))
      if (!said.has(code!)) said.set(code!, Number(status));

  const table = Object.entries(codes).map(([code, [status]]) => `${code} ${status}`);
  // The same code from two places, one of them for all together or for the setup.
  const other: Record<string, number> = { 'too-many-streams': 429, 'wrong-token': 401 };
  assert.deepEqual(table.sort(), [...said].map(([code, status]) => `${code} ${other[code] ?? status}`).sort());
});

test('what is missing is told to be required, one of several with what it may be', () => {
  const schema = z.strictObject({
    worker: z.string(),
    kind: z.enum(['task', 'timer']),
    due: z.union([z.string(), z.int()]),
    lines: z.array(z.strictObject({ price: z.number() })),
  });
  const input = { lines: [{}, { price: 'much' }] };

  const told = complaints('body', schema.safeParse(input).error!, input);

  assert.deepEqual(told, [
    { path: 'body.worker', reason: 'is required' },
    { path: 'body.kind', reason: 'is required: one of task, timer' },
    { path: 'body.due', reason: 'is required' },
    { path: 'body.lines.0.price', reason: 'is required' },
    { path: 'body.lines.1.price', value: 'much', reason: 'Invalid input: expected number, received string' },
  ]);
});
