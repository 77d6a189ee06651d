// The one command: format and lint, types, build, every test; the last line counts them.
// What lies above the store runs twice, on SQLite and on MongoDB.
// `npm test -- store jobs` runs only the test files whose path contains one of the words.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

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

/** What a test was compiled from; one that is gone leaves its output behind. */
const sourceOf = path => path.replace(`${root}dist/`, root).replace(/\.js$/, '.ts');

function* testFiles(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* testFiles(path);
    else if (name.endsWith('.test.js') && existsSync(sourceOf(path))) yield path;
  }
}

const wanted = file => words.length === 0 || words.some(word => file.slice(root.length).includes(word));
const aboveStore = file =>
  /^dist\/test\/(api|deployments|engine|engine-rest|jobs|operations|projections|samples|server|tasklist)\//.test(
    file.slice(root.length),
  );

async function runTests(files) {
  const stream = run({ files: files.sort(), concurrency: 2, timeout: 480_000 });
  stream.on('test:pass', event => {
    if (event.details.type !== 'suite' && !event.skip) passed++;
  });
  stream.on('test:fail', () => failed++);
  for await (const line of stream.compose(new spec())) process.stdout.write(line);
}

async function runOnMongo(files) {
  if (files.length === 0) return;
  const { skip, startMongod } = await import(join(root, 'dist/test/mongod.js'));
  console.log(skip ? `# SKIP the same on MongoDB: ${skip}` : '# the same on MongoDB');
  if (skip) return;
  const mongod = await startMongod({ forgetful: true });
  process.env.MONGODB_URI = mongod.uri;
  process.env.TEST_STORE = 'mongodb';
  await runTests(files);
  await mongod.stop();
}

if (words.length === 0) check('format and lint', 'node_modules/.bin/biome', ['ci', '--error-on-warnings', '.']);
if (check('types and pages', '.scripts/build', [])) {
  const files = [...testFiles(join(root, 'dist/test'))].filter(wanted);
  await runTests(files);
  await runOnMongo(files.filter(aboveStore));
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
