/** Stopping: no new work, parked requests answered, what runs finished; and the command line around it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startApi } from './harness.js';

const cli = resolve(dirname(fileURLToPath(import.meta.url)), '../../api/cli.js');

/** Runs the command line; `line` waits for a line of its output. */
function run(t: TestContext, args: string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [cli, ...args], {
    env: { PATH: process.env.PATH, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  const ended = new Promise<number | null>(resolve => child.on('close', resolve));
  return {
    child,
    ended,
    text: () => output,
    async line(pattern: RegExp): Promise<RegExpExecArray> {
      for (;;) {
        const found = pattern.exec(output);
        if (found) return found;
        const more = new Promise<void>(resolve => listeners.add(resolve));
        const code = await Promise.race([more, ended.then(code => ({ code }))]);
        if (code && !pattern.test(output)) throw new Error(`ended with ${code.code}: ${output}`);
      }
    },
  };
}

function folder(t: TestContext) {
  const path = mkdtempSync(join(tmpdir(), 'weft-cli-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('a server that stops answers parked requests, refuses new ones and is not ready', async t => {
  const { server, person, ask, deploy } = await startApi(t);
  await deploy('models/w8-external.bpmn');
  const root = await person({ id: 'root', administrator: true });
  assert.equal((await ask.get('/health/ready')).status, 200);
  const parked = root.post('/jobs/fetch', { worker: 'w', topics: [{ topic: 'work' }], wait: 60_000 });
  const answered = parked.then(answer => answer);
  while (server.services.engine.jobs.parked() === 0) await new Promise(resolve => setImmediate(resolve));

  const closing = server.close();

  assert.deepEqual((await answered).body, { items: [] });
  await closing;
  assert.equal((await ask.get('/health/live')).status, 200);
  assert.equal((await ask.get('/health/ready')).status, 503);
  assert.equal((await root.get('/tasks')).body.code, 'draining');
});

test('weft serve says what to open, and SIGTERM ends it in order', async t => {
  const server = run(t, ['serve'], { WEFT_DATA: folder(t) });

  const [, url] = await server.line(/Open (http:\S+)/);
  const [, token] = await server.line(/signin\.html\?setup=(\S+)/);
  assert.equal((await fetch(`${url}/health/ready`)).status, 200);
  assert.equal(token?.length, 43);

  server.child.kill('SIGTERM');
  assert.equal(await server.ended, 0, server.text());
});

test('a second server on the same data is told who has it', async t => {
  const data = folder(t);
  const first = run(t, ['serve'], { WEFT_DATA: data });
  await first.line(/Open http/);

  const second = run(t, ['serve'], { WEFT_DATA: data });

  assert.equal(await second.ended, 1);
  assert.match(second.text(), new RegExp(`in use by another Weft, process ${first.child.pid}`));
});

test('--reset begins a demo anew, but not under a server that runs', async t => {
  const data = folder(t);
  const demo = { Authorization: `Basic ${Buffer.from('demo:demo').toString('base64')}` };
  const names = async (url: string, change: RequestInit = {}) => {
    const headers = { ...demo, 'Content-Type': 'application/json' };
    return (await fetch(`${url}/api/v1/groups`, { headers, ...change })).text();
  };
  const first = run(t, ['serve', '--demo'], { WEFT_DATA: data });
  const [, url] = await first.line(/Open (http:\S+)/);
  await names(url!, { method: 'POST', body: JSON.stringify({ id: 'mine', name: 'Mine' }) });
  assert.match(await names(url!), /Mine/);

  const refused = run(t, ['serve', '--demo', '--reset'], { WEFT_DATA: data });
  assert.equal(await refused.ended, 1);
  assert.match(refused.text(), /in use by another Weft/);

  first.child.kill('SIGTERM');
  await first.ended;
  const anew = run(t, ['serve', '--demo', '--reset'], { WEFT_DATA: data });
  const [, again] = await anew.line(/Open (http:\S+)/);
  assert.doesNotMatch(await names(again!), /Mine/);
});

test('--reset erases nothing that people work with', async t => {
  const data = folder(t);
  const first = run(t, ['serve'], { WEFT_DATA: data });
  const [, url] = await first.line(/Open (http:\S+)/);
  const [, token] = await first.line(/setup=(\S+)/);
  const setup = { token, user: 'root', name: 'Root', password: 'correct horse' };
  const headers = { 'Content-Type': 'application/json' };
  await fetch(`${url}/api/v1/setup`, { method: 'POST', headers, body: JSON.stringify(setup) });

  first.child.kill('SIGTERM');
  await first.ended;

  const alone = run(t, ['serve', '--reset'], { WEFT_DATA: data });
  const demo = run(t, ['serve', '--demo', '--reset'], { WEFT_DATA: data });

  assert.equal(await alone.ended, 2);
  assert.match(alone.text(), /--reset is for the demo \(--demo\): to erase .* stop Weft and remove it by hand/);
  assert.equal(await demo.ended, 1);
  assert.match(demo.text(), /holds data that are no demo/);
  const again = run(t, ['serve'], { WEFT_DATA: data });
  await again.line(/The API/);
  assert.doesNotMatch(again.text(), /no administrator/);
});

test('weft deploy and weft start work against a running server, with answers for people and for programs', async t => {
  const server = run(t, ['serve'], { WEFT_DATA: folder(t) });
  const [, url] = await server.line(/Open (http:\S+)/);
  const [, token] = await server.line(/setup=(\S+)/);
  const root = { user: 'root', password: 'correct horse' };
  await fetch(`${url}/api/v1/setup`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...root, token, name: 'Root' }),
  });
  const as = ['--url', url!, '--user', `${root.user}:${root.password}`];
  const model = resolve(dirname(cli), '../../test/fixtures/models/w3-approval.bpmn');

  const deployed = run(t, ['deploy', model, ...as]);
  assert.equal(await deployed.ended, 0, deployed.text());
  assert.match(deployed.text(), /deployed w3_approval version 1/);

  const started = run(t, ['start', 'w3_approval', 'amount=10', '--json', ...as]);
  assert.equal(await started.ended, 0, started.text());
  assert.equal(JSON.parse(started.text()).state, 'running');

  const refused = run(t, ['start', 'nothing', ...as]);
  assert.equal(await refused.ended, 1);
});

test('the command line says when it is called wrongly', async t => {
  const unknown = run(t, ['dance']);
  const wrong = run(t, ['serve'], { PORT: 'x' });
  const elsewhere = run(t, ['serve'], { HOST: '192.0.2.1', WEFT_DATA: folder(t) });
  const nowhere = run(t, ['deploy', 'nowhere.bpmn']);
  const folderForFile = run(t, ['deploy', folder(t)]);
  const help = run(t, ['--help']);

  assert.equal(await unknown.ended, 2);
  assert.equal(await wrong.ended, 1);
  assert.match(wrong.text(), /PORT="x" must be a whole number/);
  assert.equal(await elsewhere.ended, 1);
  assert.match(elsewhere.text(), /HOST="192\.0\.2\.1" is no address of this machine; set HOST to one/);
  assert.equal(await nowhere.ended, 1);
  assert.equal(nowhere.text(), 'there is no file nowhere.bpmn\n');
  assert.equal(await folderForFile.ended, 1);
  assert.match(folderForFile.text(), /cannot be read \(EISDIR/);
  assert.equal(await help.ended, 0);
  assert.match(help.text(), /weft serve/);
});

test('a backup that is taken while the server runs becomes a folder on which a server runs', async t => {
  const data = folder(t);
  const server = run(t, ['serve'], { WEFT_DATA: data });
  const [, url] = await server.line(/Open (http:\S+)/);
  const [, token] = await server.line(/setup=(\S+)/);
  const setup = { token, user: 'root', name: 'Root', password: 'correct horse' };
  const headers = { 'Content-Type': 'application/json' };
  await fetch(`${url}/api/v1/setup`, { method: 'POST', headers, body: JSON.stringify(setup) });
  const file = join(folder(t), 'monday.weft');
  const other = folder(t);

  const backup = run(t, ['backup', file], { WEFT_DATA: data });
  assert.equal(await backup.ended, 0, backup.text());
  const again = run(t, ['backup', file], { WEFT_DATA: data });
  assert.equal(await again.ended, 1);
  assert.match(again.text(), /already exists/);
  const restored = run(t, ['restore', file], { WEFT_DATA: other });
  assert.equal(await restored.ended, 0, restored.text());
  const refused = run(t, ['restore', file], { WEFT_DATA: other });
  assert.equal(await refused.ended, 1);
  assert.match(refused.text(), /has data already/);

  const second = run(t, ['serve'], { WEFT_DATA: other });
  await second.line(/The API/);
  assert.doesNotMatch(second.text(), /no administrator/);
});

test('copying and backups say how they are called', async t => {
  for (const [args, sentence] of [
    [['copy'], /weft copy --from PLACE --to PLACE/],
    [['copy', '--from', 'oracle:x', '--to', 'sqlite:y'], /"oracle:x" is no place of data/],
    [['backup'], /name one file to write/],
    [['restore'], /name one file that weft backup wrote/],
  ] as const) {
    const called = run(t, [...args], { WEFT_DATA: folder(t) });
    assert.equal(await called.ended, 2);
    assert.match(called.text(), sentence);
  }
});
