/** From a step to what is written: the instance, the rows of its waits, its chunks, one history document. */

import { createHash } from 'node:crypto';
import { asideUntil } from './aside.js';
import type { Standing } from './contract.js';
import type { Command, Step } from './core/language.js';
import type { Activation, Definition, Event, Instance, Json, Wait, WaitRow } from './core/types.js';
import { jobDefinitionId } from './deployments/job-definitions.js';
import type { Made } from './driver.js';
import { readRetries } from './expressions/retries.js';
import { FORMAT, type JobDocument, type SubscriptionDocument, type TaskDocument } from './store/documents.js';
import type { RowWrite, Unit, WaitState } from './store/port.js';

/** What a commit is made of. */
export interface Stepped extends Made {
  /** Id of the commit, by which an unknown outcome is looked up. */
  commit: string;
  /** What was laid down for the definition's jobs. */
  standing: Standing;
}

/** Where the rows of a kind of wait lie; kinds without a row are answered by the engine itself. */
const collections: Record<Wait['kind'], RowWrite['collection'] | undefined> = {
  task: 'tasks',
  job: 'jobs',
  async: 'jobs',
  timer: 'jobs',
  message: 'subscriptions',
  signal: 'subscriptions',
  child: undefined,
  condition: 'subscriptions',
  trigger: undefined,
};

/** The unit of a step. Its outbox is the step's effects; the engine adds what is not delivered yet. */
export function unitOf({ definition, before, step, command, commit, standing, waits }: Stepped): Unit {
  const expects = before?.version ?? 0;
  const version = expects + 1;
  const instance: Instance = { ...step.instance, version, commit, outbox: step.effects };
  return {
    expects,
    instance,
    chunks: step.chunks.map(chunk => ({ ...chunk, v: version })),
    rows: rowsOf({ definition, standing, instance, step, at: command.at }, command, waits),
    history: {
      id: `${instance.id}:${version}`,
      tenant: instance.tenant,
      format: FORMAT,
      instance: instance.id,
      seq: version,
      definition: definition.id,
      at: command.at,
      did: command.do,
      commit,
      unfolded: 1,
      events: step.events.map(event => ({ at: command.at, ...event })),
      ...(command.by !== undefined && { by: command.by }),
      ...(command.form && { form: true as const }),
    },
  };
}

/** What the rows of one commit are made of. */
interface Source {
  definition: Definition;
  standing: Standing;
  instance: Instance;
  step: Step;
  at: number;
}

function rowsOf(source: Source, command: Command, waits: Record<string, Wait>): RowWrite[] {
  const { instance, step } = source;
  const rows = new Map<string, RowWrite>();
  for (const event of step.events) {
    if (event.type === 'waiting') {
      const collection = collections[event.wait.kind];
      if (collection) rows.set(event.wait.id, openRow(source, collection, event));
    } else if (event.type === 'rescheduled') {
      const { wait: id, due } = event;
      rows.set(id, { collection: 'jobs', id, wait: { v: instance.version, state: 'open' }, set: { due } });
    } else if (event.type === 'answered' || event.type === 'dropped') {
      // A wait that was opened and closed in one step never had a row.
      if (rows.delete(event.wait)) continue;
      const collection = waits[event.wait] && collections[waits[event.wait]!.kind];
      if (collection)
        rows.set(event.wait, { collection, id: event.wait, wait: closed(event, instance.version, command) });
    }
  }
  for (const row of [...rehashed(instance, step), ...suspendedRows(source)])
    if (!rows.has(row.id)) rows.set(row.id, row);
  return [...rows.values()];
}

function closed(event: Extract<Event, { type: 'answered' | 'dropped' }>, v: number, command: Command): WaitState {
  return { v, state: event.type, ...(command.by !== undefined && { answeredBy: command.by }), answeredAt: command.at };
}

type Waiting = Extract<Event, { type: 'waiting' }>;

function openRow(source: Source, collection: RowWrite['collection'], { wait, row }: Waiting): RowWrite {
  const { definition, instance, step, at } = source;
  const state: WaitState = { v: instance.version, state: 'open' };
  const node = definition.nodes[wait.node]!;
  const common = {
    id: wait.id,
    tenant: instance.tenant,
    format: FORMAT,
    instance: instance.id,
    root: instance.root,
    definition: definition.id,
    definitionKey: definition.key,
    element: node.id,
    activation: wait.activation,
    createdAt: at,
    wait: state,
    rev: 0,
    ...(instance.businessKey !== undefined && { businessKey: instance.businessKey }),
  };
  const own = {
    tasks: () => taskOf(definition, wait, row),
    jobs: () => jobOf(source, wait, row),
    subscriptions: () => subscriptionOf(instance, step, wait),
  }[collection]();
  return { collection, id: wait.id, wait: state, insert: Object.assign(common, withoutGaps(own)) };
}

/** Documents are JSON: what is undefined is left out. */
function withoutGaps<T extends object>(fields: T): T {
  const given = {} as T;
  for (const key of Object.keys(fields) as (keyof T)[]) if (fields[key] !== undefined) given[key] = fields[key];
  return given;
}

type Own<T> = Omit<
  T,
  | keyof import('./store/port.js').Document
  | 'instance'
  | 'root'
  | 'definition'
  | 'definitionKey'
  | 'element'
  | 'activation'
  | 'createdAt'
  | 'wait'
  | 'rev'
>;

function taskOf(definition: Definition, wait: Wait, row: WaitRow): Own<TaskDocument> {
  return {
    name: row.name ?? definition.nodes[wait.node]!.id,
    description: row.description,
    definitionName: definition.name,
    assignee: row.assignee,
    candidateUsers: row.candidateUsers ?? [],
    candidateGroups: row.candidateGroups ?? [],
    due: row.due,
    followUp: row.followUp,
    priority: row.priority ?? 50,
    form: definition.nodes[wait.node]!.task?.form,
  };
}

const jobKinds: Partial<Record<Wait['kind'], JobDocument['kind']>> = { job: 'work', async: 'async', timer: 'timer' };

function jobOf({ definition, standing, at }: Source, wait: Wait, row: WaitRow): Own<JobDocument> {
  const kind = jobKinds[wait.kind]!;
  const jobDefinition = jobDefinitionId(definition.id, wait.node, { kind, phase: row.phase });
  const rule = jobDefinition === undefined ? undefined : standing.jobs.get(jobDefinition);
  const order = {
    kind,
    due: wait.due ?? at,
    retries: row.retries ?? (row.retryCycle ? readRetries(row.retryCycle).attempts : 3),
    ...(rule?.suspended && { suspended: true }),
  };
  return {
    jobDefinition,
    asideUntil: asideUntil(order, at),
    topic: wait.kind === 'job' ? wait.name : undefined,
    retryCycle: row.retryCycle,
    priority: rule?.priority ?? row.priority ?? 0,
    headers: row.headers,
    ...order,
  };
}

function subscriptionOf(instance: Instance, step: Step, wait: Wait): Own<SubscriptionDocument> {
  return {
    kind: wait.kind as SubscriptionDocument['kind'],
    // That a condition listens again is no name of it.
    name: (wait.kind === 'condition' ? undefined : wait.name) ?? '',
    key: wait.key,
    hashes: wait.kind === 'message' ? visibleHashes(instance, step, wait) : [],
  };
}

/** Subscriptions whose visible variables changed: correlation by variables must find them. */
function* rehashed(instance: Instance, step: Step): Generator<RowWrite> {
  if (!step.events.some(event => event.type === 'set' || event.type === 'unset')) return;
  for (const wait of Object.values(instance.waits)) {
    if (wait.kind !== 'message') continue;
    const hashes = visibleHashes(instance, step, wait);
    yield { collection: 'subscriptions', id: wait.id, wait: { v: instance.version, state: 'open' }, set: { hashes } };
  }
}

/** The rows of everything that an instance waits for say whether it is suspended. */
function* suspendedRows({ instance, step, at }: Source): Generator<RowWrite> {
  const last = step.events.findLast(({ type }) => type === 'suspended' || type === 'activated');
  if (!last) return;
  const suspended = last.type === 'suspended';
  const aside = { asideUntil: asideUntil({ suspended }, at) ?? null };
  for (const { id, kind } of Object.values(instance.waits)) {
    const collection = collections[kind];
    const wait: WaitState = { v: instance.version, state: 'open' };
    if (collection) yield { collection, id, wait, set: { suspended, ...(collection === 'jobs' && aside) } };
  }
}

function visibleHashes(instance: Instance, step: Step, wait: Wait): string[] {
  const hashes = new Map<string, string>();
  const find = (id: number): Activation | undefined =>
    instance.activations[id] ?? step.chunks.find(chunk => chunk.activations[id])?.activations[id];
  for (let scope = find(wait.activation); scope; scope = find(scope.parent)) {
    for (const [name, value] of Object.entries(scope.variables ?? {})) {
      if (typeof value !== 'object' && !hashes.has(name)) hashes.set(name, variableHash(name, value));
    }
  }
  return [...hashes.values()];
}

/** A scalar variable as subscriptions are found by it. */
export function variableHash(name: string, value: Json): string {
  return `${name}=${createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22)}`;
}
