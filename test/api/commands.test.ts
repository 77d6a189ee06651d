/** Commands that work on the data themselves: they make none by a wrong name, and help who lost his password. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createServer, type Server } from '../../api/server.js';
import { readSettings } from '../../api/settings.js';
import { environmentOf } from '../databases.js';
import { patience } from '../until.js';

const cli = fileURLToPath(new URL('../../api/cli.js', import.meta.url));

/** A folder, or a database of its name, that holds nothing yet. */
function newData(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'weft-commands-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const environment = environmentOf(folder);

  return {
    folder,
    weft(...args: string[]) {
      const options = { env: { ...process.env, ...environment }, encoding: 'utf8' } as const;
      const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], options);
      return { status, said: stdout + stderr };
    },
    /** A server runs for as long as the work takes. */
    async serve<T>(work: (server: Server, url: string) => Promise<T>): Promise<T> {
      const server = await createServer({ settings: readSettings({ PORT: '0', ...environment }), patience });
      try {
        return await work(server, (await server.listen()).url);
      } finally {
        await server.close();
      }
    },
  };
}

test('a check, a rebuild and an invitation need data that are there, and make none', async t => {
  const { folder, weft } = newData(t);

  for (const args of [['audit', 'verify'], ['rebuild'], ['invite', 'ada']]) {
    const { status, said } = weft(...args);
    assert.equal(status, 1, said);
    assert.match(said, /there are no data in .*: name (the data folder as WEFT_DATA|another in MONGODB_URI)/);
  }
  const copied = weft('copy', '--from', `sqlite:${join(folder, 'wrong')}`, '--to', `sqlite:${join(folder, 'new')}`);
  assert.equal(copied.status, 1);
  assert.match(copied.said, /there are no data in .*wrong/);
  for (const name of ['weft.db', 'wrong', 'new']) assert.equal(existsSync(join(folder, name)), false, name);
});

test('an administrator who lost his password gets a link from the command line, once', async t => {
  const { weft, serve } = newData(t);
  await serve(({ services }) =>
    services.identity.people.createUser({ id: 'ada', name: 'Ada', password: 'forgotten since', administrator: true }),
  );

  const unknown = weft('invite', 'adam');
  const { status, said } = weft('invite', 'ada');

  assert.equal(unknown.status, 1);
  assert.match(unknown.said, /user "adam" does not exist; the administrators are ada/);
  assert.equal(status, 0, said);
  const [, token] = /http:\/\/localhost:3000\/signin\.html\?invitation=(\S+)/.exec(said) ?? [];
  await serve(async ({ services }, url) => {
    const accept = async () => {
      const headers = { 'Content-Type': 'application/json' };
      const body = JSON.stringify({ token, password: 'a new sentence' });
      return (await fetch(`${url}/api/v1/session/invitation`, { method: 'POST', headers, body })).status;
    };
    assert.deepEqual([await accept(), await accept()], [200, 403]);
    const signedIn = await services.identity.signIn('ada', 'a new sentence', '127.0.0.1');
    assert.equal(signedIn.administrator, true);
    const told = await services.store.find<never>('audit', { filter: { action: 'user invited', subject: 'ada' } });
    assert.equal(told.length, 1, 'the audit tells it');
  });
});
