/** Finds a Chromium for the page tests: a named one, one on the PATH, else the one packed in an npm package. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';

const root = resolve(fileURLToPath(import.meta.url), '../../../..');
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];

/** What a test says when there is none. */
export const missing =
  'no Chromium: apt-get install chromium, or npm i -D @sparticuz/chromium@147.0.0, or set CHROME_PATH';

const runs = (path: string) => spawnSync(path, ['--version'], { timeout: 20_000 }).status === 0;

function onPath(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap(name => folders.map(folder => join(folder, name))).find(path => existsSync(path) && runs(path));
}

const cache = join(root, 'node_modules/.cache');

/** The packed Chromium expects AWS Lambda; told that it is there, it also unpacks libnss3 and its friends. */
const lambda = 'AWS_Lambda_nodejs20.x';

/**
 * Unpacks into a folder of its own and moves that into place whole: two test files may begin at the same time, and a
 * half-unpacked browser would be trusted for ever.
 */
function unpackTo(home: string) {
  if (existsSync(home)) return;
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(join(cache, 'chromium-'));
  const unpack = "const { default: packed } = await import('@sparticuz/chromium'); await packed.executablePath();";
  spawnSync(process.execPath, ['--input-type=module', '-e', unpack], {
    cwd: root,
    env: { ...process.env, AWS_EXECUTION_ENV: lambda, TMPDIR: fresh },
  });
  try {
    renameSync(fresh, home);
  } catch {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Without a font that it can see, Chromium aborts on the first styled text. */
function fontsIn(home: string): string {
  const file = join(home, 'fonts.conf');
  const folders = [join(home, 'fonts'), '/usr/share/fonts'].map(folder => `<dir>${folder}</dir>`).join('');
  writeFileSync(file, `<?xml version="1.0"?><fontconfig>${folders}<cachedir>${home}/fontcache</cachedir></fontconfig>`);
  return file;
}

/** The one of `@sparticuz/chromium`, a development dependency: a fresh clone can run the page tests. */
async function packed(): Promise<string | undefined> {
  const home = join(cache, 'chromium-147.0.0');
  const before = process.env.TMPDIR;
  try {
    unpackTo(home);
    process.env.AWS_EXECUTION_ENV ??= lambda;
    // It looks in the temporary folder for what is unpacked, and sets the path of its libraries accordingly.
    process.env.TMPDIR = home;
    const { default: chromium } = await import('@sparticuz/chromium');
    const path = await chromium.executablePath();
    process.env.FONTCONFIG_FILE = fontsIn(home);
    return runs(path) ? path : undefined;
  } catch {
    return undefined;
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}

/**
 * Path of a Chromium that runs, or null. A `CHROME_PATH` that does not run is an error, never passed over.
 * `const path = await findChromium()`
 */
export async function findChromium(): Promise<string | null> {
  const named = process.env.CHROME_PATH;
  if (named) {
    if (!runs(named)) throw new Error(`CHROME_PATH names ${named}, which does not run; correct or unset it`);
    return named;
  }
  return onPath() ?? (await packed()) ?? null;
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts Chromium with a profile of its own. */
export const startChromium = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, headless: true, args: flags });
