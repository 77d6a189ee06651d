/** What others may hear of, in the words of the API: the events of a history document, and what is no commit. */

import type { Definition, Event, Instance, Json, RecordedEvent } from '../../engine/core/types.js';
import { isoTime } from '../../engine/core/values.js';
import { incidentId } from '../../engine/projections/incidents.js';
import type { HistoryDocument, NoticeDocument, TaskDocument, TaskNotice } from '../../engine/store/documents.js';

export const occasions = [
  'instance.started',
  'instance.ended',
  'instance.suspended',
  'instance.activated',
  'task.opened',
  'task.claimed',
  'task.unclaimed',
  'task.assigned',
  'task.delegated',
  'task.resolved',
  'task.completed',
  'task.cancelled',
  'incident.opened',
  'incident.resolved',
  'deployment.created',
  'deployment.deleted',
  'definition.suspended',
  'definition.activated',
  'definition.deleted',
] as const;

export type Occasion = (typeof occasions)[number];

/** One thing that happened, as it is sent. */
export interface Occurrence {
  type: Occasion | 'ping';
  /** ISO 8601, UTC. */
  timestamp: string;
  data: Record<string, Json>;
}

/** What is known beside the history document. */
export interface Surroundings {
  definition: Definition;
  instance: Instance | undefined;
  /** Those whose waits are answered or dropped in it. */
  tasks: Map<string, TaskDocument>;
}

type Of<T extends Event['type']> = Extract<Event, { type: T }>;
type Told = { type: Occasion; data: Record<string, Json | undefined> } | undefined;

/** Ids of the waits that a history document closes. */
export const closedWaits = ({ events }: HistoryDocument): string[] =>
  events.flatMap(event => (event.type === 'answered' || event.type === 'dropped' ? [event.wait] : []));

/** Each thing that happened in a commit, in order; `index` is the place of its event. */
export function occurrencesOf(
  document: HistoryDocument,
  around: Surroundings,
): { index: number; occurrence: Occurrence }[] {
  const { instance, definition, tenant } = document;
  const common = { instance, definition, key: around.definition.key, businessKey: around.instance?.businessKey };
  return document.events.flatMap((event, index) => {
    const told = tell(event, document, around);
    if (!told) return [];
    const data = given({ ...common, ...tenantOf(tenant), ...told.data });
    return [{ index, occurrence: { type: told.type, timestamp: new Date(event.at).toISOString(), data } }];
  });
}

/** What somebody did with a task. */
export function occurrenceOfTask(task: TaskDocument, { type, at, by, assignee, owner }: TaskNotice): Occurrence {
  const { id, instance, definition, definitionKey: key, businessKey, element, name, tenant } = task;
  const process = instance === '' ? {} : { instance, definition, key, businessKey, element };
  const data = given({ ...process, ...tenantOf(tenant), task: id, name, by, assignee, owner });
  return { type: `task.${type}`, timestamp: new Date(at).toISOString(), data };
}

/** What became of a deployment or a definition. */
export const occurrenceOf = ({ type, at, tenant, data }: NoticeDocument): Occurrence => ({
  type,
  timestamp: new Date(at).toISOString(),
  data: { ...tenantOf(tenant), ...data },
});

const tenantOf = (tenant: string): Record<string, string> => (tenant === '' ? {} : { tenant });

function tell(event: RecordedEvent, document: HistoryDocument, around: Surroundings): Told {
  const teller = tellers[event.type] as
    | ((event: Event, document: HistoryDocument, around: Surroundings) => Told)
    | undefined;
  return teller?.(event, document, around);
}

/** How each event of the core is told; one without a line is nobody's business outside. */
const tellers: {
  [T in Event['type']]?: (event: Of<T>, document: HistoryDocument, around: Surroundings) => Told;
} = {
  started: ({ by, parent }) => ({ type: 'instance.started', data: { by, parent: parent?.instance } }),
  ended: ({ state, reason, by }) => ({ type: 'instance.ended', data: { state, reason, by } }),
  suspended: ({ by }) => ({ type: 'instance.suspended', data: { by } }),
  activated: ({ by }) => ({ type: 'instance.activated', data: { by } }),
  waiting: ({ wait, row }, _, { definition }) =>
    wait.kind === 'task'
      ? {
          type: 'task.opened',
          data: {
            task: wait.id,
            ...elementOf(definition, wait.node),
            ...given({ name: row.name, assignee: row.assignee, due: isoOf(row.due) }),
            candidateUsers: row.candidateUsers ?? [],
            candidateGroups: row.candidateGroups ?? [],
          },
        }
      : undefined,
  answered: ({ wait, by }, _, { tasks }) => closed('task.completed', tasks.get(wait), by),
  dropped: ({ wait }, _, { tasks }) => closed('task.cancelled', tasks.get(wait)),
  incident: ({ incident }, { instance }, { definition }) => ({
    type: 'incident.opened',
    data: {
      incident: incidentId(instance, incident.id),
      ...elementOf(definition, incident.node),
      reason: incident.type,
      message: incident.message,
    },
  }),
  resolved: ({ incident, by }, { instance }) => ({
    type: 'incident.resolved',
    data: { incident: incidentId(instance, incident), by },
  }),
};

const closed = (type: Occasion, task: TaskDocument | undefined, by?: string): Told =>
  task && { type, data: { task: task.id, element: task.element, name: task.name, by } };

const elementOf = ({ nodes }: Definition, index: number) => ({ element: nodes[index]?.id, name: nodes[index]?.name });

const isoOf = (at: number | undefined) => (at === undefined ? undefined : isoTime(at));

/** JSON has no undefined. */
const given = (values: Record<string, Json | undefined>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Record<string, Json>;
