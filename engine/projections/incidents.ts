/** Folds history into incidents: what stopped a token, and when it went on. Pure. */

import type { Definition } from '../core/types.js';
import { FORMAT, type HistoryDocument, type IncidentDocument } from '../store/documents.js';

/**
 * The incidents that a history document changed, as they are after it. `open`: those of the instance that are open before.
 * An incident whose activation is left, or whose instance ends, is resolved by that.
 */
export function foldIncidents(
  history: HistoryDocument,
  definition: Definition,
  open: IncidentDocument[],
): IncidentDocument[] {
  const current = new Map(open.filter(incident => incident.seq < history.seq).map(incident => [incident.id, incident]));
  const changed = new Set<string>();
  const cancelled = new Set(history.events.flatMap(e => (e.type === 'left' && e.cancelled ? [e.activation] : [])));
  const keep = (incident: IncidentDocument) => {
    current.set(incident.id, incident);
    changed.add(incident.id);
  };
  const resolve = (concerned: (incident: IncidentDocument) => boolean, at: number, by?: string) => {
    for (const incident of [...current.values()].filter(each => each.state === 'open' && concerned(each))) {
      keep({
        ...incident,
        state: 'resolved',
        resolvedAt: at,
        ...(by !== undefined && { resolvedBy: by }),
        ...(cancelled.has(incident.activation) && { deleted: true as const }),
        seq: history.seq,
      });
    }
  };

  for (const event of history.events) {
    if (event.type === 'incident') {
      const { id, activation, node, at, type, message, wait, configuration } = event.incident;
      keep({
        id: incidentId(history.instance, id),
        tenant: history.tenant,
        format: FORMAT,
        instance: history.instance,
        definition: definition.id,
        definitionKey: definition.key,
        element: definition.nodes[node]?.id ?? definition.key,
        activation,
        type,
        message,
        ...(wait !== undefined && { job: wait }),
        ...(configuration !== undefined && { configuration }),
        at,
        state: 'open',
        seq: history.seq,
      });
    } else if (event.type === 'resolved') {
      const id = incidentId(history.instance, event.incident);
      resolve(incident => incident.id === id, event.at, event.by);
    } else if (event.type === 'left') {
      resolve(incident => incident.activation === event.activation, event.at);
    } else if (event.type === 'ended') resolve(() => true, event.at);
  }
  return [...changed].map(id => current.get(id)!);
}

/** Unique over all instances, however the core counts within one. */
export const incidentId = (instance: string, id: string) => (id.startsWith(`${instance}~`) ? id : `${instance}~${id}`);
