/** External workers: they fetch work under a lock, and answer it; the engine is the arbiter of every answer. */

import type { Clock, Engine, Outcome, Reader } from '../contract.js';
import type { OnFailure } from '../core/language.js';
import { chunkOfId } from '../core/state.js';
import type { Instance, Thrown, TypeHints, Variables } from '../core/types.js';
import { isoTime } from '../core/values.js';
import { localVariablesIn, variablesIn } from '../reads.js';
import type { JobDocument } from '../store/documents.js';
import type { Filter, Store } from '../store/port.js';
import { lockedStill, loseAttempt } from './attempts.js';
import { type Claimed, createClaims } from './claims.js';
import { LockLost } from './errors.js';
import { holdBack } from './holds.js';
import { answered, jobFor } from './lookup.js';

/** A job as its worker gets it. */
export interface WorkJob {
  id: string;
  topic: string;
  tenant: string;
  instance: string;
  definition: string;
  definitionKey: string;
  businessKey?: string;
  /** Id of the element. */
  element: string;
  activation: number;
  /** Attempts left, this one included. */
  retries: number;
  priority: number;
  headers: Record<string, string>;
  worker: string;
  /** Epoch milliseconds (UTC), as all times here. */
  lockedUntil: number;
  createdAt: number;
  /** Why the attempt before failed. */
  error?: string;
  errorDetails?: string;
  /** As in the document: the model alone says `retries`, or somebody has. */
  retriesGiven?: true;
  variables: Variables;
  /** What clients said of the variables of its instance beside their JSON. */
  types?: TypeHints;
}

export interface Topic {
  topic: string;
  /** Milliseconds that the worker has the job for itself. */
  lock: number;
  /** Names of the variables to send; default: all that are visible. */
  variables?: string[];
  /** True: only variables of the activity itself. */
  local?: boolean;
  /** Which of its jobs; default: all. */
  filter?: Filter;
  /** Only jobs of definitions with this version tag. */
  versionTag?: string;
  /** Only jobs whose process has these variables with these values. */
  having?: Variables;
}

export interface FetchRequest {
  worker: string;
  topics: Topic[];
  /** How many at most; default 1. */
  max?: number;
  /** Tenants whose work is wanted; default: every one's. */
  tenants?: string[];
  /** Whose work may be seen at all; default: every one's. */
  filter?: Filter;
  /** Default: the most urgent first. `created`: 1 the oldest first, -1 the newest, among equally urgent ones if that counts. */
  order?: { priority?: boolean; created?: 1 | -1 };
}

/** Whose job, and who says so. */
export interface Held {
  id: string;
  worker: string;
  /** Who is signed in, and answers for it; default: nobody, and everything is visible (in-process). */
  reader?: Reader;
}

export interface WorkTools {
  engine: Engine;
  store: Store;
  clock: Clock;
  /** Called when a job is free (again) from a time on. */
  free(job: JobDocument): void;
}

export type Work = ReturnType<typeof createWork>;

/** Makes the service of external work on jobs of the kind `work`. */
export function createWork(tools: WorkTools) {
  const { engine, store, clock, free } = tools;

  const { claimWork } = createClaims(store, clock);

  /** Locks what is there now, most urgent first, oldest first among equals, or in the order that is asked for. */
  async function fetch(request: FetchRequest): Promise<WorkJob[]> {
    const claimed = await claimWork(request);
    const wanted = new Set(claimed.map(({ job }) => job.instance));
    const found = await store.getMany<Instance>('instances', [...wanted]);
    const instances = new Map(found.map(instance => [instance.id, instance]));
    const handed = await Promise.all(claimed.map(one => hand(one, instances.get(one.job.instance))));
    return handed.filter(job => job !== undefined);
  }

  /** With its variables; undefined when its instance is suspended, or the wait was closed between the two. */
  async function hand({ job, topic }: Claimed, instance: Instance | undefined): Promise<WorkJob | undefined> {
    if (instance?.state === 'suspended') await holdBack(tools, job);
    if (instance?.state !== 'running') return undefined;
    const all = await variablesOf(job, instance, topic.local);
    const names = topic.variables?.filter(name => Object.hasOwn(all, name));
    const variables = names ? Object.fromEntries(names.map(name => [name, all[name]!])) : all;
    return { ...workJob(job, variables), ...(instance.types && { types: instance.types }) };
  }

  /** What the job sees, or `local` what its activity has itself; items of a large multi-instance lie apart. */
  async function variablesOf({ id, activation }: JobDocument, instance: Instance, local = false): Promise<Variables> {
    if (chunkOfId(id) === undefined) return (local ? localVariablesIn : variablesIn)([instance], activation);
    return (local ? engine.localVariablesAt : engine.variablesAt)(instance.id, activation, id);
  }

  /** The job, if it is open and locked by this worker. Throws NotFound, StaleCommand, LockLost. */
  async function held({ id, worker, reader }: Held): Promise<JobDocument> {
    const job = await jobFor(store, id, reader);
    if (job.wait.state !== 'open') throw answered(job);
    if (job.lockedBy !== worker) throw lost(job, worker);
    return job;
  }

  /** Changes a job under the guard of its lock. */
  async function change(job: JobDocument, worker: string, set: Partial<JobDocument>, unset: string[] = []) {
    const values = set as Record<string, never>;
    const changed = await store.patch<JobDocument>('jobs', job.id, lockedStill(job), {
      set: values,
      unset,
      increase: { rev: 1 },
    });
    if (changed) return changed;
    await held({ id: job.id, worker });
    throw lost(job, worker);
  }

  async function answer(by: Held, command: Answer, onFailure: OnFailure): Promise<Outcome> {
    const job = await held(by);
    const who = { worker: by.worker, ...(by.reader && { by: by.reader.person }) };
    return engine.send(job.instance, { ...command, ...who, wait: job.id, at: clock(), onFailure });
  }

  return {
    fetch,

    /** The work is done; `local`: for the output mappings of the activity. Throws NotFound, LockLost, StaleCommand, Refused. */
    complete: (by: Held & Result & { local?: Variables }) =>
      answer(
        by,
        {
          do: 'resume',
          variables: by.variables ?? {},
          ...(by.types && { types: by.types }),
          ...(by.local && { local: by.local }),
        },
        by.onFailure ?? 'incident',
      ),

    /** An error that the model may catch. Throws as complete. */
    bpmnError: (by: Held & Result & { code: string; message?: string }) =>
      answer(
        by,
        { do: 'throw', thrown: thrownBy(by), ...(by.types && { types: by.types }) },
        by.onFailure ?? 'incident',
      ),

    /**
     * The attempt failed. `retries`: attempts that are left (default one less); with 0 an incident waits for a person.
     * `pause`: milliseconds until the next one (default: the retry cycle). Throws NotFound, LockLost, StaleCommand.
     */
    async fail(by: Held & { message: string; details?: string; retries?: number; pause?: number }): Promise<void> {
      const job = await held(by);
      const changed = await loseAttempt(tools, job, { ...by, by: by.reader?.person });
      if (!changed) throw lost(await held(by), by.worker);
      free(changed);
    },

    /** Locks a job by its id, unless another worker has it. Throws NotFound, StaleCommand, LockLost. */
    async take({ id, worker, reader, lock }: Held & { lock: number }): Promise<void> {
      const job = await jobFor(store, id, reader);
      if (job.wait.state !== 'open') throw answered(job);
      const now = clock();
      const mine: Filter = { $or: [{ lockedUntil: null }, { lockedUntil: { $lte: now } }, { lockedBy: worker }] };
      const until = now + lock;
      const change = { set: { lockedBy: worker, lockedUntil: until, asideUntil: until }, increase: { rev: 1 } };
      const taken = await store.patch<JobDocument>('jobs', id, { $and: [{ 'wait.state': 'open' }, mine] }, change);
      if (!taken) throw lost(await jobFor(store, id, reader), worker);
    },

    /** The lock lasts `lock` milliseconds from now. Throws as fail. */
    async extendLock(by: Held & { lock: number }): Promise<number> {
      const job = await held(by);
      const until = clock() + by.lock;
      await change(job, by.worker, { lockedUntil: until, asideUntil: until });
      return until;
    },

    /** Gives the job back untouched. Throws as fail. */
    async unlock(by: Held): Promise<void> {
      const job = await held(by);
      free(await change(job, by.worker, {}, ['lockedBy', 'lockedUntil', 'asideUntil']));
    },
  };
}

/** What a worker brings. */
interface Result {
  variables?: Variables;
  types?: TypeHints | undefined;
  onFailure?: OnFailure;
}

type Answer = { types?: TypeHints | undefined } & (
  | { do: 'resume'; variables: Variables; local?: Variables | undefined }
  | { do: 'throw'; thrown: Thrown }
);

function workJob(job: JobDocument, variables: Variables): WorkJob {
  const { id, tenant, instance, definition, definitionKey, businessKey, element, activation } = job;
  const { retries, retriesGiven, priority, headers = {}, createdAt, error, errorDetails } = job;
  return {
    ...{ id, tenant, instance, definition, definitionKey, businessKey, element, activation },
    ...{ retries, retriesGiven, priority, headers, createdAt, error, errorDetails },
    topic: job.topic!,
    worker: job.lockedBy!,
    lockedUntil: job.lockedUntil!,
    variables,
  };
}

const thrownBy = ({ code, message, variables }: Omit<Thrown, 'type'>): Thrown => ({
  type: 'error',
  code,
  message,
  variables,
});

function lost(job: JobDocument, worker: string): LockLost {
  const until = job.lockedUntil && isoTime(job.lockedUntil);
  const now = job.lockedBy ? `'${job.lockedBy}' has locked it until ${until}` : 'nobody has locked it: fetch it again';
  return new LockLost(`job ${job.id} is not locked by '${worker}'; ${now}`, job.lockedBy, job.lockedUntil);
}
