/** Folds history into operations: what a person did to an instance. What is no commit, its service logs. Pure. */

import type { Definition, RecordedEvent } from '../core/types.js';
import { FORMAT, type HistoryDocument, type OperationDocument } from '../store/documents.js';

type Told = Pick<OperationDocument, 'type' | 'entity' | 'category'> &
  Partial<Pick<OperationDocument, 'property' | 'before' | 'after' | 'task' | 'job' | 'activation'>>;

type Of<T extends RecordedEvent['type']> = Extract<RecordedEvent, { type: T }>;

/** What kind of wait an answer was for; work of a worker is nobody's operation. */
export type WaitKind = (wait: string) => 'task' | 'job' | undefined;

type Reader<T extends RecordedEvent['type']> = (event: Of<T>, kindOf: WaitKind) => Told | undefined;

const operator = (type: string, entity: string, more: Partial<Told> = {}): Told => ({
  type,
  entity,
  category: 'Operator',
  ...more,
});
const instance = (type: string, property?: string, after?: string) =>
  operator(type, 'ProcessInstance', property === undefined ? {} : { property, ...(after !== undefined && { after }) });

/** A command leaves one of these events at least; the first in this order tells which it was. */
const readers: { [T in RecordedEvent['type']]?: Reader<T> } = {
  started: () => instance('Create'),
  answered: ({ wait }, kindOf) => {
    const kind = kindOf(wait);
    if (kind === 'job') return operator('Execute', 'Job', { job: wait });
    if (kind !== 'task') return undefined;
    const completed = { property: 'delete', before: 'false', after: 'true', task: wait };
    return { type: 'Complete', entity: 'Task', category: 'TaskWorker', ...completed };
  },
  ended: ({ reason }) => instance('Delete', 'deleteReason', reason),
  suspended: () => instance('Suspend', 'suspensionState', 'suspended'),
  activated: () => instance('Activate', 'suspensionState', 'active'),
  resolved: ({ incident }) => instance('Resolve', 'incidentId', incident),
  set: ({ activation }) => operator('SetVariable', 'Variable', { activation }),
  unset: ({ activation }) => operator('RemoveVariable', 'Variable', { activation }),
};

/** The operation that a history document tells of; undefined where nobody is named, or nothing that people do. */
export function foldOperation(
  history: HistoryDocument,
  definition: Definition,
  kindOf: WaitKind,
): OperationDocument | undefined {
  const { by, events } = history;
  if (by === undefined) return undefined;
  for (const [type, read] of Object.entries(readers)) {
    const event = events.find(each => each.type === type);
    if (!event) continue;
    const told = (read as (event: RecordedEvent, kindOf: WaitKind) => Told | undefined)(event, kindOf);
    return told && { ...told, ...aboutCommit(history, definition), by };
  }
  return undefined;
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
