/** The tree of activity instances and transition instances of one process instance. */

import type { Activation, Definition } from '../../engine/core/types.js';
import { derivedId } from '../../engine/ids.js';
import { incidentId } from '../../engine/projections/incidents.js';
import { activityType, bodySuffix } from './activityTypes.js';
import { executionOf, type Whole } from './executions.js';
import { activityInstanceId, numbered, restId } from './ids.js';

interface Named {
  activityId: string;
  activityName: string | null;
  activityType: string;
}

/** What an activation is called; the body of a multi-instance apart from its items. */
export function activityOf({ nodes, id, name }: Definition, { node, loop }: Pick<Activation, 'node' | 'loop'>): Named {
  if (node === 0) return { activityId: id, activityName: name ?? null, activityType: 'processDefinition' };
  const { id: element, name: called = null, type, event } = nodes[node]!;
  if (loop) return { activityId: element + bodySuffix, activityName: called, activityType: 'multiInstanceBody' };
  const kind = { elementType: type, ...(event && { event: event.type }) };
  return { activityId: element, activityName: called, activityType: activityType(kind) };
}

/** The id of the activity instance that an activation is. */
export const activityInstanceOf = (instance: string, definition: Definition, activation: Activation): string =>
  activityInstanceId(instance, activation.id, activityOf(definition, activation).activityId);

/** The tree from the process down. */
export function activityTree(whole: Whole, definition: Definition) {
  const { instance, activations, incidents } = whole;
  const children = new Map<number, Activation[]>();
  for (const activation of Object.values(activations))
    children.set(activation.parent, [...(children.get(activation.parent) ?? []), activation]);

  const common = (activation: Activation, parent: string | null) => ({
    parentActivityInstanceId: parent,
    ...activityOf(definition, activation),
    processInstanceId: instance.id,
    processDefinitionId: instance.definition,
    ...incidentsAt(activation),
  });

  function incidentsAt({ id, node }: Activation) {
    const own = Object.values(incidents).filter(incident => incident.activation === id && incident.node === node);
    const ids = own.map(incident => restId(incidentId(instance.id, incident.id)));
    return {
      incidentIds: ids,
      incidents: ids.map((incident, at) => ({ id: incident, activityId: definition.nodes[own[at]!.node]!.id })),
    };
  }

  const transition = (activation: Activation, parent: string) => ({
    id: numbered(instance.id, activation.id),
    ...common(activation, parent),
    executionId: executionOf(whole, definition, activation.id),
  });

  /** A token that waits at a join. */
  function waiting(scope: Activation, parent: string) {
    return Object.entries(scope.arrived ?? {}).flatMap(([index, flows]) => {
      const node = Number(index);
      const named = activityOf(definition, { node });
      const tokens = Object.entries(flows).flatMap(([flow, count]) =>
        Array.from({ length: count }, (_, at) => `${flow}.${at}`),
      );
      return tokens.map(token => ({
        id: `${named.activityId}:${derivedId(instance.id, String(scope.id), index, token)}`,
        parentActivityInstanceId: parent,
        ...named,
        name: named.activityName,
        processInstanceId: instance.id,
        processDefinitionId: instance.definition,
        executionIds: [derivedId(instance.id, 'token', String(scope.id), index, token)],
        childActivityInstances: [],
        childTransitionInstances: [],
        incidentIds: [],
        incidents: [],
      }));
    });
  }

  function activity(activation: Activation, parent: string | null): Record<string, unknown> {
    const id = activityInstanceOf(instance.id, definition, activation);
    const inside = children.get(activation.id) ?? [];
    const isTransition = ({ phase }: Activation) => phase === 'before' || phase === 'after';
    const shown = common(activation, parent);
    return {
      id,
      ...shown,
      name: shown.activityName,
      executionIds: [...new Set([executionOf(whole, definition, activation.id)])],
      childActivityInstances: [
        ...inside.filter(each => !isTransition(each)).map(each => activity(each, id)),
        ...waiting(activation, id),
      ],
      childTransitionInstances: inside.filter(isTransition).map(each => transition(each, id)),
    };
  }

  return activity(activations['1']!, null);
}
