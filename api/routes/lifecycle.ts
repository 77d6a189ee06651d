/** The end of things, and their pauses: definitions suspended, definitions, deployments and pasts deleted, first as a dry run. */

import { z } from 'zod';
import type { DefinitionDocument, DeploymentDocument } from '../../engine/store/documents.js';
import type { Filter } from '../../engine/store/port.js';
import type { Person } from '../auth/people.js';
import { need } from '../auth/permissions.js';
import { countEach, dryRunnable, losing, numbersOf, said } from '../dryRun.js';
import { notFound, Problem } from '../problems.js';
import { type Route, route } from '../route.js';
import { Flag, Instant, idParams, maybeTime, time } from '../schemas.js';
import type { Services } from '../services.js';
import { visibleDefinition, visibleInstance } from '../visible.js';
import { auditOf } from './deployments.js';

const Loss = z
  .strictObject({
    definitions: z.array(z.string()),
    running: z.int().meta({ description: 'Open instances' }),
    ended: z.int().meta({ description: 'Ended instances, with all that is known of them' }),
  })
  .meta({ id: 'Loss', description: 'What a deletion would take away' });

const Deletion = z.strictObject({
  cascade: Flag.optional().meta({ description: 'Its instances, too, running or not; without it there may be none' }),
  ...dryRunnable,
});

const deleting = { method: 'delete', params: idParams, status: 204, errors: [404, 409] } as const;

const open = ['running', 'suspended'];

export function lifecycleRoutes({ engine, store }: Services): Route[] {
  const { operations } = engine;

  async function lossOf(definitions: string[]): Promise<z.infer<typeof Loss>> {
    if (definitions.length === 0) return { definitions, running: 0, ended: 0 };
    const count = (state: Filter) => store.count('instances', { $and: [{ definition: { $in: definitions } }, state] });
    const [running, ended] = await Promise.all([
      count({ state: { $in: open } }),
      count({ state: { $in: ['completed', 'cancelled', 'failed'] } }),
    ]);
    return { definitions, running, ended };
  }

  /** Without `cascade` there may be nothing to lose. Throws Problem 409 with what there is. */
  function refuseLoss(loss: z.infer<typeof Loss>, cascade: boolean | undefined): void {
    if (cascade || loss.running + loss.ended === 0) return;
    const sentence = `${loss.running} running and ${loss.ended} ended instances would go, too; say "cascade=true" for that`;
    throw new Problem(409, 'has-instances', sentence, { loss });
  }

  async function deployment(id: string, person: Person): Promise<DeploymentDocument> {
    const found = await store.get<DeploymentDocument>('deployments', id);
    if (!found || !person.tenants.includes(found.tenant)) throw notFound(`deployment "${id}"`);
    need(person, 'deployment', 'DELETE', id);
    return found;
  }

  async function definition(id: string, person: Person, permission: 'DELETE' | 'SUSPEND'): Promise<DefinitionDocument> {
    const found = await visibleDefinition(store, person, id);
    need(person, 'processDefinition', permission, found.key);
    return found;
  }

  return [
    ...(['suspend', 'activate'] as const).map(verb =>
      route(
        {
          method: 'post',
          path: `/definitions/{id}/${verb}`,
          tag: 'Definitions',
          summary:
            verb === 'suspend'
              ? 'Suspends it: nothing of it starts; with `instances` its running ones stop, too'
              : 'Lets it start again; with `instances` its suspended ones go on, too',
          params: idParams,
          body: z.strictObject({
            instances: z.boolean().default(false),
            at: Instant.optional().meta({ description: 'Not now, but then' }),
          }),
          errors: [404],
          audit: verb === 'suspend' ? 'definition suspended' : 'definition activated',
        },
        async ({ params, body, person, note }) => {
          const { state } = await definition(params.id, person, 'SUSPEND');
          const suspended = verb === 'suspend';
          await operations.suspendDefinition(params.id, { ...body, suspended, by: person.person });
          const { instances, at } = body;
          const after = { state: suspended ? 'suspended' : 'active', instances, at: maybeTime(at) };
          note({ before: { state }, after });
        },
      ),
    ),
    route(
      {
        ...deleting,
        path: '/definitions/{id}',
        tag: 'Definitions',
        summary: 'Deletes one version; `dryRun` says what would go with it, or refuses as without',
        query: Deletion,
        ...losing(Loss),
        audit: 'definition deleted',
      },
      async ({ params: { id }, query: { cascade, dryRun }, person, ...asked }) => {
        const { key, version, tenant, deployment, state } = await definition(id, person, 'DELETE');
        const loss = await lossOf([id]);
        refuseLoss(loss, cascade);
        if (dryRun) return said(asked, loss);
        await operations.deleteDefinition(id, { cascade, by: person.person });
        asked.note({ before: { key, version, tenant, deployment, state, ...loss } });
        return undefined;
      },
    ),
    route(
      {
        ...deleting,
        path: '/deployments/{id}',
        tag: 'Deployments',
        summary:
          'Deletes a deployment with its definitions; `dryRun` says what would go with it, or refuses as without',
        query: Deletion,
        ...losing(Loss),
        audit: 'deployment deleted',
      },
      async ({ params: { id }, query: { cascade, dryRun }, person, ...asked }) => {
        const before = await deployment(id, person);
        const { definitions } = before;
        const loss = await lossOf(definitions);
        refuseLoss(loss, cascade);
        if (dryRun) return said(asked, loss);
        await operations.deleteDeployment(id, { cascade, by: person.person });
        asked.note({ before: { ...auditOf(before), ...loss } });
        return undefined;
      },
    ),
    route(
      {
        ...deleting,
        path: '/instances/{id}/history',
        tag: 'Instances',
        summary:
          'Deletes an ended instance with all that is known of it; `dryRun` says how much; what it counted for in statistics stays',
        query: z.strictObject(dryRunnable),
        ...losing(numbersOf('activities', 'variables', 'tasks', 'comments', 'attachments')),
        audit: 'instance forgotten',
      },
      async ({ params: { id }, query: { dryRun }, person, ...asked }) => {
        const { key, businessKey, state, startedAt, endedAt } = await visibleInstance(store, person, id);
        need(person, 'processDefinition', 'DELETE_HISTORY', key);
        if (endedAt === undefined)
          throw new Problem(409, 'still-running', `instance "${id}" is still running; cancel it first`);
        await engine.projector.caughtUp(id);
        const of = { instance: id };
        if (dryRun) {
          const parts = { activities: of, variables: of, tasks: of, comments: of, attachments: of };
          return said(asked, await countEach(store, parts));
        }
        await operations.deleteHistory(id);
        asked.note({ before: { key, businessKey, state, startedAt: time(startedAt), endedAt: time(endedAt) } });
        return undefined;
      },
    ),
  ];
}
