/** /engine-rest: what is sent to nobody in particular is heard in a tenant with all that it brings. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { startRest } from './harness.js';
import { beside, part, process } from './models.js';

test('a file that comes by a message, a signal or a condition is there in the tenant that hears it', async t => {
  const { rest, ask, token, server } = await startRest(t);
  const { tenants } = server.services.identity;
  await tenants.create({ id: 'acme', name: 'Acme' });
  await tenants.setMember('acme', 'users', 'admin', true);
  const starts = (definition: string, around = '') =>
    process('hears', part.start(definition) + part.ask(), ['start -> ask'], around);
  const file = { value: 'aGVsbG8=', type: 'File', valueInfo: { filename: 'a.txt' } };
  const variables = { paper: file, go: { value: true } };
  const condition = '<condition xsi:type="tFormalExpression">${go}</condition>';

  for (const [model, path, body] of [
    [
      starts('<messageEventDefinition messageRef="letter"/>', beside.message('letter')),
      '/message',
      { messageName: 'letter', processVariables: variables },
    ],
    [
      starts('<signalEventDefinition signalRef="alarm"/>', beside.signal('alarm')),
      '/signal',
      { name: 'alarm', variables },
    ],
    [starts(`<conditionalEventDefinition>${condition}</conditionalEventDefinition>`), '/condition', { variables }],
  ] as const) {
    const deployed = await ask
      .post('/engine-rest/deployment/create')
      .auth(token, { type: 'bearer' })
      .field('tenant-id', 'acme')
      .attach('data', Buffer.from(model), 'hears.bpmn');
    assert.equal(deployed.status, 200, deployed.text);
    const answer = await rest('post', path, body);
    assert.ok(answer.status < 300, answer.text);
    const [instance] = (await rest('get', '/process-instance?processDefinitionKey=hears')).body;
    assert.equal(instance.tenantId, 'acme', path);
    const data = await rest('get', `/process-instance/${instance.id}/variables/paper/data`);
    assert.equal(String(data.body), 'hello', path);
    await rest('delete', `/process-instance/${instance.id}`);
  }
});
