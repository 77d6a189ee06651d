/** Proof: camunda-external-task-client-js as it is published carries out the order sample over /engine-rest. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { BasicAuthInterceptor, Client, Variables } from 'camunda-external-task-client-js';
import { until } from '../until.js';
import { startRest } from './harness.js';

test('the JavaScript client of Camunda 7, unmodified, runs the order sample', async t => {
  const { rest, server, person } = await startRest(t);
  const { identity, engine } = server.services;
  await identity.people.createGroup({ id: 'workers', name: 'Workers', rights: ['work'] });
  await person({ id: 'robot', password: 'secret of the robot', groups: ['workers'] });
  const { url } = await server.listen();
  const file = new URL('../../../samples/order/customer-order.bpmn', import.meta.url);
  await engine.deploy({ files: [{ name: 'customer-order.bpmn', bytes: readFileSync(file) }] });

  const errors: unknown[] = [];
  const client = new Client({
    baseUrl: `${url.replace('localhost', '127.0.0.1')}/engine-rest`,
    workerId: 'proof',
    interval: 20,
    asyncResponseTimeout: 2_000,
    interceptors: new BasicAuthInterceptor({ username: 'robot', password: 'secret of the robot' }) as never,
  });
  t.after(() => client.stop());
  for (const event of ['complete', 'handleFailure', 'handleBpmnError', 'extendLock', 'lock', 'unlock', 'poll'])
    client.on(`${event}:error`, (...told) => errors.push([event, ...told].map(String).join(' ')));

  let failed = false;
  client.subscribe('reserve-goods', { lockDuration: 60_000 }, async ({ task, taskService }) => {
    await taskService.extendLock(task, 120_000);
    if (task.variables.get('item') === 'Grand piano') {
      await taskService.handleBpmnError(
        task,
        'out-of-stock',
        'no Grand piano is left',
        new Variables().set('asked', true),
      );
      return;
    }
    if (!failed) {
      failed = true;
      await taskService.handleFailure(task, {
        errorMessage: 'the shelf is locked',
        errorDetails: 'try again',
        retries: 1,
        retryTimeout: 0,
      });
      return;
    }
    const variables = new Variables()
      .set('reservation', `${task.variables.get('quantity')} pieces`)
      .set('plan', { shelf: 3 })
      .setTyped('weightLimit', { value: 30, type: 'Double' })
      .setTyped('reservedAt', { value: new Date(0), type: 'Date' });
    await taskService.complete(task, variables, new Variables().set('onlyHere', 1));
  });
  client.subscribe('tell-customer', {}, async ({ task, taskService }) => {
    await taskService.complete(task, new Variables().set('mail', task.variables.get('shortage')));
  });
  let handedBack = false;
  client.subscribe('ship-parcel', { variables: ['plan', 'reservedAt'] }, async ({ task, taskService }) => {
    if (!handedBack) {
      handedBack = true;
      return taskService.unlock(task);
    }
    await taskService.lock(task, 60_000);
    const plan = task.variables.get('plan') as { shelf: number };
    const at = task.variables.get('reservedAt') as Date;
    await taskService.complete(
      task,
      new Variables().set('parcel', `${task.businessKey}/${plan.shelf}/${at.getTime()}`),
    );
  });

  const start = async (item: string) => {
    const variables = { item: { value: item }, quantity: { value: 2, type: 'Long' }, customer: { value: 'Ada' } };
    const started = await rest('post', '/process-definition/key/customer-order/start', {
      businessKey: item,
      variables,
    });
    assert.equal(started.status, 200, started.text);
    return started.body.id as string;
  };
  const waitsAt = async (id: string, element: string) =>
    (await rest('get', `/execution/count?processInstanceId=${id}&activityId=${element}`)).body.count === 1;
  const ended = async (id: string) => (await rest('get', `/process-instance/${id}`)).status === 404;
  const variableOf = async (id: string, name: string) =>
    (await rest('get', `/history/variable-instance?processInstanceId=${id}&variableName=${name}`)).body[0]?.value;

  await t.test('an order is reserved after a failure, paid, packed, handed back once and shipped', async () => {
    const id = await start('Teapot');
    await until('the goods are reserved', () => waitsAt(id, 'payment'));
    const paid = await rest('post', '/message', {
      messageName: 'payment-received',
      businessKey: 'Teapot',
      resultEnabled: true,
    });
    assert.equal(paid.status, 200, paid.text);
    assert.equal(paid.body[0].resultType, 'Execution');
    const [task] = (await rest('get', `/task?processInstanceId=${id}`)).body;
    const packed = await rest('post', `/task/${task.id}/complete`, {
      variables: { weight: { value: 2.5, type: 'Double' } },
    });
    assert.equal(packed.status, 204, packed.text);
    await until('the order is shipped', () => ended(id));
    assert.equal(await variableOf(id, 'parcel'), 'Teapot/3/0');
    assert.equal(await variableOf(id, 'reservation'), '2 pieces');
    assert.equal(handedBack, true);
    assert.deepEqual(errors, []);
  });

  await t.test('a BPMN error of the client leads to the apology', async () => {
    const id = await start('Grand piano');
    await until('the customer was told', () => ended(id));
    assert.equal(await variableOf(id, 'mail'), 'no Grand piano is left');
    assert.equal(await variableOf(id, 'asked'), true);
    assert.deepEqual(errors, []);
  });
});
