/** Every property that the document of Camunda 7 names is in the answer, also where one thing is asked for or done. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { laterOf } from '../../api/engine-rest/later.js';
import { absentIn, answeredProperties, operations } from './document.js';
import { populated } from './populated.js';

/** What the real server leaves out, too, or has for another kind of thing. */
const leftOut: Record<string, string[]> = {
  '/task/{id}': ['variables', 'attachment', 'comment'],
  '/filter/{id}': ['itemCount'],
  '/history/detail/{id}': ['fieldId', 'fieldValue'],
};

test('one thing of each kind, and what is done, answers every documented property', async t => {
  const { rest, instance } = await populated(t);
  const first = async (path: string) => (await rest('get', path)).body[0];
  const [task, deployment] = [await first('/task'), await first('/deployment')];
  const resource = await first(`/deployment/${deployment.id}/resources`);
  const at = async (element: string) => (await first(`/execution?activityId=${element}`)).id;
  await rest('post', `/task/${task.id}/comment/create`, { message: 'hello', processInstanceId: instance });
  const comment = await first(`/task/${task.id}/comment`);

  /** Where things are whose address the list beside does not give. */
  const addresses: Record<string, string> = {
    '/deployment/{id}/resources': `/deployment/${deployment.id}/resources`,
    '/deployment/{id}/resources/{resourceId}': `/deployment/${deployment.id}/resources/${resource.id}`,
    '/engine': '/engine',
    '/version': '/version',
    '/telemetry/configuration': '/telemetry/configuration',
    '/telemetry/data': '/telemetry/data',
    '/metrics': '/metrics?name=process-instances',
    '/metrics/{metrics-name}/sum': '/metrics/process-instances/sum',
    '/execution/{id}/localVariables/{varName}': `/execution/${await at('ask')}/localVariables/note`,
    '/execution/{id}/messageSubscriptions/{messageName}': `/execution/${await at('letter')}/messageSubscriptions/letter`,
    '/process-definition/statistics': '/process-definition/statistics?incidents=true&failedJobs=true',
    '/process-definition/{id}/statistics': '/process-definition/everything:1/statistics?incidents=true',
    '/process-definition/{id}/startForm': '/process-definition/everything:1/startForm',
    '/process-definition/{id}/xml': '/process-definition/everything:1/xml',
    '/process-definition/key/{key}': '/process-definition/key/everything',
    '/process-definition/key/{key}/startForm': '/process-definition/key/everything/startForm',
    '/process-definition/key/{key}/statistics': '/process-definition/key/everything/statistics?incidents=true',
    '/process-definition/key/{key}/xml': '/process-definition/key/everything/xml',
    '/process-instance/{id}/activity-instances': `/process-instance/${instance}/activity-instances`,
    '/process-instance/{id}/comment': `/process-instance/${instance}/comment`,
    '/process-instance/{id}/variables/{varName}': `/process-instance/${instance}/variables/amount`,
    '/task/{id}/comment': `/task/${task.id}/comment`,
    '/task/{id}/comment/{commentId}': `/task/${task.id}/comment/${comment.id}`,
    '/task/{id}/form': `/task/${task.id}/form`,
    '/task/{id}/identity-links': `/task/${task.id}/identity-links`,
    '/task/{id}/localVariables/{varName}': `/task/${task.id}/localVariables/note`,
    '/task/{id}/variables/{varName}': `/task/${task.id}/variables/amount`,
    '/task/report/candidate-group-count': '/task/report/candidate-group-count',
    '/identity/groups': '/identity/groups?userId=mary',
    '/identity/password-policy': '/identity/password-policy',
    '/user/{id}/profile': '/user/mary/profile',
  };

  /** `/x/{id}` is the first of the list `/x`. */
  async function addressOf(path: string): Promise<string | undefined> {
    if (addresses[path]) return addresses[path];
    if (!/^[^{]*\/\{id\}$/.test(path)) return undefined;
    const found = await first(path.replace('/{id}', ''));
    assert.ok(found, `there is something at ${path}`);
    return path.replace('{id}', encodeURIComponent(found.id));
  }

  for (const operation of operations) {
    const { path, method } = operation;
    const properties = answeredProperties(operation);
    if (method !== 'get' || properties.length === 0 || laterOf(path) !== undefined) continue;
    const address = await addressOf(path);
    if (address === undefined) continue;

    await t.test(`get ${path}`, async () => {
      const { status, body, text } = await rest('get', address);
      assert.equal(status, 200, text);
      assert.ok(Array.isArray(body) ? body[0] : body, 'there is one');
      const left = leftOut[path]?.map(name => `.${name}`) ?? [];
      assert.deepEqual(
        absentIn(operation, body).filter(name => !left.includes(name)),
        [],
      );
    });
  }

  /** What is done, where, and with what. */
  const done: Record<string, [address: string, body: object]> = {
    '/process-definition/{id}/start': ['/process-definition/everything:1/start', { withVariablesInReturn: true }],
    '/process-definition/key/{key}/submit-form': ['/process-definition/key/everything/submit-form', {}],
    '/external-task/fetchAndLock': [
      '/external-task/fetchAndLock',
      { workerId: 'w', maxTasks: 1, topics: [{ topicName: 'work', lockDuration: 1000 }] },
    ],
    '/message': [
      '/message',
      { messageName: 'letter', processInstanceId: instance, resultEnabled: true, variablesInResultEnabled: true },
    ],
    '/execution/{id}/create-incident': [
      `/execution/${await at('work')}/create-incident`,
      { incidentType: 'attention', message: 'look' },
    ],
    '/filter/create': ['/filter/create', { resourceType: 'Task', name: 'all', query: {}, properties: {} }],
    '/authorization/create': [
      '/authorization/create',
      { type: 1, userId: 'mary', permissions: ['READ'], resourceType: 7, resourceId: '*' },
    ],
    '/deployment/{id}/redeploy': [`/deployment/${deployment.id}/redeploy`, {}],
    '/identity/verify': ['/identity/verify', { username: 'mary', password: 'a guess' }],
    '/identity/password-policy': ['/identity/password-policy', { password: 'a guess' }],
    '/task/{id}/comment/create': [`/task/${task.id}/comment/create`, { message: 'again' }],
    '/task/{id}/complete': [`/task/${task.id}/complete`, { withVariablesInReturn: true }],
  };

  for (const [path, [address, body]] of Object.entries(done))
    await t.test(`post ${path}`, async () => {
      const operation = operations.find(one => one.path === path && one.method === 'post')!;
      const answer = await rest('post', address, body);
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(
        absentIn(operation, answer.body).filter(name => name !== '.itemCount'),
        [],
      );
    });
});
