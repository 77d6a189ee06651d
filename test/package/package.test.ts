/** The package as others get it: packed, unpacked, used by a program; the README's example is that program. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A project that has the packed package, and its dependencies as this repository has them. */
function projectWithPackage(): string {
  const project = mkdtempSync(join(tmpdir(), 'weft-package-'));
  execFileSync('npm', ['pack', '--pack-destination', project, '--silent'], { cwd: root });
  const [tarball] = readdirSync(project);
  const modules = join(project, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  execFileSync('tar', ['xzf', tarball!], { cwd: project });
  cpSync(join(project, 'package'), join(modules, 'weft-bpmn'), { recursive: true });
  writeFileSync(join(project, 'package.json'), '{"type": "module"}');
  cpSync(join(root, 'test/fixtures/models/w3-approval.bpmn'), join(project, 'approval.bpmn'));
  cpSync(join(root, 'test/fixtures/models/w8-external.bpmn'), join(project, 'work.bpmn'));
  return project;
}

/** The first TypeScript block behind a heading. */
function exampleUnder(heading: string): string {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const found = readme.slice(readme.indexOf(heading)).match(/```ts\n([\s\S]*?)```/);
  return found?.[1] ?? assert.fail(`README.md has no example under "${heading}"`);
}

test('a program that installs the tarball runs the example of the README, and its types fit', () => {
  // given
  const project = projectWithPackage();
  writeFileSync(join(project, 'example.ts'), exampleUnder('## In your own program'));
  const options = ['--module', 'nodenext', '--target', 'es2023', '--strict', '--skipLibCheck', '--types', 'node'];
  // when: the compiler checks the types and leaves JavaScript
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['example.ts', ...options], { cwd: project });
  const output = execFileSync(process.execPath, ['example.js'], { cwd: project, encoding: 'utf8', timeout: 60_000 });
  // then
  assert.match(output, /work .*completed/);
  rmSync(project, { recursive: true });
});

test('the package holds the program, its types and its licence, and no tests', () => {
  const [packed] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: root, encoding: 'utf8' }));
  const paths = (packed.files as { path: string }[]).map(file => file.path);
  for (const path of ['LICENSE', 'README.md', 'dist/engine/index.js', 'dist/engine/index.d.ts'])
    assert.ok(paths.includes(path), path);
  assert.deepEqual(
    paths.filter(path => /^(test|dist\/test)\//.test(path)),
    [],
  );
});
