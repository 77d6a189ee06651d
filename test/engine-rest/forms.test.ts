/** /engine-rest: Camunda Forms that tasks and starts refer to by their id. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { startRest } from './harness.js';
import { driver, part, process } from './models.js';

test('a form is found by its id: of the deployment, the newest, or of a version', async t => {
  const api = await startRest(t);
  const { rest, ask, token } = api;
  const { start } = driver(api);
  const form = (title: string) => JSON.stringify({ id: 'order', type: 'default', components: [], title });
  const asks = (binding: string, more = '') =>
    `<userTask id="${binding}" camunda:formRef="order" camunda:formRefBinding="${binding}" ${more}/>`;
  const elements = `<startEvent id="start" camunda:formRef="order" camunda:formRefBinding="latest"/>${asks('latest')}${asks('deployment')}${asks('version', 'camunda:formRefVersion="2"')}${part.ask('missing').replace('<userTask', '<userTask camunda:formRef="nothing"')}`;
  const flows = ['latest', 'deployment', 'version', 'missing'].map(id => `start -> ${id}`);
  const files: [name: string, text: string][][] = [
    [
      ['forms.bpmn', process('forms', elements, flows)],
      ['order.form', form('first')],
    ],
    [['order.form', form('second')]],
    [['order.form', form('third')]],
  ];
  for (const deployment of files) {
    let request = ask.post('/engine-rest/deployment/create').auth(token, { type: 'bearer' });
    for (const [name, text] of deployment) request = request.attach(name, Buffer.from(text), name);
    assert.equal((await request).status, 200);
  }
  const id = await start('forms');

  for (const [element, title] of [
    ['latest', 'third'],
    ['deployment', 'first'],
    ['version', 'second'],
  ]) {
    const [task] = (await rest('get', `/task?processInstanceId=${id}&taskDefinitionKey=${element}`)).body;
    const version = element === 'version' ? 2 : null;
    assert.deepEqual(task.camundaFormRef, { key: 'order', binding: element, version });
    assert.equal((await rest('get', `/task/${task.id}/deployed-form`)).body.title, title, element);
    assert.deepEqual((await rest('get', `/task/${task.id}/form`)).body.camundaFormRef, task.camundaFormRef);
  }
  const [missing] = (await rest('get', `/task?processInstanceId=${id}&taskDefinitionKey=missing`)).body;
  assert.equal((await rest('get', `/task/${missing.id}/deployed-form`)).status, 404);
  assert.equal((await rest('get', '/process-definition/key/forms/deployed-start-form')).body.title, 'third');
  assert.equal((await rest('get', '/process-definition/forms:1/startForm')).body.camundaFormRef.key, 'order');
});
