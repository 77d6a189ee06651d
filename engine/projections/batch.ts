/** Folds one batch of history documents: looks up what it touches, folds in memory, writes the projections. */

import { setImmediate as breathe } from 'node:timers/promises';
import type { Definition } from '../core/types.js';
import type {
  ActivityDocument,
  DetailDocument,
  HistoryDocument,
  IncidentDocument,
  JobLogDocument,
  LinkDocument,
  OperationDocument,
  RunDocument,
  StatisticsDocument,
  VariableDocument,
} from '../store/documents.js';
import type { CollectionName, Document, Filter, Put, Store } from '../store/port.js';
import { type ActivitiesBefore, activityId, foldActivities } from './activities.js';
import { foldIncidents } from './incidents.js';
import { closedWaits, creationOf, foldJobs } from './jobs.js';
import { foldLinks } from './links.js';
import { foldOperation } from './operations.js';
import { foldRun } from './runs.js';
import { addTally, createTallies, type Tally, tallyId } from './statistics.js';
import { assignments, foldFields, foldVariables, variableId } from './variables.js';

/** Documents of one collection as the batch sees them: stored ones under changed ones. */
interface Working<T extends Document> {
  stored: Map<string, T>;
  changed: Map<string, T>;
  get(id: string): T | undefined;
  all(): T[];
  keep(documents: T[]): void;
}

function working<T extends Document>(documents: T[]): Working<T> {
  const stored = new Map(documents.map(document => [document.id, document]));
  const changed = new Map<string, T>();
  return {
    stored,
    changed,
    get: id => changed.get(id) ?? stored.get(id),
    all: () => [...new Map([...stored, ...changed]).values()],
    keep: documents => {
      for (const document of documents) changed.set(document.id, document);
    },
  };
}

/** Instances folded, and documents written, before the event loop serves others. */
const TURN = 20;
const SLICE = 100;

/**
 * Folds a batch into the projections. May be repeated with the same number and documents: everything counts once.
 */
export async function foldBatch(
  store: Store,
  definitionOf: (id: string) => Promise<Definition>,
  batch: number,
  histories: HistoryDocument[],
): Promise<void> {
  const definitions = new Map<string, Definition>();
  for (const id of new Set(histories.map(history => history.definition))) {
    definitions.set(id, await definitionOf(id));
  }
  const known = withPast(histories);
  const activities = working(await touchedActivities(store, known));
  const incidents = working(await openIncidents(store, known));
  const variables = working(await store.getMany<VariableDocument>('variables', touchedVariables(known)));
  const runs = working(await store.getMany<RunDocument>('runs', [...new Set(known.map(each => each.instance))]));
  const jobs = working(await store.getMany<JobLogDocument>('jobLog', known.flatMap(closedWaits).map(creationOf)));
  const details = working<DetailDocument>([]);
  const links = working<LinkDocument>([]);
  const operations = working<OperationDocument>([]);
  const tallies = createTallies();

  const storedOf = byInstance(activities.all());
  const incidentsOf = byInstance(incidents.all());
  /** Wait → the activity whose work it is. */
  const atWait = new Map(activities.all().map(activity => [activity.wait, activity.id]));
  let turn = 0;
  for (const [instance, own] of byInstance(histories)) {
    if (++turn % TURN === 0) await breathe();
    const inInstance = working(storedOf.get(instance) ?? []);
    const stopped = working(incidentsOf.get(instance) ?? []);
    const before: ActivitiesBefore = {
      at: activation => inInstance.get(activityId(instance, activation)),
      waitingFor: wait => inInstance.get(atWait.get(wait) ?? ''),
    };
    for (const history of own.sort((a, b) => a.seq - b.seq)) {
      const definition = definitions.get(history.definition)!;
      const changed = foldActivities(history, definition, before);
      inInstance.keep(changed);
      for (const { id, wait } of changed) if (wait !== undefined) atWait.set(wait, id);
      const folded = foldVariables(history, definition, variables.get, activation => {
        const { element = definition.key, task } = inInstance.get(activityId(instance, activation)) ?? {};
        return { element, ...(task !== undefined && { task }) };
      });
      variables.keep(folded.variables);
      details.keep(folded.details);
      details.keep(foldFields(history, definition, before.waitingFor));
      const run = foldRun(history, definition, runs.get(instance));
      if (run) runs.keep([run]);
      jobs.keep(foldJobs(history, definition, job => jobs.get(creationOf(job))));
      links.keep(foldLinks(history, definition));
      const operation = foldOperation(history, definition, wait => {
        if (before.waitingFor(wait)?.task === wait) return 'task';
        const job = jobs.get(creationOf(wait));
        return job && job.kind !== 'work' ? 'job' : undefined;
      });
      if (operation) operations.keep([operation]);
      const open = stopped.all().filter(({ state }) => state === 'open');
      stopped.keep(foldIncidents(history, definition, open));
      tallies.flows(history, definition);
    }
    for (const after of inInstance.changed.values()) tallies.activity(inInstance.stored.get(after.id), after);
    activities.keep([...inInstance.changed.values()]);
    incidents.keep([...stopped.changed.values()]);
  }

  const folded = { activities, details, variables, incidents, runs, jobLog: jobs, linkLog: links, operations };
  await write(store, [
    // Until the statistics stand, a repeated batch finds the activities unchanged and counts the same.
    { collection: 'statistics', documents: await counted(store, batch, tallies.all()), newer: 'batch' },
    // The details go before the variables, from whose revisions they follow.
    ...Object.entries(folded).map(([collection, { changed }]) => ({
      collection: collection as keyof typeof folded,
      documents: [...changed.values()],
      // A process that slept, while another one folded on, overwrites nothing newer.
      newer: 'seq',
    })),
  ]);
}

/** Writes everything in order, a slice at a time. */
async function write(store: Store, puts: Put[]): Promise<void> {
  let slice: Put[] = [];
  let room = SLICE;
  for (const { documents, ...put } of puts)
    for (let from = 0; from < documents.length; ) {
      const some = documents.slice(from, from + room);
      slice.push({ ...put, documents: some });
      from += some.length;
      room -= some.length;
      if (room > 0) continue;
      await store.putInOrder(slice);
      slice = [];
      room = SLICE;
    }
  if (slice.length > 0) await store.putInOrder(slice);
}

/** The statistics with what the batch adds to them. */
async function counted(store: Store, batch: number, tallies: Tally[]): Promise<StatisticsDocument[]> {
  const stored = await store.getMany<StatisticsDocument>('statistics', tallies.map(tallyId));
  const byId = new Map(stored.map(document => [document.id, document]));
  return tallies.map(tally => addTally(byId.get(tallyId(tally)), tally, batch));
}

/** The history of instances of which something is folded already: of those that the batch begins there is nothing to read. */
function withPast(histories: HistoryDocument[]): HistoryDocument[] {
  const begun = new Set(histories.filter(({ seq }) => seq === 1).map(({ instance }) => instance));
  return histories.filter(({ instance }) => !begun.has(instance));
}

function groupBy<T, K>(items: T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

const byInstance = <T extends { instance: string }>(documents: T[]) => groupBy(documents, each => each.instance);

async function touchedActivities(store: Store, histories: HistoryDocument[]): Promise<ActivityDocument[]> {
  const ids = new Set<string>();
  const waits = new Set<string>();
  for (const history of histories) {
    for (const event of history.events) {
      if ('activation' in event) ids.add(activityId(history.instance, event.activation));
      else if (event.type === 'waiting') ids.add(activityId(history.instance, event.wait.activation));
      else if (event.type === 'answered') waits.add(event.wait);
    }
  }
  const mentioned = await store.getMany<ActivityDocument>('activities', [...ids]);
  const waiting = await findAll<ActivityDocument>(store, 'activities', { wait: { $in: [...waits] } });
  return [...mentioned, ...waiting];
}

async function openIncidents(store: Store, histories: HistoryDocument[]): Promise<IncidentDocument[]> {
  const instances = [...new Set(histories.map(history => history.instance))];
  return findAll<IncidentDocument>(store, 'incidents', { instance: { $in: instances }, state: 'open' });
}

function touchedVariables(histories: HistoryDocument[]): string[] {
  const ids = new Set<string>();
  for (const history of histories) {
    for (const { activation, name } of assignments(history)) ids.add(variableId(history.instance, activation, name));
  }
  return [...ids];
}

/** Everything that matches; nothing where an `$in` is empty. */
async function findAll<T extends Document>(store: Store, collection: CollectionName, filter: Filter): Promise<T[]> {
  const empty = Object.values(filter).some(
    condition =>
      typeof condition === 'object' && condition !== null && '$in' in condition && condition.$in?.length === 0,
  );
  return empty ? [] : store.find<T>(collection, { filter });
}
