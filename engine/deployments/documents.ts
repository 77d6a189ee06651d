/** What a deployment leaves in the database: its own document, one per new version, and the notice of it. */

import { randomUUID } from 'node:crypto';
import type { DeploymentInput, Problem } from '../contract.js';
import type { CompiledProcess } from '../model/contract.js';
import type { Notice } from '../notices.js';
import { type DefinitionDocument, type DeploymentDocument, FORMAT, type Resource } from '../store/documents.js';

export const deploymentOf = (
  { name, source, tenant = '', by }: DeploymentInput,
  resources: Resource[],
  problems: Problem[],
  at: number,
): DeploymentDocument => ({
  id: randomUUID(),
  tenant,
  format: FORMAT,
  name: name ?? resources[0]!.name,
  at,
  ...(by !== undefined && { by }),
  ...(source !== undefined && { source }),
  resources,
  definitions: [],
  warnings: problems.map(({ file, element, line, message }) => ({
    file,
    ...(element !== undefined && { element }),
    ...(line !== undefined && { line }),
    message,
  })),
  pending: 'definitions',
});

/** The version behind `before`, which is the newest so far. */
export function definitionOf(
  process: CompiledProcess,
  { id: deployment, tenant, at }: DeploymentDocument,
  { name: resource, blob }: Resource,
  before: DefinitionDocument | undefined,
): DefinitionDocument {
  const { key, name, versionTag, category, candidateStarterUsers, candidateStarterGroups } = process;
  const version = (before?.version ?? 0) + 1;
  const id = tenant ? `${key}:${version}:${tenant}` : `${key}:${version}`;
  return {
    ...{ id, tenant, format: FORMAT, key, version, latest: false },
    ...(name !== undefined && { name }),
    ...(versionTag !== undefined && { versionTag }),
    ...(category !== undefined && { category }),
    ...{ deployment, resource, blob, at },
    state: 'active',
    startableInTasklist: process.startableInTasklist ?? true,
    ...(before?.startPolicy && { startPolicy: before.startPolicy }),
    ...(candidateStarterUsers && { candidateStarterUsers }),
    ...(candidateStarterGroups && { candidateStarterGroups }),
    compiled: { ...process, id, version, tenant, deployment },
  };
}

export const noticeOf = ({ id, tenant, name, at, by }: DeploymentDocument, made: DefinitionDocument[]): Notice => ({
  ...{ id: `${id}:created`, tenant, at },
  type: 'deployment.created',
  data: {
    ...{ deployment: id, name, ...(by !== undefined && { by }) },
    definitions: made.map(({ id: definition, key, version }) => ({ id: definition, key, version })),
  },
});
