/** Folds history into operations: what a person did to an instance. What is no commit, its service logs. Pure. */

import type { Definition, RecordedEvent } from '../core/types.js';
import { FORMAT, type HistoryDocument, type OperationDocument } from '../store/documents.js';

type Told = Pick<OperationDocument, 'type' | 'entity' | 'category'> &
  Partial<Pick<OperationDocument, 'property' | 'before' | 'after' | 'task' | 'job' | 'activation'>>;

type Verb = NonNullable<HistoryDocument['did']>;

/** What kind of wait an answer was for; work of a worker is nobody's operation. */
export type WaitKind = (wait: string) => 'task' | 'job' | undefined;

type Events = HistoryDocument['events'];
type Of<T extends RecordedEvent['type']> = Extract<RecordedEvent, { type: T }>;

const first = <T extends RecordedEvent['type']>(events: Events, type: T) =>
  events.find((event): event is Of<T> => event.type === type);

const operator = (type: string, entity: string, more: Partial<Told> = {}): Told => ({
  type,
  entity,
  category: 'Operator',
  ...more,
});
const instance = (type: string, property?: string, after?: string) =>
  operator(type, 'ProcessInstance', property === undefined ? {} : { property, ...(after !== undefined && { after }) });

const ofJob = (type: string, job: string | undefined) => operator(type, 'Job', job === undefined ? {} : { job });

/** Verb → what its author did by it; what only the engine or a worker does is nobody's operation. */
const readers: Partial<Record<Verb, (events: Events, kindOf: WaitKind) => Told | undefined>> = {
  start: () => instance('Create'),
  resume(events, kindOf) {
    const wait = first(events, 'answered')?.wait;
    const kind = wait && kindOf(wait);
    if (kind === 'job') return ofJob('Execute', wait);
    if (kind !== 'task') return undefined;
    const completed = { property: 'delete', before: 'false', after: 'true', task: wait };
    return { type: 'Complete', entity: 'Task', category: 'TaskWorker', ...completed };
  },
  cancel: events => instance('Delete', 'deleteReason', first(events, 'ended')?.reason),
  suspend: () => instance('Suspend', 'suspensionState', 'suspended'),
  activate: () => instance('Activate', 'suspensionState', 'active'),
  modify: () => instance('ModifyProcessInstance'),
  report: events => instance('CreateIncident', 'incidentType', first(events, 'incident')?.incident.type),
  drop: events => ofJob('Delete', first(events, 'dropped')?.wait),
  reschedule(events) {
    const { wait, due } = first(events, 'rescheduled') ?? {};
    return { ...ofJob('RecalculateDueDate', wait), property: 'duedate', ...(due && { after: String(due) }) };
  },
  retry: events => instance('Resolve', 'incidentId', first(events, 'resolved')?.incident),
  set(events) {
    const set = first(events, 'set');
    const activation = (set ?? first(events, 'unset'))?.activation;
    return operator(set ? 'SetVariable' : 'RemoveVariable', 'Variable', activation === undefined ? {} : { activation });
  },
};

/** The operation that a history document tells of; undefined where nobody is named, or nothing that people do. */
export function foldOperation(
  history: HistoryDocument,
  definition: Definition,
  kindOf: WaitKind,
): OperationDocument | undefined {
  const { by, did, events } = history;
  const told = by !== undefined && did !== undefined ? readers[did]?.(events, kindOf) : undefined;
  return told && { by: by!, ...aboutCommit(history, definition), ...told };
}

const aboutCommit = (history: HistoryDocument, definition: Definition) => ({
  id: history.id,
  tenant: history.tenant,
  format: FORMAT,
  operation: history.id,
  at: history.at,
  instance: history.instance,
  definition: definition.id,
  definitionKey: definition.key,
  deployment: definition.deployment,
  seq: history.seq,
});
