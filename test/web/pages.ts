/** Drives the real pages of a real server in a real Chromium, and ends each visit with what must hold on every page. */

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Right } from '../../api/auth/documents.js';
import { createServer, type Server } from '../../api/server.js';
import { readSettings } from '../../api/settings.js';
import { patience } from '../until.js';
import { findChromium, missing, startChromium } from './chromium.js';

/** A file of test/fixtures/web as text. */
export const fixture = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../../test/fixtures/web/${name}`, import.meta.url)), 'utf8');

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The people of all page tests. */
const people = [
  { id: 'clara', name: 'Clara Brandt', groups: ['adjusters', 'clerks'] },
  { id: 'diana', name: 'Diana Roth', groups: ['adjusters', 'leads'] },
  { id: 'ada', name: 'Ada Admin', groups: [], administrator: true },
];

const groups: { id: string; name: string; rights: Right[] }[] = [
  { id: 'adjusters', name: 'Adjusters', rights: [] },
  { id: 'clerks', name: 'Clerks', rights: [] },
  { id: 'leads', name: 'Team leads', rights: ['deploy', 'operate'] },
];

export interface Person {
  /** Opens an address of the server in a tab of this person. */
  visit(path: string): Promise<Page>;
  /** Asks the API as this person. Throws for an answer that is none of 2xx. */
  call<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
}

export interface Pages {
  url: string;
  server: Server;
  /** A browser profile in which this person is signed in; undefined: nobody. */
  as(user: string | undefined): Promise<Person>;
}

export interface Claim {
  businessKey: string;
  holder?: string;
  amount?: number;
  bank?: 'up' | 'down';
  due?: string;
}

/** Deploys the insurance claim and starts instances of it; gives their ids. */
export async function startClaims({ call }: Person, claims: Claim[]): Promise<string[]> {
  await call('POST', '/deployments', { name: 'claims', files: [{ name: 'claim.bpmn', text: fixture('claim.bpmn') }] });
  const ids: string[] = [];
  for (const { businessKey, holder = 'A. Brandt', amount = 5000, bank = 'up', due } of claims) {
    const variables = { holder, amount, bank, due: due ?? new Date(Date.now() + 3 * 3_600_000).toISOString() };
    ids.push((await call<{ id: string }>('POST', '/instances', { key: 'claim', businessKey, variables })).id);
  }
  return ids;
}

export interface PageTestOptions {
  /** With the people of the demo in place of those of the page tests. */
  demo?: boolean;
  /** Nobody is there yet: the first administrator signs up with the one-time token. */
  empty?: boolean;
  /** Path under which the pages lie, such as `/weft`. */
  path?: string;
  /** Settings beside those of every page test. */
  environment?: Record<string, string>;
  /** Why it does not run now. */
  skip?: string | false;
}

async function openServer(
  folder: string,
  { demo, empty, path = '', environment }: PageTestOptions,
): Promise<{ server: Server; url: string }> {
  const own = { PORT: '0', WEFT_DATA: folder, WEFT_DEMO: demo ? 'on' : 'off', WEFT_BASE_PATH: path };
  const settings = readSettings({ ...own, ...environment });
  const server = await createServer({ settings, patience });
  const { people: stored } = server.services.identity;
  if (!demo && !empty) {
    for (const group of groups) await stored.createGroup(group);
    for (const person of people) await stored.createUser(person);
  }
  return { server, ...(await server.listen()) };
}

/** Everything that no page may do; empty when all is well. */
function watch(page: Page, url: string, wrongs: string[]) {
  page.on('pageerror', error => wrongs.push(`page error: ${error.stack}`));
  page.on('console', message => {
    if (message.text().includes('Content Security Policy')) wrongs.push(message.text());
  });
  page.on('request', request => {
    if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url())) wrongs.push(`asked ${request.url()}`);
  });
}

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

interface Violation {
  id: string;
  nodes: { target: string[]; failureSummary: string }[];
}

/** axe finds nothing, neither in the light nor in the dark. */
export async function assertAccessible(page: Page) {
  await page.evaluate(axe);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = (await page.evaluate(
      `axe.run(document, { runOnly: ${JSON.stringify(tags)}, resultTypes: ['violations'] })`,
    )) as { violations: Violation[] };
    const told = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${colorScheme} ${id} at ${target.join(' ')}: ${failureSummary}`),
    );
    assert.deepEqual(told, []);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

async function openPages(t: TestContext, executablePath: string, wrongs: string[], options: PageTestOptions) {
  const folder = mkdtempSync(join(tmpdir(), 'weft-pages-'));
  const { server, url } = await openServer(folder, options);
  const browser: Browser = await startChromium(executablePath);
  t.after(async () => {
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Without a password: hashing takes its time on purpose, and has tests of its own. */
  async function signIn(context: BrowserContext, user: string) {
    const { sessions, cookie } = server.services.identity;
    await context.addCookies([{ name: cookie, value: await sessions.open(user), url }]);
  }

  const personIn = (context: BrowserContext): Person => ({
    async visit(path) {
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      watch(page, url, wrongs);
      await page.goto(url + path);
      return page;
    },
    async call(method, path, body) {
      const answer = await context.request.fetch(`${url}/api/v1${path}`, {
        method,
        headers: { origin: url },
        ...(body === undefined ? {} : { data: body }),
      });
      const text = await answer.text();
      assert.ok(answer.ok(), `${method} ${path} answered ${answer.status()} ${text}`);
      return text === '' ? undefined : JSON.parse(text);
    },
  });

  const pages: Pages = {
    url,
    server,
    async as(user) {
      const context = await browser.newContext({
        locale: 'en-US',
        timezoneId: 'UTC',
        viewport: { width: 1440, height: 900 },
      });
      const person = personIn(context);
      if (user !== undefined) await signIn(context, user);
      return person;
    },
  };
  return pages;
}

const chromium = await findChromium();
if (!chromium && process.env.BROWSER === 'required') throw new Error(missing);

/** A test in the browser: a new server with the people of `people`; skipped, with the reason, where no Chromium is. */
export function pageTest(name: string, run: (pages: Pages) => Promise<void>, options: PageTestOptions = {}) {
  test(name, { skip: options.skip || (chromium ? false : missing), timeout: 300_000 }, async t => {
    const wrongs: string[] = [];
    await run(await openPages(t, chromium!, wrongs, options));
    assert.deepEqual(wrongs, []);
  });
}
