/** Each filter finds what has it, in the list and in the count: the document test asks for what nothing has. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { laterOf } from '../../api/engine-rest/later.js';
import { counts, filtersOf } from './document.js';
import { part, process } from './models.js';
import { populated } from './populated.js';

const past = '2000-01-01T00:00:00.000+0000';
const future = '2999-01-01T00:00:00.000+0000';

/** What something has that is called otherwise in its answer, or not told there. */
const had: Record<string, (string | [filter: string, value: string])[]> = {
  '/deployment': [
    ['after', past],
    ['before', future],
  ],
  '/execution': [
    ...['businessKey=order 17', 'processDefinitionKey=everything', 'activityId=ask', 'active=true'],
    ...['messageEventSubscriptionName=letter', 'incidentType=failedExternalTask', 'incidentMessageLike=%broke%'],
    ...['processVariables=customer_eq_Mary', 'variables=note_like_l%'],
  ],
  '/external-task': [
    ...['locked=true', 'notLocked=true', 'withRetriesLeft=true', 'noRetriesLeft=true', 'active=true'],
    ...['priorityHigherThanOrEquals=0', 'priorityLowerThanOrEquals=0', 'processDefinitionName=Everything'],
    ...['processDefinitionNameLike=Every%', 'processVariables=customer_eq_Mary'],
    ['lockExpirationAfter', past],
    ['lockExpirationBefore', future],
  ],
  '/group': ['member=mary', 'memberOfTenant=acme'],
  '/tenant': ['userMember=mary', 'groupMember=accounting'],
  '/user': ['memberOfGroup=accounting', 'memberOfTenant=acme', 'potentialStarter=everything'],
  '/history/activity-instance': [
    ...['finished=true', 'unfinished=true', 'canceled=true', 'completeScope=true', 'taskAssignee=mary'],
    ['startedAfter', past],
    ['startedBefore', future],
    ['finishedAfter', past],
    ['finishedBefore', future],
  ],
  '/history/detail': [
    ...['initial=true', 'variableUpdates=true', 'excludeTaskDetails=true'],
    ['occurredAfter', past],
    ['occurredBefore', future],
  ],
  '/history/external-task-log': [
    ...['creationLog=true', 'failureLog=true', 'deletionLog=true', 'priorityLowerThanOrEquals=0'],
    'priorityHigherThanOrEquals=0',
  ],
  '/history/identity-link-log': [
    ['dateAfter', past],
    ['dateBefore', future],
  ],
  '/history/incident': ['open=true'],
  '/history/job-log': ['creationLog=true', 'deletionLog=true', 'jobPriorityHigherThanOrEquals=0'],
  '/history/process-instance': [
    ...['processInstanceBusinessKey=order 17', 'processInstanceBusinessKeyIn=x,order 17', 'startedBy=admin'],
    ...['processInstanceBusinessKeyLike=order%', 'rootProcessInstances=true', 'finished=true', 'unfinished=true'],
    ...['withIncidents=true', 'withRootIncidents=true', 'incidentType=failedExternalTask', 'incidentStatus=open'],
    ...['incidentMessageLike=%broke%', 'activityIdIn=ask', 'executedActivityIdIn=start', 'activeActivityIdIn=ask'],
    ...['active=true', 'completed=true', 'externallyTerminated=true', 'variables=customer_eq_Mary'],
    ['startedAfter', past],
    ['startedBefore', future],
    ['finishedAfter', past],
    ['finishedBefore', future],
    ['executedActivityAfter', past],
    ['executedActivityBefore', future],
  ],
  '/history/task': [
    ...['processInstanceBusinessKey=order 17', 'processInstanceBusinessKeyLike=order%', 'taskName=Ask'],
    ...['processDefinitionName=Everything', 'taskNameLike=A%', 'taskDescriptionLike=Asks%', 'taskAssignee=mary'],
    ...['taskAssigneeLike=m%', 'taskPriority=50', 'assigned=true', 'unassigned=true', 'finished=true'],
    ...['unfinished=true', 'processFinished=true', 'processUnfinished=true', 'taskDeleteReason=deleted'],
    ...['taskDeleteReasonLike=del%', 'withoutTaskDueDate=true', 'processVariables=customer_eq_Mary'],
    ...['taskVariables=note_eq_local', 'taskInvolvedUser=bob', 'taskInvolvedGroup=accounting'],
    ...['taskHadCandidateUser=bob', 'taskHadCandidateGroup=accounting', 'withCandidateGroups=true'],
    ...['withoutCandidateGroups=true', 'taskOwner=owner', 'taskOwnerLike=own%', 'taskDescription=Asks somebody.'],
    ['taskDueDateAfter', past],
    ['taskDueDateBefore', future],
    ['taskFollowUpDateAfter', past],
    ['taskFollowUpDateBefore', future],
  ],
  '/history/user-operation': [
    ['afterTimestamp', past],
    ['beforeTimestamp', future],
  ],
  '/history/variable-instance': ['variableName=customer', 'variableNameLike=cust%', 'variableTypeIn=Integer'],
  '/incident': ['processDefinitionKeyIn=everything'],
  '/job': [
    ...['activityId=pause', 'withRetriesLeft=true', 'timers=true', 'active=true', 'priorityLowerThanOrEquals=0'],
    ['dueDates', `gt_${past},lt_${future}`],
    ['createTimes', `gt_${past},lt_${future}`],
  ],
  '/process-definition': [
    ...['keysIn=x,everything', 'latestVersion=true', 'resourceNameLike=%everything%', 'startableBy=admin'],
    ...['active=true', 'incidentType=failedExternalTask', 'incidentMessageLike=%broke%', 'withoutVersionTag=true'],
    ...['startableInTasklist=true', 'startablePermissionCheck=true'],
    ['deployedAfter', past],
  ],
  '/process-instance': [
    ...['processDefinitionKey=everything', 'processDefinitionKeyNotIn=x', 'active=true', 'withIncident=true'],
    ...['incidentType=failedExternalTask', 'incidentMessageLike=%broke%', 'activityIdIn=ask', 'withoutTenantId=true'],
    ...['rootProcessInstances=true', 'leafProcessInstances=true', 'variables=customer_like_M%'],
  ],
  '/task': [
    ...['processInstanceBusinessKey=order 17', 'processInstanceBusinessKeyIn=x,order 17', 'assigned=true'],
    ...['processDefinitionKey=everything', 'processDefinitionName=Everything', 'processDefinitionNameLike=Every%'],
    ...['candidateGroup=accounting', 'candidateGroupLike=acc%', 'candidateGroups=x,accounting', 'candidateUser=mary'],
    ...['involvedUser=mary', 'unassigned=true', 'maxPriority=3', 'minPriority=50', 'withoutDueDate=true'],
    ...['withCandidateUsers=true', 'withCandidateGroups=true', 'withoutCandidateUsers=true', 'active=true'],
    ...['withoutCandidateGroups=true', 'processVariables=customer_notLike_X%', 'taskVariables=note_eq_local'],
    ['followUpBeforeOrNotExistent', future],
    ['updatedAfter', past],
  ],
  '/variable-instance': ['variableName=customer', 'variableNameLike=cust%', 'variableValues=customer_eq_Mary'],
};

const range = /(Before|After)$/;

/** A value that the filter of this name finds something by, where an answer tells it. */
function valueFor(name: string, rows: Record<string, unknown>[]): string | undefined {
  const property = [name, name.replace(/(In|Like)$/, '').replace(range, ''), name.replace(/Ids$/, 'Id')].find(one =>
    rows.some(row => row[one] !== null && row[one] !== undefined && typeof row[one] !== 'boolean'),
  );
  if (property === undefined) return undefined;
  if (range.test(name)) return name.endsWith('After') ? past : future;
  const value = String(rows.find(row => row[property] !== null && row[property] !== undefined)![property]);
  if (name.endsWith('Like')) return `%${value.slice(1)}`;
  return name.endsWith('In') ? `nobody,${value}` : value;
}

test('each filter finds what has it', async t => {
  const api = await populated(t);
  const { rest, server } = api;
  const { engine, identity } = server.services;
  await engine.deploy({
    files: [
      {
        name: 'calling.bpmn',
        bytes: Buffer.from(
          process('calling', `${part.start()}<callActivity id="call" calledElement="everything"/>`, ['start -> call']),
        ),
      },
      { name: 'quick.bpmn', bytes: Buffer.from(process('quick', part.start() + part.end(), ['start -> end'])) },
    ],
  });
  for (const key of ['calling', 'quick', 'everything', 'everything'])
    await rest('post', `/process-definition/key/${key}/start`, { businessKey: 'order 17' });
  const tasks = (await rest('get', '/task')).body as { id: string; processInstanceId: string }[];
  const [first, second] = tasks;
  await rest('delete', `/process-instance/${tasks.at(-1)!.processInstanceId}`);
  await rest('put', `/task/${first!.id}`, { ...first, assignee: 'mary', owner: 'owner' });
  await rest('post', `/task/${second!.id}/identity-links`, { userId: 'bob', type: 'candidate' });
  await rest('post', '/task/create', { id: 'part', name: 'Part', parentTaskId: first!.id, priority: 3 });
  await identity.tenants.setMember('acme', 'users', 'mary', true);
  await identity.tenants.setMember('acme', 'groups', 'accounting', true);
  const topics = [{ topicName: 'work', lockDuration: 600_000 }];
  await rest('post', '/external-task/fetchAndLock', { workerId: 'w', maxTasks: 1, topics });

  for (const count of counts.filter(({ method, path }) => method === 'get' && laterOf(path) === undefined)) {
    const path = count.path.replace('/count', '');
    const whole = await rest('get', path);
    if (whole.status !== 200) continue;

    await t.test(path, async () => {
      const told = filtersOf(count).flatMap(({ name }) => {
        const value = /Expression$|[cC]ase/.test(name) ? undefined : valueFor(name, whole.body);
        return value === undefined ? [] : [[name, value] as const];
      });
      const others = (had[path] ?? []).map(one => (typeof one === 'string' ? one.split(/=(.*)/s) : one));
      assert.ok(told.length + others.length > 0);
      for (const [name, value] of [...told, ...others]) {
        const query = `${name}=${encodeURIComponent(value!)}`;
        const found = await rest('get', `${path}?${query}`);
        assert.equal(found.status, 200, `${query}: ${found.text}`);
        assert.ok(found.body.length > 0, `${query} finds something`);
        const counted = await rest('get', `${path}/count?${query}`);
        assert.equal(counted.body.count, found.body.length, query);
      }
    });
  }
});
