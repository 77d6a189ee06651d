/** Folds history into the log of jobs: created, done, taken away. Failures are no commits: who fails a job logs them. Pure. */

import type { Definition, RecordedEvent, Wait, WaitRow } from '../core/types.js';
import { jobDefinitionId } from '../deployments/job-definitions.js';
import { readRetries } from '../expressions/retries.js';
import { FORMAT, type HistoryDocument, type JobLogDocument } from '../store/documents.js';

const kinds: Partial<Record<Wait['kind'], JobLogDocument['kind']>> = { job: 'work', async: 'async', timer: 'timer' };

/** Id of the entry that says a job was created; the others repeat what it knows. */
export const creationOf = (job: string) => `${job}:created`;

/** Waits that a history document closes: those that are jobs have an entry of their creation. */
export const closedWaits = (history: HistoryDocument): string[] =>
  history.events.flatMap(event => (event.type === 'answered' || event.type === 'dropped' ? [event.wait] : []));

/**
 * The entries that a history document adds. `creation`: the entry of a job's creation in what was folded before.
 *
 *     foldJobs(history, definition, () => undefined).map(({ type }) => type) // ['created']
 */
export function foldJobs(
  history: HistoryDocument,
  definition: Definition,
  creation: (job: string) => JobLogDocument | undefined,
): JobLogDocument[] {
  const entries: JobLogDocument[] = [];
  const opened = new Map<string, JobLogDocument>();
  for (const event of history.events) {
    if (event.type === 'waiting') {
      const kind = kinds[event.wait.kind];
      if (!kind) continue;
      const entry = created(history, definition, event, kind);
      opened.set(entry.job, entry);
      entries.push(entry);
    } else if (event.type === 'answered' || event.type === 'dropped') {
      const first = opened.get(event.wait) ?? creation(event.wait);
      if (!first) continue;
      const type = event.type === 'answered' ? 'succeeded' : 'deleted';
      // Before answers told the worker apart, its name stood in place of a person's.
      const worker = event.type === 'answered' ? (event.worker ?? event.by) : undefined;
      entries.push({
        ...first,
        id: `${event.wait}:${type}`,
        type,
        at: event.at,
        ...(worker !== undefined && { worker }),
        seq: history.seq,
      });
    }
  }
  return entries;
}

function created(
  history: HistoryDocument,
  definition: Definition,
  { wait, row, at }: Extract<RecordedEvent, { type: 'waiting' }>,
  kind: JobLogDocument['kind'],
): JobLogDocument {
  return {
    id: creationOf(wait.id),
    tenant: history.tenant,
    format: FORMAT,
    job: wait.id,
    kind,
    type: 'created',
    at,
    instance: history.instance,
    definition: definition.id,
    definitionKey: definition.key,
    element: definition.nodes[wait.node]!.id,
    activation: wait.activation,
    retries: row.retries ?? (row.retryCycle ? readRetries(row.retryCycle).attempts : 3),
    priority: row.priority ?? 0,
    seq: history.seq,
    ...originOf(definition, wait, kind, row.phase),
    ...(kind === 'work' && wait.name !== undefined && { topic: wait.name }),
    ...(wait.due !== undefined && { due: wait.due }),
  };
}

function originOf(
  definition: Definition,
  { node }: Wait,
  kind: JobLogDocument['kind'],
  phase: WaitRow['phase'],
): Pick<JobLogDocument, 'jobDefinition'> {
  const jobDefinition = jobDefinitionId(definition.id, node, { kind, phase });
  return jobDefinition === undefined ? {} : { jobDefinition };
}
