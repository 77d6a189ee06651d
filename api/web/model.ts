/** What the pages call the answers of /api/v1; their shapes come from the OpenAPI document. */

import type {
  AnswerOf,
  Definition,
  FileProblem,
  HistoryEntry,
  InputOf,
  InstanceDetails,
  Instance as PlainInstance,
  SignedIn,
  Task,
} from '../client/index.js';

export type {
  Activity,
  Comment,
  Definition,
  Form,
  HistoryEntry,
  Incident,
  Json,
  Statistics,
  Task,
} from '../client/index.js';

/** A page of a list. */
export interface List<T> {
  items: T[];
  next?: string;
  total?: number;
  totalIsExact?: boolean;
}

/** Somebody as lists show people, or who is signed in. */
export type User = Omit<AnswerOf<'GET /users'>['items'][number], 'rev'> & Partial<SignedIn>;

export type TaskAction = keyof Task['can'];
export type TaskView = Exclude<NonNullable<NonNullable<InputOf<'GET /tasks'>['query']>['view']>, 'followed'>;

/** Answer to a completion: the task as it is now and what became of its instance. */
export type Completion = Partial<AnswerOf<'POST /tasks/{id}/complete'>>;

export type Variables = AnswerOf<'GET /instances/{id}/variables'>['variables'];
export type ScopedVariable = AnswerOf<'GET /instances/{id}/variables'>['scoped'][number];

/** As lists tell it, or in all its details. */
export type Instance = PlainInstance & Partial<InstanceDetails>;
export type InstanceState = Instance['state'];
export type Activation = InstanceDetails['activations'][number];
export type Wait = InstanceDetails['waits'][number];
export type HistoryEvent = HistoryEntry['events'][number];

export type DeploymentProblem = FileProblem;

export interface Deployment {
  id: string;
  name?: string;
  definitions: Definition[];
  warnings?: DeploymentProblem[];
}

/** What the server tells while it happens; `reset` says that something was missed. */
export interface LiveEvent {
  topic: 'task' | 'instance' | 'incident' | 'deployment' | 'reset';
  id?: string;
  instance?: string;
  key?: string;
  type?: string;
}
