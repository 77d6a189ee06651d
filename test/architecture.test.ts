/** Imports point one way: core ← elements, triggers, model, store ← engine ← jobs, projections, tasklist ← api. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Layer of a folder; a file may import its own layer's folder and every lower layer. */
const layers: [string, number][] = [
  ['engine/core/', 0],
  ['engine/contract.ts', 1],
  ['engine/refusals.ts', 1],
  ['engine/elements/', 1],
  ['engine/triggers/', 1],
  ['engine/store/', 1],
  ['engine/model/', 1],
  ['engine/expressions/', 1],
  ['engine/decisions/', 1],
  ['engine/engine.ts', 2],
  ['engine/jobs/', 3],
  ['engine/projections/', 3],
  ['engine/index.ts', 4],
  ['engine/', 2],
  ['tasklist/', 4],
  ['samples/', 5],
  ['api/', 6],
];

function* sources(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* sources(path);
    else if (name.endsWith('.ts')) yield path;
  }
}

const layerOf = (file: string) => layers.find(([prefix]) => file.startsWith(prefix))?.[1];

const folders = ['engine', 'tasklist', 'api', 'samples'].filter(folder => existsSync(join(root, folder)));

const imports = folders.flatMap(folder =>
  [...sources(join(root, folder))]
    .filter(path => !path.includes('/web/'))
    .flatMap(path => {
      const from = relative(root, path);
      return [...readFileSync(path, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(match => ({
        from,
        to: match[1]!,
        file: match[1]!.startsWith('.')
          ? relative(root, resolve(dirname(path), match[1]!)).replace(/\.js$/, '.ts')
          : '',
      }));
    }),
);

test('imports point from the outside to the core, never back', () => {
  const wrong = imports
    .filter(found => found.file && (layerOf(found.from) ?? 9) < (layerOf(found.file) ?? 0))
    .map(found => `${found.from} imports ${found.file}`);
  assert.deepEqual(wrong, []);
});

test('the core imports nothing but itself', () => {
  const wrong = imports
    .filter(found => found.from.startsWith('engine/core/') && !found.file.startsWith('engine/core/'))
    .map(found => `${found.from} imports ${found.to}`);
  assert.deepEqual(wrong, []);
});

test('every source file says in its first line what it is for', () => {
  const silent = folders
    .flatMap(folder => [...sources(join(root, folder))])
    .filter(path => !/^(#!.*\n)?(\/\*\*|\/\/)/.test(readFileSync(path, 'utf8')))
    .map(path => relative(root, path));
  assert.deepEqual(silent, []);
});
