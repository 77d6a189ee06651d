/** Deployments: files in, definitions out; what was sent comes back byte for byte. */

import { z } from 'zod';
import type { DeploymentFile } from '../../engine/contract.js';
import type { DefinitionDocument, DeploymentDocument } from '../../engine/store/documents.js';
import { matches } from '../../engine/store/queries.js';
import type { Person } from '../auth/people.js';
import { allOf, given, listPage } from '../lists.js';
import { notFound } from '../problems.js';
import { type Route, route } from '../route.js';
import {
  Bytes,
  FileName,
  Flag,
  Id,
  idParams,
  listOf,
  Name,
  ProblemOfFile,
  paging,
  TenantAsked,
  TenantIn,
} from '../schemas.js';
import type { Services } from '../services.js';
import { Deployment, deploymentView } from '../views/definition.js';
import { tenantFor, visibleDeployments } from '../visible.js';

const TextFile = z.strictObject({ name: FileName, text: z.string() });

const BinaryFile = z
  .strictObject({ name: FileName, bytes: z.instanceof(Uint8Array).meta({ type: 'string', format: 'binary' }) })
  .meta({ description: 'A part of a multipart form' });

const DeploymentIn = z.strictObject({
  name: Name.optional(),
  source: Name.optional(),
  tenant: TenantIn,
  changedOnly: z
    .union([z.boolean(), Flag])
    .default(false)
    .meta({ description: 'Files whose bytes equal the newest deployed ones make no new version' }),
  files: z
    .array(z.union([TextFile, BinaryFile]))
    .min(1, 'send at least one file')
    .max(1000),
});

const Checked = z
  .strictObject({
    problems: z.array(ProblemOfFile),
    definitions: z.array(z.strictObject({ key: z.string(), name: z.string().optional() })),
  })
  .meta({ id: 'CheckedFiles', description: 'What a deployment of the files would say' });

const bytesOf = (file: z.output<typeof TextFile> | z.output<typeof BinaryFile>): DeploymentFile => ({
  name: file.name,
  bytes: 'bytes' in file ? file.bytes : Buffer.from(file.text),
});

/** What the audit says of a deployment: the files by name. */
export const auditOf = ({ name, source, tenant, resources, definitions }: DeploymentDocument) => ({
  name,
  source,
  tenant,
  files: resources.map(resource => resource.name),
  definitions,
});

export function deploymentRoutes({ engine, store, events, forms }: Services): Route[] {
  async function visible(id: string, person: Person): Promise<DeploymentDocument> {
    const found = await store.get<DeploymentDocument>('deployments', id);
    if (!found || !matches(visibleDeployments(person), found)) throw notFound(`deployment "${id}"`);
    return found;
  }

  /** Reads every file as a deployment would, and keeps nothing. */
  async function check(files: DeploymentFile[]): Promise<z.infer<typeof Checked>> {
    const { problems, processes } = await engine.deployments.validate(files);
    return { problems, definitions: processes.map(({ process: { key, name } }) => ({ key, name })) };
  }

  /** Warnings only: a form may be deployed later, too. */
  async function missingForms(definitions: DefinitionDocument[]): Promise<z.infer<typeof ProblemOfFile>[]> {
    const warnings = definitions.map(async ({ id, resource }) => {
      const definition = await engine.definition(id);
      return (await forms.missing(definition)).map(({ element, notice }) => ({
        ...{ level: 'warning' as const, file: resource, element, message: notice },
        line: definition.nodes.find(node => node.id === element)?.line,
      }));
    });
    return (await Promise.all(warnings)).flat();
  }

  return [
    route(
      {
        method: 'post',
        path: '/deployments',
        tag: 'Deployments',
        summary:
          'Deploys files together: all of them, or none with every reason. With `validateOnly` keeps nothing (200)',
        needs: ['deployment', 'CREATE'],
        query: z.strictObject({ validateOnly: Flag.optional() }),
        accepts: 'multipart',
        body: DeploymentIn,
        status: 201,
        answer: z.union([Deployment, Checked]),
        tried: Checked,
        errors: [413, 422],
        audit: 'deployed',
      },
      async ({ body, query, person, response, note }) => {
        const files = body.files.map(bytesOf);
        if (query.validateOnly) {
          response.status(200);
          note(undefined);
          return check(files);
        }
        const { name = files[0]!.name, source, changedOnly } = body;
        const tenant = tenantFor(person, body.tenant);
        const deployed = await engine.deploy({ name, source, tenant, changedOnly, files, by: person.person });
        events.deployed(deployed.deployment.id);
        const view = deploymentView(deployed.deployment, deployed.definitions, person);
        note({ subject: view.id, after: auditOf(deployed.deployment) });
        return { ...view, warnings: [...deployed.warnings, ...(await missingForms(deployed.definitions))] };
      },
    ),
    route(
      {
        method: 'get',
        path: '/deployments',
        tag: 'Deployments',
        summary: 'Deployments, newest first',
        query: z.strictObject({ ...paging, name: Name.optional(), source: Name.optional(), tenant: TenantAsked }),
        answer: listOf(Deployment),
      },
      async ({ query: { limit, after, ...exact }, person }) => {
        const list = {
          filter: allOf(visibleDeployments(person), given(exact)),
          sort: { at: -1 } as const,
          limit,
          after,
        };
        const page = await listPage<DeploymentDocument>(store, 'deployments', list);
        const definitions = await store.getMany<DefinitionDocument>(
          'definitions',
          page.items.flatMap(deployment => deployment.definitions),
        );
        const of = (id: string) => definitions.filter(definition => definition.deployment === id);
        return { ...page, items: page.items.map(item => deploymentView(item, of(item.id), person)) };
      },
    ),
    route(
      {
        method: 'get',
        path: '/deployments/{id}',
        tag: 'Deployments',
        summary: 'One deployment with its files and definitions',
        params: idParams,
        answer: Deployment,
        errors: [404],
      },
      async ({ params, person }) => {
        const found = await visible(params.id, person);
        const definitions = await store.getMany<DefinitionDocument>('definitions', found.definitions);
        return deploymentView(found, definitions, person);
      },
    ),
    route(
      {
        method: 'get',
        path: '/deployments/{id}/resources/{name}',
        tag: 'Deployments',
        summary: 'A file as it was sent, byte for byte',
        params: z.strictObject({ id: Id, name: FileName }),
        produces: 'application/octet-stream',
        answer: Bytes,
        errors: [404],
      },
      async ({ params, person, response }) => {
        const { tenant, resources } = await visible(params.id, person);
        const resource = resources.find(one => one.name === params.name);
        const bytes = resource && (await store.getBlob(tenant, resource.blob));
        if (!bytes) throw notFound(`file "${params.name}" of deployment "${params.id}"`);
        response.attachment(params.name);
        return bytes;
      },
    ),
  ];
}
