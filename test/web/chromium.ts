/** Finds a Chromium for the page tests: a named one, one on the PATH, else the one packed in an npm package. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
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

/** The packed Chromium expects AWS Lambda; it also needs its libraries, a folder of its own, and a font. */
async function packed(): Promise<string | undefined> {
  const home = join(root, 'node_modules/.cache/chromium');
  mkdirSync(home, { recursive: true });
  const before = process.env.TMPDIR;
  // Set before the import: then it unpacks libnss3 and its friends too.
  process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs20.x';
  // It trusts any `chromium` already in the temporary folder, of any version.
  process.env.TMPDIR = home;
  try {
    const { default: package_ } = await import('@sparticuz/chromium');
    const path = await package_.executablePath();
    // Without a font it can see, Chromium aborts on the first styled text.
    const fonts = join(home, 'fonts.conf');
    const folders = [join(home, 'fonts'), '/usr/share/fonts'].map(folder => `<dir>${folder}</dir>`).join('');
    writeFileSync(
      fonts,
      `<?xml version="1.0"?><fontconfig>${folders}<cachedir>${home}/fontcache</cachedir></fontconfig>`,
    );
    process.env.FONTCONFIG_FILE = fonts;
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
