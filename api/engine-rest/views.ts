/** Definitions, deployments and instances as clients of Camunda 7 get them. */

import type { Instance } from '../../engine/core/types.js';
import type { DefinitionDocument, DefinitionHead, DeploymentDocument, Resource } from '../../engine/store/documents.js';
import { restDate } from './dates.js';

/** The store's name for no tenant is empty; outside it is null. */
export const tenantId = (tenant: string): string | null => (tenant === '' ? null : tenant);

/** Days of `P30D`, `30`, or `P4W`; null: for ever. */
function daysOf(text: string | undefined): number | null {
  const [, weeks, days] = /^P?(?:(\d+)W|(\d+)D?)$/i.exec(text?.trim() ?? '') ?? [];
  if (weeks !== undefined) return Number(weeks) * 7;
  return days === undefined ? null : Number(days);
}

/** As an answer, with the files of its deployment. */
export function definitionView(document: DefinitionDocument, resources: Resource[] = []): Record<string, unknown> {
  const { id, key, name, version, versionTag, resource, deployment, state, tenant, compiled } = document;
  return {
    id,
    key,
    category: document.category ?? null,
    description: compiled.documentation ?? null,
    name: name ?? null,
    version,
    resource,
    deploymentId: deployment,
    diagram: diagramOf(document, resources)?.name ?? null,
    suspended: state === 'suspended',
    tenantId: tenantId(tenant),
    versionTag: versionTag ?? null,
    historyTimeToLive:
      document.historyTimeToLive === undefined ? daysOf(compiled.historyTimeToLive) : document.historyTimeToLive,
    startableInTasklist: document.startableInTasklist,
  };
}

/** The picture that was deployed beside a model: `order.png`, `order.svg`, or `order.<process>.png`. */
export function diagramOf({ resource, key }: DefinitionHead, resources: Resource[]): Resource | undefined {
  const base = resource.replace(/\.(bpmn|bpmn20\.xml)$/i, '');
  const names = ['png', 'jpg', 'gif', 'svg'].flatMap(type => [`${base}.${key}.${type}`, `${base}.${type}`]);
  return resources.find(({ name }) => names.includes(name));
}

export const deploymentView = ({ id, name, at, source, tenant }: DeploymentDocument) => ({
  links: [],
  id,
  name,
  source: source ?? null,
  deploymentTime: restDate(at),
  tenantId: tenantId(tenant),
});

/** A file of a deployment: its id is its place. */
export const resourceView = (deployment: string, { name }: Resource, at: number) => ({
  id: resourceId(deployment, at),
  name,
  deploymentId: deployment,
});

export const resourceId = (deployment: string, at: number) => `${deployment}-${at}`;

type InstanceHead = Pick<Instance, 'id' | 'definition' | 'key' | 'businessKey' | 'tenant' | 'state' | 'endedAt'>;

export const instanceView = (instance: InstanceHead) => ({
  links: [],
  id: instance.id,
  definitionId: instance.definition,
  definitionKey: instance.key,
  businessKey: instance.businessKey ?? null,
  caseInstanceId: null,
  ended: instance.endedAt !== undefined,
  suspended: instance.state === 'suspended',
  tenantId: tenantId(instance.tenant),
});
