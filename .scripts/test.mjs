// The one command: format and lint, types, build, every test; the last line counts them.
// `npm test -- store jobs` runs only the test files whose path contains one of the words.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const words = process.argv.slice(2);
let passed = 0;
let failed = 0;

/** A check outside the test runner counts as one test. */
function check(name, command, args) {
  console.log(`# ${name}`);
  const { status } = spawnSync(join(root, command), args, { cwd: root, stdio: 'inherit' });
  if (status === 0) passed++;
  else failed++;
  return status === 0;
}

function* testFiles(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* testFiles(path);
    else if (name.endsWith('.test.js')) yield path;
  }
}

if (words.length === 0) check('format and lint', 'node_modules/.bin/biome', ['ci', '--error-on-warnings', '.']);
if (check('types and pages', '.scripts/build', [])) {
  const files = [...testFiles(join(root, 'dist/test'))].filter(
    file => words.length === 0 || words.some(word => file.slice(root.length).includes(word)),
  );
  const stream = run({ files: files.sort(), concurrency: 2, timeout: 300_000 });
  stream.on('test:pass', event => {
    if (event.details.type !== 'suite' && event.nesting >= 0 && !event.skip) passed++;
  });
  stream.on('test:fail', () => failed++);
  stream.compose(new spec()).pipe(process.stdout, { end: false });
  await new Promise(resolve => stream.on('end', resolve));
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
