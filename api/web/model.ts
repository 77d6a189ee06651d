/** What /api/v1 answers, as far as the pages read it. Times are ISO 8601 strings in UTC. */

export interface List<T> {
  items: T[];
  next?: string;
  total?: number;
  totalIsExact?: boolean;
}

export interface User {
  id: string;
  name: string;
  title?: string;
  groups: string[];
  administrator?: boolean;
  /** What the user may beside the own tasks; an administrator has all. */
  rights?: ('deploy' | 'operate' | 'work')[];
}

export interface Session {
  user?: User;
  demo: boolean;
  /** There is no administrator yet. */
  needsSetup?: true;
  demoUsers?: User[];
}

export interface Task {
  id: string;
  name: string;
  description?: string;
  element: string;
  instance: string;
  definition: string;
  key: string;
  definitionName?: string;
  businessKey?: string;
  createdAt: string;
  due?: string;
  followUp?: string;
  priority: number;
  assignee?: string;
  assigneeName?: string;
  owner?: string;
  ownerName?: string;
  delegation?: 'pending' | 'resolved';
  resolvedBy?: string;
  resolvedByName?: string;
  candidateUsers: string[];
  candidateGroups: string[];
  state: 'open' | 'completed' | 'cancelled';
  completedBy?: string;
  completedByName?: string;
  completedAt?: string;
  draft?: boolean;
  can: Partial<Record<TaskAction, boolean>>;
}

export type TaskAction =
  | 'claim'
  | 'unclaim'
  | 'assign'
  | 'delegate'
  | 'resolve'
  | 'complete'
  | 'change'
  | 'draft'
  | 'comment';

export type TaskView = 'mine' | 'group' | 'today' | 'late' | 'all';

/** Answer to a completion: the task as it is now and what became of its instance. */
export interface Completion {
  task?: Task;
  instance?: { ended: boolean; state: string };
}

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
export type Variables = Record<string, Json>;

/** A form as it goes over the wire, with the values to show; `notice` says what of the model's form is not kept. */
export type Form = { data?: Variables; notice?: string } & (
  | {
      kind: 'form-js';
      schema: Record<string, unknown>;
      /** The field that holds the business key of a new instance. */
      businessKey?: string;
    }
  | { kind: 'variables' }
  | { kind: 'external'; url: string }
);

export interface Comment {
  id: string;
  by: string;
  byName?: string;
  at: string;
  text: string;
}

export interface Definition {
  id: string;
  key: string;
  version: number;
  name?: string;
  deployment: string;
  resource: string;
  at?: string;
  latest?: boolean;
  startable?: boolean;
  running?: number;
  incidents?: number;
}

export interface Incident {
  id: string;
  instance: string;
  definition?: string;
  key?: string;
  businessKey?: string;
  element: string;
  elementType?: string;
  name?: string;
  type: string;
  message: string;
  at: string;
  state: 'open' | 'resolved';
}

export type InstanceState = 'running' | 'suspended' | 'completed' | 'cancelled' | 'failed';

export interface Instance {
  id: string;
  definition: string;
  key: string;
  definitionName?: string;
  version?: number;
  businessKey?: string;
  state: InstanceState;
  ended: boolean;
  startedAt: string;
  startedBy?: string;
  endedAt?: string;
  /** Instance that called it. */
  parent?: string;
  incidents?: Incident[];
  activations?: Activation[];
  waits?: Wait[];
}

export interface Activation {
  id: number;
  element: string;
  name?: string;
  type: string;
  parent?: number;
  since: string;
  state: 'active' | 'incident';
}

export interface Wait {
  id: string;
  kind: string;
  element: string;
  name?: string;
  due?: string;
  /** Instance that a call activity waits for. */
  child?: string;
}

export interface ScopedVariable {
  activation: number;
  element: string;
  name: string;
  value: Json;
}

export interface Activity {
  id: string;
  element: string;
  elementType: string;
  name?: string;
  startedAt: string;
  endedAt?: string;
  duration?: number;
  state: 'active' | 'completed' | 'cancelled';
  answeredBy?: string;
}

export interface HistoryEntry {
  seq: number;
  at: string;
  by?: string;
  events: HistoryEvent[];
}

export interface HistoryEvent {
  type: string;
  element?: string;
  flow?: string;
  name?: string;
  kind?: string;
  by?: string;
  state?: string;
  message?: string;
  variables?: Variables;
}

export interface Statistics {
  elements: Record<string, { tokens: number; incidents: number; entered?: number; completed?: number }>;
  flows?: Record<string, { taken: number }>;
}

export interface DeploymentProblem {
  level: 'error' | 'warning';
  file?: string;
  element?: string;
  name?: string;
  line?: number;
  column?: number;
  message: string;
}

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
