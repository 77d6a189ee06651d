/** A server in which there is at least one of everything that /engine-rest lists. */

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type Rest, startRest } from './harness.js';

/** Deploys and starts `everything.bpmn`, and lets the job `fail` fail for good. */
export async function populated(test: TestContext): Promise<Rest & { instance: string }> {
  const api = await startRest(test);
  const { engine, identity, store } = api.server.services;
  await api.deploy('engine-rest/everything.bpmn');
  const { instance } = await engine.start({
    key: 'everything',
    businessKey: 'order 17',
    variables: { amount: 17, customer: 'Mary' },
    form: true,
    by: 'admin',
  });
  const [job] = await engine.jobs.fetchAndLock({ worker: 'tester', topics: [{ topic: 'fail', lock: 60_000 }], max: 1 });
  assert.ok(job, 'there is a job to fail');
  await engine.jobs.fail({ id: job.id, worker: 'tester', message: 'it broke', details: 'at line 1', retries: 0 });
  await identity.people.createGroup({ id: 'accounting', name: 'Accounting' });
  await identity.people.createUser({ id: 'mary', name: 'Mary', groups: ['accounting'] });
  await identity.tenants.create({ id: 'acme', name: 'Acme' });
  await identity.authorizations.create({
    type: 'grant',
    user: 'mary',
    resource: 'processDefinition',
    resourceId: 'everything',
    permissions: ['READ'],
  });
  await store.insert('filters', {
    id: 'mine',
    tenant: '',
    format: 1,
    name: 'Mine',
    owner: 'mary',
    resourceType: 'Task',
    query: {},
    properties: {},
  } as never);
  await engine.projector.caughtUp();
  return { ...api, instance };
}
