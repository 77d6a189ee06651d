/** Deployments over /engine-rest, as the desktop modeler and other clients make them. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { fixture } from '../api/harness.js';
import { startRest } from './harness.js';

const model = (id: string, inside = '<userTask id="ask"/><sequenceFlow id="f" sourceRef="start" targetRef="ask"/>') =>
  `<?xml version="1.0"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="urn:test"><process id="${id}" isExecutable="true" camunda:historyTimeToLive="7"><startEvent id="start"/>${inside}</process></definitions>`;

test('deployments', async t => {
  const { ask, token, rest, server } = await startRest(t);

  /** Sends a form as a client does: fields, then files as [name of the part, name of the file, text]. */
  function create(fields: Record<string, string>, files: [part: string, name: string, text: string][]) {
    let request = ask.post('/engine-rest/deployment/create').auth(token, { type: 'bearer' });
    for (const [name, value] of Object.entries(fields)) request = request.field(name, value);
    for (const [part, name, text] of files)
      request = request.attach(part, Buffer.from(text), { filepath: name } as { filename?: string });
    return request;
  }

  await t.test("the calls of the desktop modeler's Deploy dialog succeed", async () => {
    // The dialog first asks whether the server is there, then deploys, then starts.
    assert.equal((await rest('get', '/deployment?maxResults=0')).status, 200);
    assert.deepEqual((await rest('get', '/deployment?maxResults=0')).body, []);
    assert.equal((await rest('get', '/version')).body.version, '7.24.0');
    const fields = {
      'deployment-name': 'everything',
      'deployment-source': 'Camunda Modeler',
      'enable-duplicate-filtering': 'true',
      'deploy-changed-only': 'true',
      'tenant-id': '',
    };
    const text = fixture('engine-rest/everything.bpmn');
    const deployed = await create(fields, [['everything.bpmn', 'everything.bpmn', text]]);
    assert.equal(deployed.status, 200, deployed.text);
    assert.equal(deployed.headers['content-type'], 'application/json');
    const [{ method, rel, href }] = deployed.body.links;
    assert.deepEqual([method, rel], ['GET', 'self']);
    assert.ok(href.endsWith(`/engine-rest/deployment/${deployed.body.id}`), href);
    const [definition] = Object.values(deployed.body.deployedProcessDefinitions) as { id: string; key: string }[];
    assert.equal(definition!.key, 'everything');
    const started = await rest('post', `/process-definition/${definition!.id}/start`, {
      businessKey: 'from the modeler',
    });
    assert.equal(started.status, 200, started.text);

    const again = await create(fields, [['everything.bpmn', 'everything.bpmn', text]]);
    assert.equal(again.body.id, deployed.body.id);
    assert.equal(again.body.deployedProcessDefinitions, null, 'nothing new is null, not {}');
  });

  await t.test('parts may be called anything; names of files are kept with their path', async () => {
    const { body } = await create({ 'deployment-name': 'several' }, [
      ['data', '/home/mary/one.bpmn', model('one')],
      ['data_1', 'two.bpmn', model('two')],
      ['picture', 'two.png', 'no picture'],
    ]);
    assert.deepEqual(Object.keys(body.deployedProcessDefinitions).sort(), ['one:1', 'two:1']);
    const resources = (await rest('get', `/deployment/${body.id}/resources`)).body as { id: string; name: string }[];
    assert.deepEqual(
      resources.map(({ name }) => name),
      ['/home/mary/one.bpmn', 'two.bpmn', 'two.png'],
    );
    const path = `/deployment/${body.id}/resources/${resources[0]!.id}`;
    assert.equal((await rest('get', path)).body.name, '/home/mary/one.bpmn');
    const data = await rest('get', `${path}/data`);
    assert.equal(data.status, 200);
    assert.equal(data.headers['content-type'], 'application/xml');
    assert.equal(data.headers['content-disposition'], `attachment; filename="one.bpmn"; filename*=UTF-8''one.bpmn`);
    assert.equal(data.text, model('one'));
    assert.equal((await rest('get', `/deployment/${body.id}/resources/x`)).status, 404);
    assert.equal((await rest('get', `/deployment/${body.id}/resources/x/data`)).status, 400);
    assert.equal((await rest('get', '/process-definition/key/two')).body.diagram, 'two.png');
    assert.equal((await rest('get', '/process-definition/key/two/diagram')).headers['content-type'], 'image/png');
    assert.equal((await rest('get', '/process-definition/key/one/diagram')).status, 204);
  });

  await t.test('a file is given back byte for byte, whatever it is called', async () => {
    const names = ['käse n°1.txt', "it's (new)*.html", 'Ordner/☃', 'form.json', 'picture.SVG'];
    const { body } = await create(
      { 'deployment-name': 'strange ☃' },
      names.map((name, at) => [`part ${at}`, name, `[${at}]`]),
    );
    const resources = (await rest('get', `/deployment/${body.id}/resources`)).body as { id: string; name: string }[];
    assert.deepEqual(
      resources.map(({ name }) => name),
      names,
    );
    const answers = await Promise.all(
      resources.map(({ id }) => rest('get', `/deployment/${body.id}/resources/${id}/data`)),
    );
    assert.deepEqual(
      answers.map(({ headers }) => headers['content-type']),
      ['text/plain', 'text/html', 'application/octet-stream', 'application/json', 'image/svg+xml'],
    );
    assert.deepEqual(
      answers.map(({ body: bytes, text }) => text ?? String(bytes)),
      names.map((_, at) => `[${at}]`),
    );
    const saved = answers.map(({ headers }) => headers['content-disposition']!);
    assert.equal(saved[1], `attachment; filename="it's (new)*.html"; filename*=UTF-8''it%27s%20%28new%29%2a.html`);
    assert.equal(saved[2], `attachment; filename="_"; filename*=UTF-8''%E2%98%83`);
  });

  await t.test('only what changed within deployments of the same name and source makes a new version', async () => {
    const made = async (name: string, source: string, work = '') => {
      const fields = { 'deployment-name': name, 'deployment-source': source, 'deploy-changed-only': 'true' };
      const { status, body, text } = await create(fields, [
        ['data', 'shared.bpmn', model('shared')],
        ['data_1', 'other.bpmn', model('other', work)],
      ]);
      assert.equal(status, 200, text);
      return [body.name, Object.keys(body.deployedProcessDefinitions ?? {}).sort()];
    };

    assert.deepEqual(await made('A', 'ci'), ['A', ['other:1', 'shared:1']]);
    assert.deepEqual(await made('B', 'ci'), ['B', ['other:2', 'shared:2']]);
    assert.deepEqual(await made('B', 'by hand'), ['B', ['other:3', 'shared:3']]);
    assert.deepEqual(await made('A', 'ci'), ['A', []]);
    assert.deepEqual(await made('A', 'ci', '<userTask id="work"/>'), ['A', ['other:4']]);
    assert.equal((await rest('get', '/deployment/count?name=A')).body.count, 2);
  });

  await t.test('a parse error is 400 ParseException with line and message by file', async () => {
    const broken = model('broken', '<sequenceFlow id="f" sourceRef="start" targetRef="nowhere"/>');
    const { status, body } = await create({}, [['data', 'broken.bpmn', broken]]);
    assert.equal(status, 400);
    assert.equal(body.type, 'ParseException');
    assert.match(body.message, /^ENGINE-09005 Could not parse BPMN process\. Errors: /);
    const [error] = body.details['broken.bpmn'].errors;
    assert.equal(typeof error.line, 'number');
    assert.match(error.message, /nowhere/);
    const count = (await rest('get', '/process-definition/count?key=broken')).body.count;
    assert.equal(count, 0);
  });

  await t.test('text that is no XML at all is 500 ENGINE-09003', async () => {
    const { status, body } = await create({}, [['data', 'text.bpmn', 'hello']]);
    assert.deepEqual([status, body.type], [500, 'ProcessEngineException']);
    assert.match(body.message, /^ENGINE-09003/);
  });

  await t.test('a form without files, or with a part that is none, is refused', async () => {
    assert.equal((await create({ 'deployment-name': 'empty' }, [])).status, 400);
    const { status, body } = await create({ strange: 'x' }, [['data', 'one.bpmn', model('one')]]);
    assert.equal(status, 400);
    assert.match(body.message, /No file name found .* 'strange'/);
  });

  await t.test('definitions that are to begin at a date are suspended until then', async () => {
    const at = { 'deployment-activation-time': '2999-01-01T00:00:00.000+0000' };
    assert.equal((await create(at, [['data', 'later.bpmn', model('later')]])).status, 200);
    assert.equal((await rest('get', '/process-definition/key/later')).body.suspended, true);
    assert.equal((await rest('post', '/process-definition/key/later/start', {})).status, 500);
    const past = { 'deployment-activation-time': '1999-01-01T00:00:00.000+0000' };
    await create(past, [['data', 'now.bpmn', model('now')]]);
    assert.equal((await rest('get', '/process-definition/key/now')).body.suspended, false);
  });

  await t.test('a deployment is deployed again, and only what is asked for', async () => {
    const [{ id }] = (await rest('get', '/deployment?name=several')).body;
    const again = await rest('post', `/deployment/${id}/redeploy`, { resourceNames: ['two.bpmn'], source: null });
    assert.deepEqual(Object.keys(again.body.deployedProcessDefinitions), ['two:2']);
    assert.equal((await rest('post', `/deployment/${id}/redeploy`, { resourceNames: ['three'] })).status, 404);
  });

  await t.test('it is deleted, with its instances only where cascade is exactly true', async () => {
    const [{ id }] = (await rest('get', '/deployment?name=everything')).body;
    for (const cascade of ['', '?cascade=True', '?cascade=false'])
      assert.equal((await rest('delete', `/deployment/${id}${cascade}`, {})).status, 500, cascade);
    assert.equal((await rest('delete', `/deployment/${id}?cascade=true`, {})).status, 204);
    assert.equal((await rest('get', `/deployment/${id}`)).status, 404);
    await server.services.engine.idle();
    assert.equal((await rest('get', '/process-instance/count')).body.count, 0);
  });

  await t.test('a definition is deleted: 200 without a body', async () => {
    const deleted = await rest('delete', '/process-definition/two:2');
    assert.deepEqual([deleted.status, deleted.text], [200, '']);
    assert.equal((await rest('delete', '/process-definition/two:2')).status, 404);
    assert.equal((await rest('delete', '/process-definition/key/two')).status, 200);
    assert.equal((await rest('get', '/process-definition/count?key=two')).body.count, 0);
  });

  await t.test('a key means its newest version of no tenant, unless a tenant is named', async () => {
    const { tenants } = server.services.identity;
    await tenants.create({ id: 'acme', name: 'Acme' });
    await tenants.setMember('acme', 'users', 'admin', true);
    const path = '/process-definition/key/mine';
    for (const version of [1, 2])
      for (const tenant of ['acme', ''])
        await create({ 'tenant-id': tenant }, [
          ['data', 'mine.bpmn', model('mine', `<userTask id="ask-${version}"/>`)],
        ]);
    await create({ 'tenant-id': 'acme' }, [['data', 'theirs.bpmn', model('theirs')]]);
    const suspended = async () =>
      (await rest('get', '/process-definition?key=mine&suspended=true')).body
        .map(({ id }: { id: string }) => id)
        .sort();

    assert.equal((await rest('get', path)).body.id, 'mine:2');
    assert.equal((await rest('get', `${path}/tenant-id/acme`)).body.id, 'mine:2:acme');
    assert.equal((await rest('get', '/process-definition/key/theirs')).status, 404);
    assert.equal((await rest('post', '/process-definition/key/theirs/start', {})).status, 404);
    assert.equal((await rest('post', '/process-definition/key/theirs/tenant-id/acme/start', {})).body.tenantId, 'acme');
    assert.equal((await rest('put', `${path}/suspended`, { suspended: true })).status, 204);
    assert.deepEqual(await suspended(), ['mine:2']);
    assert.equal((await rest('put', `${path}/tenant-id/acme/suspended`, { suspended: true })).status, 204);
    assert.deepEqual(await suspended(), ['mine:2', 'mine:2:acme']);
    const all = { processDefinitionKey: 'mine', suspended: true };
    assert.equal((await rest('put', '/process-definition/suspended', all)).status, 204);
    assert.equal((await suspended()).length, 4);
    assert.equal((await rest('put', '/process-definition/key/theirs/suspended', { suspended: true })).status, 404);
    assert.equal((await rest('delete', path)).status, 200);
    assert.deepEqual(await suspended(), ['mine:1:acme', 'mine:2:acme']);
  });

  await t.test('how long the past is kept is changed, and whom a process calls is told', async () => {
    assert.equal((await rest('get', '/process-definition/key/one')).body.historyTimeToLive, 7);
    assert.equal(
      (await rest('put', '/process-definition/key/one/history-time-to-live', { historyTimeToLive: 3 })).status,
      204,
    );
    assert.equal((await rest('get', '/process-definition/key/one')).body.historyTimeToLive, 3);
    assert.equal(
      (await rest('put', '/process-definition/one:1/history-time-to-live', { historyTimeToLive: null })).status,
      204,
    );
    assert.equal((await rest('get', '/process-definition/key/one')).body.historyTimeToLive, null);
    const calling = model(
      'caller',
      '<callActivity id="call" calledElement="one"/><callActivity id="dynamic" calledElement="${x}"/>',
    );
    await create({}, [['data', 'caller.bpmn', calling]]);
    const { body } = await rest('get', '/process-definition/caller:1/static-called-process-definitions');
    assert.deepEqual(
      body.map((one: Record<string, unknown>) => [one.id, one.calledFromActivityIds, one.callingProcessDefinitionId]),
      [['one:1', ['call'], 'caller:1']],
    );
  });
});
