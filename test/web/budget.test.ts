/** What a page loads before it shows anything stays small, and is found inside the server. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const web = (path: string) => fileURLToPath(new URL(`../../web/${path}`, import.meta.url));

/** Bytes of JavaScript, compressed, that the HTML of a page asks for. */
function firstLoad(page: string): number {
  const html = readFileSync(web(page), 'utf8');
  const files = [...html.matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)].map(match => match[1]!);
  assert.ok(files.length > 0, `${page} loads no script`);
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(web(file)), { level: 9 }).length, 0);
}

for (const [page, most] of [
  ['signin.html', 20_000],
  ['tasklist.html', 32_000],
  ['cockpit.html', 32_000],
  ['modeler.html', 32_000],
  ['admin.html', 32_000],
  ['profile.html', 32_000],
] as const)
  test(`${page} loads at most ${most} bytes of script before its first paint`, () => {
    const bytes = firstLoad(page);
    assert.ok(bytes <= most, `${page}: ${bytes} bytes`);
  });

test('no page names an address outside the server', () => {
  for (const page of readdirSync(web('')).filter(name => name.endsWith('.html')))
    assert.doesNotMatch(readFileSync(web(page), 'utf8'), /(?:src|href)="(?:https?:)?\/\//);
});
