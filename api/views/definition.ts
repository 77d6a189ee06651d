/** Deployments and definitions as the API shows them. */

import { z } from 'zod';
import type { DefinitionDocument, DeploymentDocument } from '../../engine/store/documents.js';
import type { Person } from '../auth/people.js';
import { ProblemOfFile, TenantOut, Time, tenantOut, time } from '../schemas.js';
import { mayStart } from '../visible.js';

export const startPolicies = ['off', 'warn', 'refuse'] as const;

export const Definition = z
  .strictObject({
    id: z.string().meta({ examples: ['order:3'] }),
    key: z.string().meta({ description: 'Process id of the model' }),
    version: z.int(),
    tenant: TenantOut,
    name: z.string().optional(),
    versionTag: z.string().optional(),
    deployment: z.string(),
    resource: z.string().meta({ description: 'Name of the file' }),
    at: Time,
    state: z.enum(['active', 'suspended']),
    latest: z.boolean(),
    startable: z.boolean().meta({ description: 'Whether the asker may start it from the tasklist' }),
    running: z.int().optional().meta({ description: 'Open instances that the asker may see' }),
    incidents: z.int().optional(),
    allVersions: z
      .strictObject({ running: z.int(), incidents: z.int().optional() })
      .optional()
      .meta({ description: 'The same figures of all versions of its key; at the newest one only' }),
    startPolicy: z
      .enum(startPolicies)
      .meta({ description: 'What a start does when the readiness says that something is missing' }),
    rev: z.int().meta({ description: 'Of what people change of it' }),
  })
  .meta({ id: 'Definition' });

export const Deployment = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    at: Time,
    by: z.string().optional(),
    tenant: TenantOut,
    source: z.string().optional(),
    resources: z.array(z.strictObject({ name: z.string(), size: z.int(), type: z.string() })),
    definitions: z.array(Definition),
    warnings: z.array(ProblemOfFile),
  })
  .meta({ id: 'Deployment' });

export type DefinitionCounts = Pick<z.infer<typeof Definition>, 'running' | 'incidents' | 'allVersions'>;

export function definitionView(
  document: DefinitionDocument,
  person: Person,
  counts: DefinitionCounts = {},
): z.infer<typeof Definition> {
  const { id, key, version, tenant, name, versionTag, deployment, resource, at, state, latest } = document;
  const startable = document.startableInTasklist && state === 'active' && mayStart(document, person);
  return {
    id,
    key,
    version,
    tenant: tenantOut(tenant),
    name,
    versionTag,
    deployment,
    resource,
    at: time(at),
    state,
    latest,
    startable,
    startPolicy: document.startPolicy ?? 'off',
    rev: document.rev ?? 0,
    ...counts,
  };
}

export function deploymentView(
  document: DeploymentDocument,
  definitions: DefinitionDocument[],
  person: Person,
): z.infer<typeof Deployment> {
  const { id, name, at, by, tenant, source, resources, warnings } = document;
  return {
    id,
    name,
    at: time(at),
    by,
    tenant: tenantOut(tenant),
    source,
    resources: resources.map(({ name, size, type }) => ({ name, size, type })),
    definitions: definitions.map(definition => definitionView(definition, person)),
    warnings: warnings.map(warning => ({ level: 'warning', ...warning })),
  };
}
