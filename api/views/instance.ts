/** Instances as the API shows them: what they are, where their tokens stand, what they wait for. */

import { z } from 'zod';
import type { Definition, Incident, Instance } from '../../engine/core/types.js';
import { childId } from '../../engine/ids.js';
import { incidentId } from '../../engine/projections/incidents.js';
import { maybeTime, TenantOut, Time, tenantOut, time } from '../schemas.js';

const states = ['running', 'suspended', 'completed', 'cancelled', 'failed'] as const;

export const InstanceStateIn = z.enum(states);

export const IncidentView = z
  .strictObject({
    id: z.string(),
    instance: z.string(),
    definition: z.string(),
    key: z.string(),
    tenant: TenantOut,
    businessKey: z.string().optional().meta({ description: 'Of the instance' }),
    element: z.string(),
    elementType: z.string().optional(),
    name: z.string().optional(),
    type: z.string(),
    message: z.string(),
    at: Time,
    state: z.enum(['open', 'resolved']),
    resolvedAt: Time.optional(),
    resolvedBy: z.string().optional(),
  })
  .meta({ id: 'Incident' });

const instanceShape = {
  id: z.string(),
  definition: z.string(),
  key: z.string().meta({ description: 'Process id of the model' }),
  tenant: TenantOut,
  businessKey: z.string().optional(),
  state: z.enum(states),
  ended: z.boolean(),
  startedAt: Time,
  startedBy: z.string().optional(),
  endedAt: Time.optional(),
  incidents: z.array(IncidentView).meta({ description: 'Open ones' }),
};

export const InstanceView = z.strictObject(instanceShape).meta({ id: 'Instance' });

export const InstanceDetails = z
  .strictObject({
    ...instanceShape,
    definitionName: z.string().optional(),
    version: z.int().meta({ description: 'Version of the definition' }),
    parent: z.string().optional().meta({ description: 'Instance that called it' }),
    activations: z.array(
      z.strictObject({
        id: z.int(),
        element: z.string(),
        name: z.string().optional(),
        type: z.string(),
        parent: z.int(),
        since: Time,
        state: z.enum(['active', 'incident']),
      }),
    ),
    waits: z.array(
      z.strictObject({
        id: z.string(),
        kind: z.string(),
        element: z.string(),
        name: z.string().optional(),
        due: Time.optional(),
        child: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'InstanceDetails' });

/** An incident that the instance holds: all of them are open. */
export function incidentView(
  incident: Incident,
  instance: Pick<Instance, 'id' | 'definition' | 'key' | 'businessKey'>,
  { nodes, tenant }: Pick<Definition, 'nodes' | 'tenant'>,
): z.infer<typeof IncidentView> {
  const { node, type, message, at } = incident;
  return {
    id: incidentId(instance.id, incident.id),
    instance: instance.id,
    definition: instance.definition,
    key: instance.key,
    tenant: tenantOut(tenant),
    businessKey: instance.businessKey,
    element: nodes[node]?.id ?? '',
    elementType: nodes[node]?.type,
    name: nodes[node]?.name,
    type,
    message,
    at: time(at),
    state: 'open',
  };
}

/** What a view of an instance is made of. */
export type Seen = Pick<
  Instance,
  'id' | 'definition' | 'key' | 'businessKey' | 'state' | 'startedAt' | 'startedBy' | 'endedAt' | 'incidents'
>;

export function instanceView(instance: Seen, definition: Definition): z.infer<typeof InstanceView> {
  const { id, key, businessKey, state, startedAt, startedBy, endedAt } = instance;
  return {
    id,
    definition: instance.definition,
    key,
    tenant: tenantOut(definition.tenant),
    businessKey,
    state,
    ended: endedAt !== undefined,
    startedAt: time(startedAt),
    startedBy,
    endedAt: maybeTime(endedAt),
    incidents: Object.values(instance.incidents).map(incident => incidentView(incident, instance, definition)),
  };
}

export function instanceDetails(instance: Instance, definition: Definition): z.infer<typeof InstanceDetails> {
  const { nodes } = definition;
  const broken = new Set(Object.values(instance.incidents).map(incident => incident.activation));
  return {
    ...instanceView(instance, definition),
    definitionName: definition.name,
    version: definition.version,
    parent: instance.parent?.instance,
    activations: Object.values(instance.activations).map(({ id, node, parent, since }) => ({
      id,
      element: nodes[node]!.id,
      name: nodes[node]!.name,
      type: nodes[node]!.type,
      parent,
      since: time(since),
      state: broken.has(id) ? 'incident' : 'active',
    })),
    waits: Object.values(instance.waits).map(({ id, kind, node, name, due }) => ({
      id,
      kind,
      element: nodes[node]!.id,
      name: kind === 'child' ? nodes[node]!.name : name,
      due: maybeTime(due),
      child: kind === 'child' ? childId(id) : undefined,
    })),
  };
}
