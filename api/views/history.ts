/** History as people read it: events with the names of the diagram instead of the numbers of the core. */

import { z } from 'zod';
import type { Definition, Event, RecordedEvent } from '../../engine/core/types.js';
import { incidentId } from '../../engine/projections/incidents.js';
import type { ActivityDocument, HistoryDocument, IncidentDocument } from '../../engine/store/documents.js';
import { AnyJson, maybeTime, Time, time, VariablesOut } from '../schemas.js';

export const Activity = z
  .strictObject({
    id: z.string(),
    element: z.string(),
    elementType: z.string(),
    name: z.string().optional(),
    startedAt: Time,
    endedAt: Time.optional(),
    duration: z.int().optional().meta({ description: 'Milliseconds' }),
    state: z.enum(['active', 'completed', 'cancelled']),
    answeredBy: z.string().optional(),
  })
  .meta({ id: 'Activity' });

export const HistoryEntry = z
  .strictObject({
    seq: z.int(),
    at: Time,
    by: z.string().optional(),
    events: z.array(
      z.strictObject({
        type: z
          .string()
          .meta({ description: 'As the engine calls it; `retried` is an incident whose retry failed again' }),
        element: z.string().optional(),
        name: z.string().optional(),
        flow: z.string().optional(),
        wait: z.string().optional(),
        kind: z.string().optional(),
        by: z.string().optional(),
        worker: z.string().optional().meta({ description: 'What the program calls itself that did the work' }),
        state: z.string().optional(),
        message: z.string().optional(),
        variables: VariablesOut.optional(),
        value: AnyJson.optional(),
      }),
    ),
  })
  .meta({ id: 'HistoryEntry' });

type ReadableEvent = z.infer<typeof HistoryEntry>['events'][number];

export function activityView(document: ActivityDocument): z.infer<typeof Activity> {
  const { id, element, elementType, name, startedAt, endedAt, duration, state, answeredBy } = document;
  return {
    id,
    element,
    elementType,
    name,
    startedAt: time(startedAt),
    endedAt: maybeTime(endedAt),
    duration,
    state,
    answeredBy,
  };
}

type Of<T extends Event['type']> = Extract<Event, { type: T }>;

interface Names {
  node(index: number): { element?: string; name?: string };
  activation(number: number): { element?: string; name?: string };
  flow(index: number): string | undefined;
}

/** What of each event is worth reading; an event without a line is bookkeeping of the core. */
const readable: { [T in Event['type']]?: (event: Of<T>, names: Names) => Omit<ReadableEvent, 'type'> } = {
  started: ({ by }) => ({ by }),
  entered: ({ node, variables }, names) => ({ ...names.node(node), variables }),
  taken: ({ flow }, names) => ({ flow: names.flow(flow) }),
  joined: ({ node }, names) => names.node(node),
  waiting: ({ wait }, names) => ({ ...names.node(wait.node), wait: wait.id, kind: wait.kind }),
  answered: ({ wait, by, worker, variables }) => ({ wait, by, worker, variables }),
  dropped: ({ wait }) => ({ wait }),
  set: ({ activation, variables }, names) => ({ ...names.activation(activation), variables }),
  left: ({ activation, cancelled }, names) => ({
    ...names.activation(activation),
    state: cancelled ? 'cancelled' : 'completed',
  }),
  incident: ({ incident }, names) => ({ ...names.node(incident.node), message: incident.message }),
  resolved: ({ by }) => ({ by }),
  suspended: ({ by }) => ({ by }),
  activated: ({ by }) => ({ by }),
  ended: ({ state, by, reason }) => ({ state, by, message: reason }),
};

/** What stopped again in the same commit was retried, not resolved. `activationOf`: the activation of an incident. */
function typeOf(event: Event, { instance, events }: HistoryDocument, activationOf: Map<string, number>): string {
  if (event.type !== 'resolved') return event.type;
  const stopped = activationOf.get(incidentId(instance, event.incident));
  const again = events.some(other => other.type === 'incident' && other.incident.activation === stopped);
  return again ? 'retried' : event.type;
}

/** `activities` name the activations that earlier entries entered, `incidents` those that stopped. */
export function historyView(
  documents: HistoryDocument[],
  definition: Definition,
  { activities, incidents }: { activities: ActivityDocument[]; incidents: IncidentDocument[] },
): z.infer<typeof HistoryEntry>[] {
  const entered = new Map(activities.map(({ activation, element, name }) => [activation, { element, name }]));
  const node = (index: number) => ({ element: definition.nodes[index]?.id, name: definition.nodes[index]?.name });
  const names: Names = {
    node,
    activation: number => entered.get(number) ?? {},
    flow: index => definition.flows[index]?.id,
  };
  const activationOf = new Map(incidents.map(({ id, activation }) => [id, activation]));
  const view = (event: RecordedEvent, document: HistoryDocument): ReadableEvent[] => {
    const read = readable[event.type] as ((event: Event, names: Names) => Omit<ReadableEvent, 'type'>) | undefined;
    return read ? [{ type: typeOf(event, document, activationOf), ...read(event, names) }] : [];
  };
  return documents.map(document => {
    const { seq, at, by, events } = document;
    return { seq, at: time(at), by, events: events.flatMap(event => view(event, document)) };
  });
}
