/** What is folded from history, and the logs beside it: what people query about the past. */

import type { Json } from '../core/types.js';
import type { JobDocument } from './documents.js';
import type { Document } from './port.js';

/** Folded from history: one instance as it was, from its start to its end. Its id is the instance's. */
export interface RunDocument extends Document {
  definition: string;
  definitionKey: string;
  definitionName?: string;
  definitionVersion: number;
  businessKey?: string;
  /** Outermost caller, itself if none; and the one that called it. */
  root: string;
  parent?: string;
  startedAt: number;
  startedBy?: string;
  /** Id of the element that it began with. */
  startElement?: string;
  endedAt?: number;
  /** Milliseconds. */
  duration?: number;
  /** Ended from outside by somebody, or from inside by its caller or an error. */
  state: 'active' | 'suspended' | 'completed' | 'externallyTerminated' | 'internallyTerminated';
  reason?: string;
  /** From when it and what it called may be forgotten; only of the outermost one, once it has ended. */
  removalAt?: number;
  /** The newest history that is folded in. */
  seq: number;
}

/** Folded from history: one visit of one node. */
export interface ActivityDocument extends Document {
  instance: string;
  definition: string;
  definitionKey: string;
  activation: number;
  element: string;
  elementType: string;
  /** Kind of an event: `timer`, `message` …; absent: none. */
  event?: string;
  name?: string;
  startedAt: number;
  endedAt?: number;
  /** Milliseconds. */
  duration?: number;
  state: 'active' | 'completed' | 'cancelled';
  /** Wait id of the task, job or child. */
  wait?: string;
  /** The user task that it waits or waited for, and the process instance that it called. */
  task?: string;
  called?: string;
  answeredBy?: string;
  /** Activation that it lies in, and its number as an item of a multi-instance. */
  parent: number;
  item?: number;
  /** Its path ended with it. */
  endsPath?: true;
  /** The newest history that is folded in: a repeated fold changes nothing. */
  seq: number;
}

/** Folded from history: the newest value of one variable of one activation. */
export interface VariableDocument extends Document {
  instance: string;
  definition: string;
  definitionKey: string;
  activation: number;
  element: string;
  name: string;
  value: Json;
  /** `name=<hash>` of a scalar value, by which it is looked up. */
  hash?: string;
  /** The user task that it is local to. */
  task?: string;
  createdAt: number;
  at: number;
  revision: number;
  /** Taken away again; `value` is null. */
  removed?: true;
  /** The newest history that is folded in. */
  seq: number;
}

/** Folded from history: how often a node or flow was passed, and how long a node took. Read by heat maps and KPIs. */
export interface StatisticsDocument extends Document {
  definition: string;
  definitionKey: string;
  /** Id of the node or flow. */
  element: string;
  /** Start of the hour, epoch milliseconds; 0: all time. */
  hour: number;
  /** Of a flow: tokens that took it. */
  taken?: number;
  entered: number;
  completed: number;
  cancelled: number;
  /** Histogram of durations: bucket (power of two of ms) → count. */
  durations: Record<string, number>;
  /** Number of the newest batch that is counted in: a repeated batch counts once. */
  batch: number;
}

export interface IncidentDocument extends Document {
  instance: string;
  definition: string;
  definitionKey: string;
  element: string;
  activation: number;
  type: string;
  message: string;
  at: number;
  state: 'open' | 'resolved';
  resolvedAt?: number;
  resolvedBy?: string;
  /** Resolved because its place was taken away, not because somebody helped. */
  deleted?: true;
  /** The job that failed. */
  job?: string;
  /** What whoever reported it said beside. */
  configuration?: string;
  /** What somebody noted about it. Folds leave it alone. */
  annotation?: string;
  /** The newest history that is folded in. */
  seq: number;
}

/** Folded from history: one assignment of one variable, or what was filled into one field of a form. */
export interface DetailDocument extends Document {
  instance: string;
  definition: string;
  definitionKey: string;
  activation: number;
  element: string;
  /** Id of the variable; absent: of a field, whose id `name` is. */
  variable?: string;
  name: string;
  /** Null where it was removed. */
  value: Json;
  revision?: number;
  /** Given with the start. */
  initial?: true;
  task?: string;
  /** The operation of a person that assigned it. */
  operation?: string;
  at: number;
  seq: number;
}

/** What a job or a piece of work for a worker went through: one document each time. */
export interface JobLogDocument extends Document {
  job: string;
  kind: JobDocument['kind'];
  /** Id of the job definition; work has none. */
  jobDefinition?: string;
  type: 'created' | 'failed' | 'succeeded' | 'deleted';
  at: number;
  instance: string;
  definition: string;
  definitionKey: string;
  element: string;
  activation: number;
  topic?: string;
  /** Epoch milliseconds (UTC). */
  due?: number;
  retries: number;
  priority: number;
  /** The worker, or the node that ran it. */
  worker?: string;
  error?: string;
  errorDetails?: string;
  seq: number;
}

/** Who became, or no longer is, the assignee, owner or a candidate of a task. */
export interface LinkDocument extends Document {
  task: string;
  /** `assignee`, `owner`, `candidate`, or a type of one's own. */
  type: string;
  operation: 'add' | 'delete';
  user?: string;
  group?: string;
  /** Who did it. */
  by?: string;
  at: number;
  instance: string;
  definition: string;
  definitionKey: string;
  seq: number;
}

/** One property that a person changed by one operation; those of one operation share its id. */
export interface OperationDocument extends Document {
  operation: string;
  at: number;
  by: string;
  /** In the words of the user operation log of Camunda 7: `Claim`, `Complete`, `SetVariable`. */
  type: string;
  entity: string;
  category: 'TaskWorker' | 'Operator' | 'Admin';
  property?: string;
  before?: string;
  after?: string;
  instance?: string;
  definition?: string;
  definitionKey?: string;
  deployment?: string;
  activation?: number;
  task?: string;
  job?: string;
  externalTask?: string;
  /** Id of a job definition. */
  jobDefinition?: string;
  /** What somebody noted about it. */
  annotation?: string;
  seq: number;
}
