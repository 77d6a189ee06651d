/** Deployments: files in, definitions out; found, read, and deployed again. */

import type { Request } from 'express';
import { z } from 'zod';
import { type DeploymentFile, DeploymentRefused, type DeploymentResult } from '../../../engine/contract.js';
import type { DeploymentDocument, Resource } from '../../../engine/store/documents.js';
import type { Person } from '../../auth/people.js';
import { permitted } from '../../auth/permissions.js';
import { auditOf } from '../../routes/deployments.js';
import { FileName } from '../../schemas.js';
import type { Services } from '../../services.js';
import { demand, ofTenants, tenantOf } from '../access.js';
import { DateIn } from '../dates.js';
import { parseError, refuseSharedMessages } from '../deploying.js';
import { instead, invalid, missing } from '../errors.js';
import { equals, fits, tenants, timeIs, when } from '../filters.js';
import { linkTo } from '../links.js';
import { listOperations } from '../lists.js';
import { mediaTypeOf } from '../media-types.js';
import { download, type Operation, operation } from '../operation.js';
import { deletionOf, LooseFlag, members, Skips, Texts } from '../schemas.js';
import type { Table } from '../table.js';
import { definitionView, deploymentView, resourceId, resourceView } from '../views.js';

const table: Table<DeploymentDocument> = {
  from: 'deployments',
  visible: ({ person }) => ({ $and: [ofTenants(person), permitted(person, 'deployment', 'READ', 'id')] }),
  filters: {
    id: equals('id'),
    name: equals('name'),
    nameLike: fits('name'),
    source: equals('source'),
    withoutSource: when({ source: null }),
    ...tenants('tenant', 'includeDeploymentsWithoutTenantId'),
    after: timeIs('at', '$gt'),
    before: timeIs('at', '$lt'),
  },
  sorts: { id: 'id', name: 'name', deploymentTime: 'at', tenantId: 'tenant' },
  view: rows => rows.map(deploymentView),
};

const yes = z.string().transform(text => text === 'true');

/** The fields of the form that are no files. */
const Fields = z.strictObject({
  'deployment-name': z.string().max(500).optional(),
  'deployment-source': z.string().max(500).optional(),
  'tenant-id': z.string().max(500).optional(),
  'enable-duplicate-filtering': yes.optional(),
  'deploy-changed-only': yes.optional(),
  'deployment-activation-time': z.union([z.literal('').transform(() => undefined), DateIn]).optional(),
});

const Form = z.object({
  fields: z.record(z.string(), z.string()),
  files: z.array(z.object({ name: FileName, bytes: z.instanceof(Uint8Array) })).max(1000),
});

interface Order {
  name?: string | undefined;
  source?: string | undefined;
  tenant: string;
  files: DeploymentFile[];
  filtering?: 'all' | 'changed' | undefined;
}

export function deploymentOperations(services: Services): Operation[] {
  const { store, engine, settings } = services;

  async function deploymentFor(person: Person, id: string): Promise<DeploymentDocument> {
    const found = await store.get<DeploymentDocument>('deployments', id);
    if (!found || !person.tenants.includes(found.tenant)) throw missing(`Deployment with id '${id}'`);
    demand(person, ['deployment', 'READ', id]);
    return found;
  }

  async function resourceFor(person: Person, id: string, resource: string) {
    const deployment = await deploymentFor(person, id);
    const at = deployment.resources.findIndex((_, number) => resourceId(id, number) === resource);
    if (at < 0) throw missing(`Deployment resource with resource id '${resource}' for deployment id '${id}'`);
    return { deployment, at, file: deployment.resources[at]! };
  }

  /** The newest deployment of this name, where its files are exactly these. */
  async function sameAsBefore({ name, tenant, files, source }: Order): Promise<DeploymentDocument | undefined> {
    const [newest] = await store.find<DeploymentDocument>('deployments', {
      filter: { name: name ?? null, tenant, ...(source !== undefined && { source }) },
      sort: { at: -1 },
      limit: 1,
    });
    if (!newest || newest.resources.length !== files.length) return undefined;
    for (const { name: file, bytes } of files) {
      const before = newest.resources.find(resource => resource.name === file);
      const stored = before && (await store.getBlob(tenant, before.blob));
      if (!stored || Buffer.compare(stored, bytes) !== 0) return undefined;
    }
    return newest;
  }

  async function deploy(order: Order, { person }: Person): Promise<DeploymentResult> {
    const same = order.filtering === undefined ? undefined : await sameAsBefore(order);
    if (same) return { deployment: same, unchanged: true, definitions: [], warnings: [] };
    const { name, source, tenant, files, filtering } = order;
    await refuseSharedMessages(services, tenant, files);
    try {
      return await engine.deploy({
        files,
        tenant,
        by: person,
        changedOnly: filtering === 'changed' && 'sameName',
        ...(name !== undefined && { name }),
        ...(source !== undefined && { source }),
      });
    } catch (error) {
      throw error instanceof DeploymentRefused ? parseError(error, order.files) : error;
    }
  }

  /** New definitions that are to begin at a date are suspended until then. */
  async function sleepUntil(result: DeploymentResult, at: number | undefined, { person: by }: Person): Promise<void> {
    if (at === undefined || at <= services.clock() || result.unchanged) return;
    for (const { id } of result.definitions.filter(one => one.deployment === result.deployment.id)) {
      await engine.operations.suspendDefinition(id, { suspended: true, by });
      await engine.operations.suspendDefinition(id, { suspended: false, at, by });
    }
  }

  const answer = ({ deployment, definitions, unchanged }: DeploymentResult, request: Request) => {
    const made = unchanged ? [] : definitions.filter(definition => definition.deployment === deployment.id);
    const views = made.map(document => [document.id, definitionView(document, deployment.resources)]);
    return {
      ...deploymentView(deployment),
      links: [linkTo(settings, request)('GET', `/deployment/${deployment.id}`, 'self')],
      deployedProcessDefinitions: views.length === 0 ? null : Object.fromEntries(views),
      deployedDecisionDefinitions: null,
      deployedDecisionRequirementsDefinitions: null,
      deployedCaseDefinitions: null,
    };
  };

  const bytesOf = async ({ tenant }: DeploymentDocument, { name, blob }: Resource): Promise<Uint8Array> => {
    const bytes = await store.getBlob(tenant, blob);
    if (!bytes) throw missing(`File '${name}'`);
    return bytes;
  };

  return [
    ...listOperations(services, table, { path: '/deployment' }),
    operation(
      { method: 'post', path: '/deployment/create', accepts: 'multipart', body: Form, audit: 'deployed' },
      async ({ body: { fields, files }, person, note, request }) => {
        const read = Fields.safeParse(fields);
        if (!read.success) {
          const [name] = Object.keys(fields).filter(key => !Object.hasOwn(Fields.shape, key));
          throw invalid(
            name === undefined
              ? read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
              : `No file name found in the deployment resource described by form parameter '${name}'.`,
          );
        }
        if (files.length === 0) throw invalid('No deployment resources contained in the form upload.');
        demand(person, ['deployment', 'CREATE', '*']);
        const { data } = read;
        const changed = data['deploy-changed-only'] === true;
        const order: Order = {
          name: data['deployment-name'],
          source: data['deployment-source'] || undefined,
          tenant: tenantOf(person, data['tenant-id'] || undefined),
          files,
          filtering: changed ? 'changed' : data['enable-duplicate-filtering'] ? 'all' : undefined,
        };
        const result = await deploy(order, person);
        note({ subject: result.deployment.id, after: auditOf(result.deployment) });
        await sleepUntil(result, data['deployment-activation-time'], person);
        return answer(result, request);
      },
    ),
    operation({ method: 'get', path: '/deployment/registered' }, async ({ person }) => {
      demand(person, ['system', 'READ', '*'], ['deployment', 'READ', '*']);
      const found = await store.find<DeploymentDocument>('deployments', { filter: ofTenants(person), sort: { at: 1 } });
      return found.map(({ id }) => id);
    }),
    operation(
      {
        method: 'delete',
        path: '/deployment/{id}',
        query: Skips.extend({ cascade: LooseFlag.optional() }),
        audit: 'deployment deleted',
      },
      async ({ params, query, person }) => {
        const { id } = await deploymentFor(person, params.id!);
        demand(person, ['deployment', 'DELETE', id]);
        await engine.operations.deleteDeployment(id, deletionOf(query, person));
      },
    ),
    operation({ method: 'get', path: '/deployment/{id}' }, async ({ params, person }) =>
      deploymentView(await deploymentFor(person, params.id!)),
    ),
    operation(
      {
        method: 'post',
        path: '/deployment/{id}/redeploy',
        body: members({
          resourceIds: Texts.optional(),
          resourceNames: Texts.optional(),
          source: z.string().max(500).optional(),
        }),
        audit: 'deployed again',
      },
      async ({ params, body, person, note, request }) => {
        demand(person, ['deployment', 'CREATE', '*']);
        const before = await deploymentFor(person, params.id!);
        const { resourceIds = [], resourceNames = [], source } = body;
        const numbers = before.resources.map((_, at) => at);
        const wrong = [
          ...resourceIds.filter(id => !numbers.some(at => resourceId(before.id, at) === id)),
          ...resourceNames.filter(name => !before.resources.some(resource => resource.name === name)),
        ];
        if (wrong.length > 0) throw missing(`Deployment resource '${wrong[0]}' of deployment '${before.id}'`);
        const all = resourceIds.length + resourceNames.length === 0;
        const chosen = numbers.filter(
          at =>
            all ||
            resourceIds.includes(resourceId(before.id, at)) ||
            resourceNames.includes(before.resources[at]!.name),
        );
        const files = await Promise.all(
          chosen.map(async at => {
            const resource = before.resources[at]!;
            return { name: resource.name, bytes: await bytesOf(before, resource) };
          }),
        );
        const result = await deploy({ name: before.name, source, tenant: before.tenant, files }, person);
        note({ subject: result.deployment.id, before: auditOf(before), after: auditOf(result.deployment) });
        return answer(result, request);
      },
    ),
    operation({ method: 'get', path: '/deployment/{id}/resources' }, async ({ params, person }) => {
      const { id, resources } = await deploymentFor(person, params.id!);
      return resources.map((resource, at) => resourceView(id, resource, at));
    }),
    operation({ method: 'get', path: '/deployment/{id}/resources/{resourceId}' }, async ({ params, person }) => {
      const { at, file } = await resourceFor(person, params.id!, params.resourceId!);
      return resourceView(params.id!, file, at);
    }),
    operation({ method: 'get', path: '/deployment/{id}/resources/{resourceId}/data' }, async ({ params, person }) => {
      const { id = '', resourceId: resource = '' } = params;
      // Of the bytes Camunda 7 says 400 where it says 404 of the resource.
      const none = invalid(`Deployment resource '${resource}' for deployment id '${id}' does not exist.`);
      const { deployment, file } = await resourceFor(person, id, resource).catch(instead(404, none));
      return download(await bytesOf(deployment, file), lastOf(file.name), mediaTypeOf(file.name));
    }),
  ];
}

/** The name of a file without its folders, whatever system they come from. */
const lastOf = (name: string) => name.split(/[\\/]/).at(-1)!;
