/** What lies in the database beside the instances: the shapes of the rows, and who owns which field. */

import type { Command } from '../core/language.js';
import type { Definition, FormSpec, InstanceState, Json, RecordedEvent, Variables } from '../core/types.js';
import type { Document, WaitState } from './port.js';

/** Format number that this program writes into new documents. */
export const FORMAT = 1;

/** A file of a deployment, byte for byte in a blob. */
export interface Resource {
  name: string;
  blob: string;
  size: number;
  type: 'bpmn' | 'form' | 'dmn' | 'other';
}

export interface DeploymentDocument extends Document {
  name: string;
  at: number;
  by?: string;
  source?: string;
  resources: Resource[];
  /** Definition ids, in the order of the files. */
  definitions: string[];
  warnings: { file: string; element?: string; line?: number; message: string }[];
  /** How far it is: its definitions are being written, then they begin to listen; absent: done. */
  pending?: 'definitions' | 'activation';
}

export interface DefinitionDocument extends Document {
  key: string;
  version: number;
  /** True on the newest version of a key in its tenant. */
  latest: boolean;
  name?: string;
  versionTag?: string;
  /** Target namespace of the file. */
  category?: string;
  deployment: string;
  resource: string;
  blob: string;
  at: number;
  state: 'active' | 'suspended';
  /** Days, in place of what the model says; null: for ever. */
  historyTimeToLive?: number | null;
  /** Rules for new jobs of single job definitions. */
  jobs?: JobRule[];
  startableInTasklist: boolean;
  /** What a start does when something is missing that it will need; absent: nothing. */
  startPolicy?: 'warn' | 'refuse';
  /** Raised by every change that people make of it. */
  rev?: number;
  candidateStarterUsers?: string[];
  candidateStarterGroups?: string[];
  /** `compiled.format` tells whether it has to be compiled again from the blob. */
  compiled: Definition;
}

/** A definition as people know it, without its graph. */
export type DefinitionHead = Omit<DefinitionDocument, 'compiled'>;

/** What was laid down for the jobs of one job definition. */
export interface JobRule {
  /** Id of the job definition. */
  id: string;
  suspended?: boolean;
  /** In place of the model's. */
  priority?: number;
}

interface RowDocument extends Document {
  instance: string;
  /** Outermost caller. */
  root: string;
  definition: string;
  definitionKey: string;
  businessKey?: string;
  /** Id of the element (`bpmn:userTask id`). */
  element: string;
  activation: number;
  createdAt: number;
  wait: WaitState;
  /** Raised by every change of the owner's fields. */
  rev: number;
  /** Its instance is suspended; of a job also: it is itself. */
  suspended?: boolean;
}

/**
 * A user task. The engine owns `wait`; the task service owns the rest. A task that no process opened has an empty
 * `instance` and definition, and its variables in itself.
 */
export interface TaskDocument extends RowDocument {
  name: string;
  description?: string;
  definitionName?: string;
  assignee?: string;
  owner?: string;
  delegation?: 'pending' | 'resolved';
  /** Who handed it back to its owner. */
  resolvedBy?: string;
  candidateUsers: string[];
  candidateGroups: string[];
  /** Epoch milliseconds, UTC. */
  due?: number;
  followUp?: number;
  priority: number;
  form?: FormSpec;
  /** Task that it is a part of. */
  parent?: string;
  /** Links beside assignee, owner and candidates, with types of one's own; and the people among them. */
  links?: IdentityLink[];
  linkedUsers?: string[];
  /** Of a task without a process. */
  variables?: Variables;
  /** The last change of the owner's fields; absent: none since it opened. */
  updatedAt?: number;
  /** What people did with it that others may hear of and have not been told; and since when something waits. */
  untold?: TaskNotice[];
  untoldAt?: number;
  claimedAt?: number;
  /** Somebody's completion is under way: compare-and-set mark, older than 30 s it is void. */
  completing?: { by: string; at: number };
}

/** Something that somebody did with a task, written with the very change that he made. */
export interface TaskNotice {
  type: 'claimed' | 'unclaimed' | 'assigned' | 'delegated' | 'resolved';
  /** The revision that it made. */
  rev: number;
  at: number;
  by: string;
  assignee?: string;
  owner?: string;
}

/** Something that happened to a deployment or a definition, until it has been told. */
export interface NoticeDocument extends Document {
  type:
    | 'deployment.created'
    | 'deployment.deleted'
    | 'definition.suspended'
    | 'definition.activated'
    | 'definition.deleted';
  at: number;
  data: Record<string, Json>;
}

/** Somebody, or a group, that has to do with a task in a way of its own. */
export interface IdentityLink {
  type: string;
  user?: string;
  group?: string;
}

/** A job: work for a worker, an asynchronous continuation, or a timer. The engine owns `wait`; the job service the rest. */
export interface JobDocument extends RowDocument {
  kind: 'work' | 'async' | 'timer' | 'start' | 'order';
  topic?: string;
  /** Id of the job definition it comes from; work has none. */
  jobDefinition?: string;
  /** Of an order: what is to be suspended or activated when it is due. */
  order?: SuspensionOrder;
  /** Epoch milliseconds, UTC, from when it may run. */
  due: number;
  retries: number;
  /** The attempts were said by a worker or a person, not only by the model. */
  retriesGiven?: true;
  /** `R3/PT10S`, or a comma list of durations. */
  retryCycle?: string;
  priority: number;
  headers?: Record<string, string>;
  lockedBy?: string;
  lockedUntil?: number;
  /**
   * It stands aside until then: nobody may take it before. Absent: it is in the order. Only speed depends on it, so a commit
   * that suspends or activates writes it, too; see `aside.ts`.
   */
  asideUntil?: number;
  /** Why the last attempt failed, in a sentence; and what a worker adds, such as a stack trace. */
  error?: string;
  errorDetails?: string;
  /** A timer start event: its node, and the firings left (-1: no end). */
  startEvent?: number;
  repeats?: number;
  /** Its cycle, as evaluated at deployment; absent: it fires once. */
  cycle?: string;
  /** How often it has fired. Each firing leaves a new job in the same row, so that its id goes on following from the definition. */
  firing?: number;
}

/** What is suspended or activated: one definition with or without its instances, or one job definition with its jobs. */
export interface SuspensionOrder {
  suspended: boolean;
  definition: string;
  instances?: boolean;
  jobDefinition?: string;
  jobs?: boolean;
  by?: string;
}

/** Somebody listens for a message or signal: a wait of an instance, or a start event of a definition. */
export interface SubscriptionDocument extends RowDocument {
  kind: 'message' | 'signal' | 'condition';
  name: string;
  /** Correlation key that the model computes. */
  key?: string;
  /** `name=<hash>` of each scalar variable visible there: correlation by variables. */
  hashes: string[];
  /** A start event: `instance` is empty, `definition` is started at this node. */
  startEvent?: number;
}

/** One per commit: the source of everything that is queried about the past. */
export interface HistoryDocument extends Document {
  instance: string;
  /** The instance's version that this commit made. */
  seq: number;
  definition: string;
  at: number;
  by?: string;
  /** The verb of the command. */
  did?: Command['do'];
  /** What it brought was filled into a form. */
  form?: true;
  commit: string;
  /** 1 until the projector has folded it, then absent. */
  unfolded?: 1;
  /** Folded before: those who listen for new history have been told. */
  told?: 1;
  events: RecordedEvent[];
}

/** Meta document `projector`: the batch that is being folded, written down before its first change. */
export interface BatchDocument extends Document {
  batch: number;
  /** History ids of the batch. */
  ids: string[];
  /** Projections are being thrown away and folded again. */
  rebuilding?: true;
  /** How the projections look; absent: as those of the first release. */
  shape?: number;
  /** The process that folds, and until when it need not say so again: epoch milliseconds of the machines. */
  holder?: string;
  until?: number;
}

export interface MessageDocument extends Document {
  /** The id that its publisher gave it, and a hash of what he published; absent in those of earlier releases. */
  publishedAs?: string;
  request?: string;
  name: string;
  key?: string;
  /** Of the publisher: what whoever takes it must see, and whose it must be. */
  correlation?: Variables;
  instance?: string;
  variables: Variables;
  at: number;
  /** Epoch milliseconds, UTC; as `at` for one that is not kept. */
  expiresAt: number;
  /** `given` is under way to its wait; `delivered`: the wait has it. */
  state: 'stored' | 'given' | 'delivered' | 'expired';
  /** The wait it was given to, and when. */
  wait?: string;
  givenAt?: number;
}

/** One of agenda's few rows. Dates are epoch milliseconds (UTC); the fields are agenda's `JobParameters`. */
export interface AgendaDocument extends Document {
  name: string;
  type: 'normal' | 'single';
  priority: number;
  /** Absent while a one-shot runs, and after it failed. */
  nextRunAt?: number;
  lockedAt?: number;
  lastRunAt?: number;
  lastFinishedAt?: number;
  failedAt?: number;
  failReason?: string;
  failCount?: number;
  progress?: number;
  disabled?: boolean;
  repeatInterval?: string | number;
  data?: Json;
}

export type * from './people.js';
export type * from './projected.js';
export type { InstanceState };
