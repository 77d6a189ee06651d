// Builds what changed: TypeScript into dist/, the pages into dist/web.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const pages = ['api/web', 'tasklist/web', 'modeler/web', '.scripts/vite.config.mjs', 'package-lock.json'];

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Path, size and change time of every file below: enough to see that something changed. */
function* listing(path) {
  const full = join(root, path);
  if (!existsSync(full)) return;
  const found = statSync(full);
  if (!found.isDirectory()) yield `${path} ${found.size} ${found.mtimeMs}`;
  else for (const name of readdirSync(full).sort()) yield* listing(join(path, name));
}

const fingerprint = createHash('sha256')
  .update(pages.flatMap(page => [...listing(page)]).join('\n'))
  .digest('hex');
const stamp = join(root, 'dist/web/.built');

run(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.json']);
if (
  existsSync(join(root, '.scripts/vite.config.mjs')) &&
  (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== fingerprint)
) {
  for (const page of pages.slice(0, 3)) run(join(root, 'node_modules/.bin/tsc'), ['-p', `${page}/tsconfig.json`]);
  run(join(root, 'node_modules/.bin/vite'), ['build', '-c', '.scripts/vite.config.mjs', '--logLevel', 'warn']);
  mkdirSync(join(root, 'dist/web'), { recursive: true });
  writeFileSync(stamp, fingerprint);
}
