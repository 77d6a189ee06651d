/** A whole server on a folder of its own, asked without a port. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import supertest from 'supertest';
import { hashPassword } from '../../api/auth/passwords.js';
import type { NewUser } from '../../api/auth/people.js';
import { createServer, type Server } from '../../api/server.js';
import { readSettings } from '../../api/settings.js';
import type { Clock } from '../../engine/contract.js';
import { environmentOf } from '../databases.js';
import { patience } from '../until.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** A file of test/fixtures as text. */
export const fixture = (path: string) => readFileSync(join(root, 'test/fixtures', path), 'utf8');

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the answers of all endpoints
  body: any;
  headers: Record<string, string>;
  text: string;
}

/** Somebody who asks: every request bears his token. */
export interface Asker {
  get(path: string): Promise<Answer>;
  post(path: string, body?: object, headers?: Record<string, string>): Promise<Answer>;
  put(path: string, body?: object, headers?: Record<string, string>): Promise<Answer>;
  patch(path: string, body?: object, headers?: Record<string, string>): Promise<Answer>;
  delete(path: string, headers?: Record<string, string>): Promise<Answer>;
}

export interface Api {
  server: Server;
  /** Without sign-in. */
  ask: ReturnType<typeof supertest>;
  /** Creates the person, with a token. */
  person(user: Partial<NewUser> & { id: string }): Promise<Asker>;
  /** Deploys files of test/fixtures as an administrator, and answers the definitions. */
  deploy(...files: string[]): Promise<{ id: string; key: string }[]>;
}

/** Starts a server that does not listen; it ends with the test. */
export async function startApi(
  test: TestContext,
  { environment = {}, clock }: { environment?: Record<string, string>; clock?: Clock } = {},
): Promise<Api> {
  const folder = mkdtempSync(join(tmpdir(), 'weft-api-'));
  const settings = readSettings({ PORT: '0', ...environmentOf(folder), ...environment });
  const server = await createServer({ settings, clock, patience });
  test.after(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const ask = supertest(server.app);
  const { people, tokens } = server.services.identity;

  const asker = (token: string): Asker => {
    const send = (method: 'get' | 'post' | 'put' | 'patch' | 'delete', path: string) =>
      ask[method](`/api/v1${path}`).auth(token, { type: 'bearer' });
    return {
      get: path => send('get', path),
      post: (path, body, headers = {}) => send('post', path).set(headers).send(body),
      put: (path, body, headers = {}) => send('put', path).set(headers).send(body),
      patch: (path, body, headers = {}) => send('patch', path).set(headers).send(body),
      delete: (path, headers = {}) => send('delete', path).set(headers),
    };
  };

  return {
    server,
    ask,
    async person({ password, ...user }) {
      await people.createUser({ name: user.id, ...user });
      // Hashed at a small cost: hashing well takes 0.4 s and 128 MB, and has a test of its own.
      const hash = password === undefined ? undefined : await hashPassword(password, { N: 1024, r: 8, p: 1 });
      if (hash !== undefined) await server.services.store.patch('users', user.id, {}, { set: { password: hash } });
      return asker((await tokens.create({ user: user.id, name: 'test' })).token);
    },
    async deploy(...files) {
      const { definitions } = await server.services.engine.deploy({
        files: files.map(file => ({ name: file, bytes: Buffer.from(fixture(file)) })),
      });
      return definitions;
    },
  };
}
